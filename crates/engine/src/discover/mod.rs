//! Environments without their blueprints or without their state: from the states that are here, and from the tags of what
//! is in the cloud.

mod find;
mod lost;
mod model;
mod search;
mod states;

pub use find::{Fetched, Kept, find, kept, kept_in};
pub use lost::Lost;
pub use model::{Ground, Orphan, Orphans, Query, Stranger, Wanted, thing};
pub use search::{Scope, Searched};
