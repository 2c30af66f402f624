//! Which part of a plan a command is about.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use headset_core::Address;
use headset_engine::plan::{Partial, Plan, Selection};

use super::completion;
use super::exit::Failure;
use super::terminal;

/// The options that limit a plan.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Part {
    /// Only this resource and what has to come before it, such as appstream.fleet/agents; may be given several times.
    #[arg(long, value_name = "ADDRESS", add = ArgValueCompleter::new(completion::addresses))]
    target: Vec<Address>,
    /// All but this resource and what depends on it; may be given several times.
    #[arg(long, value_name = "ADDRESS", add = ArgValueCompleter::new(completion::addresses))]
    exclude: Vec<Address>,
}

impl Part {
    /// What they come to.
    pub(super) fn scope(&self) -> Selection {
        Selection {
            targets: self.target.iter().cloned().collect(),
            excludes: self.exclude.iter().cloned().collect(),
            only_drift: false,
            replaces: BTreeSet::new(),
        }
    }

    /// The scope for the files of a command: an address is one of one blueprint.
    pub(super) fn of(&self, files: &[PathBuf]) -> Result<Selection, Failure> {
        let scope = self.scope();
        match scope.is_whole() || files.len() < 2 {
            true => Ok(scope),
            false => Err(
                Failure::usage("--target and --exclude name resources of one blueprint")
                    .help("give one file, or run the command once for each"),
            ),
        }
    }

    /// Whether a part is asked for.
    pub(super) fn is_given(&self) -> bool {
        !self.scope().is_whole()
    }
}

/// What `--only` limits a plan to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum What {
    /// What others changed: it is put back to what was applied last. What the blueprint changed since then waits.
    Drift,
}

/// The option that limits a plan to what others changed.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Only {
    /// Only put back what others changed, to what was applied last; what the blueprint changed since then is left out.
    #[arg(long, value_enum, value_name = "WHAT")]
    only: Option<What>,
}

impl Only {
    /// The scope with this limit.
    pub(super) fn of(self, scope: Selection) -> Selection {
        Selection {
            only_drift: self.is_given(),
            ..scope
        }
    }

    /// Whether it is asked for.
    pub(super) fn is_given(self) -> bool {
        self.only == Some(What::Drift)
    }
}

/// The option that asks for things to be made anew.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Anew {
    /// Delete this resource and make it anew, although nothing else asks for that; may be given several times. What depends on
    /// it goes before it and comes back after it, as the plan shows.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "only", add = ArgValueCompleter::new(completion::addresses))]
    replace: Vec<Address>,
}

impl Anew {
    /// The scope with it, for the files of a command: an address is one of one blueprint.
    pub(super) fn of(&self, scope: Selection, files: &[PathBuf]) -> Result<Selection, Failure> {
        if self.is_given() && files.len() > 1 {
            return Err(Failure::usage("--replace names resources of one blueprint")
                .help("give one file, or run the command once for each"));
        }
        Ok(Selection {
            replaces: self.replace.iter().cloned().collect(),
            ..scope
        })
    }

    /// Whether it is asked for.
    pub(super) fn is_given(&self) -> bool {
        !self.replace.is_empty()
    }
}

/// Says in the events of a run that it is about a part.
pub(super) fn announce(plan: &Plan, json: bool) {
    if let Some(partial) = plan.partial.as_ref().filter(|_| json) {
        terminal::versioned(&serde_json::json!({
            "event": "partial", "environment": plan.environment, "partial": partial,
        }));
    }
}

/// The end of a message about a run that was about a part.
pub(super) fn left_out(partial: Option<&Partial>) -> String {
    match partial.map(|partial| partial.left_out.len()) {
        None => String::new(),
        Some(1) => " in part: 1 step was left out".to_owned(),
        Some(many) => format!(" in part: {many} steps were left out"),
    }
}
