//! CloudFront: distributions, what they may read and which headers they add.
//!
//! A change replaces a whole configuration, so that these have every member: what Headset has no word for is sent back as it
//! came ([`Verbatim`](crate::Verbatim)).

mod access_control;
mod common;
mod config;
mod distribution;
mod headers_policy;
mod invalidation;
mod tags;

pub use access_control::*;
pub use common::SERVICE;
pub use config::*;
pub use distribution::*;
pub use headers_policy::*;
pub use invalidation::*;
pub use tags::*;
