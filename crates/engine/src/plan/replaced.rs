//! `--replace`: what is made anew because a person asks for it, and what is not.

use std::collections::BTreeMap;

use super::input::PlanInput;
use super::model::{Action, Step};
use headset_core::diagnostic::Diagnostic;
use headset_design::{Desired, Mode};
use headset_kinds::shell::word;
use headset_kinds::{Address, Condition, Kind, Live};
use serde_json::Value;

/// Whether a thing that is there is made anew because a person asks for it.
pub(super) fn is_replaced(
    input: &PlanInput<'_>,
    kind: &dyn Kind,
    address: &Address,
    live: &Live,
    want: &Value,
) -> bool {
    let is_settled = !matches!(live.condition, Condition::Moving { .. });
    input.scope.replaces.contains(address)
        && input.state.resources.contains_key(address)
        && kind.checkpoint(address, want).is_none()
        && is_settled
}

/// What keeps things from being made anew although that is asked for. What is not there is made anyway.
pub(super) fn findings(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Vec<(Address, Diagnostic)> {
    let asked = input.scope.replaces.iter();
    let refused = asked.filter_map(|address| {
        let desired = input.design.resources.get(address);
        let (why, help) = why_not(address, desired, steps.get(address))?;
        let finding = Diagnostic::error("not-replaced", format!("{address} is not replaced: {why}"));
        let place = desired.and_then(|desired| desired.place.clone());
        Some((address.clone(), finding.at_maybe(place).help(help)))
    });
    refused.collect()
}

/// The same for what the part of a plan leaves out that is asked for.
pub(super) fn left_out(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Vec<Diagnostic> {
    let asked = input.scope.replaces.iter();
    let lost = asked.filter(|address| !steps.contains_key(*address));
    lost.map(|address| {
        let message = format!("{address} is not replaced: --target and --exclude leave it out");
        Diagnostic::error("not-replaced", message).help(format!(
            "add `--target {}`, or leave --replace out",
            word(&address.to_string())
        ))
    })
    .collect()
}

/// Why not, and what helps.
fn why_not(address: &Address, desired: Option<&Desired>, step: Option<&Step>) -> Option<(String, String)> {
    let said = |why: &str, help: &str| Some((why.to_owned(), help.to_owned()));
    let (Some(desired), Some(step)) = (desired, step) else {
        return said(
            "the blueprint does not ask for it any more",
            "leave --replace out: apply takes it away, and makes nothing in its place",
        );
    };
    match (desired.mode, &step.action) {
        (_, Action::Replace { .. } | Action::Create) => None,
        // Each of them has a finding of its own.
        (_, Action::Refused { .. } | Action::Unknown { .. }) => None,
        (Mode::Existing, _) => said(
            "it lives outside of this environment, which only links to it",
            "ask the people who made it",
        ),
        (Mode::Ensured, _) => said(
            "it is shared with the rest of the account",
            "ask the people who use it, and replace it by hand",
        ),
        (Mode::Managed, Action::Await { .. }) => said(
            "a person makes it",
            "do what the worksheet says: `headset checkpoint show FILE ADDRESS`",
        ),
        (Mode::Managed, Action::Adopt { .. }) => said(
            "state does not know it yet",
            "apply first, so that Headset takes it over, then ask again",
        ),
        (Mode::Managed, Action::Update { .. }) if is_moving(step) => said(
            "AWS still works on it",
            "apply without --replace waits for that; then ask again",
        ),
        (Mode::Managed, _) => {
            let help = format!(
                "a person deletes it and says `headset checkpoint answer FILE {} gone=yes`; apply then asks for another one",
                word(&address.to_string())
            );
            Some(("only a person can make another one".to_owned(), help))
        }
    }
}

/// Whether a step waits for AWS.
fn is_moving(step: &Step) -> bool {
    matches!(step.reason, super::reason::Reason::Moving { .. })
}
