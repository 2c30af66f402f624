//! What could not be read.

use serde::Serialize;

use headset_core::AwsError;
use headset_kinds::Address;

/// Something that could not be read.
#[derive(Clone, Debug, Serialize)]
pub struct Unread {
    /// Of which resource.
    pub address: Address,
    /// What of it.
    #[serde(flatten)]
    pub what: Unreadable,
}

/// What of a resource could not be read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Unreadable {
    /// The thing itself.
    Resource {
        /// Why.
        error: AwsError,
    },
    /// What a person answered about it: that is lost, and nothing else tells whether it is there.
    Answers,
    /// The metadata that its identity provider publishes.
    Metadata {
        /// Why.
        error: AwsError,
    },
}
