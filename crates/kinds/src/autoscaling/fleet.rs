//! `autoscaling.fleet`: a fleet's capacity as a range, with the utilisation to keep and the hours when other limits
//! begin to hold.

use std::collections::BTreeMap;
use std::time::Duration;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::appstream::FleetSpec;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::{Diff, FieldId};
use crate::kind::{Actions, Declared, Kind, Live};
use crate::output;
use crate::outward::Terraform;
use crate::seconds;
use crate::text::Text;

/// What a blueprint says about the scaling of a fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(
    kind = "autoscaling.fleet",
    of = FleetScaling,
    live = FleetScalingLive {
        /// Scheduled actions that others made on the fleet's target, by name.
        #[field(in_place, compared = Others)]
        other_actions: BTreeMap<String, Shift>,
        /// Scaling policies that others made on the fleet's target, by name.
        #[field(in_place, compared = Others)]
        other_policies: BTreeMap<String, OtherPolicy>,
    }
)]
pub struct FleetScalingSpec {
    /// The fleet's name.
    #[field(replace)]
    pub fleet: Text,
    /// The smallest capacity, in instances, or in sessions of a multi-session fleet; 0 is allowed.
    // Assumption: `autoscaling.sessions-counted`: that it is sessions there says the guide of today.
    #[field(in_place)]
    pub min: i32,
    /// The largest capacity.
    #[field(in_place)]
    pub max: i32,
    /// The utilisation to keep, in percent (1 to 100); null: none is kept.
    #[field(in_place, reported = f64)]
    #[serde(default)]
    pub target: Option<u32>,
    /// Seconds to wait after taking away.
    #[field(in_place, reported = i32)]
    #[serde(default, with = "seconds::maybe", skip_serializing_if = "Option::is_none")]
    pub cooldown_in: Option<Duration>,
    /// Seconds to wait after adding.
    #[field(in_place, reported = i32)]
    #[serde(default, with = "seconds::maybe", skip_serializing_if = "Option::is_none")]
    pub cooldown_out: Option<Duration>,
    /// Whether keeping the utilisation also takes away.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale_in: Option<bool>,
    /// When other limits begin to hold, by name; actions of other names are others' (`other_actions`).
    #[field(in_place)]
    #[serde(default)]
    pub schedule: BTreeMap<String, Shift>,
    /// What of it is switched off: scale_in, scale_out, schedule.
    #[field(in_place)]
    #[serde(default)]
    pub suspended: Suspended,
    /// Tags.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What of a fleet's scaling is switched off, as long as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    /// Taking away, to keep the utilisation.
    #[serde(default)]
    pub scale_in: bool,
    /// Adding, to keep the utilisation.
    #[serde(default)]
    pub scale_out: bool,
    /// The schedule.
    #[serde(default)]
    pub schedule: bool,
}

/// A scheduled action: limits that hold from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// `cron(...)`, `rate(...)` or `at(...)`.
    pub at: String,
    /// The time zone's IANA name; `None` is UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The smallest capacity from then on; `None` leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i32>,
    /// The largest capacity from then on; `None` leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i32>,
    /// From when on it holds at all (RFC 3339); `None`: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Until when it holds (RFC 3339); `None`: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// A scaling policy that others made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherPolicy {
    /// AWS's word for how it scales.
    pub r#type: String,
    /// What it keeps, where it keeps a utilisation.
    #[serde(flatten)]
    pub tracking: Option<Tracking>,
}

/// How a utilisation is kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tracking {
    /// The utilisation, in percent.
    pub target: f64,
    /// Seconds to wait after taking away.
    pub cooldown_in: Option<i32>,
    /// Seconds to wait after adding.
    pub cooldown_out: Option<i32>,
    /// Whether it also takes away.
    pub scale_in: bool,
}

impl Shift {
    /// Where no time zone is given, UTC is meant (PutScheduledAction, Timezone).
    pub fn zone(&self) -> &str {
        match self.time_zone.as_deref() {
            None | Some("Etc/UTC") => "UTC",
            Some(zone) => zone,
        }
    }

    /// The same with everything said that is meant where nothing is said: what two shifts that mean the same have in
    /// common.
    pub fn spelled_out(mut self) -> Shift {
        self.time_zone = Some(self.zone().to_owned());
        self
    }

    /// Whether both ask for the same at the same times.
    pub fn same(&self, other: &Shift) -> bool {
        self.clone().spelled_out() == other.clone().spelled_out()
    }
}

/// The kind `autoscaling.fleet`.
#[derive(Clone, Copy, Debug)]
pub struct FleetScaling;

