//! Faults that a test or a user injects: calls that go wrong, things that get stuck or fail, and another client that
//! changes or deletes things meanwhile.
//!
//! Layout: `language` (how rules are written, read strictly), `resource_fault` (things that get stuck or fail).

pub(crate) mod external_change;
mod language;
pub(crate) mod resource_fault;
mod rule;

pub(crate) use rule::Kind;
pub use rule::Rule;
use rule::RuleEffect;
use std::time::Duration;

use super::clock::Moment;
use external_change::ExternalChange;
pub use language::read;
use resource_fault::ResourceFault;

/// The rules in force, with how often each has matched.
#[derive(Debug)]
pub(super) struct Plan {
    rules: Vec<ActiveRule>,
    random: fastrand::Rng,
}

/// A rule in force.
#[derive(Debug)]
struct ActiveRule {
    rule: Rule,
    since: Moment,
    seen: u64,
}

/// What happens to a call, and beside it.
#[derive(Debug, Default)]
pub(super) struct CallFaults {
    /// What goes wrong, in the order of the rules.
    pub(super) kinds: Vec<Kind>,
    /// What another client does right before it.
    pub(super) before: Vec<ExternalChange>,
    /// What another client does right after it.
    pub(super) after: Vec<ExternalChange>,
}

/// Longer delays than a day are cut to a day.
const LONGEST: f64 = 86_400.0;

impl Plan {
    /// No rules yet. `seed` picks the calls of rules with `percent`.
    pub(super) fn new(seed: u64) -> Plan {
        Plan {
            rules: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Adds a rule. What it does to things, if it is one of those, is for the world to know.
    pub(super) fn add(&mut self, rule: Rule, now: Moment) -> Option<ResourceFault> {
        let resource_fault = match &rule.effect {
            RuleEffect::Resource(resource_fault) => Some(resource_fault.clone()),
            _ => None,
        };
        self.rules.push(ActiveRule {
            rule,
            since: now,
            seen: 0,
        });
        resource_fault
    }

    /// Forgets all rules.
    pub(super) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The rules in force.
    pub(super) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|set| &set.rule)
    }

    /// What happens to this call. Counts it.
    pub(super) fn faults_of(&mut self, service: &str, operation: &str) -> CallFaults {
        let mut out = CallFaults::default();
        for set in &mut self.rules {
            let (RuleEffect::Call { calls, .. } | RuleEffect::BesideCall { calls, .. }) = &set.rule.effect
            else {
                continue;
            };
            if !calls.include(service, operation) || !calls.count.next(&mut set.seen, &mut self.random) {
                continue;
            }
            match &set.rule.effect {
                RuleEffect::Call { kind, .. } => out.kinds.push(kind.clone()),
                RuleEffect::BesideCall {
                    before: true, change, ..
                } => out.before.push(change.clone()),
                RuleEffect::BesideCall { change, .. } => out.after.push(change.clone()),
                RuleEffect::Resource(_) | RuleEffect::AtTime { .. } => {}
            }
        }
        out
    }

    /// What another client has done by `now`, each with its time, the earliest first. Each is returned once.
    pub(super) fn due(&mut self, now: Moment) -> Vec<(Moment, ExternalChange)> {
        let mut due = Vec::new();
        for set in &mut self.rules {
            let RuleEffect::AtTime { seconds, change } = &set.rule.effect else {
                continue;
            };
            let at = set
                .since
                .after(Duration::try_from_secs_f64(*seconds).unwrap_or(Duration::MAX));
            if set.seen == 0 && at <= now {
                set.seen = 1;
                due.push((at, change.clone()));
            }
        }
        due.sort_by_key(|(at, _)| *at);
        due
    }
}

/// A delay in seconds as a span; none for what is no number.
pub(super) fn span(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faulty(plan: &mut Plan, service: &str, operation: &str) -> bool {
        !plan.faults_of(service, operation).kinds.is_empty()
    }

    #[test]
    fn a_rule_strikes_at_its_nth_call_and_as_often_as_it_says() {
        let rule: Rule = serde_json::from_value(serde_json::json!({
            "service": "iam", "operation": "CreateRole", "nth": 2, "times": 2, "kind": "drop-after",
        }))
        .expect("the documented form");
        let again: Rule =
            serde_json::from_value(serde_json::json!(rule)).expect("what was written can be read");
        assert_eq!(again, rule);
        let mut plan = Plan::new(0);
        plan.add(rule, Moment(0));
        let faults: Vec<bool> = (0..5).map(|_| faulty(&mut plan, "iam", "CreateRole")).collect();
        assert_eq!(faults, [false, true, true, false, false]);
        assert!(!faulty(&mut plan, "sts", "CreateRole"));
    }

    #[test]
    fn a_share_of_all_calls_is_picked_by_the_seed() {
        let picked = |seed| {
            let rule = serde_json::json!({ "percent": 20, "kind": "drop-before" });
            let mut plan = Plan::new(seed);
            plan.add(
                serde_json::from_value(rule).expect("the documented form"),
                Moment(0),
            );
            (0..1000)
                .map(|_| faulty(&mut plan, "iam", "GetRole"))
                .collect::<Vec<bool>>()
        };
        let faults = picked(7).iter().filter(|faults| **faults).count();
        assert!((150..250).contains(&faults), "{faults} of 1000");
        assert_eq!(picked(7), picked(7));
        assert_ne!(picked(7), picked(8));
    }

    #[test]
    fn an_external_change_is_due_once_at_the_time_that_the_rule_says() {
        let rule = |seconds: u64| {
            let rule = serde_json::json!({ "kind": "delete", "resource": "iam.role", "seconds": seconds });
            serde_json::from_value(rule).expect("the documented form")
        };
        let mut plan = Plan::new(0);
        plan.add(rule(60), Moment(1_000));
        plan.add(rule(10), Moment(1_000));
        assert!(plan.due(Moment(10_999)).is_empty());
        let due: Vec<u64> = plan.due(Moment(100_000)).iter().map(|(at, _)| at.0).collect();
        assert_eq!(due, [11_000, 61_000]);
        assert!(plan.due(Moment(200_000)).is_empty());
    }
}
