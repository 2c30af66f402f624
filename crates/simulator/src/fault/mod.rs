//! Faults that a test or a person injects: calls that go wrong, things that get stuck or fail, and somebody else who
//! changes or deletes things meanwhile.
//!
//! Layout: `language` (how rules are written, read strictly), `spell` (things that get stuck or fail).

pub(crate) mod deed;
mod language;
mod rule;
pub(crate) mod spell;

use rule::Act;
pub(crate) use rule::Kind;
pub use rule::Rule;
use std::time::Duration;

use super::clock::Moment;
use deed::Deed;
pub use language::read;
use spell::Spell;

/// The rules in force, with how often each has matched.
#[derive(Debug)]
pub(super) struct Plan {
    rules: Vec<Set>,
    random: fastrand::Rng,
}

/// A rule in force.
#[derive(Debug)]
struct Set {
    rule: Rule,
    since: Moment,
    seen: u64,
}

/// What happens to a call, and beside it.
#[derive(Debug, Default)]
pub(super) struct Struck {
    /// What goes wrong, in the order of the rules.
    pub(super) kinds: Vec<Kind>,
    /// What somebody else does right before it.
    pub(super) before: Vec<Deed>,
    /// What somebody else does right after it.
    pub(super) after: Vec<Deed>,
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
    pub(super) fn add(&mut self, rule: Rule, now: Moment) -> Option<Spell> {
        let spell = match &rule.act {
            Act::Spell(spell) => Some(spell.clone()),
            _ => None,
        };
        self.rules.push(Set {
            rule,
            since: now,
            seen: 0,
        });
        spell
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
    pub(super) fn strike(&mut self, service: &str, operation: &str) -> Struck {
        let mut out = Struck::default();
        for set in &mut self.rules {
            let (Act::Call { calls, .. } | Act::Beside { calls, .. }) = &set.rule.act else {
                continue;
            };
            if !calls.mean(service, operation) || !calls.count.next(&mut set.seen, &mut self.random) {
                continue;
            }
            match &set.rule.act {
                Act::Call { kind, .. } => out.kinds.push(kind.clone()),
                Act::Beside {
                    before: true, deed, ..
                } => out.before.push(deed.clone()),
                Act::Beside { deed, .. } => out.after.push(deed.clone()),
                Act::Spell(_) | Act::Later { .. } => {}
            }
        }
        out
    }

    /// What somebody else has done by `now`, each with its time, the earliest first. Each is told once.
    pub(super) fn due(&mut self, now: Moment) -> Vec<(Moment, Deed)> {
        let mut due = Vec::new();
        for set in &mut self.rules {
            let Act::Later { seconds, deed } = &set.rule.act else {
                continue;
            };
            let at = set
                .since
                .after(Duration::try_from_secs_f64(*seconds).unwrap_or(Duration::MAX));
            if set.seen == 0 && at <= now {
                set.seen = 1;
                due.push((at, deed.clone()));
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

    fn strikes(plan: &mut Plan, service: &str, operation: &str) -> bool {
        !plan.strike(service, operation).kinds.is_empty()
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
        let struck: Vec<bool> = (0..5).map(|_| strikes(&mut plan, "iam", "CreateRole")).collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert!(!strikes(&mut plan, "sts", "CreateRole"));
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
                .map(|_| strikes(&mut plan, "iam", "GetRole"))
                .collect::<Vec<bool>>()
        };
        let struck = picked(7).iter().filter(|struck| **struck).count();
        assert!((150..250).contains(&struck), "{struck} of 1000");
        assert_eq!(picked(7), picked(7));
        assert_ne!(picked(7), picked(8));
    }

    #[test]
    fn somebody_comes_once_at_the_time_that_the_rule_says() {
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
