//! Connect instances by their tags, and tagged users on instances of others.

use std::collections::BTreeMap;

use headset_core::AwsError;
use serde_json::json;

use super::{Discovery, Found};
use crate::kinds::address::Address;
use crate::kinds::connect::{instance, tags};
use crate::kinds::tag;
use crate::{Aws, pages};
use headset_kinds::connect::{InstanceSpec, UserSpec};

/// The instances that carry our tags (their users go with them), and the users on all instances that carry another
/// lineage than their instance: an environment may have its users on the instance of another one.
pub(super) async fn discover(aws: &Aws) -> Discovery {
    let mut discovery = Discovery::default();
    let region = aws.regions().connect.clone();
    let listed = discovery.list("the instances", Some(&region), instance::list(aws).await);
    for id in listed.into_iter().filter_map(|summary| summary.id) {
        let instance = match instance::describe(aws, &id).await {
            Ok(Some(instance)) => instance,
            // It went away between the two calls.
            Ok(None) => continue,
            Err(error) => {
                discovery.miss_tags(Address::new(InstanceSpec::KIND, id), Some(&region), error);
                continue;
            }
        };
        let tags: BTreeMap<String, String> = instance.tags.unwrap_or_default().into_iter().collect();
        let users = match users(aws, &id, &region).await {
            Ok(users) => users,
            Err(error) => {
                discovery.miss(format!("the users of instance {id}"), None, Some(&region), error);
                Vec::new()
            }
        };
        let of_instance = tags.get(tag::LINEAGE);
        let of_others = |user: &Found| user.tags.get(tag::LINEAGE) != of_instance;
        discovery.found.extend(users.into_iter().filter(of_others));
        if tag::is_marked(&tags) {
            let alias = instance.instance_alias.unwrap_or_else(|| id.clone());
            discovery.found.push(Found {
                address: Address::new(InstanceSpec::KIND, &alias),
                spec: json!({ "alias": alias }),
                id,
                region: Some(region.clone()),
                tags,
                after: Vec::new(),
            });
        }
    }
    discovery
}

/// The users of an instance that carry a lineage: SearchUsers filters by tag, so that a big instance costs no more.
async fn users(aws: &Aws, instance: &str, region: &str) -> Result<Vec<Found>, AwsError> {
    use aws_sdk_connect::types::{ControlPlaneTagFilter, TagCondition, UserSearchFilter};
    let filter = UserSearchFilter::builder()
        .tag_filter(
            ControlPlaneTagFilter::builder()
                .tag_condition(TagCondition::builder().tag_key(tag::LINEAGE).build())
                .build(),
        )
        .build();
    let (filter, mut found) = (&filter, Vec::new());
    let listed = pages(|token| async move {
        let request = aws
            .connect()
            .search_users()
            .instance_id(instance)
            .search_filter(filter.clone())
            .set_next_token(token);
        let page = aws
            .call("connect", "SearchUsers", || request.clone().send())
            .await?;
        Ok((page.users.unwrap_or_default(), page.next_token))
    })
    .await;
    let users = match listed {
        // An instance that is being made or unmade has no users that could be searched.
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed?,
    };
    for user in users {
        let arn = user.arn.unwrap_or_default();
        let tags = match tags::complete(aws, &arn, user.tags).await {
            Ok(tags) => tags.into_iter().collect(),
            // The index lags: it was deleted a moment ago.
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        let (Some(id), Some(name)) = (user.id, user.username) else {
            continue;
        };
        if tag::is_marked(&tags) {
            found.push(Found {
                address: Address::new(UserSpec::KIND, &name),
                spec: json!({ "instance_id": instance, "username": name }),
                id,
                region: Some(region.to_owned()),
                tags,
                after: Vec::new(),
            });
        }
    }
    Ok(found)
}
