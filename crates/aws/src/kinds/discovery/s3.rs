//! Buckets by their tags. Their objects go with them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use headset_core::{AwsError, Class};

use super::{Discovery, Found};
use crate::kinds::address::Address;
use crate::kinds::field;
use crate::kinds::tag;
use crate::{Aws, pages};
use headset_kinds::names;
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::s3::{BucketSpec, StateBucketSpec};

/// How many buckets' tags are asked for at the same time; the rate budget paces them further.
const AT_ONCE: usize = 8;

/// How many buckets come on one page. A request without any parameter is answered without the buckets' regions.
const PAGE: i32 = 1000;

/// The buckets of these regions, or of all, that carry a lineage.
pub(super) async fn discover(aws: &Aws, regions: Option<&BTreeSet<String>>) -> Discovery {
    let mut discovery = Discovery::default();
    let listed = pages(|token| async move {
        let request = aws
            .s3()
            .list_buckets()
            .max_buckets(PAGE)
            .set_continuation_token(token);
        let page = aws.call("s3", "ListBuckets", || request.clone().send()).await?;
        Ok((page.buckets.unwrap_or_default(), page.continuation_token))
    })
    .await;
    let mut by_region: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for bucket in discovery.list("the buckets", None, listed) {
        let Some(name) = bucket.name else { continue };
        match bucket.bucket_region {
            Some(region) if regions.is_none_or(|regions| regions.contains(&region)) => {
                by_region.entry(region).or_default().push(name);
            }
            Some(_) => {}
            None => {
                let why = "AWS lists it without its region";
                let error = AwsError::new("s3", "ListBuckets", Class::Other, why);
                discovery.miss_tags(by_name(aws, name).await, None, error);
            }
        }
    }
    for (region, names) in by_region {
        let there = aws.with_regions(in_region(aws, &region), Identity::Same);
        for some in names.chunks(AT_ONCE) {
            let read = join_all(some.iter().map(|name| tags(&there, name))).await;
            for (name, tags) in some.iter().zip(read) {
                match tags {
                    Ok(tags) if tag::is_marked(&tags) => {
                        let holds_states = tags.get(tag::HOLDS).is_some_and(|what| what == tag::STATES);
                        discovery.found.push(found(name, &region, tags, holds_states));
                    }
                    Ok(_) => {}
                    Err(error) => discovery.miss_tags(by_name(aws, name).await, Some(&region), error),
                }
            }
        }
    }
    discovery
}

/// A bucket that carries our tags. One with states says so in a tag; where others took that away, it counts as one with
/// pages, which goes only under the name that such a one would have.
fn found(name: &str, region: &str, tags: BTreeMap<String, String>, holds_states: bool) -> Found {
    let (kind, spec) = match holds_states {
        true => (
            StateBucketSpec::KIND,
            field::texts([(StateBucketSpec::NAME, name), (StateBucketSpec::REGION, region)]),
        ),
        false => (
            BucketSpec::KIND,
            field::texts([(BucketSpec::NAME, name), (BucketSpec::REGION, region)]),
        ),
    };
    Found {
        address: Address::new(kind, name),
        id: name.to_owned(),
        region: Some(region.to_owned()),
        spec,
        tags,
        after: Vec::new(),
    }
}

/// What a bucket would be whose tags are not known, by its name alone.
async fn by_name(aws: &Aws, name: impl Into<String>) -> Address {
    let name = name.into();
    let account = aws.who().await.map(|caller| caller.account).unwrap_or_default();
    let kind = match names::may_be_state_bucket(&name, &account) {
        true => StateBucketSpec::KIND,
        false => BucketSpec::KIND,
    };
    Address::new(kind, name)
}

fn in_region(aws: &Aws, region: &str) -> Regions {
    Regions {
        s3: region.to_owned(),
        ..aws.regions().clone()
    }
}

/// A bucket's tags; none where it is gone by now.
async fn tags(aws: &Aws, name: &str) -> Result<BTreeMap<String, String>, AwsError> {
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
        Err(error) if error.is_not_found() => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}
