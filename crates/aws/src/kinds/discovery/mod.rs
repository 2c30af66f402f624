//! Finds what carries Headset's tags, for when state is lost: one file for each service.
//!
//! A survey looks for what is named; this looks at everything that there is, reads its tags, and keeps what names an
//! environment. What cannot carry tags is found as part of what can, and only where everything that it hangs on was.
//!
//! The result names each thing that cannot be read beside what was found: one unreadable thing hides no other.

mod appstream;
mod cloudfront;
mod connect;
mod iam;
mod s3;

use std::collections::BTreeSet;

pub use headset_kinds::discovery::*;

use crate::Aws;

/// Searches IAM: the account's providers and policies, and these of its roles.
pub async fn iam(aws: &Aws, roles: Roles) -> Discovery {
    iam::discover(aws, roles).await
}

/// Searches Amazon Connect in this way's region.
pub async fn connect(aws: &Aws) -> Discovery {
    connect::discover(aws).await
}

/// Searches Amazon CloudFront.
pub async fn cloudfront(aws: &Aws) -> Discovery {
    cloudfront::discover(aws).await
}

/// Searches AppStream in this way's region.
pub async fn appstream(aws: &Aws) -> Discovery {
    appstream::discover(aws).await
}

/// Searches the account's buckets: those in these regions, or all of them.
pub async fn buckets(aws: &Aws, regions: Option<&BTreeSet<String>>) -> Discovery {
    s3::discover(aws, regions).await
}
