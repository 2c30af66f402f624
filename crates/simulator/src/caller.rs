//! Who a request comes from.

use std::sync::Arc;

use super::clock::Moment;
use super::reply::Progress;
use super::service::iam::{caller_of_key, permissions};
use super::service::{Caller, Fault};
use super::wire::Protocol;
use super::wire::scope::Scope;
use super::world::World;

/// Who calls. An access key that STS gave out stands for its session; a key of twelve digits for that account; `ROOT` and
/// twelve digits for the root user of that account;
/// every other key for the settings' account.
///
/// Assumption: authorisation.session-policies. Of a session, what its role or user may do counts; a policy that was given
/// when the session began is not applied.
pub(super) fn caller(
    world: &World,
    signed: Option<&Scope>,
    now: Moment,
    progress: &Progress,
) -> Result<Caller, Fault> {
    let mut caller = identified(world, signed, now, progress)?;
    if caller.access_key.is_some() {
        caller.permissions = permissions(&world.iam, &caller).map(Arc::new);
    }
    Ok(caller)
}

fn identified(
    world: &World,
    signed: Option<&Scope>,
    now: Moment,
    progress: &Progress,
) -> Result<Caller, Fault> {
    let Some(scope) = signed else {
        return Ok(Caller {
            account: world.settings.account.clone(),
            arn: "anonymous".to_owned(),
            access_key: None,
            permissions: None,
        });
    };
    let expired = || {
        let (code, status) = match progress.protocol {
            Protocol::RestXml => ("ExpiredToken", 400),
            Protocol::Query => ("ExpiredToken", 403),
            Protocol::Ec2 => ("RequestExpired", 400),
            _ => ("ExpiredTokenException", 403),
        };
        Fault::new(code, "The security token included in the request is expired").with_status(status)
    };
    if world
        .sts
        .ends
        .get(&scope.access_key)
        .is_some_and(|end| *end <= now)
    {
        return Err(expired());
    }
    if world.sts.sessions.contains_key(&scope.access_key) {
        return world
            .sts
            .caller(&scope.access_key, world.wall.unwrap_or(now))
            .ok_or_else(expired);
    }
    if let Some(caller) = caller_of_key(&world.iam, &scope.access_key) {
        return caller.ok_or_else(|| {
            let code = match progress.protocol {
                Protocol::Query => "InvalidClientTokenId",
                Protocol::Ec2 => "AuthFailure",
                Protocol::RestXml => "InvalidAccessKeyId",
                _ => "UnrecognizedClientException",
            };
            Fault::new(code, "The security token included in the request is invalid").with_status(403)
        });
    }
    let root = scope.access_key.strip_prefix("ROOT");
    let number = root.unwrap_or(&scope.access_key);
    let digits = number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit());
    let (account, name) = match (digits, root) {
        (true, Some(_)) => (number, "root"),
        (true, None) => (number, "user/deployer"),
        (false, _) => (world.settings.account.as_str(), "user/deployer"),
    };
    Ok(Caller {
        account: account.to_owned(),
        arn: format!("arn:aws:iam::{account}:{name}"),
        access_key: Some(scope.access_key.clone()),
        permissions: None,
    })
}
