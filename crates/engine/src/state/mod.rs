//! What Headset remembers of an environment: what was applied, what is under way, what people answered.
//!
//! State is a cache of proof, never the truth: AWS is asked anew each time, and an environment whose state
//! is lost is found again by tags and names.

mod answer_file;
mod answers;
mod arrival;
mod belongs;
mod conditions;
mod departure;
mod entry;
mod file;
mod folder;
mod history;
mod journal;
mod journal_file;
mod lease;
mod local;
mod migrate;
mod migrate_away;
mod model;
#[cfg(test)]
mod mortal;
mod moves;
mod others;
mod record;
mod restore;
mod restored;
mod shared;
mod shared_answers;
mod shared_lease;
mod shared_read;
mod shared_restore;
mod shared_states;
mod snapshot;
mod sum;
mod transfer;
mod upgrade;
mod whereabouts;

pub use answers::{AnsweredAt, Answers, named_elsewhere, together};
pub use arrival::Migration;
pub use departure::{Departure, Destination, Kept};
pub use entry::Entry;
pub use file::StoreError;
pub use history::{By, Changes, End, Ending, History, Purpose, Run, Touched};
pub use lease::Lease;
pub use local::{LocalStore, Locked};

pub use model::State;
pub use moves::{Moved, before_moves, both, designed, given, moves, name_by_answers};
pub use others::OtherEnvironments;
pub use record::{Attempt, Intent, Origin, Places, Record, Relocation, Verb};
pub use restored::{PutAside, Restored};
pub use shared::{Leases, Shared};
pub use shared_states::{Copy, SharedStates};
pub(crate) use sum::{MEMBER, Sum, taken_from};
pub use transfer::{LONGEST, NotPushed, Pushed};
pub use whereabouts::Away;
