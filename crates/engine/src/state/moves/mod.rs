//! What a blueprint's new addresses do to state: things are known by other addresses, and AWS is not touched.
//!
//! A thing moves because a line of `moved` says so, with everything whose address is made of the same key; or because
//! the blueprint asks, at an address that state does not know, for the very thing that state knows at an address that
//! the blueprint does not ask for.

mod identity;
mod mistakes;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::answers::Answers;
use super::entry::Entry;
use super::file::StoreError;
use super::model::State;
use headset_blueprint::model::Blueprint;
use headset_core::diagnostic::Diagnostic;
use headset_design::{
    Design, DesignContext, FirstKeys, Given, Mode, connect_instance, design_under, pages_distribution,
};
use headset_kinds::spec::Existing;
use headset_kinds::{Address, Outputs, output, registry, text};

/// What a design's addresses make of a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The state with every address as it is from now on.
    pub state: State,
    /// Which addresses change, from and to: all of them at once, so that two may swap theirs.
    pub renames: Vec<(Address, Address)>,
    /// Lines of `moved` that cannot be made, or that do nothing.
    pub findings: Vec<Diagnostic>,
    /// Why nothing may be planned with this blueprint: it is older than the state.
    pub refused: Vec<Diagnostic>,
}

/// Moves what state knows to where the design asks for it.
pub fn moves(state: &State, design: &Design) -> Moved {
    let mut making = Making::new(state);
    let mut findings = making.explicit(design);
    // What a line of the blueprint takes back is taken back on purpose, and with it everything that moved along.
    let on_purpose = state.moved.iter().any(|made| {
        let back = |line: &headset_design::Move| line.from == made.to && line.to == made.from;
        design.moved.iter().any(back) && state.knows(&made.to)
    });
    let carried = making.passed.clone();
    let explicit = making.renames();
    let mut undone = making.by_identity(design, on_purpose);
    let by_identity: Vec<(Address, Address)> = making
        .renames()
        .into_iter()
        .filter(|made| !explicit.contains(made))
        .collect();
    findings.extend(mistakes::of(
        state,
        mistakes::Done {
            carried: &carried,
            by_identity: &by_identity,
            now: &making.now,
        },
        design,
    ));
    findings.extend(mistakes::of_removed(&making.now, design));
    if !on_purpose {
        undone.extend(mistakes::gone_back(&making.now, design));
    }
    Moved {
        renames: making.renames(),
        refused: mistakes::refusal(&undone, design).into_iter().collect(),
        state: making.now,
        findings,
    }
}

