//! What AppStream remembers: images, builders, fleets, stacks, users and the rest, by account and region.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use super::tags::Tags;
use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// AWS's own images, the same in every region.
    pub(crate) public_images: Vec<Image>,
    /// What customers made, by `account/region`.
    pub(crate) places: BTreeMap<String, Place>,
    /// What the internet serves to image builders, by address.
    pub(crate) downloads: BTreeMap<String, String>,
    /// What else than its answer Image Assistant writes.
    pub(crate) assistant: AssistantOutput,
}

/// What Image Assistant writes around its answer, and how much of it arrives.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AssistantOutput {
    pub(crate) before: String,
    pub(crate) after: String,
    /// How many characters of the answer arrive; `None`: all.
    pub(crate) kept: Option<usize>,
}

/// One image. Public ones have no account and no region of their own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Image {
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) created: Moment,
    /// When the next state begins.
    pub(crate) due: Option<Moment>,
    pub(crate) visible_from: Moment,
    pub(crate) platform: String,
    pub(crate) agent: String,
    pub(crate) families: Vec<String>,
    pub(crate) builder_supported: bool,
    /// When the public image beneath was released.
    pub(crate) released: Option<Moment>,
    /// Listed, but nothing can be made from it any more.
    pub(crate) retired: bool,
    /// Imported from an AMI, so that it runs on other instance families.
    pub(crate) imported: bool,
    /// An instance is started to try the import out before it is AVAILABLE (RuntimeValidationConfig).
    #[serde(default)]
    pub(crate) validates: bool,
    /// The size of its root volume, in GB.
    pub(crate) volume: u64,
    pub(crate) applications: Vec<Value>,
    /// Further members as they are answered (DisplayName, Description, BaseImageArn, ImageBuilderName, ...).
    pub(crate) fields: Map<String, Value>,
    pub(crate) tags: Tags,
    /// Why it could not be made.
    #[serde(default)]
    pub(crate) errors: Vec<Value>,
    /// What other accounts may do with it, by account.
    pub(crate) permissions: BTreeMap<String, Value>,
}

/// Everything of one account in one region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Place {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) builders: BTreeMap<String, Builder>,
    pub(crate) images: BTreeMap<String, Image>,
    pub(crate) fleets: BTreeMap<String, Fleet>,
    pub(crate) stacks: BTreeMap<String, Stack>,
    pub(crate) associations: Vec<Association>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) user_stacks: Vec<UserStack>,
    pub(crate) directories: BTreeMap<String, Directory>,
    /// By stack.
    pub(crate) themes: BTreeMap<String, Theme>,
    /// By stack and name.
    pub(crate) entitlements: Vec<((String, String), Entitlement)>,
    pub(crate) app_blocks: BTreeMap<String, AppBlock>,
    pub(crate) applications: BTreeMap<String, Application>,
    pub(crate) exports: Vec<Export>,
    pub(crate) usage_report: Option<Subscription>,
    /// When what was changed last, by kind and name.
    pub(crate) changed: BTreeMap<String, LastChange>,
}

/// One image builder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Builder {
    pub(crate) name: String,
    pub(crate) state: String,
    /// When the next state begins.
    pub(crate) due: Option<Moment>,
    pub(crate) created: Moment,
    pub(crate) visible_from: Moment,
    pub(crate) image_arn: String,
    /// The image it was started from, from which captured images inherit.
    pub(crate) image: Image,
    /// The agent it runs, or will run once UPDATING_AGENT is over.
    pub(crate) agent: String,
    pub(crate) agent_outdated: bool,
    /// Members of the input that Describe answers as they were given.
    pub(crate) fields: Map<String, Value>,
    pub(crate) address: Option<Value>,
    pub(crate) errors: Vec<Value>,
    pub(crate) tags: Tags,
    /// Applications added in its session so far.
    pub(crate) applications: Vec<Value>,
    /// The programs and files that were put on it, by path in lower case.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
}

