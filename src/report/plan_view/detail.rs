//! How much of a plan's values is shown.

/// How much of a plan's values is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// New values are cut to a line, and of changed ones only what differs is shown.
    Short,
    /// Every value whole (`--full`).
    Full,
}
