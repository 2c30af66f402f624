//! Which identity provider it is.

use crate::reader::Outline;

/// The key below `sign_in.idp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdpProduct {
    /// `identity_center`: AWS IAM Identity Center.
    IdentityCenter,
    /// `okta`.
    Okta,
    /// `entra`: Microsoft Entra ID.
    Entra,
    /// `other`: any other SAML 2.0 identity provider.
    Other,
}

impl IdpProduct {
    /// The product of a blueprint that names exactly one.
    pub(super) fn of(outline: &Outline) -> Option<IdpProduct> {
        let [only] = outline.identity_providers.as_slice() else {
            return None;
        };
        match only.as_str() {
            "identity_center" => Some(IdpProduct::IdentityCenter),
            "okta" => Some(IdpProduct::Okta),
            "entra" => Some(IdpProduct::Entra),
            "other" => Some(IdpProduct::Other),
            _ => None,
        }
    }
}
