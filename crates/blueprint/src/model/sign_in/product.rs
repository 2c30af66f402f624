//! Which identity provider it is.

use headset_kinds::idp::Product;

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
    /// `adfs`: Active Directory Federation Services.
    Adfs,
    /// `google`: Google Workspace.
    Google,
    /// `pingone`.
    PingOne,
    /// `pingfederate`.
    PingFederate,
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
            "adfs" => Some(IdpProduct::Adfs),
            "google" => Some(IdpProduct::Google),
            "pingone" => Some(IdpProduct::PingOne),
            "pingfederate" => Some(IdpProduct::PingFederate),
            "other" => Some(IdpProduct::Other),
            _ => None,
        }
    }

    /// The same as a product outside AWS; none for Identity Center.
    pub fn outside(self) -> Option<Product> {
        match self {
            IdpProduct::IdentityCenter => None,
            IdpProduct::Okta => Some(Product::Okta),
            IdpProduct::Entra => Some(Product::Entra),
            IdpProduct::Adfs => Some(Product::Adfs),
            IdpProduct::Google => Some(Product::Google),
            IdpProduct::PingOne => Some(Product::PingOne),
            IdpProduct::PingFederate => Some(Product::PingFederate),
            IdpProduct::Other => Some(Product::Other),
        }
    }
}
