//! What changes a fleet's scaling, call by call.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use aws_sdk_applicationautoscaling::types::{
    MetricType, PolicyType, PredefinedMetricSpecification, ScalableDimension, ScalableTargetAction,
    ServiceNamespace, SuspendedState, TargetTrackingScalingPolicyConfiguration,
};
use aws_smithy_types::date_time::{DateTime, Format};

use super::fleet::{FleetScalingSpec, Shift, Suspended, action_prefix, policy_name};
use super::listing::{SERVICE, resource_id};
use crate::aws::{Aws, AwsError, Class, Complete};
use crate::resource::field::FieldChange;
use crate::resource::tag::TagChange;

/// What was just made (the service's role in IAM, the target itself) may not be visible everywhere yet: so often a
/// call is tried again ...
const TRIES: u32 = 7;
/// ... with so long a pause, half a minute in all.
const PAUSE: Duration = Duration::from_secs(5);

/// Calls until what the call needs is visible.
/// Assumption: `autoscaling.role-visible-soon` — the first registration in an account may be refused while its
/// service-linked role spreads; as which error is not established, so refusals of every sort are tried again.
async fn visible<T, F>(aws: &Aws, call: impl Fn() -> F) -> Result<T, AwsError>
where
    F: Future<Output = Result<T, AwsError>>,
{
    let mut tried = 0;
    loop {
        let answer = call().await;
        tried += 1;
        match answer {
            Err(error)
                if tried < TRIES
                    && (matches!(error.class, Class::Denied | Class::Invalid | Class::NotFound)
                        || error.code.as_deref() == Some("FailedResourceAccessException")) =>
            {
                aws.clock().sleep(PAUSE).await;
            }
            answer => return answer,
        }
    }
}

pub(super) async fn register(
    aws: &Aws,
    fleet: &str,
    spec: &FleetScalingSpec,
    new: bool,
) -> Result<(), AwsError> {
    let mut request = aws
        .auto_scaling()
        .register_scalable_target()
        .service_namespace(ServiceNamespace::Appstream)
        .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
        .resource_id(resource_id(fleet))
        .min_capacity(spec.min)
        .max_capacity(spec.max);
    // A new target has nothing suspended.
    let suspended = spec.suspended;
    if !new || suspended != Suspended::default() {
        request = request.suspended_state(
            SuspendedState::builder()
                .dynamic_scaling_in_suspended(suspended.scale_in)
                .dynamic_scaling_out_suspended(suspended.scale_out)
                .scheduled_scaling_suspended(suspended.schedule)
                .build(),
        );
    }
    // Tags are taken at creation only.
    if new && !spec.tags.is_empty() {
        request = request.set_tags(Some(spec.tags.clone().into_iter().collect()));
    }
    visible(aws, || {
        aws.call(SERVICE, "RegisterScalableTarget", || request.clone().send())
    })
    .await
    .map(drop)
}

pub(super) async fn deregister(aws: &Aws, fleet: &str) -> Result<(), AwsError> {
    let request = aws
        .auto_scaling()
        .deregister_scalable_target()
        .service_namespace(ServiceNamespace::Appstream)
        .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
        .resource_id(resource_id(fleet));
    gone(
        aws.call(SERVICE, "DeregisterScalableTarget", || request.clone().send())
            .await,
    )
}

pub(super) async fn put_policy(
    aws: &Aws,
    fleet: &str,
    spec: &FleetScalingSpec,
    target: f64,
) -> Result<(), AwsError> {
    let metric = PredefinedMetricSpecification::builder()
        .predefined_metric_type(MetricType::AppStreamAverageCapacityUtilization)
        .build()
        .complete()?;
    let configuration = TargetTrackingScalingPolicyConfiguration::builder()
        .target_value(target)
        .predefined_metric_specification(metric)
        .set_scale_in_cooldown(spec.cooldown_in)
        .set_scale_out_cooldown(spec.cooldown_out)
        .set_disable_scale_in(spec.scale_in.map(|scale_in| !scale_in))
        .build()
        .complete()?;
    let request = aws
        .auto_scaling()
        .put_scaling_policy()
        .policy_name(policy_name(fleet))
        .service_namespace(ServiceNamespace::Appstream)
        .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
        .resource_id(resource_id(fleet))
        .policy_type(PolicyType::TargetTrackingScaling)
        .target_tracking_scaling_policy_configuration(configuration);
    visible(aws, || {
        aws.call(SERVICE, "PutScalingPolicy", || request.clone().send())
    })
    .await
    .map(drop)
}

