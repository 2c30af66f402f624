//! What `moved` and `removed` say of resources that are no longer asked for.

use crate::companions;
use crate::context::FirstKeys;
use crate::desired::Move;
use crate::draft::DesignDraft;
use headset_core::diagnostic::Diagnostic;
use headset_kinds::Address;

/// Takes `moved` and `removed` up. They only make sense for what is no longer asked for.
pub(crate) fn moves(draft: &mut DesignDraft<'_>, first: &FirstKeys) {
    let (blueprint, context) = (draft.blueprint, draft.context);
    for moved in &blueprint.moved {
        let (from, to) = (&moved.from.value, &moved.to.value);
        if draft.design.resources.contains_key(from) {
            draft.complain(
                Diagnostic::error(
                    "moved-still-wanted",
                    format!("`moved` moves {from}, and the blueprint still asks for it"),
                )
                .at(moved.from.place.clone())
                .help("delete the entry there, or the line here"),
            );
            continue;
        }
        let Some(end) = end_of(draft, to) else {
            let near = to.nearest(draft.design.resources.keys());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "delete the line if the entry does not come back".to_owned(),
            };
            draft.complain(
                Diagnostic::error(
                    "moved-to-nothing",
                    format!("`moved` moves {from} to {to}, and the blueprint asks for nothing there"),
                )
                .at(moved.to.place.clone())
                .help(help),
            );
            continue;
        };
        let companions = companions::of(blueprint, context, first, &end, (&from.key, &to.key));
        draft.design.moved.push(Move {
            from: from.clone(),
            to: to.clone(),
            companions,
            place: moved.from.place.clone(),
        });
    }
    for removed in &blueprint.removed {
        if draft.design.resources.contains_key(&removed.value) {
            draft.complain(
                Diagnostic::error(
                    "removed-still-wanted",
                    format!(
                        "`removed` lets go of {}, and the blueprint still asks for it",
                        removed.value
                    ),
                )
                .at(removed.place.clone())
                .help("delete the entry there, or the line here"),
            );
            continue;
        }
        let place = removed.place.clone();
        draft.design.removed.insert(removed.value.clone(), place);
    }
}

/// Where what has moved to this address is in the end: there, or where further lines take it. `None`: nowhere.
fn end_of(draft: &DesignDraft<'_>, address: &Address) -> Option<Address> {
    let mut at = address;
    // Every line once: lines that lead in a circle lead nowhere.
    for _ in 0..=draft.blueprint.moved.len() {
        if draft.design.resources.contains_key(at) {
            return Some(at.clone());
        }
        let next = draft
            .blueprint
            .moved
            .iter()
            .find(|moved| moved.from.value == *at)?;
        at = &next.to.value;
    }
    None
}
