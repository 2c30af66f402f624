//! What Headset remembers of an environment: what was applied, what is under way, what people answered.
//!
//! State is a cache of proof, never the truth: AWS is asked anew each time, and an environment whose state
//! is lost is found again by tags and names.

mod answers;
mod elsewhere;
mod journal;
mod local;
mod model;
mod moves;
mod upgrade;

pub use answers::{Answers, together};
pub use elsewhere::Elsewhere;
pub use journal::Entry;
pub use local::{LocalStore, Locked, StoreError};
pub use model::{Attempt, Intent, Origin, Places, Record, Relocation, State, Verb};
pub use moves::{Moved, both, drawn, moves, name_by_answers};
