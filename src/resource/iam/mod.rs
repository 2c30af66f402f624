//! AWS IAM: the SAML provider that stands for an identity provider, the roles that people assume
//! through it, and those that services need.

pub mod role;
pub mod saml_metadata;
pub mod saml_provider;
pub mod service_role;

pub use role::{Role, RoleSpec};
pub use saml_provider::{SamlProvider, SamlProviderSpec};
pub use service_role::{ServiceRole, ServiceRoleSpec};

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;

use crate::aws::AwsError;

/// Tags as IAM's list of pairs.
fn tag_list(tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, AwsError> {
    tags.iter()
        .map(|(key, value)| Ok(Tag::builder().key(key).value(value).build()?))
        .collect()
}

/// IAM's list of pairs as a map.
fn tag_map(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect()
}
