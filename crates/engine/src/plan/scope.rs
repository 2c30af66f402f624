//! A part of a plan: what was asked for by address, with all that has to come before it.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Action, Plan};
use super::order::graph;
use super::selection::{Partial, Selection};
use headset_design::{Design, LeftOut};
use headset_kinds::Address;

/// What each address needs to have been done before, by the order of the plan. Where something is replaced, its dependents go
/// before it and come back after it: both need each other.
fn before(plan: &Plan) -> BTreeMap<Address, BTreeSet<Address>> {
    let mut before: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for (node, needed) in graph(plan) {
        let needed = needed.into_iter().map(|one| one.address);
        let of_node = before.entry(node.address.clone()).or_default();
        of_node.extend(needed.filter(|address| *address != node.address));
    }
    before
}

/// Everything that is reached from these addresses, themselves included.
fn reached(from: &BTreeSet<Address>, edges: &BTreeMap<Address, BTreeSet<Address>>) -> BTreeSet<Address> {
    let mut reached = from.clone();
    let mut open: Vec<Address> = from.iter().cloned().collect();
    while let Some(address) = open.pop() {
        for next in edges.get(&address).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    reached
}

/// The addresses of a plan that are in a scope.
fn chosen(plan: &Plan, scope: &Selection) -> BTreeSet<Address> {
    let before = before(plan);
    let mut chosen = match scope.targets.is_empty() {
        true => plan.steps.keys().cloned().collect(),
        false => reached(&scope.targets, &before),
    };
    let mut after: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for (address, needed) in before {
        for one in needed {
            after.entry(one).or_default().insert(address.clone());
        }
    }
    let left_out = reached(&scope.excludes, &after);
    chosen.retain(|address| !left_out.contains(address));
    chosen
}

/// Leaves in a plan only what is in scope. Predecessors stay as long as it is not the whole: what is left out may use them.
/// Where nothing would have been done about what is left out, the plan stays as it is.
pub(super) fn restrict(plan: &mut Plan, scope: &Selection, design: &Design) {
    if scope.is_whole() {
        return;
    }
    let mut chosen = chosen(plan, scope);
    chosen.retain(|address| design.left_out.get(address) != Some(&LeftOut::Whole));
    let does = |action: &Action| !matches!(action, Action::Keep | Action::Read);
    let mut left_out: BTreeSet<Address> = plan
        .steps
        .values()
        .filter(|step| !chosen.contains(&step.address) && does(&step.action))
        .map(|step| step.address.clone())
        .collect();
    left_out.extend(design.left_out.keys().cloned());
    left_out.extend(plan.deposed.iter().map(|(address, _)| address.clone()));
    if left_out.is_empty() {
        return;
    }
    plan.steps.retain(|address, _| chosen.contains(address));
    plan.unread.retain(|unread| chosen.contains(&unread.address));
    plan.deposed.clear();
    plan.partial = Some(Partial {
        scope: scope.clone(),
        left_out: left_out.into_iter().collect(),
    });
}
