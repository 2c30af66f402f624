//! What a plan is made from.

use super::selection::Selection;
use crate::state::{OtherEnvironments, State};
use crate::survey::Survey;
use headset_design::Design;
use headset_kinds::Address;

/// Everything that the planner may know.
#[derive(Clone, Copy, Debug)]
pub struct PlanInput<'a> {
    /// What is wanted.
    pub design: &'a Design,
    /// What was applied, at the addresses that the design asks for.
    pub state: &'a State,
    /// From where to where things moved in it for that: see [`crate::state::moves`].
    pub moved: &'a [(Address, Address)],
    /// What other environments count against the same limits.
    pub others: &'a OtherEnvironments,
    /// What is there.
    pub survey: &'a Survey,
    /// When that was (RFC 3339).
    pub as_of: &'a str,
    /// Whether predecessors are to go, too: when everything is taken down.
    pub with_deposed: bool,
    /// Which part of it is asked for.
    pub scope: &'a Selection,
}
