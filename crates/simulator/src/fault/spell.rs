//! Things that get stuck in a state, and things whose creation fails.
//!
//! The services ask for it where they let time pass: whatever a spell holds stays as it is, and goes on at once when the
//! spell ends.

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Moment;
use crate::policy::wildcard_matches;
use crate::thing::Thing;

/// What a rule does to things.
#[derive(Clone, Debug)]
pub(crate) struct Spell {
    pub(super) thing: &'static Thing,
    /// With `*` for anything.
    pub(super) name: String,
    pub(super) trouble: Trouble,
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
pub(crate) struct Trouble {
    /// The code in the thing's list of errors, if it is to show one.
    pub code: Option<String>,
    /// The sentence beside it.
    pub message: String,
}

impl Trouble {
    /// As an entry of `FleetErrors` or `ImageBuilderErrors`; none without a code.
    pub(crate) fn errors(&self) -> Vec<Value> {
        let error = |code: &String| json!({ "ErrorCode": code, "ErrorMessage": self.message });
        self.code.iter().map(error).collect()
    }
}

/// Every spell that is on the world.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spells {
    cast: Vec<Cast>,
}

#[derive(Clone, Debug)]
struct Cast {
    spell: Spell,
    since: Moment,
    seen: u64,
}

impl Spells {
    /// Puts one more on the world.
    pub(crate) fn cast(&mut self, spell: Spell, now: Moment) {
        self.cast.push(Cast {
            spell,
            since: now,
            seen: 0,
        });
    }

    /// Takes all of them off.
    pub(crate) fn clear(&mut self) {
        self.cast.clear();
    }

    /// What holds this thing in this state at `now`, if something does.
    pub(crate) fn holds(&self, thing: &str, name: &str, state: &str, now: Moment) -> Option<&Trouble> {
        let held = |cast: &&Cast| {
            let Effect::Stick { state: stuck, lasts } = &cast.spell.effect else {
                return false;
            };
            let over = lasts.is_some_and(|lasts| cast.since.after(lasts) <= now);
            cast.spell.is_on(thing, name) && stuck == state && !over
        };
        self.cast.iter().find(held).map(|cast| &cast.spell.trouble)
    }

    /// Why the creation of this thing, which is about to succeed, fails instead. Ask once for each creation: it counts.
    pub(crate) fn fails(&mut self, thing: &str, name: &str) -> Option<Trouble> {
        let mut failed = None;
        for cast in &mut self.cast {
            let Effect::Fail { nth, times } = cast.spell.effect else {
                continue;
            };
            if !cast.spell.is_on(thing, name) {
                continue;
            }
            cast.seen += 1;
            if cast.seen >= nth && cast.seen - nth < times && failed.is_none() {
                failed = Some(cast.spell.trouble.clone());
            }
        }
        failed
    }
}

impl Spell {
    fn is_on(&self, thing: &str, name: &str) -> bool {
        self.thing.name == thing && wildcard_matches(&self.name, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{Plan, Rule};

    fn spells(rules: &[Value]) -> Spells {
        let (mut plan, mut spells) = (Plan::new(0), Spells::default());
        for rule in rules {
            let rule: Rule = serde_json::from_value(rule.clone()).expect("the documented form");
            spells.cast(plan.add(rule, Moment(0)).expect("a spell"), Moment(0));
        }
        spells
    }

    #[test]
    fn a_state_sticks_for_as_long_as_the_rule_says() {
        let spells = spells(&[
            json!({ "kind": "stick", "resource": "appstream.fleet", "name": "acme-*", "seconds": 60, "code": "SUBNET_NOT_FOUND" }),
            json!({ "kind": "stick", "resource": "appstream.image-builder", "state": "STOPPING" }),
        ]);
        let fleet = |name, state, millis| spells.holds("appstream.fleet", name, state, Moment(millis));
        assert_eq!(
            fleet("acme-agents", "STARTING", 59_999).map(Trouble::errors),
            Some(vec![
                json!({ "ErrorCode": "SUBNET_NOT_FOUND", "ErrorMessage": "injected by a fault rule" })
            ])
        );
        assert_eq!(fleet("acme-agents", "STARTING", 60_000), None);
        assert_eq!(fleet("other", "STARTING", 0), None);
        assert_eq!(fleet("acme-agents", "STOPPING", 0), None);
        let builder = spells.holds("appstream.image-builder", "any", "STOPPING", Moment(u64::MAX));
        assert_eq!(builder.map(Trouble::errors), Some(Vec::new()));
    }

    #[test]
    fn so_many_creations_fail_as_the_rule_says() {
        let mut spells = spells(&[json!({
            "kind": "fail", "resource": "connect.instance", "nth": 2, "message": "no room",
        })]);
        let failed: Vec<bool> = (0..4)
            .map(|_| spells.fails("connect.instance", "acme").is_some())
            .collect();
        assert_eq!(failed, [false, true, false, false]);
        assert!(spells.fails("appstream.image", "acme").is_none());
    }
}
