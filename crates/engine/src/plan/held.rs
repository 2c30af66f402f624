//! One physical thing, one address: nothing is taken away that another address keeps, changes, takes over or reads.

use std::collections::{BTreeMap, BTreeSet};

use super::input::PlanInput;
use super::model::{Action, Step};
use super::reason::Reason;
use super::refusal::Refusal;
use crate::state::Record;
use headset_core::diagnostic::Diagnostic;
use headset_design::Mode;
use headset_kinds::field;
use headset_kinds::{Address, KindId, Observation, registry};

/// A kind and the id of one thing of it. Things of one kind are in one region of one account.
pub(super) type KindAndId = (KindId, String);

/// What is at an address now.
fn thing(address: &Address, input: &PlanInput<'_>) -> Option<KindAndId> {
    match input.survey.observations.get(address)? {
        Observation::Present(live) => {
            let claim = registry::kind(address.kind).claim(live)?;
            Some((address.kind, claim))
        }
        Observation::Absent | Observation::Unknown(_) => None,
    }
}

/// Who holds what after this plan, as far as the blueprint asks for it.
fn holders(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> BTreeMap<KindAndId, Vec<Address>> {
    let mut holders: BTreeMap<KindAndId, Vec<Address>> = BTreeMap::new();
    for (address, step) in steps {
        let holds = match step.action {
            Action::Keep
            | Action::Read
            | Action::Adopt { .. }
            | Action::Update { .. }
            | Action::Replace { .. }
            | Action::Await { .. } => input.design.resources.contains_key(address),
            Action::Create
            | Action::Delete
            | Action::Release
            | Action::Forget
            | Action::Refused { .. }
            | Action::Unknown { .. } => false,
        };
        if let Some(thing) = thing(address, input).filter(|_| holds) {
            holders.entry(thing).or_default().push(address.clone());
        }
    }
    holders
}

/// What stays as it is for some address.
pub(super) fn kept(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> BTreeSet<KindAndId> {
    let keeps = steps.iter().filter(|(_, step)| step.action.keeps());
    keeps.filter_map(|(address, _)| thing(address, input)).collect()
}

/// What state knows at an address that the blueprint does not ask for, and the blueprint asks for at another one.
#[derive(Debug, Default)]
pub(super) struct Claimed {
    /// Where state does not know it at the other address: it moves there.
    pub(super) moves: Vec<(Address, Address)>,
    /// Where state knows it there as well: this address lets go of it, and the other one keeps it.
    pub(super) twice: BTreeSet<Address>,
}

/// Whether state only links to what is at this address: then no step takes it away.
fn is_linked(address: &Address, input: &PlanInput<'_>) -> bool {
    let record = input.state.resources.get(address);
    record.is_some_and(Record::is_link)
}

pub(super) fn claimed(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Claimed {
    let holders = holders(steps, input);
    let mut claimed = Claimed::default();
    for address in steps.keys() {
        if input.design.resources.contains_key(address) || !input.state.knows(address) {
            continue;
        }
        let Some(holder) = thing(address, input).and_then(|thing| holders.get(&thing)?.first().cloned())
        else {
            continue;
        };
        let links = input.design.resources[&holder].mode == Mode::Existing;
        if is_linked(address, input) && !links {
            continue;
        }
        let arrives = claimed.moves.iter().any(|(_, to)| *to == holder);
        if arrives || input.state.knows(&holder) {
            claimed.twice.insert(address.clone());
        } else {
            claimed.moves.push((address.clone(), holder));
        }
    }
    claimed
}

/// Takes back every step that would take away what another address holds, with the reason.
pub(super) fn settle(
    steps: &mut BTreeMap<Address, Step>,
    twice: &BTreeSet<Address>,
    input: &PlanInput<'_>,
) -> Vec<(Address, Diagnostic)> {
    let holders = holders(steps, input);
    for address in twice {
        let holder = thing(address, input).and_then(|thing| holders.get(&thing)?.first());
        if let (Some(step), Some(holder)) = (steps.get_mut(address), holder) {
            step.action = Action::Forget;
            step.reason = Reason::SameAs {
                holder: holder.clone(),
            };
            step.side_effect = None;
            step.impact = super::model::Impact::None;
        }
    }
    let mut findings = Vec::new();
    for ((_, id), addresses) in &holders {
        // To link to one thing twice does no harm.
        let ours: Vec<&Address> = addresses
            .iter()
            .filter(|address| input.design.resources[*address].mode == Mode::Managed)
            .collect();
        let replaced = |address: &&Address| matches!(steps[*address].action, Action::Replace { .. });
        let takes_away = addresses.len() > 1 && ours.iter().any(replaced);
        if ours.len() < 2 && !takes_away {
            continue;
        }
        let refusal = Refusal::ClaimedTwice {
            thing: id.clone(),
            by: addresses.clone(),
        };
        if let Some(last) = ours.last() {
            let finding = refusal.finding(last).at_maybe(steps[*last].place.clone());
            findings.push(((*last).clone(), finding));
        }
        for address in ours {
            if let Some(step) = steps.get_mut(address) {
                let refusal = refusal.clone();
                step.action = Action::Refused { refusal };
                step.reason = Reason::ClaimedTwice;
                step.side_effect = None;
                step.impact = super::model::Impact::None;
            }
        }
    }
    findings
}

/// Whether a predecessor may go: nothing that state holds is one, what a person made somewhere else is the person's, and
/// what was only linked to is another's. Earlier versions kept links as predecessors.
pub(super) fn may_go(address: &Address, record: &Record, input: &PlanInput<'_>) -> bool {
    !record.is_link()
        && !is_persons(address, record)
        && input.state.holders(address.kind, &record.id).is_empty()
}

/// Whether a person made it and nothing about it could prove anything else: it has no tags.
pub fn is_persons(address: &Address, record: &Record) -> bool {
    let kind = registry::kind(address.kind);
    let has_tags = kind.fields().iter().any(|field| field.name == field::TAGS);
    !has_tags && kind.checkpoint(address, &record.spec).is_some()
}
