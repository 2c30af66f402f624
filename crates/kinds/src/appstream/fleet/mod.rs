//! A fleet: the instances that stream.

pub mod step;

use std::collections::BTreeMap;
use std::time::Duration;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::family;
use crate::discovery::Trace;
use crate::field::{self, Change, Diff, FieldChange, FieldId};
use crate::kind::{Actions, Condition, Declared, Incompatibility, Kind, Live};
use crate::output;
use crate::outward::{HourlyCost, Quota, Terraform};
use crate::seconds;
use crate::text::Text;
use crate::verify::{Asked, Check, Checked};

/// What a blueprint says about a fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(
    kind = "appstream.fleet",
    of = Fleet,
    live = FleetLive {
        /// The ARN of its image.
        image_arn: String,
        /// How many instances run; an elastic fleet has none of its own.
        instances: i32,
        /// What AWS could not do for it, as AWS says it.
        error: String,
    }
)]
pub struct FleetSpec {
    /// Its name: at most 101 characters, case-sensitive.
    #[field(replace)]
    pub name: String,
    /// ON_DEMAND or ALWAYS_ON; cannot be changed.
    #[field(replace, always)]
    pub fleet_type: String,
    /// The image's name or ARN; instances in use keep the old one until their session ends.
    #[field(in_place, always)]
    pub image: Text,
    /// The image's operating system by AWS's name, such as `WINDOWS_SERVER_2022`: an image of another one takes a stop.
    /// Empty or absent where it is not known.
    #[field(stopped)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Text>,
    /// How many instances; not owned where auto scaling decides.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desired_instances: Option<i32>,
    /// How many sessions, of a multi-session fleet; not owned where auto scaling decides.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desired_sessions: Option<i32>,
    /// With how much capacity the fleet is made where auto scaling decides afterwards: CreateFleet needs a number.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_capacity: Option<i32>,
    /// The most capacity that auto scaling gives it, so that its network has room; null: the capacity that it has.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_capacity: Option<i32>,
    /// How many sessions share an instance; null: one instance, one session.
    #[field(stopped)]
    #[serde(default)]
    pub sessions_per_instance: Option<i32>,
    /// How long a dropped session waits for its user, in seconds: 60 to 36000.
    #[field(in_place, always, reported = i32)]
    #[serde(with = "seconds")]
    pub disconnect: Duration,
    /// After how many idle seconds a user is disconnected: 0 (never) or 60 to 36000.
    #[field(in_place, reported = i32)]
    #[serde(with = "seconds")]
    pub idle: Duration,
    /// The name that users see, at most 100 characters.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters.
    #[field(stopped)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The instance type, such as `stream.standard.medium`.
    #[field(stopped, always)]
    pub instance_type: String,
    /// Subnets; best in two availability zones.
    #[field(stopped, compared = Set)]
    #[serde(default)]
    pub subnets: Vec<String>,
    /// The VPC that the subnets have to be in; null: any.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc: Option<String>,
    /// Security groups, at most five.
    #[field(stopped, compared = Set)]
    #[serde(default)]
    pub security_groups: Vec<Text>,
    /// The longest session in seconds (600 to 432000).
    #[field(stopped, always, reported = i32)]
    #[serde(with = "seconds")]
    pub session: Duration,
    /// Whether instances get public addresses (needs public subnets; at most 100 instances).
    #[field(stopped)]
    pub internet: bool,
    /// `APP` or `DESKTOP`.
    #[field(stopped, always)]
    pub view: String,
    /// The root volume in GB (200 to 500), not smaller than the image's; null: AWS's default, 200.
    #[field(stopped)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_volume: Option<i32>,
    /// Whether version 1 of the instance metadata service answers.
    #[field(stopped)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imds_v1: Option<bool>,
    /// ARN of the IAM role that the instances have; null: none.
    #[field(stopped)]
    #[serde(default)]
    pub role: Option<String>,
    /// Which USB devices sessions may use: filter strings of at most 100 characters.
    #[field(stopped, compared = Set)]
    #[serde(default)]
    pub usb: Vec<String>,
    /// So many seconds the sessions have to end before the fleet stops for another image; null: it takes another image while
    /// it runs, and each session keeps the old one until it ends.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drain: Option<u32>,
    /// Tags.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// On: it runs; off: it is stopped, which ends every session.
    // Turning off disrupts as much as a stop does, but the change itself is what is asked for: the engine sees a
    // running thing (`Live::running`) that is to be off.
    #[field(in_place)]
    pub power: String,
}

/// `verify`: there are instances to stream from.
static RUNNING: Check = Check {
    id: "fleet-running",
    about: "the fleet runs and has capacity",
    after: &[],
    across: &[],
};

/// The kind `appstream.fleet`.
#[derive(Clone, Copy, Debug)]
pub struct Fleet;

