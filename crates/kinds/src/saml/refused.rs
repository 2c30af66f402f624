//! Why a response proves nothing.

use std::fmt;

/// Why a response is not taken, and what to do; each a sentence without a full stop. Neither holds what is secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why not.
    pub why: String,
    /// What to do.
    pub help: String,
}

impl Refused {
    /// With these words.
    pub fn new(why: impl Into<String>, help: impl Into<String>) -> Refused {
        Refused {
            why: why.into(),
            help: help.into(),
        }
    }

    /// For a document that no identity provider of good will writes.
    pub(super) fn forged(why: impl Into<String>) -> Refused {
        Refused::new(
            why,
            "do not trust where this response comes from; sign in again, and copy the response anew",
        )
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Refused {}
