//! Amazon CloudFront: what serves the pages from a private bucket, with the headers that S3 cannot send.

pub mod access_control;
pub mod distribution;
pub mod headers_policy;

pub use headset_kinds::cloudfront::*;
