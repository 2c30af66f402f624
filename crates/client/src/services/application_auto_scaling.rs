//! Application Auto Scaling: the capacity of AppStream's fleets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hosts;
use crate::operation::{Nothing, Operation};
use crate::service::{Json, Protocol, Service};
use crate::values::Epoch;

/// The service.
pub static SERVICE: Service = Service {
    name: "application-autoscaling",
    id: "Application Auto Scaling",
    signing_name: "application-autoscaling",
    version: "2016-02-06",
    host: &hosts::APPLICATION_AUTO_SCALING,
    protocol: Protocol::Json(Json {
        version: "1.1",
        target: "AnyScaleFrontendService",
        was_query: false,
    }),
};

/// Whose things are scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum ServiceNamespace {
    /// AppStream's.
    #[default]
    #[serde(rename = "appstream")]
    AppStream,
}

/// What of a thing is scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum ScalableDimension {
    /// A fleet's desired capacity.
    #[default]
    #[serde(rename = "appstream:fleet:DesiredCapacity")]
    FleetDesiredCapacity,
}

/// What is switched off of a target's scaling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SuspendedState {
    /// Taking away by a policy.
    pub dynamic_scaling_in_suspended: Option<bool>,
    /// Adding by a policy.
    pub dynamic_scaling_out_suspended: Option<bool>,
    /// Scheduled actions.
    pub scheduled_scaling_suspended: Option<bool>,
}

/// Makes a thing a target of scaling, or changes what is said of it as one.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RegisterScalableTarget {
    /// Whose thing.
    pub service_namespace: ServiceNamespace,
    /// Which thing: `fleet/NAME`.
    pub resource_id: String,
    /// What of it.
    pub scalable_dimension: ScalableDimension,
    /// The smallest capacity.
    pub min_capacity: Option<i32>,
    /// The largest capacity.
    pub max_capacity: Option<i32>,
    /// What is switched off.
    pub suspended_state: Option<SuspendedState>,
    /// Tags of a new target.
    pub tags: Option<BTreeMap<String, String>>,
}

impl Operation for RegisterScalableTarget {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "RegisterScalableTarget";
    type Answer = Nothing;
}

/// Ends the scaling of a thing.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeregisterScalableTarget {
    /// Whose thing.
    pub service_namespace: ServiceNamespace,
    /// Which thing.
    pub resource_id: String,
    /// What of it.
    pub scalable_dimension: ScalableDimension,
}

impl Operation for DeregisterScalableTarget {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DeregisterScalableTarget";
    type Answer = Nothing;
}

/// Lists targets.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeScalableTargets {
    /// Whose things.
    pub service_namespace: ServiceNamespace,
    /// Which things; `None`: all.
    pub resource_ids: Option<Vec<String>>,
    /// What of them.
    pub scalable_dimension: Option<ScalableDimension>,
    /// Which page.
    pub next_token: Option<String>,
}

/// The answer to [`DescribeScalableTargets`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScalableTargets {
    /// The targets.
    pub scalable_targets: Option<Vec<ScalableTarget>>,
    /// The next page.
    pub next_token: Option<String>,
}

/// A target.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScalableTarget {
    /// Which thing it is.
    pub resource_id: String,
    /// The smallest capacity.
    pub min_capacity: i32,
    /// The largest capacity.
    pub max_capacity: i32,
    /// What is switched off.
    pub suspended_state: Option<SuspendedState>,
    /// Its ARN, which old targets lack.
    #[serde(rename = "ScalableTargetARN")]
    pub scalable_target_arn: Option<String>,
}

impl Operation for DescribeScalableTargets {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeScalableTargets";
    type Answer = ScalableTargets;
}

/// Which sort of policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum PolicyType {
    /// One that keeps a metric at a value.
    #[default]
    TargetTrackingScaling,
}

/// A metric that AWS measures by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum MetricType {
    /// How much of a fleet's capacity is in use.
    #[default]
    AppStreamAverageCapacityUtilization,
}

/// A metric that AWS measures by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PredefinedMetricSpecification {
    /// Which one.
    pub predefined_metric_type: MetricType,
}

/// How a policy keeps a metric at a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TargetTracking {
    /// The value.
    pub target_value: f64,
    /// The metric.
    pub predefined_metric_specification: PredefinedMetricSpecification,
    /// Seconds to wait after adding.
    pub scale_out_cooldown: Option<i32>,
    /// Seconds to wait after taking away.
    pub scale_in_cooldown: Option<i32>,
    /// Whether nothing is taken away.
    pub disable_scale_in: Option<bool>,
}

/// Makes or replaces a policy.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutScalingPolicy {
    /// Its name.
    pub policy_name: String,
    /// Whose thing it scales.
    pub service_namespace: ServiceNamespace,
    /// Which thing.
    pub resource_id: String,
    /// What of it.
    pub scalable_dimension: ScalableDimension,
    /// Which sort it is.
    pub policy_type: PolicyType,
    /// What it does.
    pub target_tracking_scaling_policy_configuration: TargetTracking,
}

