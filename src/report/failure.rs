//! Why a step failed, and what to do about it.

use std::time::Duration;

use super::evidence;
use super::words::{agreeing, plural, span};
use headset_core::{Address, AwsError, Class};
use headset_engine::apply::{Failure, Given};
use headset_kinds::registry;

/// Why it failed, in one sentence without a full stop.
pub(super) fn sentence(address: &Address, failure: &Failure) -> String {
    match failure {
        Failure::Call { error, .. } => error.to_string(),
        Failure::Refused { refusal } => refusal.finding(address).message,
        Failure::State { error } => format!("state cannot be written: {error}"),
        Failure::NoOutput { of, output } => format!("{of} gives no `{output}`"),
        Failure::Answers { why, .. } => why.to_string(),
        Failure::Stuck { state, error } => format!("it stays {state}: {error}"),
        Failure::StillMoving { state, seconds } => {
            let minutes = usize::try_from((seconds + 30) / 60).unwrap_or(usize::MAX);
            format!("it is still {state} after {}", plural(minutes, "minute"))
        }
        Failure::GoneAgain => "it was made and then deleted outside of Headset".to_owned(),
        Failure::NeverAppeared => "AWS accepted the creation, but the resource did not appear".to_owned(),
        Failure::Failed { state, error } => format!("it is {state}: {error}"),
        Failure::NotAsWanted { fields } => format!(
            "AWS accepted every change, but {} still differs from what was asked for",
            fields.join(", ")
        ),
        Failure::SessionsOpened { open, planned } => format!(
            "{} {} open now; when this was planned, it was {planned}",
            plural(*open as usize, "session"),
            agreeing(*open as usize, "is", "are")
        ),
        Failure::SessionsStay { open, seconds } => format!(
            "{} {} still open after {}",
            plural(*open as usize, "session"),
            agreeing(*open as usize, "is", "are"),
            span(Duration::from_secs(*seconds))
        ),
        Failure::SameAs { holder, thing } => {
            format!("{holder} is the same resource in AWS ({thing}), so it was not deleted")
        }
    }
}

/// What to do about it, where something is known, and which assumptions may be wrong.
pub(super) fn help(address: &Address, failure: &Failure) -> Option<String> {
    let assumed = failure.evidence(address).into_iter().map(evidence::sentence);
    advice(address, failure)
        .into_iter()
        .chain(assumed)
        .reduce(|all, next| format!("{all}. {next}"))
}

/// What to do about it, assumptions aside.
fn advice(address: &Address, failure: &Failure) -> Option<String> {
    let kind = registry::kind(address.kind);
    let why_not_made = kind.why_not_made();
    match failure {
        Failure::Call { hint: Some(hint), .. } => Some(hint.clone()),
        Failure::Call { error, hint: None } => {
            let making = error.class == Class::Invalid && error.operation.starts_with("Create");
            let creation_limit = kind.creation_limit();
            let creation_limit = creation_limit.filter(|_| error.class == Class::Quota).map(|creation_limit| {
                format!(
                    "AWS also limits how often they are created and deleted: {} times in {} days; after that it \
                     refuses more for as long",
                    creation_limit.most, creation_limit.days
                )
            });
            let own = why_not_made.filter(|_| making).map(str::to_owned);
            own.into_iter()
                .chain(about_call(error).map(str::to_owned))
                .chain(creation_limit)
                .reduce(|one, more| format!("{one}; {more}"))
        }
        Failure::Refused { refusal } => refusal.finding(address).help,
        Failure::Answers { given, .. } => Some(match given {
            Given::Person => {
                "answer again with `headset checkpoint answer FILE ADDRESS KEY=VALUE`".to_owned()
            }
            Given::Blueprint { place: Some(place) } => {
                format!("they stand in the blueprint, at {place}: correct them there")
            }
            Given::Blueprint { place: None } => "they stand in the blueprint: correct them there".to_owned(),
        }),
        Failure::Stuck { .. } => {
            Some("remove the cause and apply again; the wait goes on where it stopped".to_owned())
        }
        Failure::StillMoving { .. } => {
            Some("apply again to go on waiting; Headset replaces nothing because a wait is slow".to_owned())
        }
        Failure::GoneAgain => Some("apply again to make it once more".to_owned()),
        Failure::Failed { .. } => Some(match why_not_made {
            Some(own) => format!("the next apply replaces it; {own}"),
            None => "the next apply replaces it".to_owned(),
        }),
        Failure::NotAsWanted { .. } => {
            Some("this may be a bug of Headset's; `plan` shows both values".to_owned())
        }
        Failure::SessionsOpened { .. } => Some("nothing was stopped; plan again".to_owned()),
        Failure::SessionsStay { .. } => Some(
            "it stays as it was: apply again and wait longer, or cut them off with `--allow-disruption`"
                .to_owned(),
        ),
        Failure::SameAs { .. } => Some("plan again".to_owned()),
        Failure::State { .. } | Failure::NoOutput { .. } | Failure::NeverAppeared => None,
    }
}

