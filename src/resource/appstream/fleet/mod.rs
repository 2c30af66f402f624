//! A fleet: the instances that stream.

mod step;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_appstream::types;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::step::Step;
use super::{listing, listing::Listing, tags};
use crate::aws::{Aws, AwsError};
use crate::resource::field::{self, Change, Compare, Diff, Field};
use crate::resource::kind::{Actions, Condition, Kind, Live, Lookup, Sight, Work, parse};
use crate::resource::text::Text;

/// What a blueprint says about a fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FleetSpec {
    /// Its name: at most 101 characters, case-sensitive.
    pub name: String,
    /// The image's name, or its ARN where it is shared by another account.
    pub image: Text,
    /// `ON_DEMAND` or `ALWAYS_ON`.
    pub fleet_type: String,
    /// The instance type, such as `stream.standard.medium`.
    pub instance_type: String,
    /// How many instances, one session each.
    pub desired_instances: i32,
    /// `APP` or `DESKTOP`.
    pub view: String,
    /// `on` (it runs) or `off` (it is stopped).
    pub power: String,
    /// The longest session in seconds: 600 to 432000.
    pub session: i32,
    /// How long a dropped session waits for its user, in seconds: 60 to 36000.
    pub disconnect: i32,
    /// After how many idle seconds a user is disconnected: 0 (never) or 60 to 36000.
    pub idle: i32,
    /// Subnets; best in two availability zones.
    #[serde(default)]
    pub subnets: Vec<String>,
    /// Security groups, at most five.
    #[serde(default)]
    pub security_groups: Vec<String>,
    /// Whether instances get public addresses (needs public subnets; at most 100 instances).
    pub internet: bool,
    /// The name that users see, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The kind `appstream.fleet`.
#[derive(Clone, Copy, Debug)]
pub struct Fleet;

const FIELDS: &[Field] = &[
    Field::new("name", Change::Replace, "its name; cannot be changed"),
    Field::new(
        "fleet_type",
        Change::Replace,
        "ON_DEMAND or ALWAYS_ON; cannot be changed",
    ),
    Field::new(
        "image",
        Change::InPlace,
        "the image's name or ARN; instances in use keep the old one until their session ends",
    ),
    Field::new("desired_instances", Change::InPlace, "how many instances"),
    Field::new(
        "disconnect",
        Change::InPlace,
        "seconds (60 to 36000) that a dropped session waits",
    ),
    Field::new(
        "idle",
        Change::InPlace,
        "idle seconds (0 or 60 to 36000) until a user is disconnected",
    ),
    Field::new("display_name", Change::InPlace, "the name that users see"),
    Field::new("description", Change::Stopped, "a description"),
    Field::new("instance_type", Change::Stopped, "the instance type"),
    Field::new("subnets", Change::Stopped, "subnets").compared(Compare::Set),
    Field::new(
        "security_groups",
        Change::Stopped,
        "security groups, at most five",
    )
    .compared(Compare::Set),
    Field::new(
        "session",
        Change::Stopped,
        "the longest session in seconds (600 to 432000)",
    ),
    Field::new(
        "internet",
        Change::Stopped,
        "whether instances get public addresses",
    ),
    Field::new("view", Change::Stopped, "APP or DESKTOP"),
    Field::new("tags", Change::InPlace, "tags").compared(Compare::Owned),
    // Turning off disrupts as much as a stop does, but the change itself is what is asked for: the engine sees
    // a running thing (`Live::running`) that is to be off.
    Field::new(
        "power",
        Change::InPlace,
        "on: it runs; off: it is stopped, which ends every session",
    ),
];

/// AWS keeps timeouts in whole minutes.
/// Assumption: `appstream.idle-timeout-rounded` — a value that is not a multiple of 60 is read back rounded to
/// one of its two neighbours; which one is not established, so both are no difference.
fn same_minutes(want: &Value, have: &Value) -> bool {
    match (want.as_i64(), have.as_i64()) {
        (Some(want), Some(have)) => want % 60 != 0 && have > 0 && have % 60 == 0 && (want - have).abs() < 60,
        _ => false,
    }
}

