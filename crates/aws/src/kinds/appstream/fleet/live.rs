//! A fleet as AWS reports it.

use async_trait::async_trait;
use aws_sdk_appstream::types;
use headset_core::AwsError;
use headset_core::arn::name_in;

use super::super::listing::{self, Listing, security_groups, subnets, text};
use crate::kinds::kind::{Condition, Live};
use crate::kinds::output;
use crate::{Aws, Page};
use headset_kinds::appstream::{FleetLive, FleetSpec};

/// DescribeFleets.
pub(crate) struct Fleets;

#[async_trait]
impl Listing for Fleets {
    type Item = types::Fleet;

    async fn page(
        &self,
        aws: &Aws,
        names: &[String],
        token: Option<String>,
    ) -> Result<Page<types::Fleet>, AwsError> {
        let request = aws
            .appstream()
            .describe_fleets()
            .set_names(listing::given(names))
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
        // Of a multi-session fleet both numbers are answered, and sessions are what was asked for.
        let shared = fleet.max_sessions_per_instance();
        let sessions_wanted = capacity.and_then(|capacity| capacity.desired_user_sessions());
        let instances = capacity.and_then(|capacity| capacity.running());
        let running = instances.unwrap_or(0);
        // Of a state that AWS has added since it is not known whether the fleet runs.
        let is_on = match state {
            "RUNNING" | "STARTING" => Some(true),
            "STOPPED" | "STOPPING" => Some(false),
            _ => None,
        };
        let network = fleet.vpc_config();
        let observed = FleetLive {
            name: text(fleet.name()),
            image: text(image_name(fleet)),
            image_arn: text(fleet.image_arn()),
            instances,
            error: error(fleet),
            fleet_type: text(fleet.fleet_type().map(types::FleetType::as_str)),
            platform: text(fleet.platform().map(types::PlatformType::as_str)),
            desired_instances: desired.filter(|_| shared.is_none()),
            desired_sessions: sessions_wanted.filter(|_| shared.is_some()),
            sessions_per_instance: shared,
            disconnect: fleet.disconnect_timeout_in_seconds(),
            // No value means that idle users are never disconnected, as 0 does.
            idle: Some(fleet.idle_disconnect_timeout_in_seconds().unwrap_or(0)),
            display_name: text(fleet.display_name()),
            description: text(fleet.description()),
            instance_type: text(fleet.instance_type()),
            subnets: Some(subnets(network)),
            security_groups: Some(security_groups(network)),
            session: fleet.max_user_duration_in_seconds(),
            internet: Some(fleet.enable_default_internet_access().unwrap_or(false)),
            view: text(fleet.stream_view().map(types::StreamView::as_str)),
            root_volume: fleet
                .root_volume_config()
                .and_then(types::VolumeConfig::volume_size_in_gb),
            imds_v1: Some(!fleet.disable_imdsv1().unwrap_or(false)),
            role: text(fleet.iam_role_arn()),
            usb: Some(fleet.usb_device_filter_strings().to_vec()),
            power: is_on.map(|is_on| if is_on { "on" } else { "off" }.to_owned()),
        };
        let mut live = Live::of(self.name(fleet), state, observed)
            .output(output::NAME, self.name(fleet))
            .output(output::ARN, self.arn(fleet));
        live.condition = condition(state, running, desired.unwrap_or(0), error(fleet));
        live.sessions = Some(capacity.map_or(0, sessions));
        live.running = is_on != Some(false);
        match is_on {
            Some(_) => live,
            None => live.without(vec![FleetSpec::POWER]),
        }
    }
}

fn condition(state: &str, running: i32, desired: i32, error: Option<String>) -> Condition {
    match state {
        // Capacity of a RUNNING fleet may lag behind for long; that is not this fleet's state.
        "RUNNING" | "STOPPED" => Condition::settled(state),
        _ => Condition::Moving {
            state: state.to_owned(),
            detail: match state {
                "STARTING" => format!("{running}/{desired} running"),
                _ => format!("{running} still running"),
            },
            error,
        },
    }
}

/// People on the fleet. Single-session fleets report instances in use, multi-session ones sessions as well.
fn sessions(capacity: &types::ComputeCapacityStatus) -> u32 {
    let in_use = capacity.in_use().unwrap_or(0);
    let active = capacity.active_user_sessions().unwrap_or(0);
    u32::try_from(in_use.max(active)).unwrap_or(0)
}

fn error(fleet: &types::Fleet) -> Option<String> {
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
    fleet.image_name().or_else(|| fleet.image_arn().map(name_in))
}

#[cfg(test)]
mod tests {
    use super::super::Fleet;
    use super::*;
    use crate::kinds::kind::Kind;
    use serde_json::json;

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
                error: Some("SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES: no room".to_owned()),
            }
        );
        assert_eq!((starting.sessions, starting.running), (Some(1), true));
        assert_eq!(
            Fleets.live(&fleet(types::FleetState::Running)).condition,
            Condition::settled("RUNNING")
        );
        assert!(!Fleets.live(&fleet(types::FleetState::Stopped)).running);
    }

    #[test]
    fn a_multi_session_fleet_counts_sessions() {
        let fleet = types::Fleet::builder()
            .name("f")
            .arn("arn")
            .max_sessions_per_instance(4)
            .compute_capacity_status(
                types::ComputeCapacityStatus::builder()
                    .desired(3)
                    .desired_user_sessions(12)
                    .active_user_sessions(5)
                    .build(),
            )
            .build();
        let live = Fleets.live(&fleet);
        assert_eq!(live.sessions, Some(5));
        let diff = |want| Fleet.diff(&want, &live).len();
        assert_eq!(
            diff(json!({"desired_sessions": 12, "sessions_per_instance": 4})),
            0
        );
        assert_eq!(
            diff(json!({"desired_instances": 3, "sessions_per_instance": null})),
            2
        );
    }
}
