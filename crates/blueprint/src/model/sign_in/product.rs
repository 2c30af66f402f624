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
    /// Every product.
    pub const ALL: [IdpProduct; 8] = [
        IdpProduct::IdentityCenter,
        IdpProduct::Okta,
        IdpProduct::Entra,
        IdpProduct::Adfs,
        IdpProduct::Google,
        IdpProduct::PingOne,
        IdpProduct::PingFederate,
        IdpProduct::Other,
    ];

    /// Its key below `sign_in.idp`.
    pub fn key(self) -> &'static str {
        match self {
            IdpProduct::IdentityCenter => "identity_center",
            IdpProduct::Okta => "okta",
            IdpProduct::Entra => "entra",
            IdpProduct::Adfs => "adfs",
            IdpProduct::Google => "google",
            IdpProduct::PingOne => "pingone",
            IdpProduct::PingFederate => "pingfederate",
            IdpProduct::Other => "other",
        }
    }

    /// The product of a blueprint that names exactly one.
    pub(super) fn of(outline: &Outline) -> Option<IdpProduct> {
        let [only] = outline.identity_providers.as_slice() else {
            return None;
        };
        IdpProduct::ALL
            .into_iter()
            .find(|product| product.key() == only.as_str())
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
