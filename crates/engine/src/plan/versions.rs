//! Earlier versions of what a person made: how many of them stay.

use std::collections::BTreeMap;

use serde_json::Value;

use super::model::{Action, Step};
use crate::state::{Record, State};
use headset_kinds::{Address, registry};

/// Whether a predecessor stays until the environment goes, or until there are too many: a person made it, and may want to go
/// back to it.
pub fn is_kept(address: &Address, record: &Record) -> bool {
    registry::kind(address.kind)
        .checkpoint(address, &record.spec)
        .is_some()
}

/// Whether a document names this anywhere, as a whole text.
fn names(document: &Value, id: &str) -> bool {
    match document {
        Value::String(text) => text == id,
        Value::Array(items) => items.iter().any(|item| names(item, id)),
        Value::Object(members) => members.values().any(|member| names(member, id)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The predecessors that there are once these steps are done, the latest last: what a step replaces becomes one, and what it
/// goes back to is none any more.
pub(super) fn after(steps: &BTreeMap<Address, Step>, state: &State) -> Vec<(Address, Record)> {
    let mut versions = state.deposed.clone();
    for step in steps.values() {
        let Some(record) = state.resources.get(&step.address) else {
            continue;
        };
        let name = registry::kind(step.address.kind).called_by();
        let is_replaced = match &step.action {
            Action::Replace { .. } => true,
            Action::Adopt { .. } => step.id.as_deref().is_some_and(|id| id != record.id),
            Action::Await { .. } | Action::Create => step.want.get(name) != record.spec.get(name),
            _ => false,
        };
        if is_replaced {
            versions.retain(|(of, one)| *of != step.address || step.id.as_ref() != Some(&one.id));
            versions.push((step.address.clone(), record.clone()));
        }
    }
    versions
}

/// Whether a predecessor is one more than the blueprint keeps at its address. What the blueprint names anywhere stays, and so
/// does what it gave to others.
pub fn is_surplus(
    address: &Address,
    record: &Record,
    deposed: &[(Address, Record)],
    steps: &BTreeMap<Address, Step>,
) -> bool {
    let Some(keeps) = steps
        .get(address)
        .and_then(|step| registry::kind(address.kind).keeps(&step.want))
    else {
        return false;
    };
    let versions = deposed.iter().rev();
    let mut versions = versions.filter(|(of, one)| of == address && is_kept(of, one));
    let is_older = versions
        .position(|(_, one)| one.id == record.id)
        .is_some_and(|place| place >= keeps);
    let wanted = steps
        .values()
        .filter(|step| !matches!(step.action, Action::Delete | Action::Release | Action::Forget));
    let is_given_away = registry::kind(address.kind).is_given_away(&record.spec);
    is_older && !is_given_away && !wanted.into_iter().any(|step| names(&step.want, &record.id))
}
