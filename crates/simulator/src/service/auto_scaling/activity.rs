//! Scaling activities: what was done to a fleet, and why.

use serde_json::{Value, json};

use super::{Answer, Call, DIMENSION, Fault, PAGER, filters};
use crate::clock::Moment;
use crate::world::World;
pub(super) use crate::world::auto_scaling::Activity;

/// How many a target remembers here. AWS keeps them for six weeks.
pub(super) const KEPT: usize = 100;

impl Activity {
    fn view(&self, resource: &str) -> Value {
        let mut view = json!({
            "ActivityId": self.id, "ServiceNamespace": "appstream", "ResourceId": resource,
            "ScalableDimension": DIMENSION, "Description": self.description, "Cause": self.cause,
            "StartTime": self.at.epoch_seconds(), "EndTime": self.at.epoch_seconds(),
            "StatusCode": if self.failure.is_some() { "Failed" } else { "Successful" },
        });
        if let Some(failure) = &self.failure {
            view["StatusMessage"] = json!(failure);
        }
        view
    }
}

/// DescribeScalingActivities: the newest first.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    filters(call)?;
    let mut found: Vec<(Moment, Value)> = world
        .auto_scaling
        .here(call)
        .filter(|_| call.text("ServiceNamespace") == Some("appstream"))
        .filter(|target| call.text("ResourceId").is_none_or(|id| id == target.resource))
        .flat_map(|target| {
            let views = target.activities.iter().rev();
            views.map(|activity| (activity.at, activity.view(&target.resource)))
        })
        .collect();
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let list = found.into_iter().map(|(_, view)| view).collect();
    PAGER.page(world, call, "ScalingActivities", list)
}
