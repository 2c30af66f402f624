//! Scaling policies. Target tracking on a fleet's own use is carried out (see [`super::tracking`]); step policies and
//! customized metrics are kept and answered, but wait for CloudWatch alarms and metrics that do not exist here.

use serde_json::{Value, json};

use super::{Answer, Call, DIMENSION, Fault, PAGER, asks_for, filters, invalid, registered};
use crate::service::ask::Identities;
use crate::world::World;
pub(super) use crate::world::auto_scaling::Policy;

/// The only predefined metric of fleets.
const METRIC: &str = "AppStreamAverageCapacityUtilization";

/// Policies of one target, and steps of one policy (the user guide's quotas).
const MOST: u64 = 50;
const MOST_STEPS: usize = 20;

/// What a target tracking policy on the fleet's own use wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tracking {
    /// Percent of the capacity in use.
    pub(super) target: f64,
    /// Seconds between two times of growth.
    pub(super) out_cooldown: u64,
    /// Seconds between two times of shrinkage.
    pub(super) in_cooldown: u64,
    pub(super) disable_scale_in: bool,
}

/// The cooldown of AppStream fleets where none is given, in seconds (user guide, cooldown periods).
const COOLDOWN: u64 = 300;

impl Policy {
    /// What it wants, if it is one that is carried out.
    pub(super) fn tracking(&self) -> Option<Tracking> {
        let metric = &self.configuration["PredefinedMetricSpecification"]["PredefinedMetricType"];
        if self.kind != "TargetTrackingScaling" || metric != METRIC {
            return None;
        }
        let cooldown = |member: &str| self.configuration[member].as_u64().unwrap_or(COOLDOWN);
        Some(Tracking {
            target: self.configuration["TargetValue"].as_f64()?,
            out_cooldown: cooldown("ScaleOutCooldown"),
            in_cooldown: cooldown("ScaleInCooldown"),
            disable_scale_in: self.configuration["DisableScaleIn"] == true,
        })
    }

    fn alarms(&self, region: &str, account: &str) -> Value {
        let list = self.alarms.iter().map(|name| {
            json!({ "AlarmName": name, "AlarmARN": format!("arn:aws:cloudwatch:{region}:{account}:alarm:{name}") })
        });
        Value::Array(list.collect())
    }

    fn view(&self, resource: &str, region: &str, account: &str) -> Value {
        let mut view = json!({
            "PolicyARN": self.arn, "PolicyName": self.name, "ServiceNamespace": "appstream",
            "ResourceId": resource, "ScalableDimension": DIMENSION, "PolicyType": self.kind,
            "Alarms": self.alarms(region, account), "CreationTime": self.created.epoch_seconds(),
        });
        view[format!("{}PolicyConfiguration", self.kind)] = self.configuration.clone();
        view
    }
}