#[async_trait]
impl Kind for Fleet {
    fn name(&self) -> &'static str {
        "appstream.fleet"
    }

    fn about(&self) -> &'static str {
        "A fleet of streaming instances, all from one image."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        &["name"]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[("name", "the fleet's name"), ("arn", "its ARN")]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:DescribeFleets", "appstream:ListTagsForResource"],
            write: &[
                "appstream:CreateFleet",
                "appstream:UpdateFleet",
                "appstream:StartFleet",
                "appstream:StopFleet",
                "appstream:TagResource",
                "appstream:UntagResource",
            ],
            delete: &["appstream:StopFleet", "appstream:DeleteFleet"],
        }
    }

    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Sight> {
        listing::survey(aws, &Fleets, lookups).await
    }

    async fn create(&self, work: &Work<'_>, want: &Value) -> Result<String, AwsError> {
        let spec: FleetSpec = parse(want)?;
        let (image_name, image_arn) = image_of(&spec.image)?;
        let request = work
            .aws
            .appstream()
            .create_fleet()
            .name(&spec.name)
            .set_image_name(image_name)
            .set_image_arn(image_arn)
            .instance_type(&spec.instance_type)
            .fleet_type(types::FleetType::from(spec.fleet_type.as_str()))
            .compute_capacity(capacity(&spec))
            .set_vpc_config(network(&spec.subnets, &spec.security_groups))
            .max_user_duration_in_seconds(spec.session)
            .disconnect_timeout_in_seconds(spec.disconnect)
            .idle_disconnect_timeout_in_seconds(spec.idle)
            .set_description(spec.description.clone())
            .set_display_name(spec.display_name.clone())
            .enable_default_internet_access(spec.internet)
            .stream_view(types::StreamView::from(spec.view.as_str()))
            .set_tags(tags::at_creation(&spec.tags));
        match work
            .aws
            .call("appstream", "CreateFleet", || request.clone().send())
            .await
        {
            Ok(_) => Ok(spec.name),
            Err(error) => listing::made_before(work.aws, &Fleets, &spec.name, &spec.tags, error).await,
        }
    }

    async fn update(&self, work: &Work<'_>, want: &Value, live: &Live, diff: &Diff) -> Result<(), AwsError> {
        let arn = live.outputs.get("arn").map(String::as_str).unwrap_or_default();
        tags::update(work.aws, arn, diff).await?;
        match step::next(live.condition.state(), diff) {
            Step::Wait => Ok(()),
            Step::Stop => stop(work.aws, &live.id).await,
            Step::Start => {
                let request = work.aws.appstream().start_fleet().name(&live.id);
                work.aws
                    .call("appstream", "StartFleet", || request.clone().send())
                    .await
                    .map(drop)
            }
            Step::Change(fields) => change(work.aws, &live.id, &parse(want)?, &fields).await,
        }
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        match live.condition.state() {
            "RUNNING" | "STARTING" => stop(work.aws, &live.id).await,
            "STOPPED" => {
                let request = work.aws.appstream().delete_fleet().name(&live.id);
                gone(
                    work.aws
                        .call("appstream", "DeleteFleet", || request.clone().send())
                        .await,
                )
            }
            _ => Ok(()),
        }
    }

    fn diff(&self, want: &Value, live: &Live) -> Diff {
        let mut diff = field::diff(FIELDS, want, &live.fields);
        diff.retain(|change| match change.field.as_str() {
            "idle" | "disconnect" => !same_minutes(&change.want, &change.have),
            // A shared image is named by its ARN, and AWS reports both.
            "image" => live.fields.get("image_arn") != Some(&change.want),
            _ => true,
        });
        diff
    }

    fn patience(&self) -> u64 {
        // Starting takes 10 to 20 minutes, stopping with sessions longer.
        3600
    }
}

