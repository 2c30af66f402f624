//! Application Auto Scaling: how a fleet's capacity follows demand and the clock.

pub mod fleet;

pub use fleet::{FleetScaling, FleetScalingLive, FleetScalingSpec, Shift, Suspended};
