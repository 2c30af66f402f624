//! The order of a plan: which step has to be finished before which may start.

use std::collections::BTreeMap;

use serde::Serialize;

use super::model::{Action, Plan, Step};
use headset_kinds::{Address, registry, text};

/// A step has up to two halves, because what is replaced goes before what depends on it can come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Taking away.
    Down,
    /// Making, changing, reading, waiting.
    Up,
}

/// One half of a step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Node {
    /// Whose.
    pub address: Address,
    /// Which half.
    pub phase: Phase,
}

/// Whether it is known what a person made and Headset only takes note of: an application, its link. That waits for
/// nothing, even if something had to come before a person could make it. An assignment that a person has yet to make,
/// or that AWS refuses, does not hold up pages that need only the link.
fn is_known_already(step: &Step) -> bool {
    let stays = match &step.action {
        Action::Keep => true,
        Action::Adopt { diff } => diff.is_empty(),
        _ => false,
    };
    stays && !text::is_unknown(&step.want) && registry::kind(step.address.kind).outlives()
}

/// Whether a step changes a thing so that it stays: what it depended on and is to go, goes after that.
fn lets_go(step: &Step) -> bool {
    step.action.changes() && step.action.provides()
}

/// Whether something lets go of `gone` by a change for which it needs `changed`.
fn is_released_by_what_needs(plan: &Plan, gone: &Address, changed: &Address) -> bool {
    let holders = plan
        .steps
        .values()
        .filter(|step| lets_go(step) && step.after.contains(gone));
    let mut needed: Vec<&Address> = holders.map(|step| &step.address).collect();
    let mut at = 0;
    while let Some(address) = needed.get(at).copied() {
        if address == changed {
            return true;
        }
        let after = plan
            .steps
            .get(address)
            .map(|step| step.after.as_slice())
            .unwrap_or_default();
        for other in after.iter().filter(|other| *other != gone) {
            if !needed.contains(&other) {
                needed.push(other);
            }
        }
        at += 1;
    }
    false
}

/// The nodes of a plan, each with the nodes that come before it. Cycles cannot occur as long as `after`
/// has none: everything goes down in reverse order, then up.
pub fn graph(plan: &Plan) -> BTreeMap<Node, Vec<Node>> {
    let mut graph: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    let down = |address: &Address| Node {
        address: address.clone(),
        phase: Phase::Down,
    };
    let up = |address: &Address| Node {
        address: address.clone(),
        phase: Phase::Up,
    };
    for step in plan.steps.values() {
        if step.action.removes() {
            graph.entry(down(&step.address)).or_default();
        }
        if step.action.provides() {
            let before = graph.entry(up(&step.address)).or_default();
            if step.action.removes() {
                before.push(down(&step.address));
            }
        }
    }
    for step in plan.steps.values() {
        for dependency in &step.after {
            let Some(other) = plan.steps.get(dependency) else {
                continue;
            };
            if step.action.provides()
                && other.action.provides()
                && !other.action.edits()
                && !is_known_already(step)
            {
                graph.entry(up(&step.address)).or_default().push(up(dependency));
            }
            // What depends on a thing goes before the thing goes.
            if step.action.removes() && other.action.removes() {
                graph
                    .entry(down(dependency))
                    .or_default()
                    .push(down(&step.address));
            }
            // What hangs on a thing and goes, goes before the thing changes: auto scaling lets go of a fleet before the
            // fleet is given a capacity of its own. Unless another thing has to let go of it first and needs the change for
            // that: a page loads its old script until it is published anew, under the bucket's new policy.
            if matches!(step.action, Action::Delete)
                && other.action.provides()
                && other.action.changes()
                && !is_released_by_what_needs(plan, &step.address, dependency)
            {
                graph.entry(up(dependency)).or_default().push(down(&step.address));
            }
            // A thing that no longer depends on another lets go of it before the other is deleted.
            if lets_go(step) && !other.action.provides() && other.action.removes() {
                graph.entry(down(dependency)).or_default().push(up(&step.address));
            }
        }
    }
    graph
}
