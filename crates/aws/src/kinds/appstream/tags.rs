//! Tags of AppStream's resources. No Describe operation returns them: they take one call a resource.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use headset_core::AwsError;
use serde_json::Value;

use crate::Aws;
use crate::kinds::field::{self, Diff};
use crate::kinds::tag::LINEAGE;

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

/// Sets the tags that `diff` says differ and removes those that are wanted to be `null`. Foreign tags stay.
pub(super) async fn update(aws: &Aws, arn: &str, diff: &Diff) -> Result<(), AwsError> {
    let Some(change) = diff.iter().find(|change| change.field == field::TAGS) else {
        return Ok(());
    };
    let (set, unset) = changes(&change.want, &change.have);
    if !set.is_empty() {
        let request = aws
            .appstream()
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(set.into_iter().collect()));
        aws.call("appstream", "TagResource", || request.clone().send())
            .await?;
    }
    if !unset.is_empty() {
        let request = aws
            .appstream()
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(unset));
        aws.call("appstream", "UntagResource", || request.clone().send())
            .await?;
    }
    Ok(())
}

/// What to set and what to remove.
fn changes(want: &Value, have: &Value) -> (BTreeMap<String, String>, Vec<String>) {
    let (mut set, mut unset) = (BTreeMap::new(), Vec::new());
    for (key, value) in want.as_object().into_iter().flatten() {
        match value {
            Value::String(text) if have.get(key) != Some(value) => {
                set.insert(key.clone(), text.clone());
            }
            Value::Null if have.get(key).is_some() => unset.push(key.clone()),
            _ => {}
        }
    }
    (set, unset)
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
    use serde_json::json;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn only_what_differs_is_set_and_only_nulls_are_removed() {
        let want = json!({"a": "1", "b": "2", "c": null, "d": null});
        let have = json!({"a": "1", "b": "0", "c": "x", "foreign": "y"});
        let (set, unset) = changes(&want, &have);
        assert_eq!(set, map(&[("b", "2")]));
        assert_eq!(unset, ["c"]);
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
