//! EC2, as far as the network of desktops goes.

mod filter;
pub(in crate::kinds) mod named;
pub(in crate::kinds) mod network;
mod objection;
mod prefix_list;
pub mod security_group;
mod tags;
pub mod vpc_endpoint;

pub use headset_kinds::ec2::*;
