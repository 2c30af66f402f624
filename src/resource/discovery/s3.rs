//! Buckets by their tags. Their objects go with them.

use serde_json::json;

use super::{Found, is_marked};
use crate::aws::{Aws, AwsError, Class, pages};
use crate::resource::address::Address;

/// The buckets of this region that carry a lineage.
pub(super) async fn discover(aws: &Aws) -> Result<Vec<Found>, AwsError> {
    let buckets = pages(|token| async move {
        let request = aws
            .s3()
            .list_buckets()
            .bucket_region(&aws.regions().s3)
            .set_continuation_token(token);
        let page = aws.call("s3", "ListBuckets", || request.clone().send()).await?;
        Ok((page.buckets.unwrap_or_default(), page.continuation_token))
    })
    .await?;
    let mut found = Vec::new();
    for name in buckets.into_iter().filter_map(|bucket| bucket.name) {
        let tags = tags(aws, &name).await?;
        if is_marked(&tags) {
            found.push(Found {
                address: Address::new("s3.bucket", &name),
                id: name.clone(),
                spec: json!({ "name": name }),
                tags,
                after: Vec::new(),
            });
        }
    }
    Ok(found)
}

/// A bucket's tags. One that may not be read, or that is gone by now, is not known to be anybody's.
async fn tags(aws: &Aws, name: &str) -> Result<std::collections::BTreeMap<String, String>, AwsError> {
    let request = aws.s3().get_bucket_tagging().bucket(name);
    match aws
        .call("s3", "GetBucketTagging", || request.clone().send())
        .await
    {
        Ok(answer) => Ok(answer
            .tag_set
            .into_iter()
            .map(|tag| (tag.key, tag.value))
            .collect()),
        Err(error) if error.is_not_found() || error.class == Class::Denied => Ok(Default::default()),
        Err(error) => Err(error),
    }
}
