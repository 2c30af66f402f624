//! Amazon CloudFront: what serves the pages from a private bucket, with the headers that S3 cannot send. It is everywhere the
//! same, and has no region.

pub mod access_control;
pub mod distribution;
pub mod headers_policy;

pub use access_control::{AccessControl, AccessControlLive, AccessControlSpec};
pub use distribution::{Distribution, DistributionLive, DistributionSpec};
pub use headers_policy::{HeadersPolicy, HeadersPolicyLive, HeadersPolicySpec};
