//! STS by its own calls.

use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};

use super::*;
use crate::service::Service;
use crate::service::iam::Iam;
use crate::service::iam::fixture::{CERTIFICATE, OTHER_CERTIFICATE, metadata};

const START: Moment = Moment(1_790_000_000_000);
const ACCOUNT: &str = "123456789012";
const PROVIDER: &str = "arn:aws:iam::123456789012:saml-provider/idp";
const ROLE: &str = "arn:aws:iam::123456789012:role/headset/agents";

fn call(
    service: &dyn Service,
    world: &mut World,
    seconds: u64,
    operation: &str,
    input: Value,
    key: Option<&str>,
) -> Result<Value, Fault> {
    let caller = Caller {
        account: if key.is_some() {
            ACCOUNT.into()
        } else {
            String::new()
        },
        arn: if key.is_some() {
            format!("arn:aws:iam::{ACCOUNT}:user/deployer")
        } else {
            String::new()
        },
        access_key: key.map(str::to_owned),
        permissions: None,
    };
    let call = Call {
        operation: operation.into(),
        input,
        body: Default::default(),
        headers: Vec::new(),
        region: "us-east-1".into(),
        caller,
        now: START.after(Duration::from_secs(seconds)),
        base_url: None,
    };
    service.call(world, &call).map(|answer| answer.output)
}

/// A world with a provider and a role that trusts it, both known to everybody after ten seconds.
fn world() -> World {
    let mut w = World::new(Settings::default(), START);
    let provider = json!({ "Name": "idp", "SAMLMetadataDocument": metadata("") });
    call(&Iam, &mut w, 0, "CreateSAMLProvider", provider, Some("AKIA")).unwrap();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": PROVIDER },
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    }]});
    let role = json!({ "RoleName": "agents", "Path": "/headset/", "AssumeRolePolicyDocument": trust.to_string(), "MaxSessionDuration": 43200 });
    call(&Iam, &mut w, 0, "CreateRole", role, Some("AKIA")).unwrap();
    w
}

fn assertion() -> String {
    format!(
        r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">
<saml:Issuer>https://elsewhere.example.com</saml:Issuer>
<saml:Assertion><saml:Issuer>https://idp.example.com/saml</saml:Issuer>
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Certificate>{CERTIFICATE}</ds:X509Certificate></ds:Signature>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">agent1@example.com</saml:NameID>
<saml:SubjectConfirmation><saml:SubjectConfirmationData Recipient="https://signin.aws.amazon.com/saml" NotOnOrAfter="2026-09-21T15:00:00Z"/></saml:SubjectConfirmation></saml:Subject>
<saml:AuthnStatement AuthnInstant="2026-09-21T14:13:20Z" SessionNotOnOrAfter="2026-09-21T16:13:31Z"/>
<saml:AttributeStatement>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role"><saml:AttributeValue>{PROVIDER},{ROLE}</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"><saml:AttributeValue>agent1@example.com</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/SessionDuration"><saml:AttributeValue>900</saml:AttributeValue></saml:Attribute>
</saml:AttributeStatement></saml:Assertion></samlp:Response>"#
    )
}

fn sign_in(w: &mut World, seconds: u64, assertion: &str, more: Value) -> Result<Value, Fault> {
    let encoded = base64::engine::general_purpose::STANDARD.encode(assertion);
    let mut input = json!({ "RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": encoded });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    call(&Sts, w, seconds, "AssumeRoleWithSAML", input, None)
}

#[test]
fn sts_answers_for_who_calls() {
    let mut w = world();
    let who = call(&Sts, &mut w, 0, "GetCallerIdentity", json!({}), Some("AKIA")).unwrap();
    assert_eq!(
        (who["Account"].as_str(), who["Arn"].as_str()),
        (Some(ACCOUNT), Some("arn:aws:iam::123456789012:user/deployer"))
    );
    let unsigned = call(&Sts, &mut w, 0, "GetCallerIdentity", json!({}), None).unwrap_err();
    assert_eq!(unsigned.status, Some(403));
}