pub(super) async fn delete_policy(aws: &Aws, fleet: &str) -> Result<(), AwsError> {
    let request = aws
        .auto_scaling()
        .delete_scaling_policy()
        .policy_name(policy_name(fleet))
        .service_namespace(ServiceNamespace::Appstream)
        .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
        .resource_id(resource_id(fleet));
    gone(
        aws.call(SERVICE, "DeleteScalingPolicy", || request.clone().send())
            .await,
    )
}

pub(super) async fn put_schedule(
    aws: &Aws,
    fleet: &str,
    want: &BTreeMap<String, Shift>,
    have: &BTreeMap<String, Shift>,
) -> Result<(), AwsError> {
    for name in have.keys().filter(|name| !want.contains_key(*name)) {
        delete_action(aws, fleet, name).await?;
    }
    for (name, shift) in want {
        if let Some(have) = have.get(name) {
            if shift.same(have) {
                continue;
            }
            // An update changes only what it is given, so a limit that is to go needs a new action. A start and an end
            // that are not given go by themselves (PutScheduledAction).
            if (have.min.is_some() && shift.min.is_none()) || (have.max.is_some() && shift.max.is_none()) {
                delete_action(aws, fleet, name).await?;
            }
        }
        let limits = ScalableTargetAction::builder()
            .set_min_capacity(shift.min)
            .set_max_capacity(shift.max)
            .build();
        let request = aws
            .auto_scaling()
            .put_scheduled_action()
            .scheduled_action_name(format!("{}{name}", action_prefix(fleet)))
            .service_namespace(ServiceNamespace::Appstream)
            .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
            .resource_id(resource_id(fleet))
            .schedule(&shift.at)
            .timezone(shift.zone())
            .set_start_time(moment(shift.start.as_deref())?)
            .set_end_time(moment(shift.end.as_deref())?)
            .scalable_target_action(limits);
        visible(aws, || {
            aws.call(SERVICE, "PutScheduledAction", || request.clone().send())
        })
        .await?;
    }
    Ok(())
}

/// A moment in AWS's form.
fn moment(text: Option<&str>) -> Result<Option<DateTime>, AwsError> {
    let read = |text| {
        DateTime::from_str(text, Format::DateTime).map_err(|error| {
            let message = format!("`{text}` is no moment: {error}");
            AwsError::new(SERVICE, "PutScheduledAction", Class::Invalid, message)
        })
    };
    text.map(read).transpose()
}

pub(super) async fn delete_action(aws: &Aws, fleet: &str, name: &str) -> Result<(), AwsError> {
    let request = aws
        .auto_scaling()
        .delete_scheduled_action()
        .scheduled_action_name(format!("{}{name}", action_prefix(fleet)))
        .service_namespace(ServiceNamespace::Appstream)
        .scalable_dimension(ScalableDimension::AppstreamFleetDesiredCapacity)
        .resource_id(resource_id(fleet));
    gone(
        aws.call(SERVICE, "DeleteScheduledAction", || request.clone().send())
            .await,
    )
}

pub(super) async fn put_tags(aws: &Aws, arn: &str, change: &FieldChange) -> Result<(), AwsError> {
    let TagChange { set, remove } = TagChange::of(change);
    if !set.is_empty() {
        let request = aws
            .auto_scaling()
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(set.into_iter().collect()));
        aws.call(SERVICE, "TagResource", || request.clone().send())
            .await?;
    }
    if !remove.is_empty() {
        let request = aws
            .auto_scaling()
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(remove));
        aws.call(SERVICE, "UntagResource", || request.clone().send())
            .await?;
    }
    Ok(())
}

/// An answer to a deletion of something that may be gone already.
fn gone<T>(answer: Result<T, AwsError>) -> Result<(), AwsError> {
    match answer {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}
