//! What `moved:` does to state: an address changes, AWS is not touched.

use super::journal::Entry;
use super::model::State;
use crate::design::companion;
use crate::resource::Address;

/// A move that cannot be made: something is known at both addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Where it was.
    pub from: Address,
    /// Where it should go, and where something else is already.
    pub to: Address,
}

/// The entries that make these moves, in their order. A move whose beginning state does not know has been made
/// already, or never had anything to move, and needs no entry.
///
/// # Errors
/// The moves whose destination is taken; the others are among the entries all the same.
pub fn moves(state: &State, wanted: &[(Address, Address)]) -> (Vec<Entry>, Vec<Taken>) {
    let mut moved = state.clone();
    let (mut entries, mut taken) = (Vec::new(), Vec::new());
    for (from, to) in wanted {
        let known =
            |address: &Address| moved.resources.contains_key(address) || moved.intents.contains_key(address);
        if !known(from) {
            continue;
        }
        let (from, to) = (from.clone(), to.clone());
        if known(&to) {
            taken.push(Taken { from, to });
            continue;
        }
        let companions: Vec<(Address, Address)> = moved
            .resources
            .keys()
            .chain(moved.intents.keys())
            .filter_map(|other| Some((other.clone(), companion(&from, &to, other)?)))
            .collect();
        for (from, to) in std::iter::once((from, to)).chain(companions) {
            if moved.resources.contains_key(&to) {
                continue;
            }
            let entry = Entry::Moved { from, to };
            moved.apply(entry.clone());
            entries.push(entry);
        }
    }
    (entries, taken)
}

#[cfg(test)]
mod tests {
    use super::super::model::{Intent, Origin, Record, Verb};
    use super::*;

    fn fleet(key: &str) -> Address {
        Address::new("appstream.fleet", key)
    }

    fn state() -> State {
        let mut state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
        let record = |after: Vec<Address>| Record {
            id: "f".into(),
            origin: Origin::Created,
            spec: serde_json::json!({"name": "f"}),
            outputs: Default::default(),
            protect: false,
            after,
            waits: Default::default(),
        };
        state.resources.insert(fleet("old"), record(vec![]));
        let association = Address::new("appstream.fleet_association", "agents:old");
        state.resources.insert(association, record(vec![fleet("old")]));
        state
    }

    #[test]
    fn a_move_takes_everything_that_names_the_address_with_it() {
        let mut state = state();
        let intent = Intent {
            verb: Verb::Update,
            token: "t".into(),
            spec: serde_json::Value::Null,
            after: vec![],
        };
        state.intents.insert(fleet("old"), intent);
        let wanted = [(fleet("old"), fleet("between")), (fleet("between"), fleet("new"))];
        let (entries, taken) = moves(&state, &wanted);
        assert_eq!(
            (entries.len(), taken.len()),
            (4, 0),
            "the association goes along twice"
        );
        entries.into_iter().for_each(|entry| state.apply(entry));
        assert!(state.resources.contains_key(&fleet("new")) && state.intents.contains_key(&fleet("new")));
        assert!(!state.resources.contains_key(&fleet("old")));
        let association = Address::new("appstream.fleet_association", "agents:old");
        assert!(!state.resources.contains_key(&association));
        let association = Address::new("appstream.fleet_association", "agents:new");
        assert_eq!(state.resources[&association].after, [fleet("new")]);
        assert_eq!(moves(&state, &wanted), (vec![], vec![]), "once is enough");
    }

    #[test]
    fn a_taken_destination_is_said_and_nothing_is_lost() {
        let mut state = state();
        let record = state.resources[&fleet("old")].clone();
        state.resources.insert(fleet("new"), record);
        let (entries, taken) = moves(&state, &[(fleet("old"), fleet("new"))]);
        assert!(entries.is_empty());
        assert_eq!((&taken[0].from, &taken[0].to), (&fleet("old"), &fleet("new")));
    }
}
