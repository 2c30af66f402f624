//! How many instances a fleet has: what was asked for, and what is there by now.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::sim::clock::Moment;

/// Between two steps of growth or shrinkage. RUNNING does not mean that capacity is there.
const STEP: Duration = Duration::from_secs(60);

/// A fleet's capacity. Counted in instances; multi-session fleets are asked for sessions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Capacity {
    /// Instances, or sessions where `per_instance` is set.
    pub(super) desired: u64,
    /// Sessions an instance, for a multi-session fleet.
    pub(super) per_instance: Option<u64>,
    /// Instances that are up.
    pub(super) running: u64,
    /// When the next step is due, while the fleet runs.
    pub(super) due: Option<Moment>,
}

impl Capacity {
    /// How many instances are needed for what is desired.
    pub(super) fn instances(&self) -> u64 {
        match self.per_instance {
            Some(sessions) => self.desired.div_ceil(sessions.max(1)),
            None => self.desired,
        }
    }

    /// Begins to gather capacity.
    pub(super) fn begin(&mut self, now: Moment) {
        self.due = Some(now.after(STEP));
    }

    /// Everything goes.
    pub(super) fn end(&mut self) {
        self.running = 0;
        self.due = None;
    }

    /// Moves towards what is desired by a quarter of it a step. Instances in use are never taken away.
    pub(super) fn tick(&mut self, now: Moment, in_use: u64) {
        while let Some(due) = self.due.filter(|due| *due <= now) {
            let target = self.instances().max(in_use);
            let step = self.instances().div_ceil(4).max(1);
            self.running = if self.running < target {
                (self.running + step).min(target)
            } else {
                self.running.saturating_sub(step).max(target)
            };
            self.due = (self.running != target).then(|| due.after(STEP));
        }
    }

    /// `ComputeCapacityStatus`, with `sessions` of them streaming.
    pub(super) fn view(&self, sessions: u64) -> Value {
        let Some(per_instance) = self.per_instance else {
            return json!({
                "Desired": self.desired, "Running": self.running,
                "InUse": sessions.min(self.running), "Available": self.running.saturating_sub(sessions),
            });
        };
        let slots = self.running * per_instance;
        let in_use = sessions.div_ceil(per_instance.max(1)).min(self.running);
        json!({
            "Desired": self.instances(), "Running": self.running,
            "InUse": in_use, "Available": self.running - in_use,
            "DesiredUserSessions": self.desired, "ActualUserSessions": slots,
            "ActiveUserSessions": sessions, "AvailableUserSessions": slots.saturating_sub(sessions),
            "Draining": 0, "DrainModeActiveUserSessions": 0, "DrainModeUnusedUserSessions": 0,
        })
    }
}