#[test]
fn signing_in_gives_credentials_of_the_role() {
    let mut w = world();
    let out = sign_in(&mut w, 11, &assertion(), json!({ "DurationSeconds": 43200 })).unwrap();
    let arn = "arn:aws:sts::123456789012:assumed-role/agents/agent1@example.com";
    assert_eq!(out["AssumedRoleUser"]["Arn"], arn);
    assert_eq!(
        (out["Subject"].as_str(), out["SubjectType"].as_str()),
        (Some("agent1@example.com"), Some("persistent"))
    );
    assert_eq!(out["Audience"], "https://signin.aws.amazon.com/saml");
    let now = START.after(Duration::from_secs(11));
    let expires = now.after(Duration::from_secs(7200));
    assert_eq!(
        out["Credentials"]["Expiration"],
        expires.epoch_seconds(),
        "the identity provider's own limit is shorter; SessionDuration is the console's"
    );
    let key = out["Credentials"]["AccessKeyId"].as_str().unwrap();
    assert_eq!(w.sts.caller(key, now).unwrap().arn, arn);
    assert!(w.sts.caller(key, expires).is_none());
    Sts.tick(&mut w, expires);
    assert!(
        w.sts.sessions.contains_key(key),
        "an expired key still means its session"
    );
}

#[test]
fn assume_role_with_saml_consults_role_and_provider() {
    let good = assertion();
    for (why, changed, more, code) in [
        (
            "other audience",
            good.replace("signin.aws", "signin.example"),
            json!({}),
            "AccessDenied",
        ),
        (
            "role not in the assertion",
            good.replace("headset/agents", "headset/other"),
            json!({}),
            "AccessDenied",
        ),
        (
            "other issuer",
            good.replace("https://idp.example.com/saml", "https://x.example.com"),
            json!({}),
            "InvalidIdentityToken",
        ),
        (
            "for others",
            good.replace(
                "<saml:AuthnStatement",
                "<saml:Conditions><saml:AudienceRestriction><saml:Audience>https://example.com</saml:Audience>\
                 </saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement",
            ),
            json!({}),
            "InvalidIdentityToken",
        ),
        (
            "other certificate",
            good.replace(CERTIFICATE, OTHER_CERTIFICATE),
            json!({}),
            "InvalidIdentityToken",
        ),
        (
            "too late",
            good.replace("2026-09-21T15", "2026-09-01T15"),
            json!({}),
            "ExpiredTokenException",
        ),
        (
            "no session name",
            good.replace("RoleSessionName", "Nothing"),
            json!({}),
            "IDPRejectedClaim",
        ),
        (
            "no such provider",
            good.clone(),
            json!({ "PrincipalArn": "arn:aws:iam::123456789012:saml-provider/none" }),
            "InvalidIdentityToken",
        ),
        (
            "not well-formed",
            good.replace("</samlp:Response>", ""),
            json!({}),
            "InvalidIdentityToken",
        ),
        (
            "too long",
            good.clone(),
            json!({ "DurationSeconds": 43201 }),
            "ValidationError",
        ),
        (
            "session tags",
            good.replace("SessionDuration", "PrincipalTag:Team"),
            json!({}),
            "AccessDenied",
        ),
    ] {
        assert_eq!(
            sign_in(&mut world(), 11, &changed, more).unwrap_err().code,
            code,
            "{why}"
        );
    }
    let early = sign_in(&mut world(), 1, &good, json!({})).unwrap_err();
    assert_eq!(early.code, "AccessDenied", "the role has not spread yet");
    let mut w = world();
    call(
        &Iam,
        &mut w,
        0,
        "DeleteSAMLProvider",
        json!({ "SAMLProviderArn": PROVIDER }),
        Some("AKIA"),
    )
    .unwrap();
    assert_eq!(
        sign_in(&mut w, 11, &good, json!({})).unwrap_err().code,
        "InvalidIdentityToken"
    );
}

#[test]
fn assume_role_consults_the_trust_policy() {
    let mut w = world();
    let trust = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow",
        "Principal": { "AWS": ACCOUNT },
        "Action": "sts:AssumeRole",
        "Condition": { "StringEquals": { "sts:ExternalId": "secret" } },
    }});
    let role = json!({ "RoleName": "reader", "AssumeRolePolicyDocument": trust.to_string() });
    call(&Iam, &mut w, 0, "CreateRole", role, Some("AKIA")).unwrap();
    let mut input = json!({ "RoleArn": "arn:aws:iam::123456789012:role/reader", "RoleSessionName": "ci", "ExternalId": "secret" });
    let out = call(&Sts, &mut w, 11, "AssumeRole", input.clone(), Some("AKIA")).unwrap();
    let key = out["Credentials"]["AccessKeyId"].as_str().unwrap().to_owned();
    let who = call(&Sts, &mut w, 12, "GetCallerIdentity", json!({}), Some(&key)).unwrap();
    assert_eq!(who["UserId"], out["AssumedRoleUser"]["AssumedRoleId"]);
    input["ExternalId"] = json!("wrong");
    assert_eq!(
        call(&Sts, &mut w, 11, "AssumeRole", input.clone(), Some("AKIA"))
            .unwrap_err()
            .code,
        "AccessDenied"
    );
    input["ExternalId"] = json!("secret");
    input["DurationSeconds"] = json!(7200);
    assert_eq!(
        call(&Sts, &mut w, 11, "AssumeRole", input, Some("AKIA"))
            .unwrap_err()
            .code,
        "ValidationError"
    );
}

