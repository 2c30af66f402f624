//! What a blueprint asks of a SAML application.

use std::time::Duration;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::seconds;
use crate::text::Text;

/// The kind `identity_center.application`.
#[derive(Debug)]
pub struct Application;

/// What a blueprint asks of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(
    kind = "identity_center.application",
    of = Application,
    reported,
    live = ApplicationLive {
        /// `ENABLED`, or what AWS says instead.
        status: String,
        /// What AWS reports besides, by the names of `application`.
        told: Map<String, Value>,
        /// The same as it was when a person answered with the application: it is accepted so.
        agreed: Value,
    }
)]
pub struct ApplicationSpec {
    /// Its display name, 1 to 100 characters.
    #[field(in_place, compared = WriteOnly)]
    pub name: String,
    /// What it is for, at most 128 characters.
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
    /// What assertions say: attribute, value, format.
    #[field(in_place, compared = WriteOnly)]
    pub mappings: Vec<Mapping>,
    /// Whether Identity Center is out of Headset's reach.
    #[field(at_creation, compared = WriteOnly)]
    pub by_hand: bool,
    /// Where in the blueprint its answers may stand, as keys joined by dots.
    #[field(at_creation, compared = WriteOnly)]
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
