//! S3: the bucket that hosts the pages and what is in it, and the bucket in which a team keeps state.

pub mod bucket;
pub mod object;
pub mod page;
pub mod state_bucket;

pub use bucket::{Bucket, BucketLive, BucketSpec, PublicAccessBlock};
pub use object::{Object, ObjectLive, ObjectSpec};
pub use state_bucket::{Encryption, Lifecycle, StateBucket, StateBucketLive, StateBucketSpec};
