//! The kinds of IAM.

pub(crate) mod oidc_provider;
pub(crate) mod policy;
pub(crate) mod role;
pub(crate) mod saml_provider;
pub(crate) mod service_role;

use aws_sdk_iam::types::Tag;

/// A tag that others set.
fn theirs() -> Tag {
    Tag::builder().key("team").value("theirs").build().unwrap()
}