/// One fleet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Fleet {
    pub(crate) name: String,
    pub(crate) state: State,
    /// When the next state begins; a STARTING fleet without one is stalled.
    pub(crate) due: Option<Moment>,
    pub(crate) created: Moment,
    pub(crate) visible_from: Moment,
    /// Members as they are answered, except for the ones below. Always an object.
    pub(crate) fields: Value,
    pub(crate) capacity: Capacity,
    pub(crate) errors: Vec<Value>,
    pub(crate) tags: Tags,
}

/// One stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) name: String,
    pub(crate) created: Moment,
    /// By action: what was set.
    pub(crate) settings: Map<String, Value>,
    /// Members as they are answered.
    pub(crate) fields: Map<String, Value>,
    pub(crate) tags: Tags,
}

/// One association.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) fleet: String,
    pub(crate) stack: String,
    /// Disassociated, but for this long it still blocks the deletion of the fleet.
    pub(crate) lingers_until: Option<Moment>,
}

/// One session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) stack: String,
    pub(crate) fleet: String,
    /// `SAML`, `API` or `USERPOOL`.
    pub(crate) authentication: String,
    pub(crate) started: Moment,
    /// When MaxUserDurationInSeconds is over.
    pub(crate) expires: Moment,
    /// When it ended.
    pub(crate) ended: Option<Moment>,
    /// The instance on which others stream already; none where the session has one of its own.
    #[serde(default)]
    pub(crate) host: Option<String>,
    /// Its instance takes no further sessions (DrainSessionInstance).
    #[serde(default)]
    pub(crate) draining: bool,
}

/// One user of the pool, by an e-mail address that is case-sensitive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) created: Moment,
    /// When a mail with a temporary password was sent last; never where the message was suppressed.
    #[serde(default)]
    pub(crate) mailed: Option<Moment>,
    /// Whether the user has set a password.
    #[serde(default)]
    pub(crate) confirmed: bool,
    pub(crate) fields: Map<String, Value>,
}

/// One user who may stream from one stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct UserStack {
    pub(crate) user: String,
    pub(crate) stack: String,
    pub(crate) notify: bool,
}

/// One directory configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Directory {
    pub(crate) name: String,
    pub(crate) created: Moment,
    pub(crate) fields: Map<String, Value>,
}

/// One theme.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Theme {
    pub(crate) created: Moment,
    /// Members as they are answered, except for those that hold URLs.
    pub(crate) fields: Map<String, Value>,
    /// Where the logo and the favicon were taken from.
    pub(crate) logo: Value,
    pub(crate) favicon: Value,
}

/// One entitlement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entitlement {
    pub(crate) created: Moment,
    pub(crate) modified: Moment,
    pub(crate) fields: Map<String, Value>,
    /// Identifiers of the applications that it lets through.
    #[serde(default)]
    pub(crate) applications: Vec<String>,
}

/// One app block.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AppBlock {
    pub(crate) name: String,
    pub(crate) created: Moment,
    /// Members as they are answered.
    pub(crate) fields: Map<String, Value>,
    pub(crate) tags: Tags,
}

/// One application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Application {
    pub(crate) name: String,
    pub(crate) created: Moment,
    /// Members as they are answered.
    pub(crate) fields: Map<String, Value>,
    /// The fleets that offer it.
    pub(crate) fleets: Vec<String>,
    pub(crate) tags: Tags,
}

/// One task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Export {
    pub(crate) id: String,
    pub(crate) created: Moment,
    /// When it is done; none once it is.
    pub(crate) due: Option<Moment>,
    /// The AMI that it makes.
    pub(crate) ami: String,
    pub(crate) fields: Map<String, Value>,
}

/// The subscription.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) bucket: String,
}

/// The last change of a thing: when, and by which operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LastChange {
    pub(crate) at: Moment,
    pub(crate) by: String,
}

/// The four states that the model has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum State {
    Starting,
    Running,
    Stopping,
    Stopped,
}

/// A fleet's capacity. Counted in instances; multi-session fleets are asked for sessions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Capacity {
    /// Instances, or sessions where `per_instance` is set.
    pub(crate) desired: u64,
    /// Sessions an instance, for a multi-session fleet.
    pub(crate) per_instance: Option<u64>,
    /// Instances that are up.
    pub(crate) running: u64,
    /// When the next step is due, while the fleet runs.
    pub(crate) due: Option<Moment>,
}
