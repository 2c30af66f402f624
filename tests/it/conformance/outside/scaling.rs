//! Another hand in Application Auto Scaling.

use aws_sdk_applicationautoscaling::types::{
    MetricType, PolicyType, PredefinedMetricSpecification, ScalableDimension, ScalableTargetAction,
    ServiceNamespace, SuspendedState, TargetTrackingScalingPolicyConfiguration,
};
use aws_smithy_types::DateTime;
use headset::aws::Aws;
use headset::resource::tag;
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
        _ => things,
    }
}

async fn register(aws: &Aws, min: i32, max: i32, suspended: Option<SuspendedState>) {
    aws.auto_scaling()
        .register_scalable_target()
        .service_namespace(ServiceNamespace::Appstream)
        .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
        .resource_id(FLEET)
        .min_capacity(min)
        .max_capacity(max)
        .set_suspended_state(suspended)
        .send()
        .await
        .unwrap();
}

/// Writes the utilisation policy anew: target, the two pauses, and whether it takes away.
async fn track(aws: &Aws, target: f64, pauses: (i32, i32), scale_in: bool) {
    let metric = PredefinedMetricSpecification::builder()
        .predefined_metric_type(MetricType::AppStreamAverageCapacityUtilization)
        .build()
        .unwrap();
    let tracking = TargetTrackingScalingPolicyConfiguration::builder()
        .target_value(target)
        .predefined_metric_specification(metric)
        .scale_in_cooldown(pauses.0)
        .scale_out_cooldown(pauses.1)
        .disable_scale_in(!scale_in)
        .build()
        .unwrap();
    aws.auto_scaling()
        .put_scaling_policy()
        .policy_name("acme-agents-utilization")
        .service_namespace(ServiceNamespace::Appstream)
        .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
        .resource_id(FLEET)
        .policy_type(PolicyType::TargetTrackingScaling)
        .target_tracking_scaling_policy_configuration(tracking)
        .send()
        .await
        .unwrap();
}

async fn arn(aws: &Aws) -> String {
    let request = aws.auto_scaling().describe_scalable_targets();
    let answer = request
        .service_namespace(ServiceNamespace::Appstream)
        .send()
        .await
        .unwrap();
    answer.scalable_targets()[0]
        .scalable_target_arn()
        .unwrap()
        .to_owned()
}

/// Changes the schedule; `false`: there is no further way.
async fn reschedule(aws: &Aws, way: usize) -> bool {
    let put = aws
        .auto_scaling()
        .put_scheduled_action()
        .service_namespace(ServiceNamespace::Appstream)
        .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
        .resource_id(FLEET);
    let to = |min: i32| ScalableTargetAction::builder().min_capacity(min).build();
    // 2027, 2028.
    let (start, end) = (
        DateTime::from_secs(1_798_761_600),
        DateTime::from_secs(1_830_297_600),
    );
    let put = match way {
        0 => put.scheduled_action_name(MORNING).end_time(end),
        1 => put.scheduled_action_name(MORNING).start_time(start),
        2 => put.scheduled_action_name(MORNING).scalable_target_action(to(0)),
        3 => put
            .scheduled_action_name(MORNING)
            .schedule("cron(0 9 ? * MON-FRI *)"),
        4 => put.scheduled_action_name(MORNING).timezone("Europe/Paris"),
        5 => put
            .scheduled_action_name(NIGHT)
            .schedule("cron(0 22 * * ? *)")
            .scalable_target_action(to(0)),
        6 => {
            aws.auto_scaling()
                .delete_scheduled_action()
                .scheduled_action_name(MORNING)
                .service_namespace(ServiceNamespace::Appstream)
                .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
                .resource_id(FLEET)
                .send()
                .await
                .unwrap();
            return true;
        }
        _ => return false,
    };
    put.send().await.unwrap();
    true
}

pub(super) async fn change(aws: &Aws, field: &str, way: usize) -> Deed {
    let suspended = SuspendedState::builder();
    match (field, way) {
        ("fleet", _) => return Deed::Fixed("a scalable target is known by its fleet"),
        ("schedule", way) if !reschedule(aws, way).await => return Deed::Enough,
        ("schedule", _) => {}
        ("suspended", 0) => {
            register(
                aws,
                2,
                6,
                Some(suspended.dynamic_scaling_in_suspended(true).build()),
            )
            .await;
        }
        ("suspended", 1) => {
            register(
                aws,
                2,
                6,
                Some(suspended.dynamic_scaling_out_suspended(true).build()),
            )
            .await;
        }
        ("suspended", 2) => {
            register(
                aws,
                2,
                6,
                Some(suspended.scheduled_scaling_suspended(true).build()),
            )
            .await;
        }
        ("tags", 0) => {
            let request = aws.auto_scaling().tag_resource().resource_arn(arn(aws).await);
            request.tags("team", "theirs").send().await.map(drop).unwrap();
        }
        ("tags", 1) => {
            let request = aws.auto_scaling().untag_resource().resource_arn(arn(aws).await);
            request.tag_keys(tag::LINEAGE).send().await.map(drop).unwrap();
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
