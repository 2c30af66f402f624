//! What a blueprint asks of an application at an identity provider.

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// Which product the identity provider is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    /// Okta.
    Okta,
    /// Microsoft Entra ID.
    Entra,
    /// Any other SAML 2.0 identity provider.
    Other,
}

impl Product {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Product::Okta => "Okta",
            Product::Entra => "Microsoft Entra ID",
            Product::Other => "the identity provider",
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

/// What a blueprint asks of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApplicationSpec {
    /// Which product it is made in.
    pub product: Product,
    /// Its display name.
    pub name: String,
    /// What it is for, in one sentence.
    pub description: String,
    /// Where assertions go.
    pub acs_url: String,
    /// Whom assertions are for.
    pub audience: String,
    /// Where people land after sign-in.
    pub relay_state: Text,
    /// How long a session lasts, in seconds.
    pub session: u32,
    /// What the session, and with it the user, is called.
    pub session_name: SessionName,
    /// ARN of the role that users take.
    pub role_arn: String,
    /// ARN of the SAML provider that vouches for them.
    pub provider_arn: String,
    /// Names of the groups to assign.
    pub groups: Vec<String>,
    /// Names of the users to assign.
    pub users: Vec<String>,
    /// Where in the blueprint its answers may stand, as keys joined by dots.
    pub answers_at: String,
}

impl ApplicationSpec {
    /// The value of the attribute `Role`: provider and role, separated by a comma alone.
    pub fn role(&self) -> String {
        format!("{},{}", self.provider_arn, self.role_arn)
    }

    /// The role's name: the last part of its ARN.
    pub fn role_name(&self) -> &str {
        self.role_arn.rsplit('/').next().unwrap_or(&self.role_arn)
    }
}

/// Where the names of AWS's attributes begin.
pub(super) const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes";