#[test]
fn a_users_session_may_do_less_than_the_user() {
    let mut w = world();
    let key = |out: &Value| out["Credentials"]["AccessKeyId"].as_str().unwrap().to_owned();
    let session = call(&Sts, &mut w, 0, "GetSessionToken", json!({}), Some("AKIA")).unwrap();
    let input = json!({ "Name": "ci", "DurationSeconds": 900 });
    let federated = call(&Sts, &mut w, 0, "GetFederationToken", input.clone(), Some("AKIA")).unwrap();
    for (out, arn) in [
        (&session, "arn:aws:iam::123456789012:user/deployer"),
        (&federated, "arn:aws:sts::123456789012:federated-user/ci"),
    ] {
        let mut asked = |service: &dyn Service, operation: &str, input: Value| {
            let caller = w.sts.caller(&key(out), START).unwrap();
            assert_eq!(caller.arn, arn);
            let call = Call {
                operation: operation.into(),
                input,
                body: Default::default(),
                headers: Vec::new(),
                region: "us-east-1".into(),
                caller,
                now: START,
                base_url: None,
            };
            service.call(&mut w, &call).map_err(|fault| fault.code)
        };
        assert!(asked(&Sts, "GetCallerIdentity", json!({})).is_ok());
        for (service, operation, input) in [
            (&Iam as &dyn Service, "ListRoles", json!({})),
            (&Sts, "GetFederationToken", input.clone()),
            (&Sts, "GetSessionToken", json!({})),
        ] {
            assert_eq!(
                asked(service, operation, input).unwrap_err(),
                "AccessDenied",
                "{operation}"
            );
        }
    }
    let input = json!({ "SerialNumber": "arn:aws:iam::123456789012:mfa/deployer", "TokenCode": "123456" });
    let session = call(&Sts, &mut w, 0, "GetSessionToken", input, Some("AKIA")).unwrap();
    let with_factor = call(&Iam, &mut w, 0, "ListRoles", json!({}), Some(&key(&session)));
    assert!(with_factor.is_ok());
}

#[test]
fn the_root_user_gets_an_hour_and_no_role() {
    let mut w = world();
    let mut asked = |operation: &str, input: Value| {
        let call = Call {
            operation: operation.into(),
            input,
            body: Default::default(),
            headers: Vec::new(),
            region: "us-east-1".into(),
            caller: Caller {
                account: ACCOUNT.into(),
                arn: format!("arn:aws:iam::{ACCOUNT}:root"),
                access_key: Some("AKIAROOT".into()),
                permissions: None,
            },
            now: START.after(Duration::from_secs(60)),
            base_url: None,
        };
        Sts.call(&mut w, &call).map(|answer| answer.output)
    };
    let session = asked("GetSessionToken", json!({ "DurationSeconds": 43200 })).unwrap();
    let end = START.after(Duration::from_secs(3660));
    assert_eq!(session["Credentials"]["Expiration"], end.epoch_seconds());
    let role = json!({ "RoleArn": ROLE, "RoleSessionName": "root" });
    assert_eq!(asked("AssumeRole", role).unwrap_err().code, "AccessDenied");
}

#[test]
fn a_trust_policy_says_which_session_tags_an_assertion_may_carry() {
    let mut w = world();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Federated": PROVIDER },
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": { "ForAllValues:StringEqualsIgnoreCase": { "aws:TagKeys": ["costCenter", "roles"] } },
    }]});
    let update = json!({ "RoleName": "agents", "PolicyDocument": trust.to_string() });
    call(&Iam, &mut w, 0, "UpdateAssumeRolePolicy", update, Some("AKIA")).unwrap();
    let tagged = |key: &str| assertion().replace("SessionDuration", &format!("PrincipalTag:{key}"));
    sign_in(&mut w, 11, &assertion(), json!({})).unwrap();
    sign_in(&mut w, 11, &tagged("CostCenter"), json!({})).unwrap();
    let other = sign_in(&mut w, 11, &tagged("headset:environment"), json!({})).unwrap_err();
    assert_eq!(other.code, "AccessDenied");
}

