//! Why AWS would not take a schedule or a time zone.

/// What is wrong with a schedule, and the way out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Completes "`SCHEDULE`: ...".
    pub what: String,
    /// The way out, in sentences.
    pub help: String,
}

pub(super) fn mistake(what: impl Into<String>, help: impl Into<String>) -> Mistake {
    Mistake {
        what: what.into(),
        help: help.into(),
    }
}