/// PutScalingPolicy: makes a policy or replaces one.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("PolicyName").unwrap_or_default().to_owned();
    let quota = world.quota("auto-scaling.policies", MOST);
    let ids = [world.uuid(), world.uuid(), world.uuid()];
    let role = registered(world, call)?.role().to_owned();
    // Quirk `auto-scaling.policy-needs-role`. The policy makes alarms in the account under the service-linked role; what is
    // answered while that role is not usable yet is a guess: one of the reasons for which Terraform's provider tries
    // again (`resourcePolicyCreate`), and not the only one that it knows.
    if world.quirk("auto-scaling.policy-needs-role") && !world.role_usable(&role, call.now) {
        return Err(Fault::new(
            "FailedResourceAccessException",
            format!("Unable to make alarms: {role} is not authorized to perform cloudwatch:PutMetricAlarm"),
        ));
    }
    let target = registered(world, call)?;
    let known = target.policies.get(&name);
    let kind = match (call.text("PolicyType"), known) {
        (Some(kind), Some(known)) if kind != known.kind => {
            return Err(invalid("The type of a policy cannot change."));
        }
        (Some(kind), _) => kind.to_owned(),
        (None, Some(known)) => known.kind.clone(),
        (None, None) => return Err(invalid("PolicyType is required for a new policy.")),
    };
    if kind == "PredictiveScaling" {
        // The model: "only supported for Amazon ECS".
        return Err(invalid("Predictive scaling is not supported for appstream."));
    }
    let configuration = configuration(call, &kind, known)?;
    if known.is_none() && target.policies.len() as u64 >= quota {
        let message = format!("A target can have {quota} policies.");
        return Err(Fault::new("LimitExceededException", message));
    }
    let metric = |it: &Value| {
        let predefined = &it["PredefinedMetricSpecification"];
        let customized = &it["CustomizedMetricSpecification"];
        if predefined.is_null() {
            customized.clone()
        } else {
            predefined.clone()
        }
    };
    let duplicate = target.policies.values().find(|other| {
        other.name != name
            && other.kind == "TargetTrackingScaling"
            && kind == other.kind
            && metric(&other.configuration) == metric(&configuration)
    });
    if let Some(duplicate) = duplicate {
        return Err(invalid(format!(
            "Only one target tracking policy for a metric is allowed: there is {}.",
            duplicate.name
        )));
    }
    let [id, high, low] = ids;
    let resource = &target.resource;
    let mut alarms = Vec::new();
    if kind == "TargetTrackingScaling" {
        alarms.push(format!("TargetTracking-{resource}-AlarmHigh-{high}"));
        if configuration["DisableScaleIn"] != true {
            alarms.push(format!("TargetTracking-{resource}-AlarmLow-{low}"));
        }
    }
    let policy = Policy {
        arn: known.map_or_else(
            || {
                format!(
                    "arn:aws:autoscaling:{}:{}:scalingPolicy:{id}:resource/appstream/{resource}:policyName/{name}",
                    target.region, target.account
                )
            },
            |known| known.arn.clone(),
        ),
        created: known.map_or(call.now, |known| known.created),
        name: name.clone(),
        kind,
        configuration,
        alarms,
    };
    let output = json!({
        "PolicyARN": policy.arn, "Alarms": policy.alarms(&target.region, &target.account),
    });
    target.policies.insert(name, policy);
    target.watch = super::tracking::AlarmState::default();
    Ok(Answer::of(output))
}

/// The configuration that the call gives, or the one that the policy has.
fn configuration(call: &Call, kind: &str, known: Option<&Policy>) -> Result<Value, Fault> {
    let member = format!("{kind}PolicyConfiguration");
    for other in ["TargetTrackingScaling", "StepScaling", "PredictiveScaling"] {
        let name = format!("{other}PolicyConfiguration");
        if other != kind && call.input.get(&name).is_some_and(|it| !it.is_null()) {
            return Err(invalid(format!("{name} does not belong to a {kind} policy.")));
        }
    }
    let Some(given) = call.input.get(&member).filter(|it| !it.is_null()) else {
        return known
            .map(|known| known.configuration.clone())
            .ok_or_else(|| invalid(format!("{member} is required for a new policy.")));
    };
    match kind {
        "StepScaling" => check_steps(given)?,
        _ => check_tracking(given)?,
    }
    Ok(given.clone())
}

fn check_tracking(given: &Value) -> Result<(), Fault> {
    let predefined = given
        .get("PredefinedMetricSpecification")
        .filter(|it| !it.is_null());
    let customized = given
        .get("CustomizedMetricSpecification")
        .filter(|it| !it.is_null());
    if predefined.is_some() == customized.is_some() {
        return Err(invalid("Specify either a predefined or a customized metric."));
    }
    let target = given["TargetValue"].as_f64().unwrap_or_default();
    if let Some(predefined) = predefined {
        if predefined["PredefinedMetricType"] != METRIC {
            return Err(invalid("The metric does not belong to appstream."));
        }
        // "The value must be a valid number based on the choice of metric", and this one is a percentage.
        if !(target > 0.0 && target <= 100.0) {
            return Err(invalid("TargetValue must be a percentage."));
        }
    }
    if let Some(customized) = customized {
        check_customized(customized)?;
    }
    for member in ["ScaleInCooldown", "ScaleOutCooldown"] {
        if given[member].as_i64().is_some_and(|seconds| seconds < 0) {
            return Err(invalid(format!("{member} must not be negative.")));
        }
    }
    Ok(())
}

