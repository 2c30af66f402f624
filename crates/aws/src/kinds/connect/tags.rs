//! Tags of Connect's resources, which are set and removed by ARN.

use std::collections::HashMap;

use headset_core::AwsError;

use crate::Aws;
use crate::kinds::field::FieldChange;
use crate::kinds::tag::TagChange;

/// The tags of the resource of this ARN. `described` is what came with its description, which may leave the map out where
/// there are none; that something on the way has dropped it looks the same, so that Connect is asked for it by itself.
///
/// # Errors
/// AWS's: Headset counts a thing whose tags it cannot read as neither its own nor another's.
pub(crate) async fn complete(
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

/// Sets and removes the tags that differ on the resource of this ARN.
///
/// # Errors
/// AWS's, classified. Setting and removing are two calls; the first may have taken effect.
pub(super) async fn change(aws: &Aws, arn: &str, change: &FieldChange) -> Result<(), AwsError> {
    let TagChange { set, remove } = TagChange::of(change);
    if !set.is_empty() {
        let request = aws
            .connect()
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(set.into_iter().collect()));
        aws.call("connect", "TagResource", || request.clone().send())
            .await?;
    }
    if !remove.is_empty() {
        let request = aws
            .connect()
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(remove));
        aws.call("connect", "UntagResource", || request.clone().send())
            .await?;
    }
    Ok(())
}
