//! Which call goes where.

use super::super::{Answer, Call, Fault, Service};
use super::{activity, policy, scheduled, tag, target, tracking};
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct AutoScaling;

impl Service for AutoScaling {
    fn name(&self) -> &'static str {
        "application-autoscaling"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "DeleteScalingPolicy",
            "DeleteScheduledAction",
            "DeregisterScalableTarget",
            "DescribeScalableTargets",
            "DescribeScalingActivities",
            "DescribeScalingPolicies",
            "DescribeScheduledActions",
            "ListTagsForResource",
            "PutScalingPolicy",
            "PutScheduledAction",
            "RegisterScalableTarget",
            "TagResource",
            "UntagResource",
        ]
    }

    fn tick(&self, world: &mut World, now: Moment) {
        target::tick(world);
        tracking::tick(world, now);
    }

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        match call.operation.as_str() {
            "DeleteScalingPolicy" => policy::delete(world, call),
            "DeleteScheduledAction" => scheduled::delete(world, call),
            "DeregisterScalableTarget" => target::deregister(world, call),
            "DescribeScalableTargets" => target::describe(world, call),
            "DescribeScalingActivities" => activity::describe(world, call),
            "DescribeScalingPolicies" => policy::describe(world, call),
            "DescribeScheduledActions" => scheduled::describe(world, call),
            "ListTagsForResource" => tag::list(world, call),
            "PutScalingPolicy" => policy::put(world, call),
            "PutScheduledAction" => scheduled::put(world, call),
            "RegisterScalableTarget" => target::register(world, call),
            "TagResource" => tag::tag(world, call),
            "UntagResource" => tag::untag(world, call),
            other => Err(Fault::not_implemented(self.name(), other)),
        }
    }
}