impl Kind for FleetScaling {
    fn about(&self) -> &'static str {
        "A fleet's capacity as a range that follows demand and the clock."
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: FleetSpec::KIND,
                one: "a scaling target",
                what: "scaling target",
            }]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[FleetScalingSpec::FLEET]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::ARN, "the scalable target's ARN")]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform {
            resource: "aws_appautoscaling_target",
            form: "appstream/fleet/FLEET/appstream:fleet:DesiredCapacity",
            import_id: |id, _| Some(format!("appstream/fleet/{id}/appstream:fleet:DesiredCapacity")),
        })
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "application-autoscaling:DescribeScalableTargets",
                "application-autoscaling:DescribeScalingPolicies",
                "application-autoscaling:DescribeScheduledActions",
                "application-autoscaling:ListTagsForResource",
            ],
            // Application Auto Scaling acts with the caller's permissions: on the fleet, and on the alarms of its
            // policy.
            write: &[
                "application-autoscaling:RegisterScalableTarget",
                "application-autoscaling:PutScalingPolicy",
                "application-autoscaling:DeleteScalingPolicy",
                "application-autoscaling:PutScheduledAction",
                "application-autoscaling:DeleteScheduledAction",
                "application-autoscaling:TagResource",
                "application-autoscaling:UntagResource",
                "appstream:DescribeFleets",
                "appstream:UpdateFleet",
                "cloudwatch:DescribeAlarms",
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:DeleteAlarms",
                "iam:CreateServiceLinkedRole",
            ],
            delete: &[
                "application-autoscaling:DeleteScheduledAction",
                "application-autoscaling:DeleteScalingPolicy",
                "application-autoscaling:DeregisterScalableTarget",
                "cloudwatch:DeleteAlarms",
            ],
        }
    }

    fn removal(&self, live: &Live) -> Option<String> {
        let scaling = self.read(live);
        let actions = scaling.other_actions.iter().flat_map(BTreeMap::keys);
        let policies = scaling.other_policies.iter().flat_map(BTreeMap::keys);
        let names: Vec<String> = actions.chain(policies).map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| {
            format!(
                "AWS deletes with it what others made on the fleet's target: {}",
                names.join(" and ")
            )
        })
    }

    fn diff(&self, want: &Value, live: &Live) -> Diff {
        let mut diff = live.diff(FleetScalingSpec::FIELDS, want);
        for change in diff
            .iter_mut()
            .filter(|change| change.is(FleetScalingSpec::SCHEDULE))
        {
            // Both in one form, so that only what differs in meaning is reported.
            change.want = json!(spelled_out(&change.want));
            change.have = json!(spelled_out(&change.have));
        }
        diff.retain(|change| match change.id(FleetScalingSpec::KIND) {
            FleetScalingSpec::SCHEDULE => change.want != change.have,
            // Without a target there is no policy that could have these.
            FleetScalingSpec::COOLDOWN_IN | FleetScalingSpec::COOLDOWN_OUT | FleetScalingSpec::SCALE_IN => {
                FleetScalingSpec::TARGET.of(want).is_some_and(|it| !it.is_null())
            }
            // A scheduled action sets the target's own limits when its time comes: what any of them sets is as wanted,
            // at any hour.
            FleetScalingSpec::MIN => !by_schedule(want, &change.have, |shift| shift.min),
            FleetScalingSpec::MAX => !by_schedule(want, &change.have, |shift| shift.max),
            FleetScalingSpec::TARGET => match (change.want.as_f64(), change.have.as_f64()) {
                (Some(want), Some(have)) => (want - have).abs() > f64::EPSILON,
                _ => true,
            },
            _ => true,
        });
        diff
    }
}

/// Whether a limit is one that a wanted scheduled action sets.
fn by_schedule(want: &Value, have: &Value, limit: impl Fn(&Shift) -> Option<i32>) -> bool {
    let schedule = FleetScalingSpec::SCHEDULE
        .of(want)
        .map(shifts)
        .unwrap_or_default();
    have.as_i64().is_some_and(|have| {
        schedule
            .values()
            .filter_map(limit)
            .any(|set| i64::from(set) == have)
    })
}

/// The shifts of a field, by name; none where it has another form.
fn shifts(value: &Value) -> BTreeMap<String, Shift> {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

fn spelled_out(value: &Value) -> BTreeMap<String, Shift> {
    let shifts = shifts(value).into_iter();
    shifts.map(|(name, shift)| (name, shift.spelled_out())).collect()
}
