//! Whose something is that is there already.

use serde_json::Value;

use super::planner::Planner;
use crate::state::{Record, State};
use headset_core::diagnostic::Diagnostic;
use headset_design::Desired;
use headset_kinds::shell::word;
use headset_kinds::{Address, Live, tag};

/// A finding about something whose tags carry another lineage than state: it is another environment's, or it is this
/// one's, made with a state that was lost.
pub(super) fn belongs_to_another(state: &State, address: &Address, live: &Live) -> Diagnostic {
    let tags = live.tags.as_ref();
    let owner = tags.and_then(|tags| tags.get(tag::ENVIRONMENT));
    if !state.holds_anything() && owner == Some(&state.environment) {
        let lineage = tags.and_then(|tags| tags.get(tag::LINEAGE));
        return Diagnostic::error(
            "lost-state",
            format!(
                "{address} of `{}` is there already ({}) under lineage {}, which state does not know",
                state.environment,
                live.id,
                lineage.map_or("(none)", String::as_str)
            ),
        )
        .help("if the state of this environment was lost, `headset import FILE` finds everything again by its tags");
    }
    Diagnostic::error(
        "belongs-to-another",
        format!(
            "{address} exists already ({}) and belongs to `{}`",
            live.id,
            owner.map_or("another environment", String::as_str)
        ),
    )
    .note(format!("its tag {} is not {}", tag::LINEAGE, state.lineage))
    .help("choose another `name`, or link to it with `existing:`")
}

impl Planner<'_> {
    /// Whether something that is there may be taken for ours.
    pub(super) fn ownership(
        &self,
        desired: &Desired,
        live: &Live,
        record: Option<&Record>,
    ) -> Result<(), Diagnostic> {
        let state = self.input.state;
        let address = &desired.address;
        let Some(tags) = &live.tags else {
            // What cannot carry tags hangs on something that can (an origin on its instance); whether that
            // is ours has been judged there.
            return Ok(());
        };
        match tags.get(tag::LINEAGE) {
            Some(lineage) if *lineage == state.lineage => return Ok(()),
            Some(_) => return Err(belongs_to_another(state, address, live)),
            None => {}
        }
        if record.is_some_and(|record| record.id == live.id) || state.intents.contains_key(address) {
            // Its tags were taken off, or the crash came before they were put on; the update puts them back.
            return Ok(());
        }
        let wanted = desired.spec.get("name").and_then(Value::as_str);
        if desired.is_named && wanted == Some(&live.id) {
            // A person said that this is it; the update puts the tags on.
            return Ok(());
        }
        Err(Diagnostic::error(
            "not-ours",
            format!(
                "{address} exists already ({}), and nothing says that it is this environment's",
                live.id
            ),
        )
        .help(format!(
            "take it over with `headset import FILE {}`, link to it with `existing:`, or choose another name",
            word(&address.to_string())
        )))
    }
}
