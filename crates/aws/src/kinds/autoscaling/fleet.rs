//! `autoscaling.fleet`: a fleet's capacity as a range, with the utilisation to keep and the hours when other limits
//! begin to hold.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_smithy_types::date_time::Format;
use futures_util::future::join_all;
use headset_client::Epoch;
use headset_client::services::application_auto_scaling::{ScalableTarget, ScalingPolicy, ScheduledAction};
use headset_core::AwsError;
pub use headset_kinds::autoscaling::fleet::*;
use headset_kinds::{Extra, Holder, List};

use super::names::{action_prefix, policy_name, resource_id};
use super::{listing, request};
use crate::Aws;
use crate::kinds::field::{self, Diff};
use crate::kinds::kind::{Declared, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;

#[async_trait]
impl Remote for FleetScaling {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let fleets: Vec<Option<String>> = lookups
            .iter()
            .map(|lookup| {
                let asked = FleetScalingSpec::FLEET.text(&lookup.spec);
                lookup.id.as_deref().or(asked).map(str::to_owned)
            })
            .collect();
        let ids: BTreeSet<String> = fleets.iter().flatten().map(|fleet| resource_id(fleet)).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let seen = match Seen::observe(aws, &ids).await {
            Ok(seen) => seen,
            Err(error) => return vec![Observation::Unknown(error); lookups.len()],
        };
        let observations = fleets.iter().map(|fleet| async {
            match fleet {
                Some(fleet) => seen.observation(aws, fleet).await,
                None => Observation::Unknown(AwsError::unnamed()),
            }
        });
        join_all(observations).await
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let fleet = holder.live.id.as_str();
        // A fleet has one target: what others add to one that is known is in its fields.
        if holder.known.contains(fleet) {
            return Ok(Vec::new());
        }
        let targets = listing::all_targets(aws);
        let targets = aws
            .remembered(TARGETS, None, || async move { targets.await.map(Targets) })
            .await?;
        let id = resource_id(fleet);
        let Some(target) = targets.0.iter().find(|target| target.resource_id == id) else {
            return Ok(Vec::new());
        };
        let seen = Seen {
            targets: BTreeMap::new(),
            policies: listing::policies(aws).await?,
            actions: listing::actions(aws).await?,
        };
        let tags = match target.scalable_target_arn.as_deref() {
            Some(arn) => Some(listing::tags(aws, arn).await?),
            None => None,
        };
        Ok(vec![Extra {
            about: Some(seen.about(target)),
            tags,
            ..Extra::new(fleet, fleet)
        }])
    }

    async fn create(&self, work: &Work<'_>, spec: &FleetScalingSpec) -> Result<String, AwsError> {
        let fleet = spec.fleet.resolved()?;
        request::register(work.aws, &fleet, spec, true).await?;
        // Policy and schedule follow as an update: each is a call of its own that may fail by itself.
        Ok(fleet)
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &FleetScalingSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let (aws, fleet) = (work.aws, live.id.as_str());
        let limits = [
            FleetScalingSpec::MIN,
            FleetScalingSpec::MAX,
            FleetScalingSpec::SUSPENDED,
        ];
        if field::differs(diff, &limits) {
            request::register(aws, fleet, spec, false).await?;
        }
        let policy = [
            FleetScalingSpec::TARGET,
            FleetScalingSpec::COOLDOWN_IN,
            FleetScalingSpec::COOLDOWN_OUT,
            FleetScalingSpec::SCALE_IN,
        ];
        if field::differs(diff, &policy) {
            match spec.target {
                Some(target) => request::put_policy(aws, fleet, spec, f64::from(target)).await?,
                None => request::delete_policy(aws, fleet).await?,
            }
        }
        if field::differs(diff, &[FleetScalingSpec::SCHEDULE]) {
            let have = self.read(live).schedule.clone().unwrap_or_default();
            request::put_schedule(aws, fleet, &spec.schedule, &have).await?;
        }
        Ok(())
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        request::put_tags(work.aws, live.arn(), change).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let (aws, fleet) = (work.aws, live.id.as_str());
        for name in self.read(live).schedule.iter().flat_map(BTreeMap::keys) {
            request::delete_action(aws, fleet, name).await?;
        }
        request::delete_policy(aws, fleet).await?;
        // AWS deletes with the target what other clients attached to it.
        request::deregister(aws, fleet).await
    }
}

/// The targets of all fleets of the region, as a run remembers them ...
struct Targets(Vec<ScalableTarget>);

/// ... and by which name.
const TARGETS: &str = "all";

/// What was read for all fleets at once.
struct Seen {
    targets: BTreeMap<String, ScalableTarget>,
    policies: Vec<ScalingPolicy>,
    actions: Vec<ScheduledAction>,
}

