//! What is known of a machine.

use serde::Serialize;

/// One thing that is known of a machine, or is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is about: `processor`.
    pub about: &'static str,
    /// What was found.
    pub found: String,
    /// What an agent's work takes.
    pub needed: &'static str,
    /// Whether that is there.
    pub fitness: Fitness,
}

/// Whether a machine has what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fitness {
    /// It has.
    Enough,
    /// It has less.
    Short,
    /// The system does not say, or what it says proves nothing.
    Unknown,
}

impl Fitness {
    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enough => "enough",
            Self::Short => "short",
            Self::Unknown => "unknown",
        }
    }
}

impl Fact {
    pub(crate) fn new(
        about: &'static str,
        needed: &'static str,
        found: impl Into<String>,
        fitness: Fitness,
    ) -> Self {
        Self {
            about,
            found: found.into(),
            needed,
            fitness,
        }
    }

    /// A fact that the system does not tell.
    pub(crate) fn unknown(about: &'static str, needed: &'static str) -> Self {
        Self::new(about, needed, "this system does not say", Fitness::Unknown)
    }
}
