//! The kinds of Amazon CloudFront.

pub(crate) mod access_control;
pub(crate) mod distribution;
pub(crate) mod headers_policy;
