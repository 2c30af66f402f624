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

/// What these moves make of a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The state with every address as it is from now on.
    pub state: State,
    /// Which addresses changed, from and to, in the order in which they did.
    pub renames: Vec<(Address, Address)>,
    /// The moves that cannot be made.
    pub taken: Vec<Taken>,
}

/// Makes these moves, in their order. A move whose beginning state does not know has been made already, or never had
/// anything to move, and is none.
pub fn moves(state: &State, wanted: &[(Address, Address)]) -> Moved {
    let mut moved = Moved {
        state: state.clone(),
        renames: Vec::new(),
        taken: Vec::new(),
    };
    for (from, to) in wanted {
        let known = |address: &Address| {
            moved.state.resources.contains_key(address) || moved.state.intents.contains_key(address)
        };
        if !known(from) {
            continue;
        }
        let (from, to) = (from.clone(), to.clone());
        if known(&to) {
            moved.taken.push(Taken { from, to });
            continue;
        }
        let companions: Vec<(Address, Address)> = moved
            .state
            .resources
            .keys()
            .chain(moved.state.intents.keys())
            .filter_map(|other| Some((other.clone(), companion(&from, &to, other)?)))
            .collect();
        for (from, to) in std::iter::once((from, to)).chain(companions) {
            if moved.state.resources.contains_key(&to) {
                continue;
            }
            moved.state.apply(Entry::Moved {
                from: from.clone(),
                to: to.clone(),
            });
            moved.renames.push((from, to));
        }
    }
    moved
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
        let moved = moves(&state, &wanted);
        assert_eq!(
            (moved.renames.len(), moved.taken.len()),
            (4, 0),
            "the association goes along twice"
        );
        let state = moved.state;
        assert!(state.resources.contains_key(&fleet("new")) && state.intents.contains_key(&fleet("new")));
        assert!(!state.resources.contains_key(&fleet("old")));
        let association = Address::new("appstream.fleet_association", "agents:old");
        assert!(!state.resources.contains_key(&association));
        let association = Address::new("appstream.fleet_association", "agents:new");
        assert_eq!(state.resources[&association].after, [fleet("new")]);
        let again = moves(&state, &wanted);
        assert_eq!((again.renames, again.taken), (vec![], vec![]), "once is enough");
    }

    #[test]
    fn a_taken_destination_is_said_and_nothing_is_lost() {
        let mut state = state();
        let record = state.resources[&fleet("old")].clone();
        state.resources.insert(fleet("new"), record);
        let moved = moves(&state, &[(fleet("old"), fleet("new"))]);
        assert!(moved.renames.is_empty());
        let taken = &moved.taken[0];
        assert_eq!((&taken.from, &taken.to), (&fleet("old"), &fleet("new")));
    }
}
