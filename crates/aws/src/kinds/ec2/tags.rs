//! Tags of EC2's things, which are named by their ids.

use std::collections::BTreeMap;

use headset_client::services::ec2::{CreateTags, DeleteTags, Tag, TagSpecification};
use headset_core::AwsError;

use crate::Aws;
use crate::kinds::kind::Live;
use crate::kinds::tag::TagChange;
use crate::kinds::tag_list::listed;

/// The tags of a thing in the making.
pub(super) fn at_creation(sort: &str, tags: &BTreeMap<String, String>) -> Vec<TagSpecification> {
    vec![TagSpecification {
        resource_type: sort.to_owned(),
        tag: listed(tags),
    }]
}

/// Sets and removes tags.
///
/// # Errors
/// AWS's.
pub(super) async fn change(aws: &Aws, live: &Live, change: TagChange) -> Result<(), AwsError> {
    let TagChange { set, remove } = change;
    let resource_id = || vec![live.id.clone()];
    if !set.is_empty() {
        let request = CreateTags {
            resource_id: resource_id(),
            tag: listed(&set),
        };
        aws.ask(request).await?;
    }
    if !remove.is_empty() {
        let keys = remove.into_iter().map(|key| Tag { key, value: None });
        let request = DeleteTags {
            resource_id: resource_id(),
            tag: keys.collect(),
        };
        aws.ask(request).await?;
    }
    Ok(())
}
