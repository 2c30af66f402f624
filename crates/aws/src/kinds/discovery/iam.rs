//! SAML providers and the roles that trust them, by their tags. They are the account's, not a region's.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Discovery, Found};
use crate::kinds::address::Address;
use crate::kinds::iam::{role_tags, saml_provider};
use crate::kinds::tag;
use crate::{Aws, pages};

/// Roles below this path are AWS's own, those of IAM Identity Center above all: there may be hundreds, and only AWS tags
/// them.
const RESERVED: &str = "/aws-reserved/";

/// The roles and providers that carry a lineage; a role comes after all providers of its own environment.
pub(super) async fn discover(aws: &Aws) -> Discovery {
    let mut discovery = Discovery::default();
    providers(aws, &mut discovery).await;
    for mut role in roles(aws, &mut discovery).await {
        role.after = discovery
            .found
            .iter()
            .filter(|provider| provider.tags.get(tag::LINEAGE) == role.tags.get(tag::LINEAGE))
            .filter(|provider| provider.address.kind == "iam.saml_provider")
            .map(|provider| provider.address.clone())
            .collect();
        discovery.found.push(role);
    }
    discovery
}

async fn providers(aws: &Aws, discovery: &mut Discovery) {
    for arn in discovery.list("the SAML providers", None, saml_provider::list(aws).await) {
        let name = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
        let address = Address::new("iam.saml_provider", &name);
        let provider = match saml_provider::get(aws, &arn).await {
            Ok(Some(provider)) => provider,
            // It went away between the two calls.
            Ok(None) => continue,
            Err(error) => {
                discovery.miss_tags(address, None, error);
                continue;
            }
        };
        let tags = tags(provider.tags.unwrap_or_default());
        if tag::is_marked(&tags) {
            discovery.found.push(Found {
                address,
                spec: json!({ "name": name }),
                id: arn,
                region: None,
                tags,
                after: Vec::new(),
            });
        }
    }
}

/// Roles for federation. ListRoles shows trust policies but no tags, so that only those that can be ours take a call.
async fn roles(aws: &Aws, discovery: &mut Discovery) -> Vec<Found> {
    let listed = pages(|marker| async move {
        let request = aws.iam().list_roles().set_marker(marker);
        let page = aws.call("iam", "ListRoles", || request.clone().send()).await?;
        Ok((page.roles, page.marker.filter(|_| page.is_truncated)))
    })
    .await;
    let federated = discovery
        .list("the roles", None, listed)
        .into_iter()
        .filter(|role| !role.path.starts_with(RESERVED))
        .filter(|role| {
            role.assume_role_policy_document()
                .is_some_and(|trust| trust.contains("AssumeRoleWithSAML"))
        });
    let mut found = Vec::new();
    for name in federated.map(|role| role.role_name) {
        let request = aws.iam().get_role().role_name(&name);
        let role = match aws.call("iam", "GetRole", || request.clone().send()).await {
            Ok(answer) => answer.role,
            Err(error) if error.is_not_found() => continue,
            Err(error) => {
                discovery.miss_tags(Address::new("iam.role", &name), None, error);
                continue;
            }
        };
        let tags = match role_tags(aws, &name, role.and_then(|role| role.tags)).await {
            Ok(list) => tags(list),
            Err(error) if error.is_not_found() => continue,
            Err(error) => {
                discovery.miss_tags(Address::new("iam.role", &name), None, error);
                continue;
            }
        };
        if tag::is_marked(&tags) {
            found.push(Found {
                address: Address::new("iam.role", &name),
                id: name.clone(),
                region: None,
                spec: json!({ "name": name }),
                tags,
                after: Vec::new(),
            });
        }
    }
    found
}

fn tags(tags: Vec<aws_sdk_iam::types::Tag>) -> BTreeMap<String, String> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}