/// AWS keeps timeouts in whole minutes.
/// Assumption: `appstream.idle-timeout-rounded` — a value that is not a multiple of 60 is read back rounded to
/// one of its two neighbours; which one is not established, so both are no difference.
fn same_minutes(want: &Value, have: &Value) -> bool {
    match (want.as_i64(), have.as_i64()) {
        (Some(want), Some(have)) => want % 60 != 0 && have > 0 && have % 60 == 0 && (want - have).abs() < 60,
        _ => false,
    }
}

impl Kind for Fleet {
    fn about(&self) -> &'static str {
        "A fleet of streaming instances, all from one image."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[FleetSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::NAME, "the fleet's name"), (output::ARN, "its ARN")]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&RUNNING] }
    }

    fn check(&self, Asked { want, live, .. }: Asked<'_>) -> Vec<Checked> {
        let fleet = self.read(live);
        let capacity = fleet.desired_instances.or(fleet.desired_sessions);
        let looked_at = format!("the fleet {}", live.id);
        vec![match (&live.condition, capacity) {
            (Condition::Failed { state, reason }, _) => RUNNING.failed(
                looked_at,
                format!("it is {state}: {reason}"),
                "mend what AWS names, and apply",
            ),
            (Condition::Moving { state, detail, .. }, _) => RUNNING.failed(
                looked_at,
                format!("it is {state} ({detail})"),
                "wait until it runs, and verify again",
            ),
            (Condition::Settled { state }, _) if !live.running => RUNNING.failed(
                looked_at,
                format!("it is {state}"),
                match FleetSpec::POWER.text(want) {
                    Some("off") => "take `power: off` from its entry, and apply",
                    _ => "start it with `headset apply`",
                },
            ),
            (Condition::Settled { .. }, Some(..=0)) => RUNNING.failed(
                looked_at,
                "it runs with no instance, so that agents wait for one that does not come",
                "raise its capacity, and apply",
            ),
            (Condition::Settled { .. }, _) => match (fleet.instances, &fleet.error) {
                (Some(0), Some(error)) => RUNNING.failed(
                    looked_at,
                    format!("it has no instance: {error}"),
                    "mend what AWS names; the fleet then goes on by itself",
                ),
                (Some(0), None) => RUNNING.not_checked(
                    looked_at,
                    "its instances are on their way, which may take twenty minutes",
                    "run this again; `headset status` shows how many there are",
                ),
                _ => RUNNING.passed(looked_at),
            },
        }]
    }

    fn hourly_cost(&self, live: &Live) -> Option<HourlyCost> {
        if !live.running {
            return None;
        }
        let fleet = self.read(live);
        let instance = fleet.instance_type.clone()?;
        let count = fleet.desired_instances.or(fleet.desired_sessions);
        let count = count.and_then(|count| u64::try_from(count).ok());
        let sessions = live.sessions.unwrap_or_default();
        Some(match (fleet.fleet_type.as_deref(), count) {
            (Some("ALWAYS_ON"), Some(count)) => HourlyCost::AlwaysOn { count, instance },
            (_, Some(count)) => HourlyCost::OnDemand {
                count,
                sessions,
                instance,
            },
            (_, None) => HourlyCost::ByUse { instance },
        })
    }

    fn quotas(&self) -> &'static [Quota] {
        const { &[Quota::appstream("L-3FEADC0C", "fleets", 10)] }
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_appstream_fleet", "NAME"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "appstream:DescribeFleets",
                "appstream:ListTagsForResource",
                // The network that it is to be in.
                "ec2:DescribeRouteTables",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcAttribute",
                "ec2:DescribeVpcs",
                "tag:GetResources",
            ],
            write: &[
                "appstream:CreateFleet",
                "appstream:UpdateFleet",
                "appstream:StartFleet",
                "appstream:StopFleet",
                "appstream:TagResource",
                "appstream:UntagResource",
                "iam:PassRole",
            ],
            delete: &[
                "appstream:StopFleet",
                "appstream:DeleteFleet",
                "appstream:ListAssociatedStacks",
            ],
        }
    }

    fn incompatibility<'a>(
        &self,
        want: &Value,
        referred: &dyn Fn(FieldId) -> Option<&'a Live>,
    ) -> Option<Incompatibility> {
        let instance_type = FleetSpec::INSTANCE_TYPE.text(want)?;
        let fields = (FleetSpec::IMAGE, FleetSpec::INSTANCE_TYPE);
        family::incompatibility(referred(FleetSpec::IMAGE)?, fields, instance_type, false)
    }

    fn cuts_off(&self, change: &FieldChange) -> bool {
        change.change == Change::Stopped || (change.is(FleetSpec::POWER) && change.want == "off")
    }

    fn diff(&self, want: &Value, live: &Live) -> Diff {
        let image_arn = self.read(live).image_arn.as_deref();
        let mut diff = live.diff(FleetSpec::FIELDS, want);
        diff.retain(|change| match change.id(FleetSpec::KIND) {
            FleetSpec::IDLE | FleetSpec::DISCONNECT => !same_minutes(&change.want, &change.have),
            // A shared image is named by its ARN, and AWS reports both.
            FleetSpec::IMAGE => image_arn.is_none_or(|arn| change.want != arn),
            // AWS answers the default volume also where none was asked for.
            FleetSpec::ROOT_VOLUME => !(change.want.is_null() && change.have == DEFAULT_VOLUME),
            _ => true,
        });
        // Where old and new are not to run side by side, another image takes a stop.
        if live.running && FleetSpec::DRAIN.of(want).is_some_and(|drain| !drain.is_null()) {
            for change in diff.iter_mut().filter(|change| change.is(FleetSpec::IMAGE)) {
                change.change = Change::Stopped;
            }
        }
        // Another operating system comes with another image, and is compared only where both are known.
        let image = field::differs(&diff, &[FleetSpec::IMAGE]);
        diff.retain(|change| {
            !change.is(FleetSpec::PLATFORM) || (image && differ(&change.want, &change.have))
        });
        diff
    }

    fn timeout(&self) -> u64 {
        // Starting takes 10 to 20 minutes, stopping with sessions longer.
        3600
    }
}