/// The rules of step adjustments (StepAdjustment): each at least one bound, together one range without gaps, from below
/// everything if it begins below the threshold, to above everything if it ends above.
fn check_steps(given: &Value) -> Result<(), Fault> {
    let steps = given["StepAdjustments"].as_array().cloned().unwrap_or_default();
    if given["AdjustmentType"].is_null() || steps.is_empty() {
        return Err(invalid("AdjustmentType and StepAdjustments are required."));
    }
    if steps.len() > MOST_STEPS {
        let message = format!("A policy can have {MOST_STEPS} steps.");
        return Err(Fault::new("LimitExceededException", message));
    }
    let exact = given["AdjustmentType"] == "ExactCapacity";
    if exact
        && steps
            .iter()
            .any(|step| step["ScalingAdjustment"].as_i64() < Some(0))
    {
        return Err(invalid("An exact capacity must not be negative."));
    }
    let mut ranges: Vec<(Option<f64>, Option<f64>)> = steps
        .iter()
        .map(|step| {
            let bound = |member: &str| step[member].as_f64();
            (
                bound("MetricIntervalLowerBound"),
                bound("MetricIntervalUpperBound"),
            )
        })
        .collect();
    if ranges.contains(&(None, None)) {
        return Err(invalid("A step needs a lower or an upper bound."));
    }
    if ranges
        .iter()
        .any(|(lower, upper)| lower.zip(*upper).is_some_and(|(lower, upper)| lower >= upper))
    {
        return Err(invalid("A step's lower bound must be below its upper bound."));
    }
    let lowest = |range: &(Option<f64>, Option<f64>)| range.0.unwrap_or(f64::NEG_INFINITY);
    ranges.sort_by(|one, other| lowest(one).total_cmp(&lowest(other)));
    // Where one ends the next begins; no more than one is open at either end, then.
    if ranges
        .windows(2)
        .any(|pair| pair[0].1.is_none() || pair[0].1 != pair[1].0)
    {
        return Err(invalid("Steps must not overlap, and leave no gap."));
    }
    let below = ranges
        .first()
        .and_then(|range| range.0)
        .is_some_and(|lower| lower < 0.0);
    let above = ranges
        .last()
        .and_then(|range| range.1)
        .is_some_and(|upper| upper > 0.0);
    if below || above {
        return Err(invalid(
            "Steps below or above the threshold must have no end there.",
        ));
    }
    Ok(())
}

/// A metric of one's own: one by its name, or several to calculate with (CustomizedMetricSpecification,
/// TargetTrackingMetricDataQuery).
fn check_customized(given: &Value) -> Result<(), Fault> {
    let single = ["MetricName", "Namespace", "Statistic"];
    let queries = given["Metrics"].as_array().filter(|list| !list.is_empty());
    let Some(queries) = queries else {
        return match single.iter().find(|member| given[**member].is_null()) {
            Some(member) => Err(invalid(format!("A customized metric needs {member}."))),
            None => Ok(()),
        };
    };
    if single.iter().any(|member| !given[*member].is_null()) {
        return Err(invalid(
            "Specify a metric or metrics to calculate with, not both.",
        ));
    }
    let ids: Vec<&str> = queries.iter().filter_map(|query| query["Id"].as_str()).collect();
    let shaped = |id: &str| {
        id.starts_with(|first: char| first.is_ascii_lowercase())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if ids
        .iter()
        .enumerate()
        .any(|(index, id)| !shaped(id) || ids[..index].contains(id))
    {
        return Err(invalid("The id of a metric must be a name of its own."));
    }
    if queries
        .iter()
        .any(|query| query["Expression"].is_null() == query["MetricStat"].is_null())
    {
        return Err(invalid("A metric has either an expression or a statistic."));
    }
    // "Specify true for this value for only the final math expression"; left out, it is true.
    let answered = queries
        .iter()
        .filter(|query| query["ReturnData"] != false)
        .count();
    match answered {
        1 => Ok(()),
        _ => Err(invalid("Exactly one metric must return data.")),
    }
}

/// DescribeScalingPolicies: ten a page at most; what is missing is not listed.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    filters(call)?;
    let list = world
        .auto_scaling
        .here(call)
        .filter(|_| call.text("ServiceNamespace") == Some("appstream"))
        .filter(|target| call.text("ResourceId").is_none_or(|id| id == target.resource))
        .flat_map(|target| {
            target
                .policies
                .values()
                .filter(|policy| asks_for(call, "PolicyNames", &policy.name))
                .map(|policy| policy.view(&target.resource, &target.region, &target.account))
        })
        .collect();
    PAGER.by(10).page(world, call, "ScalingPolicies", list)
}

/// DeleteScalingPolicy: the alarms of a target tracking policy go with it.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("PolicyName").unwrap_or_default();
    let target = registered(world, call)?;
    target.watch = super::tracking::AlarmState::default();
    match target.policies.remove(name) {
        Some(_) => Ok(Answer::empty()),
        None => Err(Fault::new(
            "ObjectNotFoundException",
            format!("No scaling policy found for {name}."),
        )),
    }
}
