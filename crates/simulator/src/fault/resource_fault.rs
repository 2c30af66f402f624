//! Things that get stuck in a state, and things whose creation fails.
//!
//! The services ask for it where they let time pass: what a fault holds stays as it is, and goes on at once when the fault
//! ends.

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Moment;
use crate::policy::wildcard_matches;
use crate::resource_type::ResourceType;

/// What a rule does to things.
#[derive(Clone, Debug)]
pub(crate) struct ResourceFault {
    pub(super) resource_type: &'static ResourceType,
    /// With `*` for anything.
    pub(super) name: String,
    pub(super) error: ReportedError,
    pub(super) effect: Effect,
}

/// Stuck, or failed.
#[derive(Clone, Debug)]
pub(super) enum Effect {
    /// It stays in the state, for so long after the rule was set where it says how long.
    Stick { state: String, lasts: Option<Duration> },
    /// The creation fails of the nth thing, and of so many from there on.
    Fail { nth: u64, times: u64 },
}

/// What AWS says about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReportedError {
    /// The code in the thing's list of errors, if it is to show one.
    pub code: Option<String>,
    /// The sentence beside it.
    pub message: String,
}

impl ReportedError {
    /// As an entry of `FleetErrors` or `ImageBuilderErrors`; none without a code.
    pub(crate) fn errors(&self) -> Vec<Value> {
        let error = |code: &String| json!({ "ErrorCode": code, "ErrorMessage": self.message });
        self.code.iter().map(error).collect()
    }
}

/// Every fault that a rule put on resources.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResourceFaults {
    applied: Vec<Applied>,
}

#[derive(Clone, Debug)]
struct Applied {
    resource_fault: ResourceFault,
    since: Moment,
    seen: u64,
}

impl ResourceFaults {
    /// Adds one.
    pub(crate) fn apply(&mut self, resource_fault: ResourceFault, now: Moment) {
        self.applied.push(Applied {
            resource_fault,
            since: now,
            seen: 0,
        });
    }

    /// Takes all of them off.
    pub(crate) fn clear(&mut self) {
        self.applied.clear();
    }

    /// What holds this thing in this state at `now`, if something does.
    pub(crate) fn holds(
        &self,
        resource_type: &str,
        name: &str,
        state: &str,
        now: Moment,
    ) -> Option<&ReportedError> {
        let held = |applied: &&Applied| {
            let Effect::Stick { state: stuck, lasts } = &applied.resource_fault.effect else {
                return false;
            };
            let over = lasts.is_some_and(|lasts| applied.since.after(lasts) <= now);
            applied.resource_fault.is_on(resource_type, name) && stuck == state && !over
        };
        self.applied
            .iter()
            .find(held)
            .map(|applied| &applied.resource_fault.error)
    }

    /// Why the creation of this thing, which is about to succeed, fails instead. Ask once for each creation: it counts.
    pub(crate) fn fails(&mut self, resource_type: &str, name: &str) -> Option<ReportedError> {
        let mut failed = None;
        for applied in &mut self.applied {
            let Effect::Fail { nth, times } = applied.resource_fault.effect else {
                continue;
            };
            if !applied.resource_fault.is_on(resource_type, name) {
                continue;
            }
            applied.seen += 1;
            if applied.seen >= nth && applied.seen - nth < times && failed.is_none() {
                failed = Some(applied.resource_fault.error.clone());
            }
        }
        failed
    }
}

impl ResourceFault {
    fn is_on(&self, resource_type: &str, name: &str) -> bool {
        self.resource_type.name == resource_type && wildcard_matches(&self.name, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{Plan, Rule};

    fn resource_faults(rules: &[Value]) -> ResourceFaults {
        let (mut plan, mut resource_faults) = (Plan::new(0), ResourceFaults::default());
        for rule in rules {
            let rule: Rule = serde_json::from_value(rule.clone()).expect("the documented form");
            resource_faults.apply(plan.add(rule, Moment(0)).expect("a resource fault"), Moment(0));
        }
        resource_faults
    }

    #[test]
    fn a_state_sticks_for_as_long_as_the_rule_says() {
        let resource_faults = resource_faults(&[
            json!({ "kind": "stick", "resource": "appstream.fleet", "name": "acme-*", "seconds": 60, "code": "SUBNET_NOT_FOUND" }),
            json!({ "kind": "stick", "resource": "appstream.image-builder", "state": "STOPPING" }),
        ]);
        let fleet =
            |name, state, millis| resource_faults.holds("appstream.fleet", name, state, Moment(millis));
        assert_eq!(
            fleet("acme-agents", "STARTING", 59_999).map(ReportedError::errors),
            Some(vec![
                json!({ "ErrorCode": "SUBNET_NOT_FOUND", "ErrorMessage": "injected by a fault rule" })
            ])
        );
        assert_eq!(fleet("acme-agents", "STARTING", 60_000), None);
        assert_eq!(fleet("other", "STARTING", 0), None);
        assert_eq!(fleet("acme-agents", "STOPPING", 0), None);
        let builder = resource_faults.holds("appstream.image-builder", "any", "STOPPING", Moment(u64::MAX));
        assert_eq!(builder.map(ReportedError::errors), Some(Vec::new()));
    }

    #[test]
    fn so_many_creations_fail_as_the_rule_says() {
        let mut resource_faults = resource_faults(&[json!({
            "kind": "fail", "resource": "connect.instance", "nth": 2, "message": "no room",
        })]);
        let failed: Vec<bool> = (0..4)
            .map(|_| resource_faults.fails("connect.instance", "acme").is_some())
            .collect();
        assert_eq!(failed, [false, true, false, false]);
        assert!(resource_faults.fails("appstream.image", "acme").is_none());
    }
}