/// What to do about a failed call.
fn about_call(error: &AwsError) -> Option<&'static str> {
    if error.is_of_expired_credentials() {
        return Some("the credentials have expired: sign in again (`aws sso login`), then apply again");
    }
    if error.code.as_deref() == Some("BucketAlreadyExists") {
        return Some(
            "bucket names are unique over all accounts, and another account has this one: choose another name \
             (`ccp.bucket` for the pages), then apply again",
        );
    }
    match error.class {
        Class::Denied => {
            Some("the credentials lack a permission: AWS names the action above; allow it and apply again")
        }
        Class::Quota => {
            Some("ask for a higher quota in Service Quotas, or delete what is not needed; then apply again")
        }
        Class::Throttled => Some("AWS limits the rate of calls; apply again in a few minutes"),
        Class::Transient => Some("the service or the network failed; apply again, nothing is made twice"),
        Class::Unproven => Some(
            "a proxy, a filter or a sign-in page of the network may have answered in AWS's place: look at \
             HTTPS_PROXY, NO_PROXY and the endpoints, then try again; Headset has concluded nothing from this answer",
        ),
        Class::AlreadyThere => Some(
            "something of that name exists and does not belong to this environment; choose another name, or take it \
             over with `headset import FILE ADDRESS`",
        ),
        Class::NotFound
        | Class::Conflict
        | Class::InUse
        | Class::NotYetVisible
        | Class::WrongState
        | Class::UpToDate
        | Class::Invalid
        | Class::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::written::{check, every};
    use super::*;
    use headset_core::diagnostic::Place;
    use headset_engine::apply::Rejection;
    use headset_engine::plan::Refusal;

    fn call(class: Class, code: &str) -> Failure {
        let mut error = AwsError::new("appstream", "DeleteFleet", class, "AWS's message");
        error.code = (!code.is_empty()).then(|| code.to_owned());
        error.request_id = Some("9a7e".to_owned());
        Failure::Call { error, hint: None }
    }

    fn each() -> Vec<Failure> {
        let address = |text: &str| -> Address { text.parse().unwrap() };
        let owned = |text: &str| text.to_owned();
        let thing = || owned("acme-agents");
        let refusals = [
            Refusal::BelongsToAnother {
                thing: thing(),
                environment: Some(owned("acme-other")),
                lineage: owned("4f1c"),
            },
            Refusal::LostState {
                thing: thing(),
                environment: owned("acme"),
                lineage: Some(owned("4f1c")),
            },
            Refusal::NotOurs { thing: thing() },
            Refusal::ClaimedTwice {
                thing: thing(),
                by: vec![address("appstream.fleet/a"), address("appstream.fleet/b")],
            },
        ];
        let mut all = vec![
            call(Class::Denied, "AccessDeniedException"),
            call(Class::Denied, "ExpiredTokenException"),
            call(Class::Quota, "LimitExceededException"),
            call(Class::Throttled, "ThrottlingException"),
            call(Class::Transient, ""),
            call(Class::Unproven, ""),
            call(Class::AlreadyThere, "ResourceAlreadyExistsException"),
            call(Class::Other, "SomethingNew"),
            Failure::Call {
                error: AwsError::own(Class::InUse, "it is in use"),
                hint: Some(owned("the stack `agents` uses it")),
            },
        ];
        all.extend(refusals.map(|refusal| Failure::Refused { refusal }));
        all.extend([
            Failure::State {
                error: owned("No space left on device"),
            },
            Failure::NoOutput {
                of: address("iam.role/connect"),
                output: owned("arn"),
            },
            Failure::Answers {
                why: Rejection::Answers(owned("metadata: it is not XML").into()),
                given: Given::Person,
            },
            Failure::Answers {
                why: Rejection::AnsweredElsewhere {
                    why: owned("application_arn: another one has it"),
                },
                given: Given::Blueprint {
                    place: Some(Place {
                        file: "center.yaml".into(),
                        line: 3,
                        column: 5,
                        bytes: (0, 0),
                    }),
                },
            },
            Failure::Stuck {
                state: owned("STARTING"),
                error: owned("no capacity"),
            },
            Failure::StillMoving {
                state: owned("STARTING"),
                seconds: 3_631,
            },
            Failure::GoneAgain,
            Failure::NeverAppeared,
            Failure::Failed {
                state: owned("FAILED"),
                error: owned("no capacity"),
            },
            Failure::NotAsWanted {
                fields: vec![owned("view"), owned("power")],
            },
            Failure::SessionsOpened { open: 1, planned: 0 },
            Failure::SessionsStay {
                open: 2,
                seconds: 1_800,
            },
            Failure::SameAs {
                holder: address("appstream.fleet/b"),
                thing: thing(),
            },
        ]);
        all
    }

    /// What programs and people read of each failure: identifiers must not change.
    #[test]
    fn each_failure_has_its_identifier_its_sentence_and_its_advice() {
        let address: Address = "appstream.fleet/agents".parse().unwrap();
        let told = |failure: &Failure| {
            let value = serde_json::to_value(failure).unwrap();
            let within = value["refusal"]["id"]
                .as_str()
                .or(value["error"]["class"].as_str())
                .or(value["why"]["id"].as_str());
            let id = value["id"].as_str().unwrap();
            let within = within.map(|within| format!(" {within}")).unwrap_or_default();
            let help = help(&address, failure);
            let help = help.map(|help| format!("\n  help: {help}")).unwrap_or_default();
            format!("{id}{within}\n  {}{help}\n", sentence(&address, failure))
        };
        every!(
            Failure,
            &each(),
            [
                Call,
                Refused,
                State,
                NoOutput,
                Answers,
                Stuck,
                StillMoving,
                GoneAgain,
                NeverAppeared,
                Failed,
                NotAsWanted,
                SessionsOpened,
                SessionsStay,
                SameAs
            ]
        );
        let all: Vec<String> = each().iter().map(told).collect();
        assert_eq!(
            all.iter().collect::<BTreeSet<_>>().len(),
            all.len(),
            "no two sound alike"
        );
        check("failure.txt", &all.concat());
    }
}