/// What AWS has given, once it has: the host of the pages, and the origin of the instance. No blueprint says either.
pub fn given(state: &State) -> Given {
    let known = |address: Address, name: &str| {
        let record = state.resources.get(&address)?;
        record
            .outputs
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    Given {
        pages_host: known(pages_distribution(), output::HOST),
        instance_origin: known(connect_instance(), output::ORIGIN),
    }
}

/// What a blueprint asks for in an environment of this state: everything that is derived from an entry's key, and has
/// no key of its own in the blueprint, keeps the one that it was made with.
pub fn designed(blueprint: &Blueprint, context: &DesignContext, state: &State) -> (Design, Vec<Diagnostic>) {
    let first_keys = |state: &State| -> FirstKeys {
        let made = state.first.iter();
        made.map(|(address, made_as)| (address.clone(), made_as.key.clone()))
            .collect()
    };
    let context = &DesignContext {
        given: given(state).or(&context.given),
        ..context.clone()
    };
    let before = first_keys(state);
    let (design, findings) = design_under(blueprint, context, &before);
    let now = first_keys(&moves(state, &design).state);
    let (mut design, findings) = match now == before {
        true => (design, findings),
        false => design_under(blueprint, context, &now),
    };
    link_stand_ins(&mut design, state);
    (design, findings)
}

/// Lets a design link to what stands for things of which AWS had nothing to make, as long as it asks for the same.
fn link_stand_ins(design: &mut Design, state: &State) {
    let records = state.resources.iter();
    let outputs: Outputs = records
        .map(|(address, record)| (address.clone(), record.outputs.clone()))
        .collect();
    for desired in design.resources.values_mut() {
        let record = state.resources.get(&desired.address);
        let Some(record) = record.filter(|record| record.spec.get(Existing::INSTEAD_OF).is_some()) else {
            continue;
        };
        let want = text::resolve(&desired.spec, &outputs);
        let lookup = registry::kind(desired.address.kind).stand_in(&want);
        if lookup.as_ref() == Some(&record.spec) {
            desired.mode = Mode::Existing;
            desired.spec = record.spec.clone();
        }
    }
}

/// Lets people's answers name things in a design, where they gave one another name than the blueprint makes.
///
/// # Errors
/// If stored answers cannot be read.
pub fn name_by_answers(design: &mut Design, state: &State, answers: &Answers) -> Result<(), StoreError> {
    let renames = moves(state, design).renames;
    for desired in design.resources.values_mut() {
        let kind = registry::kind(desired.address.kind);
        // Answers move when everything else does.
        let before = renames.iter().find(|(_, to)| *to == desired.address);
        let at = before.map_or(&desired.address, |(from, _)| from);
        if let Some(name) = kind.answered_name(&desired.spec, &answers.get(at)?) {
            desired.spec[kind.called_by()] = name.into();
            desired.is_named = true;
        }
    }
    Ok(())
}

/// Where an address was before these moves.
pub fn before_moves<'a>(address: &'a Address, renames: &'a [(Address, Address)]) -> &'a Address {
    let moved = renames.iter().find(|(_, to)| to == address);
    moved.map_or(address, |(from, _)| from)
}

/// Two sets of moves, one after the other, as one.
pub fn both(one: &[(Address, Address)], other: &[(Address, Address)]) -> Vec<(Address, Address)> {
    let mut moves: BTreeMap<Address, Address> = one.iter().cloned().collect();
    let arrived: BTreeSet<&Address> = one.iter().map(|(_, to)| to).collect();
    for to in moves.values_mut() {
        if let Some((_, further)) = other.iter().find(|(from, _)| from == to) {
            to.clone_from(further);
        }
    }
    for (from, to) in other {
        if !arrived.contains(from) {
            moves.insert(from.clone(), to.clone());
        }
    }
    moves.into_iter().filter(|(from, to)| from != to).collect()
}

/// Moves in the making.
struct Making {
    now: State,
    moves: Vec<(Address, Address)>,
    /// The addresses that lines of `moved` lead away from and that were carried out.
    passed: Vec<Address>,
}

impl Making {
    fn new(state: &State) -> Making {
        Making {
            now: state.clone(),
            moves: Vec::new(),
            passed: Vec::new(),
        }
    }

    fn make(&mut self, moves: Vec<(Address, Address)>) {
        self.moves = both(&self.moves, &moves);
        self.now.apply(Entry::Relocated { moves });
    }

    fn renames(&self) -> Vec<(Address, Address)> {
        self.moves.clone()
    }

    /// Makes the moves that the blueprint's lines ask for, in their order. A line whose beginning state does not know
    /// was made already, or never had anything to move, and is none.
    fn explicit(&mut self, design: &Design) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for line in &design.moved {
            if !self.now.knows(&line.from) {
                continue;
            }
            if self.now.knows(&line.to) {
                findings.push(
                    Diagnostic::error(
                        "moved-onto-another",
                        format!(
                            "{} cannot move to {}: state knows something there already",
                            line.from, line.to
                        ),
                    )
                    .at(line.place.clone())
                    .help("choose another key for one of the two, or delete the line from `moved`"),
                );
                continue;
            }
            self.passed.push(line.from.clone());
            let mut moves = vec![(line.from.clone(), line.to.clone())];
            for (from, to) in &line.companions {
                if self.now.knows(from) && !self.now.knows(to) {
                    moves.push((from.clone(), to.clone()));
                }
            }
            self.make(moves);
        }
        findings
    }

    /// Moves everything that is asked for elsewhere under its own identity. Returns moves that would take back what was
    /// moved before, and makes none then.
    fn by_identity(&mut self, design: &Design, on_purpose: bool) -> Vec<(Address, Address)> {
        // What has moved makes more identities known: those of what is in it or hangs on it. Every round moves something
        // to where it stays.
        for _ in 0..=design.resources.len() {
            let found = identity::found(&self.now, design);
            if found.is_empty() {
                break;
            }
            let takes_back = |(from, to): &&(Address, Address)| {
                let made = |made: &&super::record::Relocation| made.from == *to && made.to == *from;
                self.now.moved.iter().find(made).is_some()
            };
            let back: Vec<(Address, Address)> = found.iter().filter(takes_back).cloned().collect();
            if !back.is_empty() && !on_purpose {
                return back;
            }
            self.make(found);
        }
        Vec::new()
    }
}
