//! Which thing of state is meant by an address that state knows otherwise: the one with the same identity.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::state::model::State;
use crate::state::record::Origin;
use headset_design::{Design, Desired, Mode};
use headset_kinds::field::FieldId;
use headset_kinds::{Address, Kind, KindId, Outputs, registry, text};

/// A kind and the values that tell one thing of it from another.
type Identity = (KindId, Vec<String>);

/// Moves after which what is asked for is where it is asked for. They are closed: where the target is in use,
/// everything that is there moves too, to where it is asked for or else to the address that is left free.
pub(super) fn found(state: &State, design: &Design) -> Vec<(Address, Address)> {
    let outputs: Outputs = state
        .resources
        .iter()
        .map(|(address, record)| (address.clone(), record.outputs.clone()))
        .collect();
    let world = World {
        state,
        design,
        outputs,
    };
    let mut pairs = world.pairs(&|kind| Some(kind.identity()));
    // Things that kept nothing of their identity but what they are for, such as an application of another name: by what
    // tells most, and of the rest by what tells less.
    let ways = registry::KINDS.iter().map(|kind| kind.known_by().len()).max();
    for way in 0..ways.unwrap_or_default() {
        for (from, to) in world.pairs(&move |kind| kind.known_by().get(way).copied()) {
            let free = !pairs.iter().any(|(other, there)| *other == from || *there == to);
            if free && !state.knows(&to) && !design.resources.contains_key(&from) {
                pairs.push((from, to));
            }
        }
    }
    close(state, pairs)
}

/// Names the fields of an identity; `None`: a thing of this kind has none of that sort.
type Fields = dyn Fn(&dyn Kind) -> Option<&'static [FieldId]>;

struct World<'a> {
    state: &'a State,
    design: &'a Design,
    outputs: Outputs,
}

impl World<'_> {
    /// What is at one address and asked for at another, where there is no doubt.
    fn pairs(&self, fields: &Fields) -> Vec<(Address, Address)> {
        let mut known: BTreeMap<Identity, Vec<&Address>> = BTreeMap::new();
        for address in self.state.known().chain(self.state.outlived.keys()) {
            if let Some(identity) = self.known(address, fields) {
                known.entry(identity).or_default().push(address);
            }
        }
        let mut pairs = Vec::new();
        for desired in self.design.resources.values() {
            let to = &desired.address;
            let Some(identity) = self.wanted(desired, fields) else {
                continue;
            };
            let own = self.known(to, fields);
            // An entry that only links to something links to something else from now on.
            let relinked = desired.mode == Mode::Existing && self.state.knows(to);
            if own.as_ref() == Some(&identity) || relinked {
                continue;
            }
            let free: Vec<&Address> = known
                .get(&identity)
                .into_iter()
                .flatten()
                .copied()
                .filter(|from| self.is_free(from, &identity, desired, fields))
                .collect();
            // Two addresses of one thing are what an earlier version may have left: the one that nothing asks for gives.
            let id = |from: &Address| self.state.resources.get(from).map(|record| &record.id);
            let one = free.iter().all(|from| id(from) == id(free[0]));
            let from = free
                .iter()
                .find(|from| !self.design.resources.contains_key(**from))
                .or(free.first());
            if let Some(from) = from.filter(|_| one) {
                pairs.push(((*from).clone(), to.clone()));
            }
        }
        // One thing that two entries ask for is a mistake of theirs, and not ours to decide.
        let mut asked: BTreeMap<&Address, usize> = BTreeMap::new();
        for (from, _) in &pairs {
            *asked.entry(from).or_default() += 1;
        }
        let twice: BTreeSet<Address> = asked
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|(from, _)| from.clone())
            .collect();
        pairs.retain(|(from, _)| !twice.contains(from));
        pairs
    }

    /// Whether what is known at an address is asked for there no longer, and may be what is asked for elsewhere.
    fn is_free(&self, from: &Address, identity: &Identity, desired: &Desired, fields: &Fields) -> bool {
        let origin = self.state.resources.get(from).map(|record| record.origin);
        let fits = match origin {
            Some(Origin::Shared) => false,
            Some(Origin::Existing) => desired.mode == Mode::Existing,
            Some(Origin::Created | Origin::Adopted | Origin::Imported) | None => true,
        };
        let leaves = match self.design.resources.get(from) {
            None => true,
            Some(there) => match self.wanted(there, fields) {
                Some(wanted) => wanted != *identity,
                // It is to link to something else, which only a look at AWS can name.
                None => there.mode == Mode::Existing && origin != Some(Origin::Existing),
            },
        };
        fits && leaves
    }

    fn wanted(&self, desired: &Desired, fields: &Fields) -> Option<Identity> {
        if desired.mode == Mode::Ensured {
            return None;
        }
        self.identity(&desired.address, &desired.spec, fields)
    }

    fn known(&self, address: &Address, fields: &Fields) -> Option<Identity> {
        let record = self.state.resources.get(address).map(|record| &record.spec);
        let begun = self.state.intents.get(address).map(|intent| &intent.spec);
        let outlived = self.state.outlived.get(address);
        self.identity(address, record.or(begun).or(outlived)?, fields)
    }

    /// The values of these fields; none where one of them is missing or not known yet.
    fn identity(&self, address: &Address, spec: &Value, fields: &Fields) -> Option<Identity> {
        let names = fields(registry::kind(address.kind))?;
        let values: Option<Vec<String>> = names
            .iter()
            .map(|field| {
                let value = text::resolve(field.of(spec)?, &self.outputs);
                let is_known = !value.is_null() && !text::is_unknown(&value);
                is_known.then(|| value.to_string())
            })
            .collect();
        let values = values.filter(|values| !values.is_empty())?;
        Some((address.kind, values))
    }
}

/// Adds what has to move out of the way.
fn close(state: &State, pairs: Vec<(Address, Address)>) -> Vec<(Address, Address)> {
    let moves: BTreeMap<Address, Address> = pairs.into_iter().collect();
    let origin: BTreeMap<&Address, &Address> = moves.iter().map(|(from, to)| (to, from)).collect();
    let mut closed = moves.clone();
    for to in moves.values() {
        if moves.contains_key(to) || !state.knows(to) {
            continue;
        }
        let mut free = to;
        while let Some(from) = origin.get(free) {
            free = from;
        }
        closed.insert(to.clone(), free.clone());
    }
    closed.into_iter().collect()
}
