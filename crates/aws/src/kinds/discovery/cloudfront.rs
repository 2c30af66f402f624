//! Distributions by their tags, and what they alone use. They are the account's, not a region's.

use std::collections::BTreeSet;

use headset_core::AwsError;
use headset_kinds::cloudfront::{AccessControlSpec, DistributionSpec, HeadersPolicySpec};

use super::{Discovery, Found};
use crate::Aws;
use crate::kinds::address::Address;
use crate::kinds::cloudfront::{access_control, distribution, headers_policy};
use crate::kinds::field;
use crate::kinds::tag;

/// The only partition that has CloudFront with this account's things.
const PARTITION: &str = "aws";

/// What carries a lineage, and what hangs on that.
pub(super) async fn discover(aws: &Aws) -> Discovery {
    let mut discovery = Discovery::default();
    if aws.who().await.is_ok_and(|caller| caller.partition != PARTITION) {
        return discovery;
    }
    let listed = discovery.list("the distributions", None, distribution::list(aws).await);
    for one in listed {
        let address = Address::new(DistributionSpec::KIND, &one.id);
        let tags = match distribution::tags(aws, &one.arn).await {
            Ok(tags) => tags,
            // It went away between the two calls.
            Err(error) if error.is_not_found() => continue,
            Err(error) => {
                discovery.miss_tags(address, None, error);
                continue;
            }
        };
        if !tag::is_marked(&tags) {
            continue;
        }
        let found = Found {
            address,
            spec: field::texts([(DistributionSpec::NAME, &one.comment)]),
            id: one.id,
            region: None,
            tags,
            after: Vec::new(),
        };
        match used(aws, &found, &one.comment).await {
            Ok(used) => {
                let after = used.iter().map(|one| one.address.clone()).collect();
                discovery.found.extend(used);
                discovery.found.push(Found { after, ..found });
            }
            Err(error) => {
                let what = format!("what the distribution `{}` uses", found.id);
                discovery.miss(what, None, None, error);
                discovery.found.push(found);
            }
        }
    }
    discovery
}

/// What a distribution uses that carries no tags: what is called after it. Others may have given it policies of theirs.
async fn used(aws: &Aws, of: &Found, name: &str) -> Result<Vec<Found>, AwsError> {
    let Some(there) = distribution::get(aws, &of.id).await? else {
        return Ok(Vec::new());
    };
    let config = there.found.distribution_config;
    let found = |kind, id: &str, name: &str, field| Found {
        address: Address::new(kind, name),
        id: id.to_owned(),
        region: None,
        spec: field::texts([(field, name)]),
        tags: of.tags.clone(),
        after: Vec::new(),
    };
    let mut used = Vec::new();
    let origins = config.origins.as_slice().iter();
    let controls: BTreeSet<&str> = origins
        .filter_map(|origin| origin.origin_access_control_id.as_deref())
        .filter(|id| !id.is_empty())
        .collect();
    for id in controls {
        if let Some(control) = access_control::get(aws, id).await? {
            let its = control.found.origin_access_control_config.name;
            if its == name {
                used.push(found(AccessControlSpec::KIND, id, &its, AccessControlSpec::NAME));
            }
        }
    }
    let policies: BTreeSet<&str> = distribution::behaviors(&config)
        .filter_map(|behavior| behavior.response_headers_policy_id.as_deref())
        .filter(|id| !id.is_empty())
        .collect();
    for id in policies {
        if let Some(policy) = headers_policy::get(aws, id).await? {
            let its = policy.found.response_headers_policy_config.name;
            if its.starts_with(&format!("{name}-")) {
                used.push(found(HeadersPolicySpec::KIND, id, &its, HeadersPolicySpec::NAME));
            }
        }
    }
    Ok(used)
}
