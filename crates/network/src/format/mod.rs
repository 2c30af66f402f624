//! The forms of an allow-list.

pub(crate) mod formed;
mod names;
pub mod network_firewall;
pub mod plain;
pub mod security_group;
pub mod squid;

pub use formed::{Formed, Unfit};
