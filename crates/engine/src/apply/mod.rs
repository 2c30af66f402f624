//! Carrying out a plan.
//!
//! [`schedule`] is a pure state machine that says what may start; [`run`] is the shell around it that calls
//! AWS, waits, journals and reports. Everything that anybody sees comes from [`event::Event`].

mod caught;
mod checkpoint;
mod creation;
mod deposed;
pub mod event;
mod failure;
mod operation;
mod read;
mod record;
mod rejection;
mod removal;
mod responder;
mod run;
mod schedule;
mod sessions;
mod stand_in;
mod step;
mod wait;

pub use checkpoint::before_making;
pub use failure::{Failure, Given};
pub use operation::Operation;
pub use rejection::Rejection;
pub use responder::{CheckpointResponder, NoResponder};
pub use run::{ApplyOptions, Outcome, RunError, Running, run};
pub use schedule::{Finish, Schedule};
