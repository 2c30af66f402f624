//! How many instances a fleet has: what was asked for, and what is there by now.

use std::time::Duration;

use serde_json::{Value, json};

use super::session::Use;
use crate::clock::Moment;
pub(super) use crate::world::appstream::Capacity;

/// Between two steps of growth or shrinkage. RUNNING does not mean that capacity is there.
///
/// Assumption: appstream.capacity-steps. No source says how it grows.
const STEP: Duration = Duration::from_secs(60);

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

    /// Sessions that there is room for, those that are open included: a draining instance holds whom it holds.
    pub(super) fn slots(&self, usage: Use) -> u64 {
        let per_instance = self.per_instance.unwrap_or(1);
        let unused = (usage.draining * per_instance).saturating_sub(usage.drained);
        (self.running * per_instance).saturating_sub(unused)
    }

    /// `ComputeCapacityStatus`, while the instances are used like this.
    pub(super) fn view(&self, usage: Use) -> Value {
        let in_use = usage.instances.min(self.running);
        let mut view = json!({
            "Desired": self.instances(), "Running": self.running,
            "InUse": in_use, "Available": self.running - in_use,
        });
        if let Some(per_instance) = self.per_instance {
            let slots = self.slots(usage);
            let unused = (usage.draining * per_instance).saturating_sub(usage.drained);
            for (member, value) in [
                ("DesiredUserSessions", self.desired),
                ("ActualUserSessions", slots),
                ("ActiveUserSessions", usage.sessions),
                ("AvailableUserSessions", slots.saturating_sub(usage.sessions)),
                ("Draining", usage.draining),
                ("DrainModeActiveUserSessions", usage.drained),
                ("DrainModeUnusedUserSessions", unused),
            ] {
                view[member] = json!(value);
            }
        }
        view
    }
}
