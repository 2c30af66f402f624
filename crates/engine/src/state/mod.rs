//! What Headset remembers of an environment: what was applied, what is under way, what people answered.
//!
//! State is a cache of proof, never the truth: AWS is asked anew each time, and an environment whose state
//! is lost is found again by tags and names.

mod answers;
mod entry;
mod file;
mod history;
mod journal;
mod journal_file;
mod lease;
mod local;
mod migrate;
mod model;
mod moves;
mod others;
mod record;
mod restore;
mod shared;
mod shared_states;
mod snapshot;
mod sum;
mod transfer;
mod upgrade;
mod whereabouts;

pub use answers::{AnsweredAt, Answers, named_elsewhere, together};
pub use entry::Entry;
pub use file::StoreError;
pub use history::{By, Changes, End, Ending, History, Purpose, Run};
pub use lease::Lease;
pub use local::{LocalStore, Locked};
pub use migrate::{Departure, Migration};
pub use model::State;
pub use moves::{Moved, before_moves, both, designed, moves, name_by_answers, pages_host};
pub use others::OtherEnvironments;
pub use record::{Attempt, Intent, Origin, Places, Record, Relocation, Verb};
pub use restore::Restored;
pub use shared::{Leases, Shared};
pub use shared_states::SharedStates;
pub(crate) use sum::{MEMBER, Sum, taken_from};
pub use transfer::{LONGEST, NotPushed, Pushed};
pub use whereabouts::Away;
