//! GetFederationToken: how a user whom an identity provider vouches for gets into an instance.
//!
//! It is the one operation of the control plane that agents call, by a role that only allows this. So it is also the
//! one for which the caller's own policies are looked at.

use serde_json::json;

use super::entity::Kind;
use super::{active_instance, denied, invalid_request};
use crate::policy::{Context, Principal, Request};
use crate::service::ask::Identities;
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// How long the two tokens hold, in seconds.
///
/// Assumption: connect.federation-tokens. The model has members for both ends and no source gives figures: an hour, and
/// the twelve hours after which a SAML session ends.
const ACCESS: u64 = 3600;
const REFRESH: u64 = 43_200;

/// What is remembered of a user who signed in: the unique id of the role that did it.
const ROLE: &str = "FederatedBy";

/// Who calls, as Connect sees it.
struct Caller {
    /// What the Connect user has to be called.
    name: String,
    /// `aws:userid`.
    user_id: String,
    /// ARN of the role or user whose policies decide.
    holder: String,
    /// The role's unique id, where it is a role's session.
    role: Option<String>,
}

fn caller(world: &World, call: &Call) -> Result<Caller, Fault> {
    let arn = &call.caller.arn;
    if arn.ends_with(":root") {
        return Err(denied("root cannot be used for federation with Amazon Connect"));
    }
    if call.caller.access_key.is_none() {
        return Err(denied("the request is not signed"));
    }
    let account = &call.caller.account;
    let session = arn
        .split_once(":assumed-role/")
        .and_then(|(_, rest)| rest.split_once('/'));
    match session {
        Some((role, name)) => {
            let role = world
                .role_named(account, role)
                .ok_or_else(|| denied("the role of this session is gone"))?;
            Ok(Caller {
                name: name.to_owned(),
                user_id: format!("{}:{name}", role.id),
                holder: role.arn.clone(),
                role: Some(role.id.clone()),
            })
        }
        None => {
            let name = arn.rsplit('/').next().unwrap_or_default();
            let user = world.user_named(account, name);
            Ok(Caller {
                name: name.to_owned(),
                user_id: user.map_or_else(|| name.to_owned(), |user| user.id.clone()),
                holder: arn.clone(),
                role: None,
            })
        }
    }
}

pub(super) fn token(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let who = caller(world, call)?;
    let one = active_instance(world, call)?;
    let (arn, id, alias) = (one.arn(), one.id.clone(), one.alias.clone().unwrap_or_default());
    if !one.is_saml() {
        return Err(invalid_request("federation is for instances with SAML"));
    }
    check_allowed(world, call, &who, &arn, &id)?;
    let tokens = [world.hex(64), world.hex(64)];
    let one = active_instance(world, call)?;
    // "Case-sensitive even with SAML": the administrator guide's page on SAML.
    let user = one
        .entities
        .values_mut()
        .find(|entity| entity.kind == Kind::User && entity.name == who.name)
        .ok_or_else(|| Fault::new("UserNotFoundException", "the user was not found in the instance"))?;
    if let Some(role) = &who.role {
        // Assumption: connect.second-role. A user who has signed in by one role cannot by another, as the administrator
        // guide says; by which of the declared errors, it does not.
        match user.hidden.get(ROLE).and_then(|known| known.as_str()) {
            Some(known) if known != role => {
                let message = "the user is associated with another IAM role";
                return Err(Fault::new("DuplicateResourceException", message));
            }
            Some(_) => {}
            None => {
                user.hidden.insert(ROLE.to_owned(), json!(role));
            }
        }
    }
    let [access, refresh] = tokens;
    let end = |seconds| {
        call.now
            .after(std::time::Duration::from_secs(seconds))
            .epoch_seconds()
    };
    Ok(Answer::of(json!({
        "UserId": user.id,
        "UserArn": user.arn,
        "SignInUrl": format!("https://{alias}.my.connect.aws/auth/sign-in"),
        "Credentials": {
            "AccessToken": access,
            "AccessTokenExpiration": end(ACCESS),
            "RefreshToken": refresh,
            "RefreshTokenExpiration": end(REFRESH),
        },
    })))
}

/// Whether the caller's policies allow it, on the user that the caller is in this instance.
fn check_allowed(world: &World, call: &Call, who: &Caller, arn: &str, id: &str) -> Result<(), Fault> {
    let mut context = Context::new();
    let mut put = |key: &str, value: &str| {
        context.insert(key.to_owned(), vec![value.to_owned()]);
    };
    put("aws:userid", &who.user_id);
    put("aws:principalarn", &who.holder);
    put("aws:requestedregion", &call.region);
    put("connect:instanceid", id);
    let resource = format!("{arn}/user/{}", who.user_id);
    let request = Request {
        principal: &Principal::Aws {
            arn: call.caller.arn.clone(),
            account: call.caller.account.clone(),
        },
        action: "connect:GetFederationToken",
        resource: &resource,
        context: &context,
    };
    // The user of the simulator's own credentials administers the account, with no policy that says so.
    let administers = who.role.is_none() && who.name == "deployer";
    match administers || world.allows(&who.holder, &request) {
        true => Ok(()),
        false => Err(denied(&format!(
            "User: {} is not authorized to perform: connect:GetFederationToken on resource: {resource}",
            call.caller.arn
        ))),
    }
}
