//! EC2, as far as the network of desktops goes.

mod filter;
pub(in crate::kinds) mod network;
pub mod security_group;

pub use headset_kinds::ec2::*;
