//! SAML providers and the roles that trust them, by their tags. They are the account's, not a region's.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Found, is_marked};
use crate::aws::{Aws, AwsError, pages};
use crate::resource::address::Address;
use crate::resource::iam::saml_provider;

/// The roles and providers that carry a lineage; a role comes after all providers of its own environment.
pub(super) async fn discover(aws: &Aws) -> Result<Vec<Found>, AwsError> {
    let mut found = providers(aws).await?;
    for mut role in roles(aws).await? {
        role.after = found
            .iter()
            .filter(|provider| provider.tags.get(super::tag::LINEAGE) == role.tags.get(super::tag::LINEAGE))
            .filter(|provider| provider.address.kind == "iam.saml_provider")
            .map(|provider| provider.address.clone())
            .collect();
        found.push(role);
    }
    Ok(found)
}

async fn providers(aws: &Aws) -> Result<Vec<Found>, AwsError> {
    let mut found = Vec::new();
    for arn in saml_provider::list(aws).await? {
        let Some(provider) = saml_provider::get(aws, &arn).await? else {
            continue;
        };
        let tags = tags(provider.tags.unwrap_or_default());
        if is_marked(&tags) {
            let name = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
            found.push(Found {
                address: Address::new("iam.saml_provider", &name),
                spec: json!({ "name": name }),
                id: arn,
                tags,
                after: Vec::new(),
            });
        }
    }
    Ok(found)
}

/// Roles for federation. ListRoles shows trust policies but no tags, so that only those that can be ours take a call.
async fn roles(aws: &Aws) -> Result<Vec<Found>, AwsError> {
    let roles = pages(|marker| async move {
        let request = aws.iam().list_roles().set_marker(marker);
        let page = aws.call("iam", "ListRoles", || request.clone().send()).await?;
        Ok((page.roles, page.marker.filter(|_| page.is_truncated)))
    })
    .await?;
    let federated = roles.into_iter().filter(|role| {
        role.assume_role_policy_document()
            .is_some_and(|trust| trust.contains("AssumeRoleWithSAML"))
    });
    let mut found = Vec::new();
    for name in federated.map(|role| role.role_name) {
        let request = aws.iam().get_role().role_name(&name);
        let role = match aws.call("iam", "GetRole", || request.clone().send()).await {
            Ok(answer) => answer.role,
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        let tags = tags(role.and_then(|role| role.tags).unwrap_or_default());
        if is_marked(&tags) {
            found.push(Found {
                address: Address::new("iam.role", &name),
                id: name.clone(),
                spec: json!({ "name": name }),
                tags,
                after: Vec::new(),
            });
        }
    }
    Ok(found)
}

fn tags(tags: Vec<aws_sdk_iam::types::Tag>) -> BTreeMap<String, String> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}