/// An answer whose content does not matter, to a deletion of something that may be gone already.
pub(super) fn gone<T>(answer: Result<T, AwsError>) -> Result<(), AwsError> {
    match answer {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}

async fn stop(aws: &Aws, name: &str) -> Result<(), AwsError> {
    let request = aws.appstream().stop_fleet().name(name);
    gone(
        aws.call("appstream", "StopFleet", || request.clone().send())
            .await,
    )
}

/// Updates these fields and no others: AWS refuses a whole call for one member that needs a stop.
async fn change(aws: &Aws, name: &str, spec: &FleetSpec, fields: &[String]) -> Result<(), AwsError> {
    let has = |field: &str| fields.iter().any(|changed| changed == field);
    let mut request = aws.appstream().update_fleet().name(name);
    if has("image") {
        let (image_name, image_arn) = image_of(&spec.image)?;
        request = request.set_image_name(image_name).set_image_arn(image_arn);
    }
    if has("desired_instances") {
        request = request.compute_capacity(capacity(spec));
    }
    if has("disconnect") {
        request = request.disconnect_timeout_in_seconds(spec.disconnect);
    }
    if has("idle") {
        request = request.idle_disconnect_timeout_in_seconds(spec.idle);
    }
    if has("display_name") {
        request = request.display_name(listing::text_or_empty(spec.display_name.as_ref()));
    }
    if has("description") {
        request = request.description(listing::text_or_empty(spec.description.as_ref()));
    }
    if has("instance_type") {
        request = request.instance_type(&spec.instance_type);
    }
    if has("session") {
        request = request.max_user_duration_in_seconds(spec.session);
    }
    if has("internet") {
        request = request.enable_default_internet_access(spec.internet);
    }
    if has("view") {
        request = request.stream_view(types::StreamView::from(spec.view.as_str()));
    }
    if has("subnets") || has("security_groups") {
        if spec.subnets.is_empty() {
            request = request.attributes_to_delete(types::FleetAttribute::VpcConfiguration);
        } else if has("security_groups") && spec.security_groups.is_empty() {
            // One member cannot be set and deleted in one call. Subnets that differ as well are the next step's.
            request = request.attributes_to_delete(types::FleetAttribute::VpcConfigurationSecurityGroupIds);
        } else {
            // Both lists always go together. Assumption: `appstream.vpc-config-whole` — no source says whether
            // a VpcConfig without security groups keeps them, and this way it does not matter.
            request = request.set_vpc_config(network(&spec.subnets, &spec.security_groups));
        }
    }
    aws.call("appstream", "UpdateFleet", || request.clone().send())
        .await
        .map(drop)
}

/// An image as ImageName and ImageArn, of which exactly one may be given.
pub(super) fn image_of(image: &Text) -> Result<(Option<String>, Option<String>), AwsError> {
    let image = image.resolved()?;
    Ok(if image.starts_with("arn:") {
        (None, Some(image))
    } else {
        (Some(image), None)
    })
}

fn capacity(spec: &FleetSpec) -> types::ComputeCapacity {
    types::ComputeCapacity::builder()
        .desired_instances(spec.desired_instances)
        .build()
}

/// A VpcConfig, or none: an empty one is refused.
pub(super) fn network(subnets: &[String], security_groups: &[String]) -> Option<types::VpcConfig> {
    let some = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
    (!subnets.is_empty() || !security_groups.is_empty()).then(|| {
        types::VpcConfig::builder()
            .set_subnet_ids(some(subnets))
            .set_security_group_ids(some(security_groups))
            .build()
    })
}

/// DescribeFleets.
pub(super) struct Fleets;

#[async_trait]
impl Listing for Fleets {
    type Item = types::Fleet;

    async fn page(
        &self,
        aws: &Aws,
        names: &[String],
        token: Option<String>,
    ) -> Result<listing::Page<types::Fleet>, AwsError> {
        let request = aws
            .appstream()
            .describe_fleets()
            .set_names(Some(names.to_vec()))
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeFleets", || request.clone().send())
            .await?;
        Ok((answer.fleets.unwrap_or_default(), answer.next_token))
    }

    fn name<'a>(&self, item: &'a types::Fleet) -> &'a str {
        item.name().unwrap_or_default()
    }

    fn arn<'a>(&self, item: &'a types::Fleet) -> &'a str {
        item.arn().unwrap_or_default()
    }

    fn live(&self, fleet: &types::Fleet) -> Live {
        let state = fleet.state().map_or("UNKNOWN", |state| state.as_str());
        let capacity = fleet.compute_capacity_status();
        let desired = capacity.and_then(|capacity| capacity.desired());
        let running = capacity.and_then(|capacity| capacity.running()).unwrap_or(0);
        let network = fleet.vpc_config();
        let is_on = matches!(state, "RUNNING" | "STARTING");
        let mut live = Live::new(self.name(fleet), state)
            .field("name", self.name(fleet))
            .field("image", listing::text_or_null(image_name(fleet)))
            .field("image_arn", listing::text_or_null(fleet.image_arn()))
            .field(
                "fleet_type",
                listing::text_or_null(fleet.fleet_type().map(|kind| kind.as_str())),
            )
            .field("instance_type", listing::text_or_null(fleet.instance_type()))
            .field("desired_instances", json!(desired))
            .field("view", fleet.stream_view().map_or("APP", |view| view.as_str()))
            .field("power", if is_on { "on" } else { "off" })
            .field("session", json!(fleet.max_user_duration_in_seconds()))
            .field("disconnect", json!(fleet.disconnect_timeout_in_seconds()))
            // No value means that idle users are never disconnected, as 0 does.
            .field("idle", fleet.idle_disconnect_timeout_in_seconds().unwrap_or(0))
            .field(
                "subnets",
                json!(network.map(|network| network.subnet_ids()).unwrap_or_default()),
            )
            .field(
                "security_groups",
                json!(
                    network
                        .map(|network| network.security_group_ids())
                        .unwrap_or_default()
                ),
            )
            .field(
                "internet",
                fleet.enable_default_internet_access().unwrap_or(false),
            )
            .field("display_name", listing::text_or_null(fleet.display_name()))
            .field("description", listing::text_or_null(fleet.description()))
            .output("name", self.name(fleet))
            .output("arn", self.arn(fleet));
        live.condition = condition(state, running, desired.unwrap_or(0), trouble(fleet));
        live.sessions = capacity.map_or(0, sessions);
        live.running = is_on;
        live
    }
}

