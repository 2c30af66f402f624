//! What a run came to, for programs: the last event of a run of events, and the member `summary` of a document.
//! `docs/reference/summary.schema.json` says what is in it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde::Serialize;
use serde_json::{Value, json};

use super::exit::Exit;
use headset_engine::apply::event::Event;
use headset_engine::plan::{Action, Plan};

/// What one environment came to.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Part {
    /// Its name.
    pub(super) environment: String,
    /// How many of what: each command has its own names.
    pub(super) counts: BTreeMap<String, usize>,
    /// The commands that come next, whole.
    pub(super) next: Vec<String>,
}

impl Part {
    /// An environment about which nothing is counted yet.
    pub(super) fn of(environment: &str) -> Part {
        Part {
            environment: environment.to_owned(),
            ..Part::default()
        }
    }

    /// The steps of a plan, by what they do.
    pub(super) fn of_plan(plan: &Plan) -> Part {
        let mut part = Part::of(&plan.environment);
        for step in plan.steps.values() {
            if !matches!(step.action, Action::Keep | Action::Read) {
                part.count(&name(&json!(step.action)["do"]), 1);
            }
        }
        part.count("delete-predecessor", plan.deposed.len());
        part.count(
            "left-out",
            plan.partial.as_ref().map_or(0, |partial| partial.left_out.len()),
        );
        part
    }

    /// Adds to one of its numbers. What is not there is not counted.
    pub(super) fn count(&mut self, what: &str, how_many: usize) {
        if how_many > 0 {
            *self.counts.entry(what.to_owned()).or_default() += how_many;
        }
    }

    /// Counts what an event says has ended.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Finished { operation, .. } => self.count(&name(&json!(operation)), 1),
            Event::Failed { .. } => self.count("failed", 1),
            Event::Skipped { .. } => self.count("skipped", 1),
            _ => {}
        }
    }
}

/// The text of an identifier.
pub(super) fn name(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What the environments of one command line came to, as far as it has come.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    began: Instant,
    parts: Arc<Mutex<Vec<Part>>>,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            began: Instant::now(),
            parts: Arc::default(),
        }
    }
}

impl Tally {
    /// Adds an environment.
    pub(super) fn add(&self, part: Part) {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.push(part);
    }

    /// What all of it came to, with how the command ends.
    pub(super) fn summary(&self, command: &str, exit: Exit) -> Value {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (what, how_many) in parts.iter().flat_map(|part| &part.counts) {
            *counts.entry(what).or_default() += how_many;
        }
        let milliseconds = self.began.elapsed().as_millis();
        json!({
            "command": command,
            "exit_code": exit as u8,
            "outcome": exit.name(),
            "milliseconds": u64::try_from(milliseconds).unwrap_or(u64::MAX),
            "counts": counts,
            "environments": *parts,
        })
    }

    /// The same as the last event of a run.
    pub(super) fn event(&self, command: &str, exit: Exit) -> Value {
        let mut event = json!({ "schema_version": 1, "event": "summary" });
        if let (Some(event), Value::Object(summary)) = (event.as_object_mut(), self.summary(command, exit)) {
            event.extend(summary);
        }
        event
    }

    /// A document with it.
    pub(super) fn within(&self, command: &str, exit: Exit, mut document: Value) -> Value {
        document["summary"] = self.summary(command, exit);
        document
    }
}
