//! Which part of a plan is asked for, and what that leaves out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use headset_core::diagnostic::Diagnostic;
use headset_core::words::plural;
use headset_kinds::Address;

/// How many addresses a warning names.
const NAMED: usize = 12;

/// Which part of a plan is asked for; the whole where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// `--target`: only these, and what has to come before them.
    pub targets: BTreeSet<Address>,
    /// `--exclude`: all but these and what comes after them.
    pub excludes: BTreeSet<Address>,
    /// `--only drift`: what others changed is put back, and what the blueprint changed waits.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_drift: bool,
    /// `--replace`: these are made anew, although nothing else asks for that.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub replaces: BTreeSet<Address>,
}

/// What makes a plan a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Partial {
    /// What was asked for.
    #[serde(flatten)]
    pub scope: Selection,
    /// Where something would have been done as well.
    pub left_out: Vec<Address>,
}

impl Selection {
    /// Whether nothing is left out.
    pub fn is_whole(&self) -> bool {
        !self.names() && !self.only_drift
    }

    /// Whether it names addresses that limit it.
    pub fn names(&self) -> bool {
        !(self.targets.is_empty() && self.excludes.is_empty())
    }

    /// Every address that it names.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        let parts = self.targets.union(&self.excludes);
        parts.chain(&self.replaces)
    }
}

impl Partial {
    /// The warning that goes with every part of a plan.
    pub(super) fn finding(&self) -> Diagnostic {
        let mut names: Vec<String> = self
            .left_out
            .iter()
            .take(NAMED)
            .map(ToString::to_string)
            .collect();
        if self.left_out.len() > NAMED {
            names.push(format!("{} more", self.left_out.len() - NAMED));
        }
        let how_many = match self.left_out.len() {
            1 => "1 step is".to_owned(),
            many => format!("{} are", plural(many, "step")),
        };
        if self.scope.only_drift && !self.scope.names() {
            let message = format!(
                "only what others changed is put back: {how_many} left out that the blueprint asks for"
            );
            return Diagnostic::warning("partial", message)
                .note(format!("left out: {}", names.join(", ")))
                .help("apply without `--only drift` does the rest");
        }
        let message = format!("this is only a part of the plan: {how_many} left out");
        Diagnostic::warning("partial", message)
            .note(format!("left out: {}", names.join(", ")))
            .help("what is done may not fit what is left out: apply the whole soon, without --target and --exclude")
    }
}
