//! What a stack opens beside user settings: addresses in the browser of the user's own machine, the desktop to AI agents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which addresses open in the browser of the user's own machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrlRedirection {
    /// Patterns of those that do, at most 100.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// Patterns of those that do not although a pattern allows them, at most 100.
    #[serde(default)]
    pub denied: Vec<String>,
}

impl UrlRedirection {
    /// In a form in which the order of patterns does not count.
    pub fn sorted(mut self) -> UrlRedirection {
        self.allowed.sort();
        self.denied.sort();
        self
    }
}

/// What AI agents may do in sessions. Replay sessions and their key are not here: the SDK in use does not know them yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentAccess {
    /// AWS's actions, such as `COMPUTER_VISION`, each `ENABLED` or `DISABLED`.
    pub actions: BTreeMap<String, String>,
    /// The resolution of their screen; AWS has one.
    pub resolution: String,
    /// The format of their pictures, `PNG` or `JPEG`.
    pub images: String,
    /// What the user may do about an agent at work: `VIEW_ONLY`, `VIEW_STOP` or `DISABLED`.
    pub control: String,
    /// The ARN of the bucket that gets their pictures; `None`: none does.
    pub screenshots: Option<String>,
}
