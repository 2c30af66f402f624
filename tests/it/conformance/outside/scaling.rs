//! Another hand in Application Auto Scaling.

use aws_smithy_types::DateTime;
use headset_aws::Aws;
use headset_client::Epoch;
use headset_client::services::application_auto_scaling::{
    DeleteScheduledAction, DescribeScalableTargets, PutScalingPolicy, PutScheduledAction,
    RegisterScalableTarget, ScalableTargetAction, SuspendedState, TagResource, TargetTracking, UntagResource,
};
use headset_core::tag;
use serde_json::json;

use super::{Deed, Things, things, with};

const FLEET: &str = "fleet/acme-agents";
/// A scheduled action that Headset made, and one that is called as if it had.
const MORNING: &str = "acme-agents-schedule-morning";
const NIGHT: &str = "acme-agents-schedule-night";

pub(super) fn base(field: &str) -> Things {
    let things = with(
        things("autoscaling.fleet"),
        &[(
            "suspended",
            json!({ "scale_in": false, "scale_out": false, "schedule": false }),
        )],
    );
    match field {
        "schedule" => {
            let morning = json!({ "at": "cron(0 7 ? * MON-FRI *)", "time_zone": "Europe/London", "min": 3 });
            with(things, &[("schedule", json!({ "morning": morning }))])
        }
        // AWS takes one policy that keeps a metric, and ours would be it.
        "other_policies" => with(things, &[("target", json!(null))]),
        _ => things,
    }
}

async fn register(aws: &Aws, min: i32, max: i32, suspended: Option<SuspendedState>) {
    let request = RegisterScalableTarget {
        resource_id: FLEET.to_owned(),
        min_capacity: Some(min),
        max_capacity: Some(max),
        suspended_state: suspended,
        ..RegisterScalableTarget::default()
    };
    aws.ask(request).await.unwrap();
}

/// Writes the utilisation policy anew: target, the two pauses, and whether it takes away.
async fn track(aws: &Aws, target: f64, pauses: (i32, i32), scale_in: bool) {
    let request = PutScalingPolicy {
        policy_name: "acme-agents-utilization".to_owned(),
        resource_id: FLEET.to_owned(),
        target_tracking_scaling_policy_configuration: TargetTracking {
            target_value: target,
            scale_in_cooldown: Some(pauses.0),
            scale_out_cooldown: Some(pauses.1),
            disable_scale_in: Some(!scale_in),
            ..TargetTracking::default()
        },
        ..PutScalingPolicy::default()
    };
    aws.ask(request).await.unwrap();
}

async fn arn(aws: &Aws) -> String {
    let answer = aws.ask(DescribeScalableTargets::default()).await.unwrap();
    let mut targets = answer.scalable_targets.unwrap();
    targets.remove(0).scalable_target_arn.unwrap()
}

/// Changes the schedule; `false`: there is no further way.
async fn reschedule(aws: &Aws, way: usize) -> bool {
    let put = |name: &str| PutScheduledAction {
        resource_id: FLEET.to_owned(),
        scheduled_action_name: name.to_owned(),
        ..PutScheduledAction::default()
    };
    let to = |min: i32| {
        Some(ScalableTargetAction {
            min_capacity: Some(min),
            max_capacity: None,
        })
    };
    // 2027, 2028.
    let (start, end) = (
        Epoch(DateTime::from_secs(1_798_761_600)),
        Epoch(DateTime::from_secs(1_830_297_600)),
    );
    let mut request = put(if way == 5 { NIGHT } else { MORNING });
    match way {
        0 => request.end_time = Some(end),
        1 => request.start_time = Some(start),
        2 => request.scalable_target_action = to(0),
        3 => request.schedule = Some("cron(0 9 ? * MON-FRI *)".to_owned()),
        4 => request.timezone = Some("Europe/Paris".to_owned()),
        5 => {
            request.schedule = Some("cron(0 22 * * ? *)".to_owned());
            request.scalable_target_action = to(0);
        }
        6 => {
            let delete = DeleteScheduledAction {
                resource_id: FLEET.to_owned(),
                scheduled_action_name: MORNING.to_owned(),
                ..DeleteScheduledAction::default()
            };
            aws.ask(delete).await.unwrap();
            return true;
        }
        _ => return false,
    }
    aws.ask(request).await.unwrap();
    true
}

pub(super) async fn change(aws: &Aws, field: &str, way: usize) -> Deed {
    match (field, way) {
        ("other_actions", 0) => {
            let request = PutScheduledAction {
                resource_id: FLEET.to_owned(),
                scheduled_action_name: "theirs".to_owned(),
                schedule: Some("cron(0 22 * * ? *)".to_owned()),
                scalable_target_action: Some(ScalableTargetAction {
                    min_capacity: Some(0),
                    max_capacity: None,
                }),
                ..PutScheduledAction::default()
            };
            aws.ask(request).await.unwrap();
            return Deed::Left("nothing proves that another's action may go");
        }
        ("other_policies", 0) => {
            let request = PutScalingPolicy {
                policy_name: "theirs".to_owned(),
                resource_id: FLEET.to_owned(),
                target_tracking_scaling_policy_configuration: TargetTracking {
                    target_value: 40.0,
                    ..TargetTracking::default()
                },
                ..PutScalingPolicy::default()
            };
            aws.ask(request).await.unwrap();
            return Deed::Left("nothing proves that another's policy may go");
        }
        ("fleet", _) => return Deed::Fixed("a scalable target is known by its fleet"),
        ("schedule", way) if !reschedule(aws, way).await => return Deed::Enough,
        ("schedule", _) => {}
        ("suspended", 0) => {
            let suspended = SuspendedState {
                dynamic_scaling_in_suspended: Some(true),
                ..SuspendedState::default()
            };
            register(aws, 2, 6, Some(suspended)).await;
        }
        ("suspended", 1) => {
            let suspended = SuspendedState {
                dynamic_scaling_out_suspended: Some(true),
                ..SuspendedState::default()
            };
            register(aws, 2, 6, Some(suspended)).await;
        }
        ("suspended", 2) => {
            let suspended = SuspendedState {
                scheduled_scaling_suspended: Some(true),
                ..SuspendedState::default()
            };
            register(aws, 2, 6, Some(suspended)).await;
        }
        ("tags", 0) => {
            let tags = [("team".to_owned(), "theirs".to_owned())].into();
            let resource_arn = arn(aws).await;
            aws.ask(TagResource { resource_arn, tags }).await.unwrap();
        }
        ("tags", 1) => {
            let tag_keys = vec![tag::LINEAGE.to_owned()];
            let resource_arn = arn(aws).await;
            aws.ask(UntagResource {
                resource_arn,
                tag_keys,
            })
            .await
            .unwrap();
        }
        (_, 1..) => return Deed::Enough,
        ("min", _) => register(aws, 1, 6, None).await,
        ("max", _) => register(aws, 2, 5, None).await,
        ("target", _) => track(aws, 50.0, (600, 60), true).await,
        ("cooldown_in", _) => track(aws, 75.0, (300, 60), true).await,
        ("cooldown_out", _) => track(aws, 75.0, (600, 0), true).await,
        ("scale_in", _) => track(aws, 75.0, (600, 60), false).await,
        (other, _) => panic!("autoscaling.fleet: no other hand changes `{other}`"),
    }
    Deed::Changed
}
