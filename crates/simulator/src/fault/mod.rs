//! Faults that a test or a person injects: calls that go wrong, things that get stuck or fail, and somebody else who
//! changes or deletes things meanwhile.
//!
//! Layout: `language` (how rules are written, read strictly), `spell` (things that get stuck or fail).

mod language;
pub mod spell;

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::clock::Moment;
use super::hands::Deed;
pub use language::read;
use spell::Spell;

/// One rule: what happens, and to what.
#[derive(Clone, Debug)]
pub struct Rule {
    /// As it was written.
    written: Map<String, Value>,
    act: Act,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.written == other.written
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Rule {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Rule, D::Error> {
        let value = Value::deserialize(deserializer)?;
        language::rule(&value).map_err(serde::de::Error::custom)
    }
}

/// What a rule does.
#[derive(Clone, Debug)]
enum Act {
    /// Calls go wrong.
    Call { calls: Calls, kind: Kind },
    /// A thing gets stuck, or its creation fails.
    Spell(Spell),
    /// Somebody else does something right before or right after a call.
    Beside { calls: Calls, before: bool, deed: Deed },
    /// Somebody else does something so many simulated seconds after the rule was set.
    Later { seconds: f64, deed: Deed },
}

/// Which calls a rule is about.
#[derive(Clone, Debug)]
struct Calls {
    /// botocore's name of the service; any service where it is missing.
    service: Option<String>,
    /// The operation; any operation where it is missing.
    operation: Option<String>,
    count: Count,
}

impl Calls {
    fn mean(&self, service: &str, operation: &str) -> bool {
        self.service.as_deref().is_none_or(|name| name == service)
            && self.operation.as_deref().is_none_or(|name| name == operation)
    }
}

/// Which of many.
#[derive(Clone, Copy, Debug)]
struct Count {
    /// The first, counted from 1 when the rule is set.
    nth: u64,
    /// How many from there on.
    times: u64,
    /// How many of a hundred of these, picked at random by the seed; all where it is missing.
    percent: Option<f64>,
}

impl Count {
    /// Counts one more; whether it is meant.
    fn next(self, seen: &mut u64, random: &mut fastrand::Rng) -> bool {
        *seen += 1;
        // Asked for every one, so that the choice does not depend on the other keys.
        let picked = self.percent.is_none_or(|percent| random.f64() * 100.0 < percent);
        picked && *seen >= self.nth && *seen - self.nth < self.times
    }
}

/// What goes wrong with a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// The service answers with this error and does nothing.
    Error {
        /// AWS's error code.
        code: String,
        /// The HTTP status; the model's where it is missing.
        status: Option<u16>,
    },
    /// The service carries the call out, and the answer is nothing that a client can read.
    Garbage,
    /// The service carries the call out, and every enumerated value in the answer is one that no model has yet.
    UnknownValues,
    /// The service carries the call out, and whatever its model does not require is null in the answer.
    Nulls,
    /// The connection is lost before the service sees the call.
    DropBefore,
    /// The service carries the call out, and then the connection is lost.
    DropAfter,
    /// The call takes this much longer.
    Delay {
        /// Seconds on the clients' clock: in process simulated ones, over loopback those of the wall.
        seconds: f64,
    },
}

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
