//! The resource kinds and what all of them share.
//!
//! One file per kind below the folder of its service; `registry` lists them. Only these files and `aws/`
//! name AWS's SDK crates.

pub mod appstream;
pub mod autoscaling;
pub mod connect;
pub mod discovery;
pub mod iam;
pub mod identity_center;
pub mod idp;
pub mod kind;
pub mod registry;
pub mod s3;

pub use headset_core::{
    Address, AtHand, Change, Compare, Diff, Field, FieldChange, Leaf, Outputs, Secret, Text, address, field,
    leaf, policy, secret, shell, tag, template, text,
};
pub use kind::{
    Actions, Belongings, Checkpoint, Churn, Condition, Kind, Live, Lookup, Misfit, Published, Question,
    Sight, Tied, Work,
};
