//! What CloudFront remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::s3::Payload;
use super::tags::Tags;
use crate::clock::Moment;

/// What this service remembers. It has no regions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// What each account has.
    pub accounts: BTreeMap<String, Account>,
    /// The certificates that are there, in Certificate Manager's us-east-1, by ARN: the names that each covers.
    pub certificates: BTreeMap<String, Vec<String>>,
}

/// What one account has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Origin access controls by id.
    pub access_controls: BTreeMap<String, Kept>,
    /// Response headers policies by id.
    pub headers_policies: BTreeMap<String, Kept>,
    /// Distributions by id.
    pub distributions: BTreeMap<String, Distribution>,
    /// Every reference that a distribution was ever asked for with.
    pub references: Vec<String>,
}

/// A thing that is no more than its configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Its configuration.
    pub config: Value,
    /// The version of it.
    pub etag: String,
    /// When it was written.
    pub modified: Moment,
}

/// One distribution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Its configuration, whole.
    pub config: Value,
    /// The version of it.
    pub etag: String,
    /// When it was written.
    pub modified: Moment,
    /// From when on all edges have it.
    pub deployed: Moment,
    /// What the edges have by now; `None` before the first deployment is over.
    pub served: Option<Value>,
    /// The host name that CloudFront gave it.
    pub domain: String,
    /// Its tags.
    pub tags: Tags,
    /// Invalidations by id.
    pub invalidations: BTreeMap<String, Invalidation>,
    /// What edges keep, by path.
    pub cache: BTreeMap<String, Cached>,
}

/// One invalidation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invalidation {
    /// What was asked for.
    pub batch: Value,
    /// When.
    pub created: Moment,
    /// From when on no edge has the old files.
    pub completed: Moment,
}

/// A file that edges keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cached {
    /// Until when.
    pub until: Moment,
    /// Its content.
    pub body: Payload,
    /// The headers that the origin gave it.
    pub headers: Vec<(String, String)>,
}
