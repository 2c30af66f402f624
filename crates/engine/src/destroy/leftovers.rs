//! What is still there after everything was taken down, and why.

use headset_kinds::{Address, Beside, registry};

use super::stays::{Leftover, Stays};
use crate::apply::Outcome;
use crate::plan::{Action, Plan, Reason, Step, is_persons};
use crate::state::{Record, State};

/// Everything that stays after this plan went as it did; `after` is what state holds since then.
pub(super) fn of(plan: &Plan, outcome: &Outcome, after: &State, account: &str) -> Vec<Leftover> {
    let mut left = Vec::new();
    for step in plan.steps.values() {
        let why = match (&step.action, &step.reason) {
            // What is gone is not left, and what was only looked at was never here.
            (Action::Forget, Reason::Gone | Reason::OutsideStays) => continue,
            (Action::Forget, _) if goes_with_another(plan, &step.address) => continue,
            (Action::Forget, reason) => Stays::Planned(reason.clone()),
            (Action::Unknown { error }, _) => Stays::Unread { error: error.clone() },
            (Action::Delete, _) if outcome.failed.contains(&step.address) => Stays::NotDeleted,
            (Action::Delete, _) if !outcome.unfinished.contains(&step.address) => continue,
            (Action::Delete, _) if outcome.interrupted => Stays::Interrupted,
            (Action::Delete, _) => Stays::NotBegun,
            _ => continue,
        };
        left.push(Leftover {
            what: named(step),
            why,
        });
    }
    for (address, id) in &plan.deposed {
        let is_left = |(of, record): &(Address, Record)| of == address && record.id == *id;
        if after.deposed.iter().any(is_left) {
            let why = match outcome.interrupted {
                true => Stays::Interrupted,
                false if outcome.failed.contains(address) => Stays::NotDeleted,
                false => Stays::NotBegun,
            };
            left.push(Leftover {
                what: format!("{address}, predecessor {id}"),
                why,
            });
        }
    }
    for (address, record) in after.deposed.iter().filter(|(of, record)| is_persons(of, record)) {
        left.push(Leftover {
            what: format!("{address}, predecessor {}", record.id),
            why: Stays::Planned(Reason::Persons),
        });
    }
    left.extend(made_by_aws(plan, account));
    left
}

/// Whether it is part of something that is listed itself: an application's link is gone once the application is.
fn goes_with_another(plan: &Plan, address: &Address) -> bool {
    let whole = registry::kind(address.kind).answered_with();
    let whole = whole.and_then(|(kind, _)| plan.steps.get(&Address::new(kind, &address.key)));
    whole.is_some_and(|step| matches!(step.action, Action::Forget))
}

/// What stays, as a person finds it: what a person made outside of AWS's APIs is called by its own name and id there, too.
fn named(step: &Step) -> String {
    let address = step.address.to_string();
    let kind = registry::kind(step.address.kind);
    if !kind.outlives() {
        return address;
    }
    let name = step
        .want
        .get(kind.called_by())
        .and_then(serde_json::Value::as_str);
    let id = step.id.as_deref().filter(|id| Some(*id) != name);
    let called = name.map(|name| format!("`{name}`"));
    let called: Vec<String> = called.into_iter().chain(id.map(str::to_owned)).collect();
    match called.is_empty() {
        true => address,
        false => format!("{address} ({})", called.join(", ")),
    }
}

/// What AWS makes on its own beside what was asked for, and keeps: one entry for each, however many led to it. No API ties
/// it to what it came from.
fn made_by_aws(plan: &Plan, account: &str) -> Vec<Leftover> {
    let mut left: Vec<Leftover> = Vec::new();
    for step in plan.steps.values() {
        let beside = registry::kind(step.address.kind).beside(&step.want, account);
        let one = match beside.filter(|_| matches!(step.action, Action::Delete)) {
            Some(Beside::HomeFolders { bucket }) => Leftover {
                what: format!("s3://{bucket}"),
                why: Stays::HomeFolders,
            },
            Some(Beside::FlowLogs { group }) => Leftover {
                what: format!("log group {group}"),
                why: Stays::FlowLogs,
            },
            None => continue,
        };
        if left.iter().all(|other| other.what != one.what) {
            left.push(one);
        }
    }
    left
}
