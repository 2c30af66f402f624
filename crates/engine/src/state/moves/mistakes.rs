//! Lines of `moved` that say nothing true of this state, and blueprints that are older than it.

use crate::state::model::State;
use crate::state::record::Relocation;
use headset_core::diagnostic::Diagnostic;
use headset_design::{Design, ENTRIES, Move};
use headset_kinds::Address;

/// What has become of the lines of a blueprint.
#[derive(Clone, Copy)]
pub(super) struct Done<'a> {
    /// The addresses whose lines were carried out just now.
    pub(super) carried: &'a [Address],
    /// What moved just now without a line, by its identity.
    pub(super) by_identity: &'a [(Address, Address)],
    /// The state after all of that.
    pub(super) now: &'a State,
}

/// Lines that lead away from an address at which this state never knew anything.
///
/// Lines stay in a blueprint, and most of them are history: what was moved already, and what an environment that was
/// made later never had at its old address. So a line says nothing wrong of an environment that is not there yet, and
/// nothing wrong of one to which it was applied before (`State::moved`, `State::settled`).
pub(super) fn of(state: &State, done: Done<'_>, design: &Design) -> Vec<Diagnostic> {
    if !state.holds_anything() {
        return Vec::new();
    }
    let history = |line: &Move| {
        // One that could not be carried out has a mistake of its own.
        state.knows(&line.from)
            || done.carried.contains(&line.from)
            || state.moved.iter().any(|made| made.from == line.from)
            || state
                .settled
                .iter()
                .any(|settled| settled.from == line.from && settled.to == line.to)
    };
    let lines = design.moved.iter().filter(|line| !history(line));
    lines
        .map(|line| of_line(line, done, design).at(line.place.clone()))
        .collect()
}

fn of_line(line: &Move, done: Done<'_>, design: &Design) -> Diagnostic {
    let (from, to) = (&line.from, &line.to);
    let end = end_of(design, to);
    if let Some((was, now)) = done.by_identity.iter().find(|(_, now)| now == to || now == end) {
        return Diagnostic::error(
            "moved-from-nothing",
            format!("state knows {now} at {was}, and nothing at {from}"),
        )
        .help(format!(
            "did you mean `{was}`? Write `{was}: {to}`, or delete the line: its name in AWS says that it is the same"
        ));
    }
    let leaving: Vec<&Address> = done
        .now
        .known()
        .filter(|address| address.kind == from.kind && !design.resources.contains_key(*address))
        .collect();
    let near = from.nearest(leaving.iter().copied());
    let has_arrived = done.now.knows(end);
    if has_arrived && near.is_none() {
        // It may have been there from the beginning, or have moved before lines were kept in state.
        return Diagnostic::warning(
            "moved-from-nothing",
            format!("state knows nothing at {from}, and {end} exists already: nothing moves"),
        )
        .help("correct the address, or leave the line: the next apply counts it as done");
    }
    let finding = Diagnostic::error(
        "moved-from-nothing",
        format!("state knows nothing at {from}, so that nothing moves to {to}"),
    );
    let names: Vec<String> = leaving.iter().map(ToString::to_string).collect();
    match (near, names.is_empty()) {
        (Some(near), _) => finding.help(format!("did you mean `{near}`? It would be taken down")),
        (None, false) => finding.help(format!(
            "correct the address, or delete the line; state knows and the blueprint does not ask for: {}",
            names.join(", ")
        )),
        (None, true) => finding.help("correct the address, or delete the line"),
    }
}

/// Addresses to let go of at which state knows nothing, while something of nearly the same address would be taken down:
/// what was to be kept would be lost. A line about what was let go already is history, and says nothing wrong.
pub(super) fn of_removed(now: &State, design: &Design) -> Vec<Diagnostic> {
    let unknown = design.removed.iter().filter(|(address, _)| !now.knows(address));
    unknown
        .filter_map(|(address, place)| {
            let leaving = now.known().filter(|other| {
                other.kind == address.kind
                    && !design.resources.contains_key(*other)
                    && !design.removed.contains_key(*other)
            });
            let near = address.nearest(leaving)?;
            let finding = Diagnostic::error(
                "removed-nothing",
                format!("state knows nothing at {address}, so that nothing is let go there"),
            );
            Some(finding.at(place.clone()).help(format!(
                "did you mean `{near}`? It would be taken down. If the line is about what was let go already, delete it"
            )))
        })
        .collect()
}

/// Where a line leads to in the end.
fn end_of<'a>(design: &'a Design, to: &'a Address) -> &'a Address {
    let mut at = to;
    for _ in 0..=design.moved.len() {
        match design.moved.iter().find(|line| line.from == *at) {
            Some(next) => at = &next.to,
            None => break,
        }
    }
    at
}

/// Entries that were moved away from an address that the blueprint asks for again, while it does not ask for where it is now:
/// each as the move that would take it back.
pub(super) fn gone_back(now: &State, design: &Design) -> Vec<(Address, Address)> {
    let asked = |address: &Address| design.resources.contains_key(address);
    let back = |made: &&Relocation| {
        ENTRIES.contains(&made.from.kind)
            && asked(&made.from)
            && !now.knows(&made.from)
            && now.knows(&made.to)
            && !asked(&made.to)
    };
    now.moved
        .iter()
        .filter(back)
        .map(|made| (made.to.clone(), made.from.clone()))
        .collect()
}

/// Why a blueprint that would take these moves back is not planned with.
pub(super) fn refusal(back: &[(Address, Address)], design: &Design) -> Option<Diagnostic> {
    // Of everything that moved along, the entries are what people know by name.
    let place = |(_, from): &(Address, Address)| design.resources.get(from)?.place.clone();
    let is_entry = |(_, from): &&(Address, Address)| ENTRIES.contains(&from.kind);
    let first = back.iter().find(is_entry).or(back.first())?;
    let (now, before) = first;
    let mut others: Vec<String> = back
        .iter()
        .filter(|other| *other != first)
        .map(|(now, before)| format!("{before} to {now}"))
        .collect();
    others.sort();
    others.dedup();
    let both_asked = design.resources.contains_key(now);
    let back_on_purpose = match both_asked {
        true => "to swap them back on purpose, give one of them a third key first, and apply in between"
            .to_owned(),
        false => format!("to move it back on purpose, write `moved: {{ {now}: {before} }}`"),
    };
    let mut finding = Diagnostic::error(
        "older-blueprint",
        format!("{before} was moved to {now}, and this blueprint is from before that"),
    )
    .at_maybe(place(first))
    .help(format!(
        "bring the blueprint up to date (`git pull`), and run the same command again; {back_on_purpose}"
    ));
    if !others.is_empty() {
        finding = finding.note(format!("moved along: {}", others.join(", ")));
    }
    Some(finding)
}
