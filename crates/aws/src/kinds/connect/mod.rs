//! Amazon Connect: the instance, the origins that may embed its pages, its queues and its users.

pub mod approved_origin;
mod contents;
pub mod instance;
mod names;
mod profiles;
pub mod queue;
pub mod tags;
pub mod user;

pub use headset_kinds::connect::*;
