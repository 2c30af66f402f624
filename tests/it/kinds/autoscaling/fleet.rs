//! How a fleet scales: the case, what others change, and that what auto scaling sets is no difference.

use aws_smithy_types::DateTime;
use headset_aws::Aws;
use headset_client::Epoch;
use headset_client::services::application_auto_scaling::{
    DeleteScheduledAction, DescribeScalableTargets, PutScalingPolicy, PutScheduledAction,
    RegisterScalableTarget, ScalableTargetAction, SuspendedState, TagResource, TargetTracking, UntagResource,
};
use headset_core::{KindId, tag};
use headset_kinds::Observation;
use headset_simulator::world::Settings;
use serde_json::json;

use crate::invariants::conformance::{
    Case, ExternalChange, Things, address, after, other_tags, tags, things, with,
};
use crate::kinds::appstream::fleet::{plain_fleet, scaled_fleet};
use crate::kinds::appstream::image::captured_image;
use crate::kinds::appstream::{WHOLE, applies};
use crate::kinds::lab::{Lab, seeds as lab_seeds, tags as lab_tags};
use crate::support::{Sandbox, on_virtual_time};

const FLEET: &str = "fleet/acme-agents";

/// A scheduled action that Headset made, and one that is called as if it had.
const MORNING: &str = "acme-agents-schedule-morning";

const NIGHT: &str = "acme-agents-schedule-night";

