//! Application Auto Scaling: how a fleet's capacity follows demand and the clock.

pub mod fleet;
pub(in crate::resource) mod listing;
mod request;

pub use fleet::{FleetScaling, FleetScalingSpec, Shift};
