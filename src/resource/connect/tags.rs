//! Tags of Connect's resources, which are set and removed by ARN.

use crate::aws::{Aws, AwsError};
use crate::resource::field::FieldChange;
use crate::resource::tag::TagChange;

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
