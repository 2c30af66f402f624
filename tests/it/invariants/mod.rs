//! What always holds, for every command and kind.

mod backward_compatibility;
pub(crate) mod conformance;
mod crash_sweeps;
pub(crate) mod errors;
mod forward_compatibility;
mod fuzz;
mod growth;
mod guide;
pub(crate) mod kill_sweeps;
pub(crate) mod lifecycle;
pub(crate) mod lost_state;
mod made_by_people;
mod middlebox;
mod new_kind;
mod outputs;
pub(crate) mod permissions;
mod planner;
mod programs;
pub(crate) mod reference;
mod rehearsal;
mod secrets;
pub(crate) mod state_file;
mod tidy;
mod unanswered;
mod widths;
