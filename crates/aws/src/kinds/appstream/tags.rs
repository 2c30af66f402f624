//! Tags of AppStream's resources. No Describe operation returns them: they take one call a resource.
//!
//! The Resource Groups Tagging API shows those of 100 resources a call. It is an index, and may lag behind: what it shows
//! just as it is wanted is taken, and everything else is read by itself. What it does not show is never without tags.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::join_all;
use headset_client::services::tagging::{GetResources, Tag, TagFilter};
use headset_core::AwsError;
use headset_kinds::cloud::Notice;
use jiff::{SignedDuration, Timestamp};

use crate::kinds::field;
use crate::kinds::kind::{Live, Lookup};
use crate::kinds::tag::{LINEAGE, PREFIX, TagChange};
use crate::{Aws, pages};

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
pub(super) async fn read_all(aws: &Aws, arns: &[String]) -> Vec<Result<BTreeMap<String, String>, AwsError>> {
    let mut found = Vec::with_capacity(arns.len());
    for some in arns.chunks(AT_ONCE) {
        found.extend(join_all(some.iter().map(|arn| read(aws, arn))).await);
    }
    found
}

/// How many things a page of the index has: the most that its reference allows.
const PAGE: i32 = 100;

/// Tags by ARN, as the index of a region has them.
///
/// Assumption: `appstream.tags-are-indexed`.
struct Index {
    tags: BTreeMap<String, BTreeMap<String, String>>,
    /// When it was read.
    at: Timestamp,
}

impl Index {
    /// Of what carries a lineage: this one, or any. Nothing where it cannot be read, which is said once.
    async fn read(aws: &Aws, lineage: Option<&str>) -> Index {
        let at = aws.clock().now();
        let filter = TagFilter {
            key: LINEAGE.to_owned(),
            values: lineage.map(str::to_owned).into_iter().collect(),
        };
        let filter = &filter;
        let listed = pages(|token| async move {
            let request = GetResources {
                pagination_token: token,
                tag_filters: vec![filter.clone()],
                resources_per_page: Some(PAGE),
                resource_type_filters: vec!["appstream".to_owned()],
            };
            let page = aws.ask(request).await?;
            let listed = page.resource_tag_mapping_list.unwrap_or_default();
            Ok((listed, page.pagination_token))
        })
        .await;
        let (listed, at) = match listed {
            Ok(listed) => (listed, at),
            Err(error) => {
                let action = "tag:GetResources";
                aws.tell(Notice::OneByOne { action, error });
                // Once is enough.
                (Vec::new(), Timestamp::MAX)
            }
        };
        let pairs = |tags: Vec<Tag>| tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
        let named = listed
            .into_iter()
            .filter_map(|one| Some((one.resource_arn?, pairs(one.tags?))));
        Index {
            tags: named.collect(),
            at,
        }
    }
}

/// A read whose future is put on the heap: the compiler lays those of surveys out inside of each other, and gives up at some depth.
type Heaped<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// For how long one reading of the index serves all who look: a survey looks at all kinds at the same time.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// The index of what carries a lineage, read a moment ago at most.
fn index<'a>(aws: &'a Aws, lineage: Option<&'a str>) -> Heaped<'a, Result<Arc<Index>, AwsError>> {
    let name = lineage.unwrap_or_default();
    let read = move || async move { Ok(Index::read(aws, lineage).await) };
    Box::pin(async move {
        let known = aws.remembered(name, None, read).await?;
        match aws.clock().now().duration_since(known.at) > FRESH {
            true => aws.remembered(name, Some(&known), read).await,
            false => Ok(known),
        }
    })
}

/// The tags that a spec asks for, where an index may be believed about them: they name a lineage.
pub(super) fn wanted(lookup: &Lookup) -> Option<BTreeMap<String, String>> {
    let tags = lookup.spec.get(field::TAGS)?.as_object()?.iter();
    let tags = tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    let tags: BTreeMap<String, String> = tags.collect();
    (lookup.believed.reading.believes_indexes() && tags.contains_key(LINEAGE)).then_some(tags)
}

/// Whether tags are just as they are wanted: others' may be there, too, but none of ours.
fn are_as_wanted(have: &BTreeMap<String, String>, want: &BTreeMap<String, String>) -> bool {
    let mut ours = have.keys().filter(|key| key.starts_with(PREFIX));
    want.iter().all(|(key, value)| have.get(key) == Some(value)) && ours.all(|key| want.contains_key(key))
}

/// The tags of many resources, each with those that are wanted of it, in the same order.
pub(super) async fn read_wanted(
    aws: &Aws,
    resources: &[(String, Option<BTreeMap<String, String>>)],
) -> Vec<Result<BTreeMap<String, String>, AwsError>> {
    let lineages: BTreeSet<&str> = resources
        .iter()
        .filter_map(|(_, want)| Some(want.as_ref()?.get(LINEAGE)?.as_str()))
        .collect();
    // Of several environments, one reading of all that there is takes fewer calls than one for each.
    let one = lineages.first().copied().filter(|_| lineages.len() == 1);
    let mut shown = BTreeMap::new();
    for (arn, want) in resources {
        let Some(want) = want.as_ref().filter(|want| want.contains_key(LINEAGE)) else {
            continue;
        };
        if let Ok(index) = index(aws, one).await
            && let Some(have) = index.tags.get(arn).filter(|have| are_as_wanted(have, want))
        {
            shown.insert(arn.as_str(), have.clone());
        }
    }
    let arns: Vec<&str> = resources.iter().map(|(arn, _)| arn.as_str()).collect();
    read_rest(aws, &arns, shown).await
}

/// The tags of many resources, of which most are others', in the same order. What the index says to carry a lineage does.
pub(crate) async fn read_marked(
    aws: &Aws,
    arns: &[String],
) -> Vec<Result<BTreeMap<String, String>, AwsError>> {
    if arns.is_empty() {
        return Vec::new();
    }
    let mut shown = BTreeMap::new();
    if let Ok(index) = index(aws, None).await {
        for arn in arns {
            if let Some(tags) = index.tags.get(arn) {
                shown.insert(arn.as_str(), tags.clone());
            }
        }
    }
    let arns: Vec<&str> = arns.iter().map(String::as_str).collect();
    read_rest(aws, &arns, shown).await
}

/// What is known of some, and what AppStream says of the others.
async fn read_rest(
    aws: &Aws,
    arns: &[&str],
    mut known: BTreeMap<&str, BTreeMap<String, String>>,
) -> Vec<Result<BTreeMap<String, String>, AwsError>> {
    let rest = arns.iter().filter(|arn| !known.contains_key(*arn));
    let rest: Vec<String> = rest.map(|arn| (*arn).to_owned()).collect();
    let mut read = read_all(aws, &rest).await.into_iter();
    arns.iter()
        .map(|arn| match known.remove(arn) {
            Some(tags) => Ok(tags),
            None => read
                .next()
                .unwrap_or_else(|| Err(AwsError::bug("its tags were not read"))),
        })
        .collect()
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
