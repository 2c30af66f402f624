//! EC2, as far as the network of desktops goes.

pub mod security_group;

pub use security_group::{SecurityGroup, SecurityGroupLive, SecurityGroupSpec};