/// A role that the account's own principals may take, with session tags.
fn tagged_role(w: &mut World, name: &str) -> String {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": ACCOUNT }, "Action": ["sts:AssumeRole", "sts:TagSession"],
    }]});
    let role = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() });
    call(&Iam, w, 0, "CreateRole", role, Some("AKIA")).unwrap();
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

fn take(w: &mut World, role: &str, more: Value, key: &str) -> Result<Value, Fault> {
    let mut input = json!({ "RoleArn": role, "RoleSessionName": "session" });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    call(&Sts, w, 11, "AssumeRole", input, Some(key))
}

#[test]
fn what_is_no_arn_is_no_role_that_could_be_denied() {
    let mut w = world();
    for arn in [
        "nothing-valid-in-here",
        "arn::b:::something/test-role",
        "arn:a::::something/test-role",
        "arn:a:::something/test-role",
        "arn:a:a::aaaaaaaaaa:",
        // Of IAM's own things, another one than a role.
        "arn:aws:iam::123456789012:roleXXXX/ra",
        "arn:aws:iam::123456789012:role/",
        "arn:aws:iam::123456789012:user/deployer",
        PROVIDER,
    ] {
        let fault = take(&mut w, arn, json!({}), "AKIA").unwrap_err();
        assert_eq!(
            (fault.code.as_str(), fault.status),
            ("ValidationError", Some(400)),
            "{arn}"
        );
    }
    let fault = take(&mut w, "arn:a:b:::something/test-role", json!({}), "AKIA").unwrap_err();
    assert_eq!(fault.code, "AccessDenied", "it could be one");
    let mut federated = |operation: &str, input: Value| {
        let fault = call(&Sts, &mut w, 11, operation, input, None).unwrap_err();
        (fault.code, fault.message)
    };
    let invalid = ("ValidationError".to_owned(), "Request ARN is invalid".to_owned());
    let swapped = json!({ "RoleArn": PROVIDER, "PrincipalArn": ROLE, "SAMLAssertion": "PHNhbWw+" });
    assert_eq!(federated("AssumeRoleWithSAML", swapped), invalid);
    let of_provider = json!({ "RoleArn": PROVIDER, "RoleSessionName": "run", "WebIdentityToken": "a.b.c" });
    assert_eq!(federated("AssumeRoleWithWebIdentity", of_provider), invalid);
}

#[test]
fn the_keys_of_session_tags_are_equal_regardless_of_case() {
    let mut w = world();
    let role = tagged_role(&mut w, "tagged");
    let tag = |key: &str| json!({ "Key": key, "Value": "v" });
    for (more, good) in [
        (
            json!({ "Tags": [tag("team")], "TransitiveTagKeys": ["TEAM"] }),
            true,
        ),
        (
            json!({ "Tags": [tag("team")], "TransitiveTagKeys": ["other"] }),
            false,
        ),
        (json!({ "TransitiveTagKeys": ["team"] }), false),
        (json!({ "Tags": [tag("team"), tag("Team")] }), false),
    ] {
        let outcome = take(&mut w, &role, more.clone(), "AKIA").err();
        let code = outcome.map(|fault| (fault.code, fault.status));
        let expected = (!good).then(|| ("InvalidParameterValue".to_owned(), Some(400)));
        assert_eq!(code, expected, "{more}");
    }
}

#[test]
fn transitive_tags_go_along_and_cannot_be_set_anew() {
    let mut w = world();
    let (first, second) = (tagged_role(&mut w, "first"), tagged_role(&mut w, "second"));
    let more = json!({ "Tags": [{ "Key": "Team", "Value": "a" }], "TransitiveTagKeys": ["Team"] });
    let session = take(&mut w, &first, more, "AKIA").unwrap();
    let key = session["Credentials"]["AccessKeyId"].as_str().unwrap().to_owned();
    for tag in ["Team", "team"] {
        let again = json!({ "Tags": [{ "Key": tag, "Value": "b" }] });
        let fault = take(&mut w, &second, again, &key).unwrap_err();
        assert_eq!(fault.code, "InvalidParameterValue", "{tag}");
    }
    let next = take(&mut w, &second, json!({}), &key).unwrap();
    let key = next["Credentials"]["AccessKeyId"].as_str().unwrap().to_owned();
    let again = json!({ "Tags": [{ "Key": "TEAM", "Value": "c" }] });
    let fault = take(&mut w, &first, again, &key).unwrap_err();
    assert_eq!(
        fault.code, "InvalidParameterValue",
        "from the session before the last one"
    );
}
