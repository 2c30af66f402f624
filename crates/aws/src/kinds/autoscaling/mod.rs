//! Application Auto Scaling: how a fleet's capacity follows demand and the clock.

pub mod fleet;
pub(crate) mod listing;
pub(crate) mod names;
mod request;

pub use headset_kinds::autoscaling::*;
