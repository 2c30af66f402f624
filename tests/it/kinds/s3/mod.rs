//! The kinds of Amazon S3.

pub(crate) mod bucket;
pub(crate) mod object;
mod owner;
pub(crate) mod state_bucket;

/// The bucket of the cases.
const BUCKET: &str = "acme-ccp-123456789012-eu-west-2";
