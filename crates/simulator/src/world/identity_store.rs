//! What the identity store remembers: users, groups and who belongs where.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Moment;

/// The identity store of the simulated organization.
pub(crate) const IDENTITY_STORE_ID: &str = "d-9067f1c2a3";

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    pub(crate) memberships: Vec<Membership>,
    /// Names that a rehearsal has asked for: what is renamed or deleted afterwards does not come back.
    pub(crate) asked_for: BTreeSet<String>,
}

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Moment,
    pub(crate) body: Map<String, Value>,
}

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) created: Moment,
}

/// That a user is in a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Membership {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) user: String,
    pub(crate) created: Moment,
}
