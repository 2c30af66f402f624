//! The half of each kind that asks AWS, under the path of its other half in `headset_kinds`, which each file gives on.

pub mod appstream;
pub mod autoscaling;
pub mod cloud;
pub mod cloudfront;
pub mod connect;
pub mod discovery;
pub mod ec2;
pub mod existing;
pub mod iam;
pub mod identity_center;
pub mod idp;
mod people;
pub mod registry;
pub mod remote;
pub mod s3;
mod tag_list;

pub use headset_kinds::*;
pub use remote::{Half, Remote, Work};
