//! Applications that the blueprint calls otherwise: a person renames them, and they stay what they are.

use super::model::State;
use crate::design::Design;
use crate::resource::Address;

/// The moves that another display name takes: an address holds the name, and which application it is says the place in
/// the blueprint at which its answers stand.
pub fn renamed(state: &State, design: &Design) -> Vec<(Address, Address)> {
    let explicit = |address: &Address| {
        design
            .moved
            .iter()
            .any(|(from, to)| from == address || to == address)
    };
    let mut moves = Vec::new();
    for (to, desired) in &design.resources {
        let Some(place) = desired.spec.get("answers_at") else {
            continue;
        };
        if state.resources.contains_key(to) || explicit(to) {
            continue;
        }
        let mut former = state.resources.iter().filter(|(from, record)| {
            from.kind == to.kind
                && record.spec.get("answers_at") == Some(place)
                && !design.resources.contains_key(*from)
                && !explicit(from)
        });
        // Of several, none is the one.
        if let (Some((from, _)), None) = (former.next(), former.next()) {
            moves.push((from.clone(), to.clone()));
        }
    }
    moves
}
