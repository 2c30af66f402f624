//! What Connect remembers: instances with everything in them, and phone numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::tags::Tags;
use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// Instances of every account and region, by id; deleted ones leave.
    pub(crate) instances: BTreeMap<String, Instance>,
    /// When which account and region made or deleted an instance: AWS counts 100 in 30 days.
    #[serde(rename = "churn")]
    pub(crate) creations_and_deletions: BTreeMap<String, Vec<Moment>>,
    /// Answers to calls with a client token, by account, region, operation and token.
    pub(crate) answered: BTreeMap<String, Answered>,
    /// Aliases that AWS does not give out again yet, and until when.
    pub(crate) held_aliases: BTreeMap<String, Moment>,
    /// Phone numbers that are claimed, by id.
    pub(crate) numbers: BTreeMap<String, Number>,
    /// Phone numbers that were released, and until when they cannot be claimed again.
    pub(crate) released: BTreeMap<String, Moment>,
}

/// What the host names of old instances end with. They share it with the portals of IAM Identity Center.
pub(crate) const OLD_DOMAIN: &str = "awsapps.com";

/// One instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) identity: String,
    pub(crate) alias: Option<String>,
    pub(crate) directory: Option<String>,
    pub(crate) created: Moment,
    pub(crate) stage: Stage,
    /// Set by DeleteInstance: when it vanishes.
    pub(crate) gone: Option<Moment>,
    pub(crate) role_suffix: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// Approved origins, each with when it was approved.
    pub(crate) origins: Vec<(String, Moment)>,
    pub(crate) tags: Tags,
    /// Users, queues, profiles, hours, statuses, flows and what else has an id.
    pub(crate) entities: BTreeMap<String, Entity>,
    /// Where recordings, transcripts and streams go.
    #[serde(default)]
    pub(crate) storage: Vec<Association>,
    /// Functions that flows may call, by ARN.
    #[serde(default)]
    pub(crate) functions: Vec<String>,
    /// The levels of the hierarchy of users, by `LevelOne` to `LevelFive`.
    #[serde(default)]
    pub(crate) levels: BTreeMap<String, Value>,
    /// Whether it is from before instances had hosts of their own below `my.connect.aws`.
    #[serde(default)]
    pub(crate) is_old: bool,
    /// After how many minutes an inactive agent is logged out; none: never.
    #[serde(default)]
    pub(crate) inactivity: Option<u64>,
    /// Calls that customers made, by id.
    #[serde(default)]
    pub(crate) contacts: BTreeMap<String, Contact>,
}

/// One call of a customer, which is over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Contact {
    /// When it came.
    pub(crate) begun: Moment,
    /// When it was over.
    pub(crate) ended: Moment,
    /// The id of the user who took it; none: it was not taken.
    pub(crate) agent: Option<String>,
}

/// A remembered answer to a call with a client token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) input: Value,
    pub(crate) output: Value,
    pub(crate) at: Moment,
}

/// One number that is claimed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Number {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) number: String,
    pub(crate) country: String,
    pub(crate) sort: String,
    pub(crate) description: String,
    pub(crate) instance: String,
    pub(crate) claimed: Moment,
    /// Whether the instance had as many as it may have.
    pub(crate) too_many: bool,
    pub(crate) tags: Tags,
}

/// The stage of an instance's lifecycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Until then it is being made; then it is active, or failed for this reason.
    Creating { until: Moment, fails: Option<String> },
    /// Ready.
    Active,
    /// Failed, and visible until then.
    Failed { reason: String, until: Moment },
}

/// One user, profile, queue, schedule or status.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entity {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) modified: Moment,
    pub(crate) region: String,
    /// Made by AWS with the instance.
    pub(crate) built_in: bool,
    /// Further members of Describe's structure, as they stand there.
    pub(crate) body: Map<String, Value>,
    /// What Describe does not show: permissions of security profiles, queues of routing profiles.
    pub(crate) hidden: Map<String, Value>,
}

/// One place for one sort of data.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) sort: String,
    /// Storage type and its configuration, as they were given.
    pub(crate) config: Value,
}

/// A kind of thing inside an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    User,
    SecurityProfile,
    RoutingProfile,
    Queue,
    Hours,
    AgentStatus,
    QuickConnect,
    ContactFlow,
    ContactFlowModule,
    HierarchyGroup,
}