impl Seen {
    async fn observe(aws: &Aws, ids: &[String]) -> Result<Seen, AwsError> {
        let targets = listing::targets(aws, ids).await?;
        let mut seen = Seen {
            targets,
            policies: Vec::new(),
            actions: Vec::new(),
        };
        // Without a target there is neither policy nor action.
        if !seen.targets.is_empty() {
            seen.policies = listing::policies(aws).await?;
            seen.actions = listing::actions(aws).await?;
        }
        Ok(seen)
    }

    async fn observation(&self, aws: &Aws, fleet: &str) -> Observation {
        let Some(target) = self.targets.get(&resource_id(fleet)) else {
            return Observation::Absent;
        };
        let live = self.live(fleet, target);
        // Old targets have no ARN, and then no tags, and Headset has made none of those: whose this one is cannot be read.
        let Some(arn) = target.scalable_target_arn.as_deref() else {
            let member = "ScalableTargets[].ScalableTargetARN";
            return Observation::Unknown(AwsError::lacking(
                listing::SERVICE,
                "DescribeScalableTargets",
                member,
            ));
        };
        match listing::tags(aws, arn).await {
            Ok(tags) => Observation::Present(live.tagged(tags)),
            // It went away between the two calls.
            Err(error) if error.is_not_found() => Observation::Absent,
            Err(error) => Observation::Unknown(error),
        }
    }

    /// What others made of a target, in words.
    fn about(&self, target: &ScalableTarget) -> String {
        let actions = (self.actions.iter())
            .filter(|action| action.resource_id == target.resource_id)
            .map(|action| format!("scheduled action `{}`", action.scheduled_action_name));
        let policies = (self.policies.iter())
            .filter(|policy| policy.resource_id == target.resource_id)
            .map(|policy| format!("scaling policy `{}`", policy.policy_name));
        let limits = format!("capacity {} to {}", target.min_capacity, target.max_capacity);
        let all: Vec<String> = std::iter::once(limits).chain(actions).chain(policies).collect();
        all.join("; ")
    }

    fn live(&self, fleet: &str, target: &ScalableTarget) -> Live {
        let id = resource_id(fleet);
        let name = policy_name(fleet);
        let policy = self
            .policies
            .iter()
            .find(|policy| policy.resource_id == id && policy.policy_name == name)
            .and_then(tracking);
        let prefix = action_prefix(fleet);
        let (mut schedule, mut other_actions) = (BTreeMap::new(), BTreeMap::new());
        for action in self.actions.iter().filter(|action| action.resource_id == id) {
            let name = &action.scheduled_action_name;
            match name.strip_prefix(&prefix) {
                Some(ours) => schedule.insert(ours.to_owned(), shift(action)),
                None => other_actions.insert(name.clone(), shift(action)),
            };
        }
        let other_policies = self
            .policies
            .iter()
            .filter(|policy| policy.resource_id == id && policy.policy_name != name)
            .map(|policy| (policy.policy_name.clone(), other(policy)));
        let observed = FleetScalingLive {
            fleet: Some(fleet.to_owned()),
            min: Some(target.min_capacity),
            max: Some(target.max_capacity),
            target: policy.map(|policy| policy.target),
            cooldown_in: policy.and_then(|policy| policy.cooldown_in),
            cooldown_out: policy.and_then(|policy| policy.cooldown_out),
            scale_in: policy.map(|policy| policy.scale_in),
            schedule: Some(schedule),
            suspended: Some(suspended(target)),
            other_actions: Some(other_actions),
            other_policies: Some(other_policies.collect()),
        };
        Live::of(fleet, "REGISTERED", observed).output(
            output::ARN,
            target.scalable_target_arn.as_deref().unwrap_or_default(),
        )
    }
}

/// What a policy keeps, if it keeps a utilisation.
fn tracking(policy: &ScalingPolicy) -> Option<Tracking> {
    let tracked = policy.target_tracking_scaling_policy_configuration.as_ref()?;
    Some(Tracking {
        target: tracked.target_value,
        cooldown_in: tracked.scale_in_cooldown,
        cooldown_out: tracked.scale_out_cooldown,
        scale_in: !tracked.disable_scale_in.unwrap_or(false),
    })
}

/// A policy that others made, in our words.
fn other(policy: &ScalingPolicy) -> OtherPolicy {
    OtherPolicy {
        r#type: policy.policy_type.clone(),
        tracking: tracking(policy),
    }
}

/// What is switched off. Where AWS says nothing about it, nothing is.
fn suspended(target: &ScalableTarget) -> Suspended {
    let state = target.suspended_state.unwrap_or_default();
    Suspended {
        scale_in: state.dynamic_scaling_in_suspended.unwrap_or(false),
        scale_out: state.dynamic_scaling_out_suspended.unwrap_or(false),
        schedule: state.scheduled_scaling_suspended.unwrap_or(false),
    }
}

