//! What Systems Manager's Parameter Store remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use super::tags::Tags;
use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// By `account/region`, then by name.
    pub(crate) parameters: BTreeMap<String, BTreeMap<String, Parameter>>,
}

/// One parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Parameter {
    /// Its name as it was put: with or without the slash in front of it, where that is the only one.
    #[serde(default)]
    pub(crate) name: String,
    /// `String`, `StringList` or `SecureString`.
    pub(crate) kind: String,
    pub(crate) tier: String,
    pub(crate) data_type: String,
    pub(crate) pattern: Option<String>,
    pub(crate) description: Option<String>,
    /// The KMS key of a `SecureString`, as it was named.
    pub(crate) key: Option<String>,
    pub(crate) tags: Tags,
    /// Oldest first.
    pub(crate) versions: Vec<Version>,
}

/// One version of a parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) value: String,
    pub(crate) at: Moment,
    /// The ARN of who put it.
    pub(crate) user: String,
    pub(crate) labels: Vec<String>,
}
