//! Taking a role with the token of an OpenID Connect provider, as pipelines and clusters do.

use base64::Engine as _;
use serde_json::{Value, json};

use super::assume::{HOUR, check_duration, check_federated, session, trusts, usable};
use super::{check_session_policy, denied, seconds};
use crate::policy::{Context, Principal};
use crate::service::ask::Identities;
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// Providers that every account knows without making them, as STS's documentation lists them.
const BUILT_IN: [&str; 4] = [
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

/// What a token says.
struct Token {
    /// The issuer without `https://`.
    issuer: String,
    subject: String,
    audiences: Vec<String>,
    /// The authorised party, where the token names one: its `aud` in conditions.
    party: Option<String>,
    /// Until when it holds, in seconds since the epoch.
    expires: u64,
}

fn identity_token(message: impl Into<String>) -> Fault {
    Fault::new("InvalidIdentityToken", message).with_status(400)
}

impl Token {
    /// Reads the claims of a JSON Web Token.
    ///
    /// Assumption: sts.web-token-signature. The signature is not verified: the provider's keys are out of reach.
    fn read(token: &str) -> Result<Token, Fault> {
        let parts: Vec<&str> = token.split('.').collect();
        let [_, claims, _] = parts.as_slice() else {
            return Err(identity_token("The ID Token provided is not a valid JWT."));
        };
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(claims.trim_end_matches('='))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
            .ok_or_else(|| identity_token("The ID Token provided is not a valid JWT."))?;
        let text = |claim: &str| claims.get(claim).and_then(Value::as_str).map(str::to_owned);
        let missing = |claim: &str| identity_token(format!("Missing a required claim: {claim}"));
        let audiences = match claims.get("aud") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(many)) => many
                .iter()
                .filter_map(|one| one.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        };
        if audiences.is_empty() {
            return Err(missing("aud"));
        }
        let issuer = text("iss").ok_or_else(|| missing("iss"))?;
        Ok(Token {
            issuer: issuer
                .trim_start_matches("https://")
                .trim_end_matches('/')
                .to_owned(),
            subject: text("sub").ok_or_else(|| missing("sub"))?,
            audiences,
            party: text("azp"),
            expires: claims
                .get("exp")
                .and_then(Value::as_u64)
                .ok_or_else(|| missing("exp"))?,
        })
    }
}

