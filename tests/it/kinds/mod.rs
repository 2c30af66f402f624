//! Each kind: its case of the conformance test, what others change of it from outside, and its traps.
//!
//! The frame is in `invariants/conformance`, which has a line for each kind.

pub(crate) mod appstream;
pub(crate) mod autoscaling;
pub(crate) mod cloudfront;
pub(crate) mod connect;
pub(crate) mod direct;
pub(crate) mod ec2;
pub(crate) mod iam;
pub(crate) mod identity_center;
pub(crate) mod idp;
pub(crate) mod lab;
pub(crate) mod s3;