fn shift(action: &ScheduledAction) -> Shift {
    let limits = action.scalable_target_action;
    let text = |moment: Option<Epoch>| moment.and_then(|moment| moment.0.fmt(Format::DateTime).ok());
    Shift {
        at: action.schedule.clone(),
        time_zone: action.timezone.clone(),
        min: limits.and_then(|limits| limits.min_capacity),
        max: limits.and_then(|limits| limits.max_capacity),
        start: text(action.start_time),
        end: text(action.end_time),
    }
}

#[cfg(test)]
mod tests {
    use crate::kinds::kind::Kind;
    use headset_client::services::application_auto_scaling::{ScalableTargetAction, Tracked};
    use serde_json::{Value, json};

    use super::*;

    fn target() -> ScalableTarget {
        ScalableTarget {
            resource_id: "fleet/acme".to_owned(),
            min_capacity: 2,
            max_capacity: 20,
            ..ScalableTarget::default()
        }
    }

    fn action(name: &str, fleet: &str, zone: Option<&str>) -> ScheduledAction {
        ScheduledAction {
            scheduled_action_name: name.to_owned(),
            schedule: "cron(0 7 * * ? *)".to_owned(),
            timezone: zone.map(str::to_owned),
            resource_id: resource_id(fleet),
            scalable_target_action: Some(ScalableTargetAction {
                min_capacity: Some(5),
                max_capacity: None,
            }),
            ..ScheduledAction::default()
        }
    }

    fn policy(name: &str, target: f64) -> ScalingPolicy {
        ScalingPolicy {
            policy_name: name.to_owned(),
            resource_id: "fleet/acme".to_owned(),
            policy_type: "TargetTrackingScaling".to_owned(),
            target_tracking_scaling_policy_configuration: Some(Tracked {
                target_value: target,
                ..Tracked::default()
            }),
        }
    }

    fn fields(want: Value, live: &Live) -> Vec<String> {
        FleetScaling
            .diff(&want, live)
            .into_iter()
            .map(|change| change.field)
            .collect()
    }

    #[test]
    fn actions_of_our_prefix_are_ours_and_others_are_not() {
        let seen = Seen {
            targets: BTreeMap::new(),
            policies: vec![policy("theirs", 50.0), policy("acme-utilization", 75.0)],
            actions: vec![
                action("acme-schedule-day", "acme", Some("UTC")),
                action("theirs", "acme", None),
                action("acme-schedule-day", "another", None),
            ],
        };
        let live = seen.live("acme", &target());
        let day = json!({"day": {"at": "cron(0 7 * * ? *)", "min": 5}});
        let whole = json!({"min": 2, "max": 20, "target": 75, "scale_in": true, "schedule": day});
        assert_eq!(fields(whole, &live), [""; 0]);
        assert_eq!(fields(json!({"schedule": {}}), &live), ["schedule"]);
        assert_eq!(fields(json!({"target": null}), &live), ["target"]);
        assert_eq!(fields(json!({"target": 74}), &live), ["target"]);
        // What others made is named, with what it does; an action of another fleet is not.
        let others = live.others(FleetScalingSpec::FIELDS);
        let others: Vec<(&str, Value)> = others
            .into_iter()
            .map(|(name, there)| (name, there.clone()))
            .collect();
        let action = json!({"theirs": {"at": "cron(0 7 * * ? *)", "min": 5}});
        let policy = json!({"theirs": {
            "type": "TargetTrackingScaling", "target": 50.0, "cooldown_in": null, "cooldown_out": null, "scale_in": true,
        }});
        assert_eq!(others, [("other_actions", action), ("other_policies", policy)]);
        assert!(
            FleetScaling
                .removal(&live)
                .is_some_and(|told| told.contains("`theirs`"))
        );
    }

    #[test]
    fn a_limit_that_the_schedule_sets_is_as_wanted() {
        let seen = Seen {
            targets: BTreeMap::new(),
            policies: Vec::new(),
            actions: vec![action("acme-schedule-day", "acme", None)],
        };
        let scheduled = ScalableTarget {
            min_capacity: 5,
            ..target()
        };
        let day = json!({"day": {"at": "cron(0 7 * * ? *)", "min": 5}});
        let want = json!({"min": 2, "max": 20, "schedule": day});
        assert_eq!(fields(want.clone(), &seen.live("acme", &scheduled)), [""; 0]);
        assert_eq!(fields(want, &seen.live("acme", &target())), [""; 0]);
        let another = json!({"min": 3, "max": 20, "schedule": day});
        assert_eq!(fields(another, &seen.live("acme", &target())), ["min"]);
    }

    #[test]
    fn no_time_zone_is_utc() {
        let shift = |zone: Option<&str>| Shift {
            at: "at(2026-01-01T00:00:00)".to_owned(),
            time_zone: zone.map(str::to_owned),
            min: None,
            max: Some(1),
            start: None,
            end: None,
        };
        assert!(shift(None).same(&shift(Some("UTC"))));
        assert!(shift(Some("Etc/UTC")).same(&shift(None)));
        assert!(!shift(Some("Europe/London")).same(&shift(None)));
    }
}
