//! What is refused, however much the user insists.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::model::{Action, Impact, Plan};
use headset_core::diagnostic::Diagnostic;
use headset_core::words::plural;
use headset_kinds::Address;
use headset_kinds::shell::word;

/// What the user allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// `--allow-disruption`: cutting off open sessions.
    pub disruption: bool,
    /// What may be lost for good.
    pub losses: Losses,
    /// `--allow-creation-limit`: making what seems to be beyond AWS's limits on creations and deletions.
    pub creation_limit: bool,
    /// `--wait-for-sessions`: how long open sessions are waited for before something cuts them off. Without `disruption`, those
    /// that are still open then keep it from happening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_for_sessions: Option<Duration>,
}

/// What may be lost for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Losses {
    /// `--allow-irreversible`: what is at these addresses.
    At(BTreeSet<Address>),
    /// Everything: the environment is taken down, by its name.
    All,
}

impl Default for Losses {
    fn default() -> Losses {
        Losses::At(BTreeSet::new())
    }
}

impl Allowed {
    /// What is allowed where everything goes; whether open sessions may be cut off is another question.
    pub fn losing_all(disruption: bool) -> Allowed {
        Allowed {
            disruption,
            losses: Losses::All,
            creation_limit: false,
            wait_for_sessions: None,
        }
    }
}

impl Losses {
    fn allow(&self, address: &Address) -> bool {
        match self {
            Losses::At(addresses) => addresses.contains(address),
            Losses::All => true,
        }
    }
}

/// Every step that may not happen, each with its reason. Empty means: go ahead.
pub fn guard(plan: &Plan, allowed: &Allowed) -> Vec<Diagnostic> {
    let mut refused = match allowed.creation_limit {
        true => Vec::new(),
        false => plan.over_limit.clone(),
    };
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
        if let Impact::Irreversible { loss, names, .. } = &step.impact
            && !step.protect
            && !verb.is_empty()
            && !allowed.losses.allow(&step.address)
        {
            let named = match names.as_slice() {
                [] => String::new(),
                names => format!(": {}", names.join(", ")),
            };
            let address = step.address.to_string();
            refused.push(
                Diagnostic::error(
                    "would-lose",
                    format!("{address} would be {verb}, and that cannot be undone: {loss}{named}"),
                )
                .at_maybe(step.place.clone())
                .help(format!(
                    "save what you need of it, then allow it with `--allow-irreversible {}`",
                    word(&address)
                )),
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
        if sessions > 0 && !allowed.disruption && allowed.wait_for_sessions.is_none() {
            let people = plural(sessions as usize, "open session");
            refused.push(
                Diagnostic::error(
                    "would-disrupt",
                    format!("{} would cut off {people}", step.address),
                )
                .at_maybe(step.place.clone())
                .help(
                    "wait until no session is open (`--wait-for-sessions 30m`), or allow it with `--allow-disruption`",
                ),
            );
        }
    }
    refused
}
