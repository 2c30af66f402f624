//! What a blueprint asks of an application at an identity provider.

use std::collections::BTreeMap;
use std::time::Duration;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::seconds;
use crate::text::Text;

/// Which product the identity provider is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    /// Okta.
    Okta,
    /// Microsoft Entra ID.
    Entra,
    /// Active Directory Federation Services.
    Adfs,
    /// Google Workspace.
    Google,
    /// `PingOne`.
    PingOne,
    /// `PingFederate`.
    PingFederate,
    /// Any other SAML 2.0 identity provider.
    Other,
}

impl Product {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Product::Okta => "Okta",
            Product::Entra => "Microsoft Entra ID",
            Product::Adfs => "AD FS",
            Product::Google => "Google Workspace",
            Product::PingOne => "PingOne",
            Product::PingFederate => "PingFederate",
            Product::Other => "the identity provider",
        }
    }

    /// Whether it lets in groups only: it has no place at which a single user is assigned.
    pub fn assigns_groups_only(self) -> bool {
        match self {
            Product::Adfs | Product::Google | Product::PingOne | Product::PingFederate => true,
            Product::Okta | Product::Entra | Product::Other => false,
        }
    }

    /// Whether it takes each entity id of a service provider once, so that two applications need two of them. Entra does,
    /// too, but cuts off what stands behind a `#`, so that any number of them differ.
    pub fn takes_each_audience_once(self) -> bool {
        match self {
            Product::Adfs | Product::PingOne | Product::PingFederate => true,
            Product::Okta | Product::Entra | Product::Google | Product::Other => false,
        }
    }
}

/// What a user is called in Amazon Connect and in AppStream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionName {
    /// The e-mail address.
    Email,
    /// The name that the user signs in with.
    UserName,
}

/// The kind `idp.application`.
#[derive(Debug)]
pub struct Application;

/// What a blueprint asks of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "idp.application", of = Application, reported, live = ApplicationLive)]
pub struct ApplicationSpec {
    /// Which product it is made in.
    // Another product's application is another one.
    #[field(replace, compared = WriteOnly)]
    pub product: Product,
    /// Its display name.
    #[field(in_place, compared = WriteOnly)]
    pub name: String,
    /// What it is for, in one sentence.
    #[field(at_creation, compared = WriteOnly)]
    pub description: String,
    /// Where assertions go.
    #[field(in_place, compared = WriteOnly)]
    pub acs_url: String,
    /// Whom assertions are for.
    #[field(in_place, compared = WriteOnly)]
    pub audience: String,
    /// Where people land after sign-in.
    #[field(in_place, compared = WriteOnly)]
    pub relay_state: Text,
    /// How long a session lasts, in seconds.
    #[field(in_place, compared = WriteOnly, reported = u32)]
    #[serde(with = "seconds")]
    pub session: Duration,
    /// What users are called: `email` or `user-name`, exactly as in Amazon Connect.
    #[field(in_place, compared = WriteOnly)]
    pub session_name: SessionName,
    /// ARN of the role that users take.
    #[field(in_place, compared = WriteOnly)]
    pub role_arn: String,
    /// ARN of the SAML provider that vouches for them.
    #[field(in_place, compared = WriteOnly)]
    pub provider_arn: String,
    /// Session tags that AppStream reads: the tag's name, and the attribute of the user that holds its value, as the
    /// product calls it.
    #[serde(default)]
    #[field(in_place, compared = WriteOnly)]
    pub session_tags: BTreeMap<String, String>,
    /// Names of the groups to assign.
    #[field(in_place, compared = WriteOnly)]
    pub groups: Vec<String>,
    /// Names of the users to assign.
    #[field(in_place, compared = WriteOnly)]
    pub users: Vec<String>,
    /// Where in the blueprint its answers may stand, as keys joined by dots.
    #[field(at_creation, compared = WriteOnly)]
    pub answers_at: String,
}

impl ApplicationSpec {
    /// The value of the attribute `Role`: provider and role, separated by a comma alone.
    pub fn role(&self) -> String {
        format!("{},{}", self.provider_arn, self.role_arn)
    }

    /// The attributes of the session tags: what follows the common beginning of AWS's names, and where the value is from.
    pub(super) fn tags(&self) -> impl Iterator<Item = (String, &str)> {
        self.session_tags
            .iter()
            .map(|(tag, source)| (format!("PrincipalTag:{tag}"), source.as_str()))
    }

    /// The role's name: the last part of its ARN.
    pub fn role_name(&self) -> &str {
        headset_core::arn::name_in(&self.role_arn)
    }
}

/// Where the names of AWS's attributes begin.
pub(super) const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes";