pub(super) fn identity(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = call.text("RoleArn").unwrap_or_default();
    check_federated(arn, "role")?;
    let name = call.text("RoleSessionName").unwrap_or_default();
    check_session_policy(call)?;
    let token = Token::read(call.text("WebIdentityToken").unwrap_or_default())?;
    // Tokens are of the wall's time, like signatures.
    let now = world.wall.unwrap_or(call.now);
    if token.expires <= now.0 / 1000 {
        let message = "Token expired: it has to be redeemed before its exp";
        return Err(Fault::new("ExpiredTokenException", message).with_status(400));
    }
    let account = arn.split(':').nth(4).unwrap_or_default();
    let provider = match world.web_provider(account, &token.issuer) {
        Some(provider) => {
            // Either the authorised party or one of the audiences is a client of the provider.
            let known = |one: &String| provider.clients.contains(one);
            if !token.party.iter().any(known) && !token.audiences.iter().any(known) {
                return Err(identity_token("Incorrect token audience"));
            }
            provider.arn.clone()
        }
        None if BUILT_IN.contains(&token.issuer.as_str()) => token.issuer.clone(),
        None => {
            let message = format!(
                "No OpenIDConnect provider found in your account for https://{}",
                token.issuer
            );
            return Err(identity_token(message));
        }
    };
    let role = usable(world, call, arn)?;
    let mut context = Context::new();
    let key = |name: &str| format!("{}:{name}", token.issuer.to_lowercase());
    context.insert(key("sub"), vec![token.subject.clone()]);
    let audience = token.party.clone().unwrap_or_else(|| token.audiences[0].clone());
    context.insert(key("aud"), vec![audience.clone()]);
    if token.party.is_some() {
        context.insert(key("oaud"), token.audiences.clone());
    }
    context.insert("sts:rolesessionname".to_owned(), vec![name.to_owned()]);
    let principal = Principal::Federated(provider.clone());
    if !trusts(
        world,
        &role,
        &principal,
        "sts:AssumeRoleWithWebIdentity",
        &context,
    ) {
        return Err(denied(call, arn));
    }
    let seconds = seconds(call, HOUR);
    check_duration(&role, seconds)?;
    let mut output = session(world, &role, name, seconds, call);
    output["SubjectFromWebIdentityToken"] = json!(token.subject);
    output["Provider"] = json!(provider);
    output["Audience"] = json!(audience);
    Ok(Answer::of(output))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::service::iam::Iam;
    use crate::service::sts::Sts;
    use crate::service::{Caller, Service};
    use crate::world::Settings;

    const START: Moment = Moment(1_790_000_000_000);
    const ISSUER: &str = "token.actions.example.com";
    const ROLE: &str = "arn:aws:iam::123456789012:role/pipeline";

    fn call(
        world: &mut World,
        service: &dyn Service,
        operation: &str,
        input: Value,
        key: Option<&str>,
    ) -> Result<Value, Fault> {
        let call = Call {
            operation: operation.to_owned(),
            input,
            body: Default::default(),
            headers: Vec::new(),
            region: "us-east-1".to_owned(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/deployer".to_owned(),
                access_key: key.map(str::to_owned),
                permissions: None,
            },
            now: START.after(std::time::Duration::from_secs(60)),
            base_url: None,
        };
        service.call(world, &call).map(|answer| answer.output)
    }

    /// A provider, and a role for one repository's pipeline.
    fn world() -> World {
        let mut world = World::new(Settings::default(), START);
        let provider = json!({ "Url": format!("https://{ISSUER}"), "ClientIDList": ["sts.amazonaws.com"] });
        call(
            &mut world,
            &Iam,
            "CreateOpenIDConnectProvider",
            provider,
            Some("AKIA"),
        )
        .unwrap();
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": format!("arn:aws:iam::123456789012:oidc-provider/{ISSUER}") },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": { format!("{ISSUER}:aud"): "sts.amazonaws.com" },
                "StringLike": { format!("{ISSUER}:sub"): "repo:example/center:*" },
            },
        }]});
        let mut world_at_start = world.clone();
        let role = json!({ "RoleName": "pipeline", "AssumeRolePolicyDocument": trust.to_string() });
        let early = Call {
            operation: "CreateRole".to_owned(),
            input: role,
            body: Default::default(),
            headers: Vec::new(),
            region: "us-east-1".to_owned(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/deployer".to_owned(),
                access_key: Some("AKIA".to_owned()),
                permissions: None,
            },
            now: START,
            base_url: None,
        };
        Iam.call(&mut world_at_start, &early).unwrap();
        world_at_start
    }

    fn token(claims: &Value) -> String {
        let encoded = |value: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value);
        format!("{}.{}.c2ln", encoded("{}"), encoded(&claims.to_string()))
    }

    fn claims() -> Value {
        json!({
            "iss": format!("https://{ISSUER}"), "sub": "repo:example/center:ref:refs/heads/main",
            "aud": "sts.amazonaws.com", "exp": START.0 / 1000 + 300,
        })
    }

    fn take(world: &mut World, token: &str) -> Result<Value, Fault> {
        let input = json!({ "RoleArn": ROLE, "RoleSessionName": "run-1", "WebIdentityToken": token });
        call(world, &Sts, "AssumeRoleWithWebIdentity", input, None)
    }

    #[test]
    fn a_pipeline_takes_its_role_without_a_signature() {
        let mut world = world();
        let taken = take(&mut world, &token(&claims())).unwrap();
        let arn = taken["AssumedRoleUser"]["Arn"].as_str().unwrap();
        assert!(arn.ends_with(":assumed-role/pipeline/run-1"), "{arn}");
        assert_eq!(taken["Audience"], "sts.amazonaws.com");
        assert_eq!(taken["SubjectFromWebIdentityToken"], claims()["sub"]);
    }

    #[test]
    fn every_claim_of_the_token_counts() {
        let mut world = world();
        for (claim, value, code) in [
            (
                "sub",
                json!("repo:unknown/center:ref:refs/heads/main"),
                "AccessDenied",
            ),
            ("aud", json!("somewhere.else"), "InvalidIdentityToken"),
            ("iss", json!("https://other.example.com"), "InvalidIdentityToken"),
            ("exp", json!(START.0 / 1000), "ExpiredTokenException"),
            ("exp", Value::Null, "InvalidIdentityToken"),
        ] {
            let mut claims = claims();
            claims[claim] = value;
            let refused = take(&mut world, &token(&claims)).unwrap_err();
            assert_eq!(refused.code, code, "{claim}");
        }
        let refused = take(&mut world, "no.token").unwrap_err();
        assert_eq!(refused.code, "InvalidIdentityToken");
    }
}
