//! What Application Auto Scaling knows of fleets: targets, policies, scheduled actions and tags.

use std::collections::BTreeMap;

use headset_client::services::application_auto_scaling::{
    DescribeScalableTargets, DescribeScalingPolicies, DescribeScheduledActions, ListTagsForResource,
    ScalableDimension, ScalableTarget, ScalingPolicy, ScheduledAction, ServiceNamespace,
};
use headset_core::AwsError;

use crate::{Aws, pages};

/// The service's name in calls.
pub(super) const SERVICE: &str = "application-autoscaling";

/// DescribeScalableTargets takes so many resource ids (its model's maximum).
const IDS: usize = 50;

/// The targets of all fleets in the region.
pub(crate) async fn all_targets(aws: &Aws) -> Result<Vec<ScalableTarget>, AwsError> {
    pages(|token| async move {
        let request = DescribeScalableTargets {
            service_namespace: ServiceNamespace::AppStream,
            resource_ids: None,
            // AWS takes a dimension only with resource ids, and fleets have but one.
            scalable_dimension: None,
            next_token: token,
        };
        let answer = aws.ask(request).await?;
        Ok((answer.scalable_targets.unwrap_or_default(), answer.next_token))
    })
    .await
}

/// The targets of these fleets, by resource id. What is not registered is not in it.
pub(crate) async fn targets(aws: &Aws, ids: &[String]) -> Result<BTreeMap<String, ScalableTarget>, AwsError> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(IDS) {
        let targets = pages(|token| async move {
            let request = DescribeScalableTargets {
                service_namespace: ServiceNamespace::AppStream,
                resource_ids: Some(some.to_vec()),
                scalable_dimension: Some(ScalableDimension::FleetDesiredCapacity),
                next_token: token,
            };
            let answer = aws.ask(request).await?;
            Ok((answer.scalable_targets.unwrap_or_default(), answer.next_token))
        })
        .await?;
        found.extend(
            targets
                .into_iter()
                .map(|target| (target.resource_id.clone(), target)),
        );
    }
    Ok(found)
}

/// Every scaling policy of a fleet in the region: one listing serves all who ask.
pub(super) async fn policies(aws: &Aws) -> Result<Vec<ScalingPolicy>, AwsError> {
    pages(|token| async move {
        let request = DescribeScalingPolicies {
            service_namespace: ServiceNamespace::AppStream,
            next_token: token,
        };
        let answer = aws.ask(request).await?;
        Ok((answer.scaling_policies.unwrap_or_default(), answer.next_token))
    })
    .await
}

/// Every scheduled action of a fleet in the region.
pub(super) async fn actions(aws: &Aws) -> Result<Vec<ScheduledAction>, AwsError> {
    pages(|token| async move {
        let request = DescribeScheduledActions {
            service_namespace: ServiceNamespace::AppStream,
            next_token: token,
        };
        let answer = aws.ask(request).await?;
        Ok((answer.scheduled_actions.unwrap_or_default(), answer.next_token))
    })
    .await
}

/// The tags of a target. No Describe operation returns them.
pub(crate) async fn tags(aws: &Aws, arn: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let request = ListTagsForResource {
        resource_arn: arn.to_owned(),
    };
    let answer = aws.ask(request).await?;
    answer
        .tags
        .ok_or_else(|| AwsError::lacking(SERVICE, "ListTagsForResource", "Tags"))
}
