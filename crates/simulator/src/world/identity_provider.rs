//! What identity providers outside AWS remember: SAML applications in Okta, Entra, AD FS and others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the identity providers remember.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// Applications by token: what their addresses hold.
    pub(crate) applications: BTreeMap<String, Application>,
    /// Whether the places where people start are out of service.
    pub(crate) is_closed: bool,
}

/// A SAML application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Application {
    pub(crate) product: Product,
    pub(crate) name: String,
    pub(crate) acs_url: String,
    pub(crate) audience: String,
    pub(crate) relay_state: Option<String>,
    /// The format of the subject's name, as assertions have it.
    pub(crate) name_id_format: String,
    /// What the subject's name is: an attribute of the user.
    pub(crate) name_id: String,
    /// Attributes of the assertion: full name, and an attribute of the user or a fixed text.
    pub(crate) attributes: Vec<(String, String)>,
    /// An app role: its display name and its value. Only Entra has them.
    pub(crate) role: Option<(String, String)>,
    /// Type and id of each principal that may use it.
    pub(crate) assigned: Vec<(String, String)>,
    /// The form as it was filled in.
    #[serde(default)]
    pub(crate) typed: Value,
    /// How often its certificate was exchanged for a newer one.
    #[serde(default)]
    pub(crate) rotations: usize,
}

/// Which product it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Product {
    Okta,
    Entra,
    /// Its attributes are its claim rules: name and text, in their order.
    Adfs,
    Google,
    PingOne,
    PingFederate,
    Other,
}
