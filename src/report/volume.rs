//! How much is said.

/// How much of its talk a command says. Data is the same with each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Volume {
    /// Errors, warnings, questions, and what waits for a person.
    Quiet,
    /// Progress and advice as well.
    #[default]
    Normal,
    /// Also what begins, what AWS reports meanwhile, and each call.
    Verbose,
}