fn condition(state: &str, running: i32, desired: i32, trouble: Option<String>) -> Condition {
    match state {
        // Capacity of a RUNNING fleet may lag behind for long; that is not this fleet's state.
        "RUNNING" | "STOPPED" => Condition::settled(state),
        _ => Condition::Moving {
            state: state.to_owned(),
            detail: match state {
                "STARTING" => format!("{running}/{desired} running"),
                _ => format!("{running} still running"),
            },
            trouble,
        },
    }
}

/// People on the fleet. Single-session fleets report instances in use, multi-session ones sessions as well.
fn sessions(capacity: &types::ComputeCapacityStatus) -> u32 {
    let in_use = capacity.in_use().unwrap_or(0);
    let active = capacity.active_user_sessions().unwrap_or(0);
    u32::try_from(in_use.max(active)).unwrap_or(0)
}

fn trouble(fleet: &types::Fleet) -> Option<String> {
    let errors: Vec<String> = fleet
        .fleet_errors()
        .iter()
        .map(|error| {
            let code = error.error_code().map_or("error", |code| code.as_str());
            format!("{code}: {}", error.error_message().unwrap_or_default())
        })
        .collect();
    (!errors.is_empty()).then(|| errors.join("; "))
}

/// The image's name; AWS gives it, and else it is the last part of the ARN.
fn image_name(fleet: &types::Fleet) -> Option<&str> {
    fleet
        .image_name()
        .or_else(|| fleet.image_arn()?.rsplit_once('/').map(|(_, name)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_amazons() {
        let in_place: Vec<&str> = FIELDS
            .iter()
            .filter(|field| field.change == Change::InPlace && !matches!(field.name, "tags" | "power"))
            .map(|field| field.name)
            .collect();
        // UpdateFleet's own text on RUNNING fleets: DisplayName, ComputeCapacity, ImageArn, ImageName,
        // IdleDisconnectTimeoutInSeconds and DisconnectTimeoutInSeconds.
        assert_eq!(
            in_place,
            ["image", "desired_instances", "disconnect", "idle", "display_name"]
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
    fn a_shared_image_is_compared_by_arn() {
        let arn = "arn:aws:appstream:eu-west-1:111122223333:image/desk";
        let fleet = types::Fleet::builder()
            .name("f")
            .arn("arn")
            .image_arn(arn)
            .build();
        let live = Fleets.live(&fleet);
        assert!(Fleet.diff(&json!({"image": arn}), &live).is_empty());
        assert!(Fleet.diff(&json!({"image": "desk"}), &live).is_empty());
        assert_eq!(Fleet.diff(&json!({"image": "other"}), &live).len(), 1);
    }

    #[test]
    fn a_starting_fleet_tells_its_trouble_and_a_running_one_is_settled() {
        let fleet = |state| {
            types::Fleet::builder()
                .name("f")
                .arn("arn")
                .state(state)
                .compute_capacity_status(
                    types::ComputeCapacityStatus::builder()
                        .desired(2)
                        .running(0)
                        .in_use(1)
                        .available(0)
                        .build(),
                )
                .fleet_errors(
                    types::FleetError::builder()
                        .error_code(types::FleetErrorCode::SubnetHasInsufficientIpAddresses)
                        .error_message("no room")
                        .build(),
                )
                .build()
        };
        let starting = Fleets.live(&fleet(types::FleetState::Starting));
        assert_eq!(
            starting.condition,
            Condition::Moving {
                state: "STARTING".to_owned(),
                detail: "0/2 running".to_owned(),
                trouble: Some("SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES: no room".to_owned()),
            }
        );
        assert_eq!((starting.sessions, starting.running), (1, true));
        assert_eq!(
            Fleets.live(&fleet(types::FleetState::Running)).condition,
            Condition::settled("RUNNING")
        );
        assert!(!Fleets.live(&fleet(types::FleetState::Stopped)).running);
    }
}
