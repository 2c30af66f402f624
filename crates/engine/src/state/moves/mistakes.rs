//! Lines of `moved` that say nothing true of this state, and blueprints that are older than it.

use crate::state::model::State;
use crate::state::record::Relocation;
use headset_core::diagnostic::Diagnostic;
use headset_design::{Design, ENTRIES};
use headset_kinds::Address;

/// Lines whose address of before state has never heard of. `now` is the state with all other lines carried out.
///
/// Lines stay in a blueprint, and most of them are history: what was moved already, and what an environment that was
/// made later never had at its old address. A line is a mistake only where something else of that kind leaves the
/// blueprint, is called much the same, and would be deleted.
pub(super) fn of(state: &State, now: &State, design: &Design) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for line in &design.moved {
        let history = state.knows(&line.from) || state.moved.iter().any(|made| made.from == line.from);
        if history || has_arrived(now, design, &line.to) {
            continue;
        }
        let leaving: Vec<&Address> = now
            .known()
            .filter(|address| address.kind == line.from.kind && !design.resources.contains_key(*address))
            .collect();
        let message = format!(
            "state knows no {}, so that nothing moves to {}",
            line.from, line.to
        );
        match line.from.nearest(leaving.iter().copied()) {
            Some(near) => findings.push(
                Diagnostic::error("moved-from-nothing", message)
                    .at(line.place.clone())
                    .help(format!("did you mean `{near}`? It would be taken down")),
            ),
            None if !leaving.is_empty() => {
                let names: Vec<String> = leaving.iter().map(ToString::to_string).collect();
                findings.push(
                    Diagnostic::warning("moved-from-nothing", message)
                        .at(line.place.clone())
                        .help(format!(
                            "state knows and the blueprint does not ask for: {}",
                            names.join(", ")
                        )),
                );
            }
            None => {}
        }
    }
    findings
}

/// Whether something is known where a line leads to in the end.
fn has_arrived(now: &State, design: &Design, to: &Address) -> bool {
    let mut at = to;
    for _ in 0..=design.moved.len() {
        if now.knows(at) {
            return true;
        }
        match design.moved.iter().find(|line| line.from == *at) {
            Some(next) => at = &next.to,
            None => return false,
        }
    }
    false
}

/// Entries that were moved away from an address that the blueprint asks for again, while it does not ask for where it is now:
/// each as the move that would take it back.
pub(super) fn gone_back(now: &State, design: &Design) -> Vec<(Address, Address)> {
    let asked = |address: &Address| design.resources.contains_key(address);
    let back = |made: &&Relocation| {
        ENTRIES.contains(&made.from.kind.as_str())
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
    let is_entry = |(_, from): &&(Address, Address)| ENTRIES.contains(&from.kind.as_str());
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
