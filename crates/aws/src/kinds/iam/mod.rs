//! AWS IAM: the providers that vouch for people and for pipelines, the roles that they assume, the policies of the account's
//! own, and the roles that services need.

mod documents;
pub mod federation;
pub mod oidc_provider;
pub mod policy;
pub mod role;
pub mod saml_provider;
pub mod service_role;

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;
use headset_core::AwsError;
pub use headset_kinds::iam::*;

pub(crate) use policy::policy_tags;

use crate::{Aws, Complete, pages};

/// Tags as IAM's list of pairs.
fn tag_list(tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, AwsError> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build().complete())
        .collect()
}

/// The tags of a role. `described` is what came with its description, which may leave the list out where there are none;
/// that something on the way has dropped it looks the same, so that IAM is asked for the list itself.
///
/// # Errors
/// AWS's: Headset counts a role whose tags it cannot read as neither its own nor another's.
pub(crate) async fn role_tags(
    aws: &Aws,
    role: &str,
    described: Option<Vec<Tag>>,
) -> Result<Vec<Tag>, AwsError> {
    if let Some(tags) = described {
        return Ok(tags);
    }
    pages(|marker| async move {
        let request = aws.iam().list_role_tags().role_name(role).set_marker(marker);
        let page = aws.call("iam", "ListRoleTags", || request.clone().send()).await?;
        Ok((page.tags, page.marker.filter(|_| page.is_truncated)))
    })
    .await
}

/// The same for a SAML provider, by its ARN.
async fn provider_tags(aws: &Aws, arn: &str, described: Option<Vec<Tag>>) -> Result<Vec<Tag>, AwsError> {
    if let Some(tags) = described {
        return Ok(tags);
    }
    pages(|marker| async move {
        let request = aws
            .iam()
            .list_saml_provider_tags()
            .saml_provider_arn(arn)
            .set_marker(marker);
        let page = aws
            .call("iam", "ListSAMLProviderTags", || request.clone().send())
            .await?;
        Ok((page.tags, page.marker.filter(|_| page.is_truncated)))
    })
    .await
}

/// IAM's list of pairs as a map.
fn tag_map(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect()
}
