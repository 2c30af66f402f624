//! What Application Auto Scaling remembers: targets with their policies, schedules and activities.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tags::Tags;
use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// By `account/region`, then by resource id.
    pub(crate) targets: BTreeMap<String, BTreeMap<String, Target>>,
    /// Up to when scaling has been carried out.
    pub(crate) done: Option<Moment>,
}

/// One target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) account: String,
    pub(crate) region: String,
    /// `fleet/NAME`.
    pub(crate) resource: String,
    pub(crate) arn: String,
    pub(crate) role: String,
    pub(crate) min: u64,
    pub(crate) max: u64,
    pub(crate) suspended: Suspended,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    /// By name.
    pub(crate) policies: BTreeMap<String, Policy>,
    /// By name.
    pub(crate) actions: BTreeMap<String, Scheduled>,
    /// What has been done to the fleet, the newest last.
    pub(crate) activities: Vec<Activity>,
    /// What the alarms have seen.
    pub(crate) watch: AlarmState,
}

/// Which kinds of scaling are switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Suspended {
    pub(crate) scale_in: bool,
    pub(crate) scale_out: bool,
    pub(crate) scheduled: bool,
}

/// One policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) arn: String,
    /// `TargetTrackingScaling` or `StepScaling`.
    pub(crate) kind: String,
    /// The configuration as it was put.
    pub(crate) configuration: Value,
    /// Names of the alarms that the policy made.
    pub(crate) alarms: Vec<String>,
    pub(crate) created: Moment,
}

/// One action.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Scheduled {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) schedule: String,
    pub(crate) zone: Option<String>,
    pub(crate) start: Option<Moment>,
    pub(crate) end: Option<Moment>,
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
    pub(crate) created: Moment,
    /// When it is due; none when it never will be again.
    pub(crate) next: Option<Moment>,
}

/// One activity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Activity {
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) cause: String,
    pub(crate) at: Moment,
    /// Why it failed, if it did.
    pub(crate) failure: Option<String>,
}

/// What the alarms of one target have seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AlarmState {
    /// Minutes in a row above the target.
    pub(crate) high: u64,
    /// Minutes in a row below the band.
    pub(crate) low: u64,
    pub(crate) grew: Option<Moment>,
    pub(crate) shrank: Option<Moment>,
}
