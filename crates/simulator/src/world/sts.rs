//! What STS remembers: temporary credentials and whom they stand for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// Whom a temporary access key stands for, by access key id.
    pub sessions: BTreeMap<String, Session>,
    /// When the credentials of an access key end that was not made here, by access key id, in simulated time: those that a
    /// portal or another tool gave out.
    pub ends: BTreeMap<String, Moment>,
}

/// One set of temporary credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The account that it acts in.
    pub account: String,
    /// What `GetCallerIdentity` answers.
    pub arn: String,
    /// `UserId` of `GetCallerIdentity`.
    pub user: String,
    /// The secret access key, to verify signatures with.
    pub secret: String,
    /// The session token that has to come along.
    pub token: String,
    /// When the credentials end.
    pub expires: Moment,
    /// A user's session that was begun with a second factor, and may therefore call IAM.
    #[serde(default)]
    pub multi_factor: bool,
    /// Session tags that go along into every role that the session takes.
    #[serde(default)]
    pub transitive: BTreeMap<String, String>,
}
