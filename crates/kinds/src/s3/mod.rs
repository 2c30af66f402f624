//! S3: the bucket that hosts the pages, and what is in it.

pub mod bucket;
pub mod object;

pub use bucket::{Bucket, BucketLive, BucketSpec, PublicAccessBlock};
pub use object::{Object, ObjectLive, ObjectSpec};
