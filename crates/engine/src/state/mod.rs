//! What Headset remembers of an environment: what was applied, what is under way, what people answered.
//!
//! State is a cache of proof, never the truth: AWS is asked anew each time, and an environment whose state
//! is lost is found again by tags and names.

mod answers;
mod entry;
mod file;
mod journal;
mod local;
mod model;
mod moves;
mod others;
mod record;
mod snapshot;
mod sum;
mod upgrade;
mod whereabouts;

pub use answers::{AnsweredAt, Answers, named_elsewhere, together};
pub use entry::Entry;
pub use file::StoreError;
pub use local::{LocalStore, Locked, Restored};
pub use model::State;
pub use moves::{Moved, before_moves, both, designed, moves, name_by_answers};
pub use others::OtherEnvironments;
pub use record::{Attempt, Intent, Origin, Places, Record, Relocation, Verb};
pub use whereabouts::Away;
