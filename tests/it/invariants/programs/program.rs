//! What a program is: a blueprint, and steps. Its text can be kept and played again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Program {
    /// What it shows, once it is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) shows: String,
    /// The blueprint that it begins with.
    pub(super) base: Base,
    /// The simulator's quirks.
    pub(super) quirks: u64,
    /// Whether state is in a shared store, and each command runs on another machine.
    pub(super) shared: bool,
    /// What happens, one after the other.
    pub(super) steps: Vec<Step>,
}

/// The blueprints that programs begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Base {
    /// Desktops alone.
    Desks,
    /// A contact center alone.
    Center,
    /// All of it: sign-on, pages, desktops.
    Whole,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub(super) enum Step {
    /// A value of the blueprint is set, or taken away where it is null. What makes no blueprint is left as it was.
    Set {
        /// Where.
        path: Vec<String>,
        /// What.
        to: Value,
    },
    /// An entry gets another key, with a line in `moved`.
    Rename {
        /// The map that it is in.
        path: Vec<String>,
        /// Its kind.
        kind: String,
        /// Its key.
        from: String,
        /// Its new key.
        to: String,
    },
    /// The blueprint is again what it was before its last change: one more change.
    Back,
    /// What moved is not said any more: every environment has it.
    Settle,
    /// The simulator makes calls fail from now on.
    Faults {
        /// The rules.
        rules: Vec<Value>,
    },
    /// Calls do not fail any more.
    Clear,
    /// Another client changes or deletes something.
    Outside {
        /// By this rule.
        rule: Value,
    },
    /// Time passes.
    Wait {
        /// So many seconds.
        seconds: u64,
    },
    /// `headset plan` and `headset drift`.
    Look,
    /// `headset apply`.
    Apply {
        /// Where it dies, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dies: Option<Death>,
        /// Before which call of its own it is asked to stop, if it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stops: Option<u64>,
        /// Which part of the plan is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Part>,
        /// Whether a person acts on checkpoints.
        person: bool,
    },
    /// `headset destroy`.
    Destroy {
        /// Where it dies, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dies: Option<Death>,
    },
}

/// Where a run dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Death {
    /// At this call of its own.
    pub(super) at: u64,
    /// After the call took effect.
    pub(super) after: bool,
}

/// A part of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// The address that it is about.
    pub(super) address: String,
    /// All but that; else only that, and what it takes.
    pub(super) without: bool,
}
