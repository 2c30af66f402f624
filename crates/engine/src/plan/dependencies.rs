//! What comes after what, before there are any steps.

use std::collections::BTreeSet;

use super::input::PlanInput;
use crate::state::Record;
use headset_design::Desired;
use headset_kinds::Address;

/// What a resource comes after, in order.
pub(super) fn dependencies(desired: &Desired) -> Vec<Address> {
    desired.dependencies().into_iter().collect()
}

/// The same, and what it came after when it was applied last and the blueprint asks for no more: it lets go of that before
/// that goes.
pub(super) fn all_dependencies(
    desired: &Desired,
    record: Option<&Record>,
    input: &PlanInput<'_>,
) -> Vec<Address> {
    let mut after = dependencies(desired);
    let before = record.into_iter().flat_map(|record| &record.after);
    let given_up = before.filter(|address| {
        !input.design.resources.contains_key(*address) && input.state.resources.contains_key(*address)
    });
    after.extend(given_up.cloned());
    // A design also names what would have to be let go of, if it were there.
    let is_known = |address: &Address| {
        input.design.resources.contains_key(address) || input.state.resources.contains_key(address)
    };
    after.retain(is_known);
    after.sort();
    after.dedup();
    after
}

/// The same addresses, each after everything that it depends on.
pub(super) fn in_dependency_order<'a>(
    addresses: &BTreeSet<&'a Address>,
    input: &PlanInput<'a>,
) -> Vec<&'a Address> {
    fn visit<'a>(
        address: &'a Address,
        known: &BTreeSet<&'a Address>,
        input: &PlanInput<'a>,
        seen: &mut BTreeSet<&'a Address>,
        order: &mut Vec<&'a Address>,
    ) {
        let Some(&address) = known.get(address) else {
            return;
        };
        if !seen.insert(address) {
            return;
        }
        let after = match input.design.resources.get(address) {
            Some(desired) => dependencies(desired),
            None => input
                .state
                .resources
                .get(address)
                .map(|record| record.after.clone())
                .unwrap_or_default(),
        };
        for dependency in &after {
            if let Some(&dependency) = known.get(dependency) {
                visit(dependency, known, input, seen, order);
            }
        }
        order.push(address);
    }
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for &address in addresses {
        visit(address, addresses, input, &mut seen, &mut order);
    }
    order
}