impl Operation for PutScalingPolicy {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "PutScalingPolicy";
    type Answer = Nothing;
}

/// Deletes a policy.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteScalingPolicy {
    /// Its name.
    pub policy_name: String,
    /// Whose thing it scales.
    pub service_namespace: ServiceNamespace,
    /// Which thing.
    pub resource_id: String,
    /// What of it.
    pub scalable_dimension: ScalableDimension,
}

impl Operation for DeleteScalingPolicy {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DeleteScalingPolicy";
    type Answer = Nothing;
}

/// Lists policies.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeScalingPolicies {
    /// Whose things they scale.
    pub service_namespace: ServiceNamespace,
    /// Which page.
    pub next_token: Option<String>,
}

/// The answer to [`DescribeScalingPolicies`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScalingPolicies {
    /// The policies.
    pub scaling_policies: Option<Vec<ScalingPolicy>>,
    /// The next page.
    pub next_token: Option<String>,
}

/// A policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScalingPolicy {
    /// Its name.
    pub policy_name: String,
    /// Which thing it scales.
    pub resource_id: String,
    /// Of which type it is.
    pub policy_type: String,
    /// What it does, if it keeps a metric at a value.
    pub target_tracking_scaling_policy_configuration: Option<Tracked>,
}

/// What a policy keeps.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tracked {
    /// The value.
    pub target_value: f64,
    /// Seconds to wait after adding.
    pub scale_out_cooldown: Option<i32>,
    /// Seconds to wait after taking away.
    pub scale_in_cooldown: Option<i32>,
    /// Whether nothing is taken away.
    pub disable_scale_in: Option<bool>,
}

impl Operation for DescribeScalingPolicies {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeScalingPolicies";
    type Answer = ScalingPolicies;
}

/// The limits that a scheduled action sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScalableTargetAction {
    /// The smallest capacity; `None` leaves it.
    pub min_capacity: Option<i32>,
    /// The largest capacity; `None` leaves it.
    pub max_capacity: Option<i32>,
}

/// Makes or changes a scheduled action.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutScheduledAction {
    /// Whose thing.
    pub service_namespace: ServiceNamespace,
    /// When.
    pub schedule: Option<String>,
    /// In which time zone.
    pub timezone: Option<String>,
    /// The action's name.
    pub scheduled_action_name: String,
    /// Which thing.
    pub resource_id: String,
    /// What of it.
    pub scalable_dimension: ScalableDimension,
    /// From when on.
    pub start_time: Option<Epoch>,
    /// Until when.
    pub end_time: Option<Epoch>,
    /// The limits.
    pub scalable_target_action: Option<ScalableTargetAction>,
}

impl Operation for PutScheduledAction {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "PutScheduledAction";
    type Answer = Nothing;
}

/// Deletes a scheduled action.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteScheduledAction {
    /// Whose thing.
    pub service_namespace: ServiceNamespace,
    /// The action's name.
    pub scheduled_action_name: String,
    /// Which thing.
    pub resource_id: String,
    /// What of it.
    pub scalable_dimension: ScalableDimension,
}

impl Operation for DeleteScheduledAction {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DeleteScheduledAction";
    type Answer = Nothing;
}

/// Lists scheduled actions.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeScheduledActions {
    /// Whose things.
    pub service_namespace: ServiceNamespace,
    /// Which page.
    pub next_token: Option<String>,
}

/// The answer to [`DescribeScheduledActions`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScheduledActions {
    /// The actions.
    pub scheduled_actions: Option<Vec<ScheduledAction>>,
    /// The next page.
    pub next_token: Option<String>,
}

/// A scheduled action.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScheduledAction {
    /// Its name.
    pub scheduled_action_name: String,
    /// When.
    pub schedule: String,
    /// In which time zone.
    pub timezone: Option<String>,
    /// Which thing.
    pub resource_id: String,
    /// From when on.
    pub start_time: Option<Epoch>,
    /// Until when.
    pub end_time: Option<Epoch>,
    /// The limits.
    pub scalable_target_action: Option<ScalableTargetAction>,
}

impl Operation for DescribeScheduledActions {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeScheduledActions";
    type Answer = ScheduledActions;
}

/// Reads the tags of a target.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListTagsForResource {
    /// The target's ARN.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: String,
}

/// The answer to [`ListTagsForResource`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tags {
    /// The tags.
    pub tags: Option<BTreeMap<String, String>>,
}

impl Operation for ListTagsForResource {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "ListTagsForResource";
    type Answer = Tags;
}

/// Sets tags of a target.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TagResource {
    /// The target's ARN.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: String,
    /// The tags.
    #[serde(rename = "Tags")]
    pub tags: BTreeMap<String, String>,
}

impl Operation for TagResource {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "TagResource";
    type Answer = Nothing;
}

/// Takes tags off a target.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UntagResource {
    /// The target's ARN.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: String,
    /// Their keys.
    #[serde(rename = "TagKeys")]
    pub tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "UntagResource";
    type Answer = Nothing;
}
