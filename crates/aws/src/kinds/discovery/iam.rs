//! Providers, policies and roles, by their tags. They are the account's, not a region's.

use std::collections::BTreeMap;

use aws_sdk_iam::types::{PolicyScopeType, Role};
use futures_util::future::join_all;
use headset_core::Class;
use headset_core::arn::name_in;

use super::{Discovery, Found, Roles};
use crate::kinds::address::Address;
use crate::kinds::field;
use crate::kinds::iam::{oidc_provider, policy_tags, role, role_tags, saml_provider};
use crate::kinds::tag;
use crate::{Aws, pages};
use headset_kinds::iam::{OidcProviderSpec, PolicySpec, RoleSpec, SamlProviderSpec};
use headset_kinds::names;

/// Roles below these paths are AWS's own, those of IAM Identity Center above all: there may be hundreds, and only AWS tags
/// them.
const RESERVED: &[&str] = &["/aws-reserved/", "/aws-service-role/"];

/// The tags of how many roles are asked for at the same time; the rate budget paces them further.
const AT_ONCE: usize = 8;

/// What carries a lineage; a role comes after all providers and policies of its own environment.
pub(super) async fn discover(aws: &Aws, which: Roles) -> Discovery {
    let mut discovery = Discovery::default();
    providers(aws, &mut discovery).await;
    web_providers(aws, &mut discovery).await;
    policies(aws, &mut discovery).await;
    for mut role in roles(aws, which, &mut discovery).await {
        role.after = discovery
            .found
            .iter()
            .filter(|other| other.tags.get(tag::LINEAGE) == role.tags.get(tag::LINEAGE))
            .filter(|other| other.address.kind != RoleSpec::KIND)
            .map(|other| other.address.clone())
            .collect();
        discovery.found.push(role);
    }
    discovery
}

async fn providers(aws: &Aws, discovery: &mut Discovery) {
    for arn in discovery.list("the SAML providers", None, saml_provider::list(aws).await) {
        let name = name_in(&arn).to_owned();
        let address = Address::new(SamlProviderSpec::KIND, &name);
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
                spec: field::texts([(SamlProviderSpec::NAME, &name)]),
                id: arn,
                region: None,
                tags,
                after: Vec::new(),
            });
        }
    }
}

/// The OpenID Connect providers that carry our tags. An account has a hundred at most, and mostly one.
async fn web_providers(aws: &Aws, discovery: &mut Discovery) {
    for arn in discovery.list(
        "the OpenID Connect providers",
        None,
        oidc_provider::list(aws).await,
    ) {
        let host = oidc_provider::host_in(&arn).unwrap_or(&arn).to_owned();
        let address = Address::new(OidcProviderSpec::KIND, &host);
        match oidc_provider::get(aws, &arn).await {
            Ok(Some(provider)) => {
                let tags = tags(provider.tags.unwrap_or_default());
                let url = format!("https://{host}");
                discovery.found.extend(tag::is_marked(&tags).then(|| Found {
                    address,
                    spec: field::texts([(OidcProviderSpec::URL, &url)]),
                    id: arn,
                    region: None,
                    tags,
                    after: Vec::new(),
                }));
            }
            // It went away between the two calls.
            Ok(None) => {}
            Err(error) => discovery.miss_tags(address, None, error),
        }
    }
}

/// The policies that carry our tags. ListPolicies shows none, and an account may have thousands: those are asked that are called
/// as all of Headset's are.
async fn policies(aws: &Aws, discovery: &mut Discovery) {
    let listed = pages(|marker| async move {
        let request = aws
            .iam()
            .list_policies()
            .scope(PolicyScopeType::Local)
            .set_marker(marker);
        let page = aws.call("iam", "ListPolicies", || request.clone().send()).await?;
        Ok((
            page.policies.unwrap_or_default(),
            page.marker.filter(|_| page.is_truncated),
        ))
    })
    .await;
    let listed = discovery.list("the policies", None, listed);
    let named = listed
        .into_iter()
        .filter_map(|policy| Some((policy.policy_name?, policy.path?, policy.arn?)))
        .filter(|(name, _, _)| name.starts_with(names::POLICIES));
    for (name, path, arn) in named {
        let address = Address::new(PolicySpec::KIND, &name);
        match policy_tags(aws, &arn, None).await.map(tags) {
            Ok(tags) if tag::is_marked(&tags) => discovery.found.push(Found {
                address,
                spec: field::texts([(PolicySpec::NAME, &name), (PolicySpec::PATH, &path)]),
                id: arn,
                region: None,
                tags,
                after: Vec::new(),
            }),
            Ok(_) => {}
            // It went away between the two calls.
            Err(error) if error.is_not_found() => {}
            Err(error) => discovery.miss_tags(address, None, error),
        }
    }
}

/// The roles that carry our tags, of all that are asked for.
async fn roles(aws: &Aws, which: Roles, discovery: &mut Discovery) -> Vec<Found> {
    let asked: Vec<Role> = discovery
        .list("the roles", None, role::list(aws).await)
        .into_iter()
        .filter(|role| !RESERVED.iter().any(|path| role.path.starts_with(path)))
        .filter(|role| which == Roles::All || role::is_federated(role))
        .collect();
    let mut found = Vec::new();
    for some in asked.chunks(AT_ONCE) {
        let read = join_all(some.iter().map(|role| role_tags(aws, &role.role_name, None))).await;
        for (role, tagged) in some.iter().zip(read) {
            let address = Address::new(RoleSpec::KIND, &role.role_name);
            match tagged.map(tags) {
                Ok(tags) if tag::is_marked(&tags) => found.push(Found {
                    address,
                    id: role.role_name.clone(),
                    region: None,
                    spec: field::texts([(RoleSpec::NAME, &role.role_name)]),
                    tags,
                    after: Vec::new(),
                }),
                Ok(_) => {}
                // It went away between the two calls.
                Err(error) if error.is_not_found() => {}
                Err(error) => {
                    // Other teams' roles often keep everybody from reading them. Such a role counts as one that was not
                    // looked at only if it trusts as ours do or is called like one; every other failure always counts.
                    let is_unlike_ours = error.class == Class::Denied && !role::is_federated(role);
                    discovery.miss_tags(address, None, error);
                    if let Some(missed) = discovery.unread.last_mut() {
                        missed.is_unlike_ours = is_unlike_ours;
                    }
                }
            }
        }
    }
    found
}

fn tags(tags: Vec<aws_sdk_iam::types::Tag>) -> BTreeMap<String, String> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}
