//! The kinds of IAM Identity Center.

pub(crate) mod application;
pub(crate) mod assignment;
pub(crate) mod link;
