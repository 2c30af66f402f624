//! Tags of AppStream's resources. No Describe operation returns them: they take one call a resource.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use headset_core::AwsError;

use crate::Aws;
use crate::kinds::kind::Live;
use crate::kinds::tag::{LINEAGE, TagChange};

/// How many resources' tags are asked for at the same time; the rate budget paces them further.
const AT_ONCE: usize = 8;

/// The tags of one resource.
pub(super) async fn read(aws: &Aws, arn: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let request = aws.appstream().list_tags_for_resource().resource_arn(arn);
    let answer = aws
        .call("appstream", "ListTagsForResource", || request.clone().send())
        .await?;
    let tags = answer
        .tags
        .ok_or_else(|| AwsError::lacking("appstream", "ListTagsForResource", "Tags"))?;
    Ok(tags.into_iter().collect())
}

/// The tags of many resources, in the same order.
pub(crate) async fn read_all(aws: &Aws, arns: &[String]) -> Vec<Result<BTreeMap<String, String>, AwsError>> {
    let mut found = Vec::with_capacity(arns.len());
    for some in arns.chunks(AT_ONCE) {
        found.extend(join_all(some.iter().map(|arn| read(aws, arn))).await);
    }
    found
}

/// Sets and removes tags of one resource. Foreign tags stay.
pub(super) async fn change(aws: &Aws, live: &Live, change: TagChange) -> Result<(), AwsError> {
    let TagChange { set, remove } = change;
    if !set.is_empty() {
        let request = aws
            .appstream()
            .tag_resource()
            .resource_arn(live.arn())
            .set_tags(Some(set.into_iter().collect()));
        aws.call("appstream", "TagResource", || request.clone().send())
            .await?;
    }
    if !remove.is_empty() {
        let request = aws
            .appstream()
            .untag_resource()
            .resource_arn(live.arn())
            .set_tag_keys(Some(remove));
        aws.call("appstream", "UntagResource", || request.clone().send())
            .await?;
    }
    Ok(())
}

/// Tags for a Create operation: their shape does not allow an empty map, so none is `None`.
pub(super) fn at_creation(
    tags: &BTreeMap<String, String>,
) -> Option<std::collections::HashMap<String, String>> {
    (!tags.is_empty()).then(|| tags.clone().into_iter().collect())
}

/// Whether `have` carries every tag of ours in `want`, and there is one: proof that an earlier attempt of the
/// same creation took effect although its answer got lost.
pub(super) fn prove(want: &BTreeMap<String, String>, have: &BTreeMap<String, String>) -> bool {
    let ours = || want.iter().filter(|(key, _)| key.starts_with("headset:"));
    ours().any(|(key, _)| key == LINEAGE) && ours().all(|(key, value)| have.get(key) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn proof_takes_the_lineage() {
        let want = map(&[
            ("headset:environment", "acme"),
            ("headset:id", "1"),
            ("team", "x"),
        ]);
        assert!(prove(
            &want,
            &map(&[("headset:environment", "acme"), ("headset:id", "1")])
        ));
        assert!(!prove(
            &want,
            &map(&[("headset:environment", "acme"), ("headset:id", "2")])
        ));
        let unmarked = map(&[("headset:environment", "acme")]);
        assert!(!prove(&unmarked, &unmarked), "a name alone proves nothing");
    }
}
