//! Which call goes where.

use super::super::{Operation, Service};
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

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn tick(&self, world: &mut World, now: Moment) {
        target::tick(world);
        tracking::tick(world, now);
    }
}

const OPERATIONS: &[Operation] = &[
    ("DeleteScalingPolicy", policy::delete),
    ("DeleteScheduledAction", scheduled::delete),
    ("DeregisterScalableTarget", target::deregister),
    ("DescribeScalableTargets", target::describe),
    ("DescribeScalingActivities", activity::describe),
    ("DescribeScalingPolicies", policy::describe),
    ("DescribeScheduledActions", scheduled::describe),
    ("ListTagsForResource", tag::list),
    ("PutScalingPolicy", policy::put),
    ("PutScheduledAction", scheduled::put),
    ("RegisterScalableTarget", target::register),
    ("TagResource", tag::tag),
    ("UntagResource", tag::untag),
];
