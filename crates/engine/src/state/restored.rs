//! What became of a store whose damage was put right.

/// What a store was restored to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What was damaged, in the words of the error.
    pub damage: String,
    /// How many changes the environment had seen by then.
    pub serial: u64,
    /// Where what was damaged is now, for people. `None`: it was missing.
    pub aside: Option<String>,
}

/// Answers that were damaged, and are not used any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutAside {
    /// What was wrong with them, in the words of the error.
    pub damage: String,
    /// Where they are now, for people.
    pub aside: String,
}
