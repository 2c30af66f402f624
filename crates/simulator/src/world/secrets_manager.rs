//! What Secrets Manager remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tags::{Tags, of_map_or_list};
use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// By `account/region`, then by name.
    pub(crate) secrets: BTreeMap<String, BTreeMap<String, Secret>>,
}

/// One secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Secret {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) description: Option<String>,
    pub(crate) key: Option<String>,
    #[serde(deserialize_with = "of_map_or_list")]
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) changed: Moment,
    /// The day on which its value was read last.
    #[serde(default)]
    pub(crate) accessed: Option<Moment>,
    /// Whether it ever had tags: without, lists of tags are left out.
    #[serde(default)]
    pub(crate) tagged: bool,
    /// Marked for deletion: when the recovery window ends.
    pub(crate) ends: Option<Moment>,
    /// The policy on it, as it was put.
    #[serde(default)]
    pub(crate) policy: Option<String>,
    /// Oldest first.
    pub(crate) versions: Vec<Version>,
}

/// One version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) id: String,
    /// `SecretString` or `SecretBinary`, as an object with that one member.
    pub(crate) value: Value,
    pub(crate) stages: Vec<String>,
    pub(crate) created: Moment,
}
