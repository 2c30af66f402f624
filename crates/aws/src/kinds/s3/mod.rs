//! S3: the bucket that hosts the pages and what is in it, and the bucket in which a team keeps state.

mod account;
pub mod bucket;
mod emptying;
pub mod object;
mod settings;
mod site;
pub mod state_bucket;
mod unset;

pub use headset_kinds::s3::*;
