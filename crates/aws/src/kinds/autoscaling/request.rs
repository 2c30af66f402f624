//! What changes a fleet's scaling, call by call.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use aws_smithy_types::date_time::{DateTime, Format};
use headset_client::Epoch;
use headset_client::services::application_auto_scaling::{
    DeleteScalingPolicy, DeleteScheduledAction, DeregisterScalableTarget, MetricType, PolicyType,
    PredefinedMetricSpecification, PutScalingPolicy, PutScheduledAction, RegisterScalableTarget,
    ScalableDimension, ScalableTargetAction, ServiceNamespace, SuspendedState, TagResource, TargetTracking,
    UntagResource,
};
use headset_core::seconds::whole;
use headset_core::{AwsError, Class};

use super::names::{action_prefix, policy_name, resource_id};
use crate::Aws;
use crate::error::gone;
use crate::kinds::autoscaling::fleet::{FleetScalingSpec, Shift, Suspended};
use crate::kinds::tag::TagChange;

/// Whose capacity it is.
const NAMESPACE: ServiceNamespace = ServiceNamespace::AppStream;

/// The capacity of a fleet.
const DIMENSION: ScalableDimension = ScalableDimension::FleetDesiredCapacity;

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
    // A new target has nothing suspended.
    let suspended = spec.suspended;
    let suspended_state = (!new || suspended != Suspended::default()).then_some(SuspendedState {
        dynamic_scaling_in_suspended: Some(suspended.scale_in),
        dynamic_scaling_out_suspended: Some(suspended.scale_out),
        scheduled_scaling_suspended: Some(suspended.schedule),
    });
    let request = RegisterScalableTarget {
        service_namespace: NAMESPACE,
        resource_id: resource_id(fleet),
        scalable_dimension: DIMENSION,
        min_capacity: Some(spec.min),
        max_capacity: Some(spec.max),
        suspended_state,
        // Tags are taken at creation only.
        tags: (new && !spec.tags.is_empty()).then(|| spec.tags.clone()),
    };
    visible(aws, || aws.ask(request.clone())).await.map(drop)
}

pub(super) async fn deregister(aws: &Aws, fleet: &str) -> Result<(), AwsError> {
    let request = DeregisterScalableTarget {
        service_namespace: NAMESPACE,
        resource_id: resource_id(fleet),
        scalable_dimension: DIMENSION,
    };
    gone(aws.ask(request).await)
}

pub(super) async fn put_policy(
    aws: &Aws,
    fleet: &str,
    spec: &FleetScalingSpec,
    target: f64,
) -> Result<(), AwsError> {
    let request = PutScalingPolicy {
        policy_name: policy_name(fleet),
        service_namespace: NAMESPACE,
        resource_id: resource_id(fleet),
        scalable_dimension: DIMENSION,
        policy_type: PolicyType::TargetTrackingScaling,
        target_tracking_scaling_policy_configuration: TargetTracking {
            target_value: target,
            predefined_metric_specification: PredefinedMetricSpecification {
                predefined_metric_type: MetricType::AppStreamAverageCapacityUtilization,
            },
            scale_out_cooldown: spec.cooldown_out.map(whole).transpose()?,
            scale_in_cooldown: spec.cooldown_in.map(whole).transpose()?,
            disable_scale_in: spec.scale_in.map(|scale_in| !scale_in),
        },
    };
    visible(aws, || aws.ask(request.clone())).await.map(drop)
}

pub(super) async fn delete_policy(aws: &Aws, fleet: &str) -> Result<(), AwsError> {
    let request = DeleteScalingPolicy {
        policy_name: policy_name(fleet),
        service_namespace: NAMESPACE,
        resource_id: resource_id(fleet),
        scalable_dimension: DIMENSION,
    };
    gone(aws.ask(request).await)
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
        let request = PutScheduledAction {
            service_namespace: NAMESPACE,
            schedule: Some(shift.at.clone()),
            timezone: Some(shift.zone().to_owned()),
            scheduled_action_name: format!("{}{name}", action_prefix(fleet)),
            resource_id: resource_id(fleet),
            scalable_dimension: DIMENSION,
            start_time: moment(shift.start.as_deref())?,
            end_time: moment(shift.end.as_deref())?,
            scalable_target_action: Some(ScalableTargetAction {
                min_capacity: shift.min,
                max_capacity: shift.max,
            }),
        };
        visible(aws, || aws.ask(request.clone())).await?;
    }
    Ok(())
}

/// A moment in AWS's form.
fn moment(text: Option<&str>) -> Result<Option<Epoch>, AwsError> {
    let read = |text| {
        let read = DateTime::from_str(text, Format::DateTime);
        read.map(Epoch).map_err(|error| {
            let message = format!("`{text}` is no moment: {error}");
            AwsError::own(Class::Invalid, message)
        })
    };
    text.map(read).transpose()
}

pub(super) async fn delete_action(aws: &Aws, fleet: &str, name: &str) -> Result<(), AwsError> {
    let request = DeleteScheduledAction {
        service_namespace: NAMESPACE,
        scheduled_action_name: format!("{}{name}", action_prefix(fleet)),
        resource_id: resource_id(fleet),
        scalable_dimension: DIMENSION,
    };
    gone(aws.ask(request).await)
}

pub(super) async fn put_tags(aws: &Aws, arn: &str, change: TagChange) -> Result<(), AwsError> {
    let TagChange { set, remove } = change;
    if !set.is_empty() {
        let request = TagResource {
            resource_arn: arn.to_owned(),
            tags: set.into_iter().collect(),
        };
        aws.ask(request).await?;
    }
    if !remove.is_empty() {
        let request = UntagResource {
            resource_arn: arn.to_owned(),
            tag_keys: remove,
        };
        aws.ask(request).await?;
    }
    Ok(())
}
