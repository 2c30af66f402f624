//! The order of things about a fleet: most changes need it stopped, and some do not.

use super::FleetSpec;
use crate::field::{self, Change, Diff};

/// What to do next about a fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wait: it is between two states.
    Wait,
    /// Stop it.
    Stop,
    /// Update these fields.
    Change(Vec<String>),
    /// Start it.
    Start,
}

/// The next step from this state of a fleet towards what is wanted. Tags do not matter here: they can be
/// changed in any state.
pub fn next(state: &str, diff: &Diff) -> Step {
    let power = field::change_of(diff, FleetSpec::POWER);
    let off = power.is_some_and(|change| change.want == "off");
    let on = power.is_some_and(|change| change.want == "on");
    let fields: Vec<String> = diff
        .iter()
        // The platform comes with the image.
        .filter(|change| !field::is_any(change, &[FleetSpec::POWER, FleetSpec::TAGS, FleetSpec::PLATFORM]))
        .map(|change| change.field.clone())
        .collect();
    let stop = diff.iter().any(|change| change.change == Change::Stopped);
    match state {
        // A fleet that cannot start (a bad subnet) stays STARTING for ever; stopping it is the way out.
        "RUNNING" | "STARTING" if stop || off => Step::Stop,
        "RUNNING" if !fields.is_empty() => Step::Change(fields),
        "STOPPED" if !fields.is_empty() => Step::Change(fields),
        "STOPPED" if on => Step::Start,
        _ => Step::Wait,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::field::FieldChange;

    fn diff(changes: &[(&str, Value)]) -> Diff {
        changes
            .iter()
            .map(|(name, want)| FieldChange {
                field: (*name).to_owned(),
                have: Value::Null,
                want: want.clone(),
                change: FleetSpec::FIELDS
                    .iter()
                    .find(|field| field.name == *name)
                    .expect("a field of the table")
                    .change,
            })
            .collect()
    }

    fn names(fields: &[&str]) -> Vec<String> {
        fields.iter().map(|field| (*field).to_owned()).collect()
    }

    #[test]
    fn a_change_that_needs_a_stop_is_three_steps() {
        let both = diff(&[("session", json!(7200)), ("idle", json!(900))]);
        assert_eq!(next("RUNNING", &both), Step::Stop);
        assert_eq!(next("STOPPING", &both), Step::Wait);
        let stopped = diff(&[
            ("session", json!(7200)),
            ("idle", json!(900)),
            ("power", json!("on")),
        ]);
        assert_eq!(
            next("STOPPED", &stopped),
            Step::Change(names(&["session", "idle"]))
        );
        assert_eq!(next("STOPPED", &diff(&[("power", json!("on"))])), Step::Start);
        assert_eq!(next("STARTING", &diff(&[])), Step::Wait);
    }

    #[test]
    fn a_change_in_place_leaves_a_running_fleet_running() {
        let idle = diff(&[("idle", json!(900)), ("tags", json!({"a": "b"}))]);
        assert_eq!(next("RUNNING", &idle), Step::Change(names(&["idle"])));
        assert_eq!(next("STARTING", &idle), Step::Wait);
        assert_eq!(next("RUNNING", &diff(&[("tags", json!({}))])), Step::Wait);
    }

    #[test]
    fn power_off_stops_also_what_cannot_start() {
        let off = diff(&[("power", json!("off"))]);
        assert_eq!(next("RUNNING", &off), Step::Stop);
        assert_eq!(next("STARTING", &off), Step::Stop);
        assert_eq!(next("STOPPED", &off), Step::Wait);
    }
}
