//! STS: who calls, and temporary credentials.

mod assertion;
mod assume;
mod calls;
mod session;
mod tags;
#[cfg(test)]
mod tests;
mod web;

use crate::service::sts::session::session_of;
pub(crate) use calls::Sts;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ask::{Identities, Sessions};
use super::{Answer, Call, Caller, Fault};
use crate::clock::Moment;
pub(crate) use crate::world::sts::{Session, Store};
use crate::world::{Settings, World};

impl Store {
    /// What AWS has there from the beginning.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store::default()
    }

    /// Whom this temporary access key stands for at this time; `None` once it has expired. A key that is not in
    /// [`Store::sessions`] is not a temporary one.
    pub fn caller(&self, access_key: &str, now: Moment) -> Option<Caller> {
        let session = self
            .sessions
            .get(access_key)
            .filter(|session| now < session.expires)?;
        Some(Caller {
            account: session.account.clone(),
            arn: session.arn.clone(),
            access_key: Some(access_key.to_owned()),
            permissions: None,
        })
    }
}

/// Makes credentials and remembers whom they stand for. Returns the model's `Credentials`.
fn issue(world: &mut World, account: &str, arn: &str, user: &str, seconds: u64, now: Moment) -> Value {
    let key = format!("ASIA{}", world.hex(16).to_uppercase());
    let secret = world.hex(40);
    let token = format!("{}{}", world.hex(64), world.hex(64));
    let expires = world
        .wall
        .unwrap_or(now)
        .after(std::time::Duration::from_secs(seconds));
    let session = Session {
        account: account.to_owned(),
        arn: arn.to_owned(),
        user: user.to_owned(),
        secret: secret.clone(),
        token: token.clone(),
        expires,
        multi_factor: false,
        transitive: BTreeMap::new(),
    };
    world.sts.sessions.insert(key.clone(), session);
    json!({
        "AccessKeyId": key,
        "SecretAccessKey": secret,
        "SessionToken": token,
        "Expiration": expires.epoch_seconds(),
    })
}

/// Lets the credentials of an access key that was not made here end after so many simulated seconds.
pub(crate) fn end(world: &mut World, input: &Value, now: Moment) -> Result<Value, Fault> {
    let key = input["access_key"].as_str();
    let seconds = input["seconds"].as_f64();
    let (Some(key), Some(seconds)) = (key, seconds.filter(|seconds| (0.0..=3.2e9).contains(seconds))) else {
        return Err(invalid(
            "access_key is an access key id, and seconds are not negative",
        ));
    };
    let end = now.after(std::time::Duration::from_secs_f64(seconds));
    world.sts.ends.insert(key.to_owned(), end);
    Ok(json!({ "end": end.epoch_seconds() }))
}

impl Sessions for World {
    fn is_session_of_user(&self, call: &Call) -> bool {
        session_of(self, call)
            .is_some_and(|session| !session.arn.contains(":assumed-role/") && !session.multi_factor)
    }
}

fn denied(call: &Call, resource: &str) -> Fault {
    let message = format!(
        "User: {} is not authorized to perform: sts:{} on {resource}",
        call.caller.arn, call.operation
    );
    Fault::new("AccessDenied", message).with_status(403)
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("ValidationError", message).with_status(400)
}

fn seconds(call: &Call, default: u64) -> u64 {
    call.input
        .get("DurationSeconds")
        .and_then(Value::as_u64)
        .unwrap_or(default)
}

fn identity(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let caller = &call.caller;
    let session = caller
        .access_key
        .as_deref()
        .and_then(|key| world.sts.sessions.get(key));
    let user = match session {
        Some(session) => session.user.clone(),
        None if caller.arn.ends_with(":root") => caller.account.clone(),
        None => user_id(world, caller),
    };
    Ok(Answer::of(
        json!({ "UserId": user, "Account": caller.account, "Arn": caller.arn }),
    ))
}

/// The unique id of a user, or one that stands for whatever the front door's fixed credentials name.
fn user_id(world: &World, caller: &Caller) -> String {
    use sha2::{Digest, Sha256};
    let name = caller.arn.rsplit('/').next().unwrap_or_default();
    let known = world.user_named(&caller.account, name);
    let known = known.filter(|user| user.arn == caller.arn);
    match (
        known,
        caller
            .arn
            .split_once(":assumed-role/")
            .and_then(|(_, rest)| rest.split_once('/')),
    ) {
        (Some(user), _) => user.id.clone(),
        (None, session) => {
            let digest = hex::encode(Sha256::digest(caller.arn.as_bytes())).to_uppercase();
            match session {
                Some((_, name)) => format!("AROA{}:{name}", &digest[..17]),
                None => format!("AIDA{}", &digest[..17]),
            }
        }
    }
}

/// Twelve hours by default, as both operations document.
const HALF_A_DAY: u64 = 43_200;
/// The most that the root user gets, and gets whatever it asks for beyond it.
const ROOT_USER: u64 = 3600;

/// How long the session of a user, or of one that a user federates, lasts.
fn user_seconds(call: &Call) -> u64 {
    let asked = seconds(call, HALF_A_DAY);
    match call.caller.arn.ends_with(":root") {
        true => asked.min(ROOT_USER),
        false => asked,
    }
}

fn session_token(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    if world
        .sts
        .sessions
        .contains_key(call.caller.access_key.as_deref().unwrap_or_default())
    {
        return Err(Fault::new(
            "AccessDenied",
            "Cannot call GetSessionToken with session credentials",
        )
        .with_status(403));
    }
    let user = user_id(world, &call.caller);
    let caller = call.caller.clone();
    let credentials = issue(
        world,
        &caller.account,
        &caller.arn,
        &user,
        user_seconds(call),
        call.now,
    );
    if call.text("TokenCode").is_some()
        && let Some(session) = credentials["AccessKeyId"]
            .as_str()
            .and_then(|key| world.sts.sessions.get_mut(key))
    {
        session.multi_factor = true;
    }
    Ok(Answer::of(json!({ "Credentials": credentials })))
}

fn federation_token(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    if world
        .sts
        .sessions
        .contains_key(call.caller.access_key.as_deref().unwrap_or_default())
    {
        let message = "Cannot call GetFederationToken with session credentials";
        return Err(Fault::new("AccessDenied", message).with_status(403));
    }
    check_session_policy(call)?;
    tags::Tags::read(call)?;
    let name = call.text("Name").unwrap_or_default();
    let account = &call.caller.account;
    let arn = format!("arn:aws:sts::{account}:federated-user/{name}");
    let user = format!("{account}:{name}");
    let credentials = issue(world, account, &arn, &user, user_seconds(call), call.now);
    Ok(Answer::of(json!({
        "Credentials": credentials,
        "FederatedUser": { "FederatedUserId": user, "Arn": arn },
        "PackedPolicySize": 0,
    })))
}

/// A session policy has to be an identity policy.
fn check_session_policy(call: &Call) -> Result<(), Fault> {
    use crate::policy::{Kind, Policy};
    match call
        .text("Policy")
        .map(|text| Policy::parse(text, Kind::Identity))
    {
        Some(Err(e)) => Err(Fault::new("MalformedPolicyDocument", e.to_string())),
        _ => Ok(()),
    }
}