pub(crate) fn case() -> Case {
    let mut before = captured_image();
    before.push(scaled_fleet());
    let morning =
        json!({ "at": "cron(0 7 ? * MON-FRI *)", "time_zone": "Europe/London", "min": 3, "max": 8 });
    let evening = json!({ "at": "cron(0 20 ? * MON-FRI *)", "time_zone": "Europe/London", "min": 1 });
    Case {
        before,
        subject: (
            address("autoscaling.fleet/agents"),
            json!({
                "fleet": after("appstream.fleet/agents", "name"), "min": 2, "max": 6, "target": 75,
                "cooldown_in": 600, "cooldown_out": 60, "scale_in": true, "schedule": {}, "tags": tags(),
            }),
        ),
        changes: vec![
            ("min", json!(1)),
            ("max", json!(8)),
            ("target", json!(60)),
            ("cooldown_in", json!(900)),
            ("cooldown_out", json!(120)),
            ("scale_in", json!(false)),
            ("schedule", json!({ "morning": morning, "evening": evening })),
            (
                "schedule",
                // Another hour, another zone, and a limit that is no longer set.
                json!({ "morning": { "at": "cron(0 8 ? * MON-FRI *)", "max": 8 }, "evening": evening }),
            ),
            ("schedule", json!({ "evening": evening })),
            ("schedule", json!({})),
            (
                "suspended",
                json!({ "scale_in": true, "scale_out": false, "schedule": true }),
            ),
            (
                "suspended",
                json!({ "scale_in": false, "scale_out": false, "schedule": false }),
            ),
            (
                "schedule",
                json!({ "evening": { "at": "cron(0 20 ? * MON-FRI *)", "min": 1, "start": "2027-01-01T00:00:00Z",
                                     "end": "2028-01-01T00:00:00Z" } }),
            ),
            (
                "schedule",
                json!({ "evening": { "at": "cron(0 20 ? * MON-FRI *)", "min": 1 } }),
            ),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

/// The target before a field of it is changed from outside.
pub(crate) fn base(field: &str, _way: usize) -> Things {
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

/// Registers the fleet as a target, with a scheduled action, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    register(aws, 1, 4, None).await;
    let action = PutScheduledAction {
        resource_id: FLEET.to_owned(),
        scheduled_action_name: "theirs".to_owned(),
        schedule: Some("cron(0 7 * * ? *)".to_owned()),
        scalable_target_action: Some(ScalableTargetAction {
            min_capacity: Some(2),
            max_capacity: None,
        }),
        ..PutScheduledAction::default()
    };
    aws.ask(action).await.unwrap();
    "acme-agents".to_owned()
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

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
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
            return ExternalChange::Left("nothing proves that another's action may go");
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
            return ExternalChange::Left("nothing proves that another's policy may go");
        }
        ("fleet", _) => return ExternalChange::Fixed("a scalable target is known by its fleet"),
        ("schedule", way) if !reschedule(aws, way).await => return ExternalChange::Enough,
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
        (_, 1..) => return ExternalChange::Enough,
        ("min", _) => register(aws, 1, 6, None).await,
        ("max", _) => register(aws, 2, 5, None).await,
        ("target", _) => track(aws, 50.0, (600, 60), true).await,
        ("cooldown_in", _) => track(aws, 75.0, (300, 60), true).await,
        ("cooldown_out", _) => track(aws, 75.0, (600, 0), true).await,
        ("scale_in", _) => track(aws, 75.0, (600, 60), false).await,
        (other, _) => panic!("autoscaling.fleet: nothing here changes from outside `{other}`"),
    }
    ExternalChange::Changed
}

#[tokio::test(start_paused = true)]
async fn capacity_that_auto_scaling_sets_is_no_difference() {
    for seed in lab_seeds() {
        let lab = Lab::new(seed, "eu-west-1").await;
        let mut fleet = lab.resource("appstream.fleet/agents", plain_fleet());
        fleet.make().await;
        let mut scaling = lab.resource(
            "autoscaling.fleet/agents",
            json!({"fleet": "acme-agents", "min": 4, "max": 6, "target": 75, "scale_in": true, "tags": lab_tags(),
                   "schedule": {"night": {"at": "cron(0 20 * * ? *)", "min": 1}}}),
        );
        assert!(matches!(scaling.see().await, Observation::Absent));
        scaling.make().await;
        // An attempt whose answer was lost.
        scaling
            .kind
            .create_any(&scaling.work(), &scaling.want)
            .await
            .unwrap();
        let live = fleet.converge().await;
        assert_eq!(
            *live.reported("desired_instances"),
            4,
            "seed {seed}: scaled, and as wanted"
        );

        // What others add beside it is theirs; what has its prefix and is not in the spec is a difference.
        for name in ["theirs", "acme-agents-schedule-surplus"] {
            let put = PutScheduledAction {
                resource_id: "fleet/acme-agents".to_owned(),
                scheduled_action_name: name.to_owned(),
                schedule: Some("rate(1 day)".to_owned()),
                scalable_target_action: Some(ScalableTargetAction {
                    min_capacity: Some(1),
                    max_capacity: None,
                }),
                ..PutScheduledAction::default()
            };
            lab.aws.ask(put).await.unwrap();
        }
        let Observation::Present(live) = scaling.see().await else {
            panic!("the target is there");
        };
        let diff = scaling.kind.diff(&scaling.want, &live);
        let fields: Vec<&str> = diff.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["schedule"]);
        let live = scaling.converge().await;
        assert_eq!(live.reported("schedule").as_object().unwrap().len(), 1);

        // The night begins: the schedule sets another limit, and nothing differs.
        lab.simulator.skip(std::time::Duration::from_secs(24 * 3600));
        let Observation::Present(live) = scaling.see().await else {
            panic!("the target is there");
        };
        assert_eq!(*live.reported("min"), 1, "seed {seed}");
        assert_eq!(scaling.kind.diff(&scaling.want, &live), []);

        scaling.change(json!({"target": null})).await;
        scaling.delete().await;
        fleet.delete().await;
    }
}

#[test]
fn a_range_becomes_a_number_and_a_range_again() {
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("desks.yaml", WHOLE, Settings::default());
        applies(&sandbox, "a range").await;
        let (before, rest) = WHOLE.split_once("      capacity:\n").unwrap();
        let (_, after) = rest.split_once("    teams: {").unwrap();
        sandbox.rewrite(&format!("{before}      capacity: 1\n    teams: {{{after}"));
        applies(&sandbox, "a number").await;
        let aws = sandbox.aws(None).await;
        let targets = aws.ask(DescribeScalableTargets::default()).await.unwrap();
        assert!(targets.scalable_targets.unwrap().is_empty());
        sandbox.rewrite(WHOLE);
        applies(&sandbox, "a range again").await;
    });
}
