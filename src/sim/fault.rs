//! Faults that a test injects: errors, dropped connections, delays, at the nth call of an operation.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Which call goes wrong, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Flat")]
pub struct Rule {
    /// botocore's name of the service; any service where it is missing.
    pub service: Option<String>,
    /// The operation; any operation where it is missing.
    pub operation: Option<String>,
    /// The first matching call that goes wrong, counted from 1 when the rule is set.
    pub nth: u64,
    /// How many calls go wrong from there on; every further one where it is missing and `percent` is given.
    pub times: u64,
    /// How many of a hundred matching calls go wrong, picked at random by the simulator's seed; all where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// What happens.
    #[serde(flatten)]
    pub kind: Kind,
}

/// A rule as it is written. Read strictly: a rule with a misspelt key would strike everything.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flat {
    service: Option<String>,
    operation: Option<String>,
    #[serde(default = "first")]
    nth: u64,
    times: Option<u64>,
    percent: Option<f64>,
    kind: String,
    code: Option<String>,
    status: Option<u16>,
    seconds: Option<f64>,
}

fn first() -> u64 {
    1
}

impl TryFrom<Flat> for Rule {
    type Error = String;

    fn try_from(flat: Flat) -> Result<Rule, String> {
        let kind = match (flat.kind.as_str(), flat.code, flat.status, flat.seconds) {
            ("error", Some(code), status, None) => Kind::Error { code, status },
            ("delay", None, None, Some(seconds)) => Kind::Delay { seconds },
            ("drop-before", None, None, None) => Kind::DropBefore,
            ("drop-after", None, None, None) => Kind::DropAfter,
            ("garbage", None, None, None) => Kind::Garbage,
            ("unknown-values", None, None, None) => Kind::UnknownValues,
            ("nulls", None, None, None) => Kind::Nulls,
            (kind, ..) => {
                return Err(format!(
                    "kind {kind:?} with these keys; there are error (code, status), delay (seconds), drop-before, drop-after, garbage, unknown-values, nulls"
                ));
            }
        };
        if let Some(percent) = flat.percent.filter(|percent| !(0.0..=100.0).contains(percent)) {
            return Err(format!("percent {percent} is not between 0 and 100"));
        }
        let times = match flat.percent {
            Some(_) => u64::MAX,
            None => 1,
        };
        Ok(Rule {
            service: flat.service,
            operation: flat.operation,
            nth: flat.nth,
            times: flat.times.unwrap_or(times),
            percent: flat.percent,
            kind,
        })
    }
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
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
pub struct Plan {
    rules: Vec<(Rule, u64)>,
    random: fastrand::Rng,
}

/// Longer delays than a day are cut to a day.
const LONGEST: f64 = 86_400.0;

impl Plan {
    /// No rules yet. `seed` picks the calls of rules with `percent`.
    pub fn new(seed: u64) -> Plan {
        Plan {
            rules: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Adds a rule.
    pub fn add(&mut self, rule: Rule) {
        self.rules.push((rule, 0));
    }

    /// Forgets all rules.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The rules in force.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// What happens to this call, in the order of the rules. Counts it.
    pub fn strike(&mut self, service: &str, operation: &str) -> Vec<Kind> {
        let mut out = Vec::new();
        for (rule, seen) in &mut self.rules {
            let meant = rule.service.as_deref().is_none_or(|name| name == service)
                && rule.operation.as_deref().is_none_or(|name| name == operation);
            if !meant {
                continue;
            }
            *seen += 1;
            let picked = rule
                .percent
                .is_none_or(|percent| self.random.f64() * 100.0 < percent);
            if picked && *seen >= rule.nth && *seen - rule.nth < rule.times {
                out.push(rule.kind.clone());
            }
        }
        out
    }
}

/// A delay in seconds as a span; none for what is no number.
pub fn span(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_strikes_at_its_nth_call_and_as_often_as_it_says() {
        let rule: Rule = serde_json::from_value(serde_json::json!({
            "service": "iam", "operation": "CreateRole", "nth": 2, "times": 2, "kind": "drop-after",
        }))
        .expect("the documented form");
        let again: Rule =
            serde_json::from_value(serde_json::json!(rule)).expect("what was written can be read");
        assert_eq!(again, rule);
        let misspelt = serde_json::json!({ "oeration": "CreateRole", "kind": "drop-after" });
        assert!(serde_json::from_value::<Rule>(misspelt).is_err());
        let mut plan = Plan::new(0);
        plan.add(rule);
        let struck: Vec<bool> = (0..5)
            .map(|_| !plan.strike("iam", "CreateRole").is_empty())
            .collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert!(plan.strike("sts", "CreateRole").is_empty());
    }

    #[test]
    fn a_share_of_all_calls_is_picked_by_the_seed() {
        let strikes = |seed| {
            let rule = serde_json::json!({ "percent": 20, "kind": "drop-before" });
            let mut plan = Plan::new(seed);
            plan.add(serde_json::from_value(rule).expect("the documented form"));
            (0..1000)
                .map(|_| !plan.strike("iam", "GetRole").is_empty())
                .collect::<Vec<bool>>()
        };
        let struck = strikes(7).iter().filter(|struck| **struck).count();
        assert!((150..250).contains(&struck), "{struck} of 1000");
        assert_eq!(strikes(7), strikes(7));
        assert_ne!(strikes(7), strikes(8));
        let beyond = serde_json::json!({ "percent": 120, "kind": "drop-before" });
        assert!(serde_json::from_value::<Rule>(beyond).is_err());
    }
}
