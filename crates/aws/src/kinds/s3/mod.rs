//! S3: the bucket that hosts the pages, and what is in it.

pub mod bucket;
mod emptying;
pub mod object;
mod site;
mod unset;

pub use headset_kinds::s3::*;
