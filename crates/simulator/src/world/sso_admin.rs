//! What IAM Identity Center remembers: SAML applications.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tags::Tags;
use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// When Identity Center was enabled.
    pub(crate) enabled: Option<Moment>,
    /// Applications by ARN.
    pub(crate) applications: BTreeMap<String, Application>,
    /// ARNs that CreateApplication answered, by client token, with the input that they were for.
    pub(crate) answered: BTreeMap<String, (Value, String)>,
    /// Tags of the instance itself.
    pub(crate) instance_tags: Tags,
    /// Whether the access portal is out of service.
    pub(crate) portal_is_closed: bool,
}

/// One application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Application {
    pub(crate) arn: String,
    pub(crate) provider: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) enabled: bool,
    pub(crate) portal: Value,
    pub(crate) created: Moment,
    pub(crate) created_from: String,
    pub(crate) assignment_required: bool,
    /// Type and id of each principal.
    pub(crate) assignments: Vec<(String, String)>,
    /// Access scopes, each with its authorized targets.
    #[serde(default)]
    pub(crate) scopes: BTreeMap<String, Vec<Value>>,
    pub(crate) tags: Tags,
    pub(crate) saml: Option<Saml>,
}

/// What an administrator typed for a SAML application. No operation shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Saml {
    /// What the application's addresses end with (see `metadata`).
    pub(crate) token: String,
    pub(crate) acs_url: String,
    pub(crate) audience: String,
    pub(crate) relay_state: Option<String>,
    pub(crate) session_seconds: u64,
    /// Attribute, value and format.
    pub(crate) mappings: Vec<(String, String, String)>,
    /// How often the signing certificate was replaced.
    pub(crate) rotations: usize,
}
