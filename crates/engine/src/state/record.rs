//! What is remembered of one resource, one call, one move.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use headset_blueprint::model::Waits;
use headset_kinds::Address;
use headset_kinds::output;
use headset_kinds::regions::{Identity, Regions};

/// A creation or deletion that AWS counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Of what.
    pub address: Address,
    /// When (RFC 3339).
    pub at: String,
}

/// Where an environment's services are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// The region of each service.
    pub regions: Regions,
    /// How IAM Identity Center is reached.
    pub identity: Identity,
}

/// How something came under Headset's care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Headset made it.
    Created,
    /// It was there and ours already, or harmless to take over; what carries no tag is not deleted.
    Adopted,
    /// Others made it and handed it over (`headset import`): from then on it is Headset's as if it had made it.
    Imported,
    /// It lives outside and is only linked to.
    Existing,
    /// The account needs it and everybody in it shares it: made where it was missing, never deleted.
    Shared,
}

/// What was last applied to one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its physical id.
    pub id: String,
    /// How it came here.
    pub origin: Origin,
    /// The spec that was applied, wholly resolved.
    pub spec: Value,
    /// Its outputs at that time.
    pub outputs: BTreeMap<String, String>,
    /// Whether it was protected.
    pub protect: bool,
    /// What had to be there first: the reverse of this is the order of deletion.
    pub after: Vec<Address>,
    /// How long its operations may take, where the blueprint said so: a deletion may come without a blueprint.
    #[serde(default)]
    pub waits: Waits,
    /// Whether it was written down from what was there, and nothing has been applied since: of the spec it holds only what
    /// was as wanted at that time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_found: bool,
}

impl Record {
    /// Whether the blueprint only linked to it, or the account shares it: then another made it.
    pub fn is_link(&self) -> bool {
        matches!(self.origin, Origin::Existing | Origin::Shared)
    }

    /// Whether both are about one thing of a kind. A link may go by the ARN of what is known by its name here.
    pub fn is_same(&self, other: &Record) -> bool {
        let arn = |record: &Record| {
            record
                .outputs
                .get(output::ARN)
                .filter(|arn| !arn.is_empty())
                .cloned()
        };
        self.id == other.id || arn(self).is_some_and(|own| arn(other) == Some(own))
    }

    /// Whether what was applied last is not known as a whole.
    pub fn is_part(&self) -> bool {
        self.as_found || self.origin == Origin::Imported
    }
}

/// What a call in flight wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Make it.
    Create,
    /// Change it.
    Update,
    /// Remove it.
    Delete,
}

/// A call that was about to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// What it wants to do.
    pub verb: Verb,
    /// Its idempotency token.
    pub token: String,
    /// The spec, wholly resolved: how to find what the call may have made.
    pub spec: Value,
    /// What it comes after.
    pub after: Vec<Address>,
    /// When a creation was about to be asked for: what it made shows only some time after that. `None`: AWS has answered that
    /// it makes nothing, or nothing is to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl Intent {
    /// Whether it proves that a thing without tags is Headset's own: it was absent when the call was about to be made, and AWS
    /// has not answered that it makes nothing; or it was known to be Headset's own.
    pub fn proves(&self) -> bool {
        match self.verb {
            Verb::Create => self.at.is_some(),
            Verb::Delete => true,
            Verb::Update => false,
        }
    }
}

/// A move that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relocation {
    /// An address in earlier versions of the blueprint.
    pub from: Address,
    /// The address now of what was there.
    pub to: Address,
}
