//! What has to happen, as a value.
//!
//! [`planner::plan`] is a function of what is wanted, what was applied and what is there. It knows no
//! clock, no network and no randomness: the same input gives the same plan, and each step says why.

mod account;
mod aftermath;
pub(crate) mod beside;
mod causes;
pub mod claim;
mod compared;
pub(crate) mod creation_limit;
mod dependencies;
mod fits;
pub mod guard;
mod held;
mod idle;
pub mod import;
mod input;
mod last;
mod model;
mod order;
mod ownership;
mod planner;
mod reason;
mod refusal;
mod replaced;
mod scope;
mod selection;
mod shared;
mod unknown;
mod unread;
mod unwanted;
mod versions;

#[cfg(test)]
mod tests;

pub use held::is_persons;
pub use input::PlanInput;
pub use model::{Action, Cause, FieldCause, Impact, Plan, Replacement, Step, Verdict};
pub use order::{Node, Phase, graph};
pub use planner::plan;
pub use reason::Reason;
pub use refusal::{ELSEWHERE, Refusal};
pub use selection::{Partial, Selection};
pub use unread::{Unread, Unreadable};
pub use versions::{is_kept, is_surplus};
