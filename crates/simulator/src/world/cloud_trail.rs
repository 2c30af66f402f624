//! What CloudTrail remembers.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// The calls that were recorded, oldest first.
    pub(crate) events: Vec<Event>,
}

/// A call that was recorded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) at: Moment,
    pub(crate) account: String,
    pub(crate) region: String,
    /// Such as `connect.amazonaws.com`.
    pub(crate) source: String,
    /// The operation.
    pub(crate) name: String,
    /// The ARN of who called.
    pub(crate) caller: String,
    pub(crate) access_key: Option<String>,
    /// The code of the error that it ended with.
    pub(crate) error: Option<String>,
}
