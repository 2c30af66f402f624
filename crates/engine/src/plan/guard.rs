//! What is refused, however much the user insists.

use super::model::{Action, Plan};
use headset_core::diagnostic::Diagnostic;
use headset_core::words::plural;

/// What the user allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// `--allow-disruption`: cutting off open sessions.
    pub disruption: bool,
}

/// Every step that may not happen, each with its reason. Empty means: go ahead.
pub fn guard(plan: &Plan, allowed: Allowed) -> Vec<Diagnostic> {
    let mut refused = Vec::new();
    for step in plan.steps.values() {
        let verb = match step.action {
            Action::Delete => "deleted",
            Action::Replace { .. } => "replaced",
            Action::Keep
            | Action::Read
            | Action::Create
            | Action::Adopt { .. }
            | Action::Update { .. }
            | Action::Release
            | Action::Forget
            | Action::Await { .. }
            | Action::Refused { .. }
            | Action::Unknown { .. } => "",
        };
        if step.protect && !verb.is_empty() {
            refused.push(
                Diagnostic::error(
                    "protected",
                    format!("{} is protected and would be {verb}", step.address),
                )
                .at_maybe(step.place.clone())
                .help(
                    "set `protect: false` on it and apply that first; `--yes` does not override protection",
                ),
            );
        }
        // What is only taken away was asked for by name; what a change takes away on its way was not.
        if step.impact.sessions().is_none()
            && matches!(step.action, Action::Replace { .. })
            && !allowed.disruption
        {
            refused.push(
                Diagnostic::error(
                    "may-disrupt",
                    format!(
                        "{} runs and would be replaced, and AWS does not say whether a person works on it",
                        step.address
                    ),
                )
                .at_maybe(step.place.clone())
                .help("stop it when no person works on it, or allow it with `--allow-disruption`"),
            );
        }
        let sessions = step.impact.sessions().unwrap_or_default();
        if sessions > 0 && !allowed.disruption {
            let people = plural(sessions as usize, "open session");
            refused.push(
                Diagnostic::error(
                    "would-disrupt",
                    format!("{} would cut off {people}", step.address),
                )
                .at_maybe(step.place.clone())
                .help("wait until no session is open, or allow it with `--allow-disruption`"),
            );
        }
    }
    refused
}
