//! What steps are called while and after they run, and what to do when a call fails.

use crate::plan::{Action, Phase, Step};
use headset_core::{AwsError, Class, doubt};

/// What a step does, in the progressive form; `None` where it does nothing that takes time.
pub(super) fn doing(step: &Step, phase: Phase) -> Option<&'static str> {
    match (phase, &step.action) {
        (Phase::Down, _) => Some("deleting"),
        (Phase::Up, Action::Create) => Some("creating"),
        (Phase::Up, Action::Adopt { .. }) => Some("adopting"),
        (Phase::Up, Action::Update { diff }) if diff.is_empty() => Some("waiting for"),
        (Phase::Up, Action::Update { .. }) => Some("updating"),
        (Phase::Up, Action::Replace { .. }) => Some("replacing"),
        (Phase::Up, Action::Await { .. }) => Some("checkpoint"),
        (Phase::Up, Action::Release) => Some("letting go of"),
        (
            Phase::Up,
            Action::Keep | Action::Read | Action::Unknown { .. } | Action::Delete | Action::Forget,
        ) => None,
    }
}

/// What a step did, in the past.
pub(super) fn done(step: &Step, phase: Phase) -> Option<&'static str> {
    match (phase, &step.action) {
        (Phase::Down, _) => Some("deleted"),
        (Phase::Up, Action::Create) => Some("created"),
        (Phase::Up, Action::Adopt { .. }) => Some("adopted"),
        (Phase::Up, Action::Update { diff }) if diff.is_empty() => Some("ready"),
        (Phase::Up, Action::Update { .. }) => Some("updated"),
        (Phase::Up, Action::Replace { .. }) => Some("replaced"),
        (Phase::Up, Action::Await { .. }) => Some("passed"),
        (Phase::Up, Action::Release) => Some("let go"),
        (
            Phase::Up,
            Action::Keep | Action::Read | Action::Unknown { .. } | Action::Delete | Action::Forget,
        ) => None,
    }
}

/// What to do about a failed call.
pub(super) fn advice(error: &AwsError) -> Option<String> {
    let expired = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];
    if error.code.as_deref().is_some_and(|code| expired.contains(&code)) {
        return Some(
            "the credentials are over: sign in again (`aws sso login`), then apply again".to_owned(),
        );
    }
    if error.code.as_deref() == Some("BucketAlreadyExists") {
        return Some(
            "names of buckets are unique over all accounts, and another account has this one: choose another name \
             (`ccp.bucket` for the pages), then apply again"
                .to_owned(),
        );
    }
    let usual = match error.class {
        Class::Denied => {
            Some("the credentials lack this permission: AWS names the action above, allow it and apply again")
        }
        Class::Quota => {
            Some("ask for a higher quota in Service Quotas, or delete what is not needed; then apply again")
        }
        Class::Throttled => Some("AWS limits the rate of calls; apply again in a few minutes"),
        Class::Transient => Some("the service or the network failed; apply again, nothing is made twice"),
        Class::Unproven => Some(
            "a proxy, a filter or a sign-in page of the network may stand before AWS: look at HTTPS_PROXY, NO_PROXY and \
             the endpoints, then try again; nothing was concluded from this answer",
        ),
        Class::AlreadyThere => Some(
            "something of that name is there and is not this environment's; choose another name, or take it over \
             with `headset import FILE ADDRESS`",
        ),
        Class::NotFound
        | Class::Conflict
        | Class::InUse
        | Class::NotYetVisible
        | Class::WrongState
        | Class::Invalid
        | Class::Other => None,
    };
    with_doubt(usual, doubt::behind_call(error))
}

/// Advice, with what nobody has proved and may be the reason.
pub(super) fn with_doubt(usual: Option<&str>, doubt: Option<String>) -> Option<String> {
    match (usual, doubt) {
        (Some(usual), Some(doubt)) => Some(format!("{usual}; or {doubt}")),
        (usual, doubt) => doubt.or(usual.map(str::to_owned)),
    }
}
