//! What a blueprint asks of a SAML application.

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// What a blueprint asks of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApplicationSpec {
    /// Its display name, 1 to 100 characters.
    pub name: String,
    /// What it is for, at most 128 characters.
    pub description: String,
    /// Where assertions go.
    pub acs_url: String,
    /// Whom assertions are for.
    pub audience: String,
    /// Where people land after sign-in.
    pub relay_state: Text,
    /// How long a session lasts, in seconds.
    pub session: u32,
    /// What assertions say.
    pub mappings: Vec<Mapping>,
    /// Whether Headset has no access to Identity Center.
    pub by_hand: bool,
    /// Where in the blueprint its answers may stand, as keys joined by dots.
    #[serde(default = "default_place")]
    pub answers_at: String,
}

/// Where the answers of the application that leads to Connect may stand.
pub(super) fn default_place() -> String {
    "sign_in.idp.identity_center".to_owned()
}

/// One attribute mapping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// The attribute in the application.
    pub attribute: String,
    /// What it maps to: a user attribute or a fixed text.
    pub value: Text,
    /// Its format, such as `unspecified`.
    pub format: String,
}
