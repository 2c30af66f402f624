//! The resource kinds and what all of them share.
//!
//! One file per kind below the folder of its service; `registry` lists them. Only these files and `aws/`
//! name AWS's SDK crates.

pub mod address;
pub mod appstream;
pub mod autoscaling;
pub mod connect;
pub mod discovery;
pub mod field;
pub mod iam;
pub mod identity_center;
pub mod idp;
pub mod kind;
pub mod leaf;
pub mod policy;
pub mod registry;
pub mod s3;
pub mod secret;
pub mod shell;
pub mod tag;
pub mod template;
pub mod text;

pub use address::Address;
pub use field::{Change, Compare, Diff, Field, FieldChange};
pub use kind::{
    Actions, Belongings, Checkpoint, Churn, Condition, Kind, Live, Lookup, Misfit, Published, Question,
    Sight, Tied, Work,
};
pub use leaf::Leaf;
pub use secret::{AtHand, Secret};
pub use text::{Outputs, Text};