/// The root volume that instances have by default, in GB (CreateFleet, RootVolumeConfig).
const DEFAULT_VOLUME: i32 = 200;

/// Whether two operating systems are known and not the same.
fn differ(want: &Value, have: &Value) -> bool {
    match (want.as_str(), have.as_str()) {
        (Some(want), Some(have)) => !want.is_empty() && !have.is_empty() && want != have,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::field::Change;

    #[test]
    fn the_table_is_amazons() {
        let in_place: Vec<&str> = FleetSpec::FIELDS
            .iter()
            .filter(|field| field.change == Change::InPlace && !matches!(field.name, "tags" | "power"))
            .map(|field| field.name)
            .collect();
        // UpdateFleet's own text on RUNNING fleets: DisplayName, ComputeCapacity, ImageArn, ImageName,
        // IdleDisconnectTimeoutInSeconds and DisconnectTimeoutInSeconds.
        assert_eq!(
            in_place,
            [
                "image",
                "desired_instances",
                "desired_sessions",
                "disconnect",
                "idle",
                "display_name"
            ]
        );
    }

    #[test]
    fn a_timeout_that_was_rounded_is_no_difference() {
        for (want, have, same) in [
            (90, 60, true),
            (90, 120, true),
            (90, 180, false),
            (120, 60, false),
            (60, 0, false),
            (59, 0, false),
        ] {
            assert_eq!(
                same_minutes(&json!(want), &json!(have)),
                same,
                "{want} and {have}"
            );
        }
    }

    #[test]
    fn another_operating_system_takes_a_stop_and_nothing_else_does() {
        let fleet = FleetLive {
            image: Some("old".to_owned()),
            platform: Some("WINDOWS_SERVER_2019".to_owned()),
            ..FleetLive::default()
        };
        let live = Live::of("f", "RUNNING", fleet);
        let changes = |want: Value| -> Vec<(String, Change)> {
            let diff = Fleet.diff(&want, &live);
            diff.into_iter()
                .map(|change| (change.field, change.change))
                .collect()
        };
        let image = ("image".to_owned(), Change::InPlace);
        assert_eq!(
            changes(json!({"image": "new", "platform": "WINDOWS_SERVER_2022"})),
            [image.clone(), ("platform".to_owned(), Change::Stopped)]
        );
        assert_eq!(
            changes(json!({"image": "new", "platform": "WINDOWS_SERVER_2019"})),
            std::slice::from_ref(&image)
        );
        // The system of an image that does not exist yet is not known.
        let later = Text::after(&headset_core::address!("appstream.image", "desk"), "platform");
        assert_eq!(changes(json!({"image": "new", "platform": later})), [image]);
        assert_eq!(
            changes(json!({"image": "old", "platform": "WINDOWS_SERVER_2022"})),
            []
        );
    }

    #[test]
    fn another_image_takes_a_stop_where_the_blueprint_says_so() {
        let fleet = FleetLive {
            image: Some("old".to_owned()),
            ..FleetLive::default()
        };
        let mut live = Live::of("f", "RUNNING", fleet);
        live.running = true;
        let change = |want: Value, live: &Live| Fleet.diff(&want, live).first().map(|change| change.change);
        assert_eq!(change(json!({"image": "new"}), &live), Some(Change::InPlace));
        assert_eq!(
            change(json!({"image": "new", "drain": 0}), &live),
            Some(Change::Stopped)
        );
        assert_eq!(change(json!({"image": "old", "drain": 0}), &live), None);
        live.running = false;
        assert_eq!(
            change(json!({"image": "new", "drain": 0}), &live),
            Some(Change::InPlace)
        );
    }

    #[test]
    fn no_volume_is_the_default_volume() {
        let live = |volume: i32| {
            let fleet = FleetLive {
                root_volume: Some(volume),
                ..FleetLive::default()
            };
            Live::of("f", "RUNNING", fleet)
        };
        let differs = |want: Value, have| !Fleet.diff(&json!({"root_volume": want}), &live(have)).is_empty();
        assert!(!differs(json!(null), 200));
        assert!(differs(json!(null), 300));
        assert!(differs(json!(300), 200));
    }
}
