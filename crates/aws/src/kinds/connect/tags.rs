//! Tags of Connect's resources, which are set and removed by ARN.

use std::collections::HashMap;

use aws_sdk_connect::types::{ControlPlaneTagFilter, TagCondition};
use headset_core::{Address, AwsError};
use headset_kinds::discovery::Found;
use serde_json::Value;

use crate::Aws;
use crate::kinds::kind::Live;
use crate::kinds::tag::{self, TagChange};

/// The filter by which Connect's searches find what carries a lineage.
pub(super) fn with_lineage() -> ControlPlaneTagFilter {
    ControlPlaneTagFilter::builder()
        .tag_condition(TagCondition::builder().tag_key(tag::LINEAGE).build())
        .build()
}

/// What a search has found, if it carries a lineage: its address, its id and as much of its spec as looking it up takes.
/// `None` also where it is gone by now, since the index lags behind.
///
/// # Errors
/// AWS's, when it is asked for the tags.
pub(super) async fn marked(
    aws: &Aws,
    (address, id, spec): (Address, String, Value),
    arn: Option<&str>,
    tags: Option<HashMap<String, String>>,
) -> Result<Option<Found>, AwsError> {
    let tags = match complete(aws, arn.unwrap_or_default(), tags).await {
        Ok(tags) => tags.into_iter().collect(),
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(tag::is_marked(&tags).then(|| Found {
        address,
        id,
        region: Some(aws.regions().connect.clone()),
        spec,
        tags,
        after: Vec::new(),
    }))
}

/// The tags of the resource of this ARN. `described` is what came with its description, which may leave the map out where
/// there are none; that something on the way has dropped it looks the same, so that Connect is asked for it by itself.
///
/// # Errors
/// AWS's: Headset counts a thing whose tags it cannot read as neither its own nor another's.
pub(super) async fn complete(
    aws: &Aws,
    arn: &str,
    described: Option<HashMap<String, String>>,
) -> Result<HashMap<String, String>, AwsError> {
    if let Some(tags) = described {
        return Ok(tags);
    }
    let request = aws.connect().list_tags_for_resource().resource_arn(arn);
    let answer = aws
        .call("connect", "ListTagsForResource", || request.clone().send())
        .await?;
    answer
        .tags
        .ok_or_else(|| AwsError::lacking("connect", "ListTagsForResource", "tags"))
}

/// Sets and removes tags of something that was found.
///
/// # Errors
/// AWS's, classified. Setting and removing are two calls; the first may have taken effect.
pub(super) async fn change(aws: &Aws, live: &Live, change: TagChange) -> Result<(), AwsError> {
    let TagChange { set, remove } = change;
    if !set.is_empty() {
        let request = aws
            .connect()
            .tag_resource()
            .resource_arn(live.arn())
            .set_tags(Some(set.into_iter().collect()));
        aws.call("connect", "TagResource", || request.clone().send())
            .await?;
    }
    if !remove.is_empty() {
        let request = aws
            .connect()
            .untag_resource()
            .resource_arn(live.arn())
            .set_tag_keys(Some(remove));
        aws.call("connect", "UntagResource", || request.clone().send())
            .await?;
    }
    Ok(())
}
