//! What another thing in the place of one that was there costs those who are tied to the old one.
//!
//! AWS remembers some things by themselves and not by their names: another one, even of the same name, is a stranger.

use std::collections::BTreeMap;

use super::input::PlanInput;
use super::model::{Action, Impact, Step};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::{Address, registry};

/// Marks the steps that make something anew to which others are tied, and warns of each.
pub(super) fn mark(steps: &mut BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (address, step) in steps {
        let made_anew = match step.action {
            Action::Replace { .. } => true,
            // What state knows has been there.
            Action::Create => input.state.resources.contains_key(address),
            _ => false,
        };
        let tied = registry::kind(address.kind).tied(&step.want);
        let Some(tied) = tied.filter(|_| made_anew) else {
            continue;
        };
        findings.push(
            Diagnostic::warning("tied-to-the-old", format!("{address}: {}", tied.loss))
                .at_maybe(step.place.clone())
                .help(tied.help)
                .note(tied.source),
        );
        let sessions = step.impact.sessions();
        step.impact = Impact::Irreversible {
            loss: tied.loss.to_owned(),
            names: Vec::new(),
            sessions,
        };
    }
    findings
}
