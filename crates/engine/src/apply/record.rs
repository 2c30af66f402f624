//! What a step leaves in state once it is done.

use std::collections::BTreeMap;

use serde_json::Value;

use super::step::StepRunner;
use super::wait::StepError;
use crate::plan::beside::{self, Theirs};
use crate::plan::{Action, Replacement, Step, is_kept, is_persons};
use crate::state::{Attempt, Entry, Origin, Record, Verb};
use headset_design::Mode;
use headset_kinds::output;
use headset_kinds::{Address, Kind, Live, registry, tag};

impl StepRunner<'_, '_> {
    pub(super) fn note_unchanged(&self, step: &Step) -> Result<(), StepError> {
        let Some(outputs) = self.outputs().get(&step.address).cloned() else {
            return Ok(());
        };
        let origin = match (&step.action, self.locked().state().resources.get(&step.address)) {
            _ if step.mode == Mode::Ensured => Origin::Shared,
            (Action::Read, _) => Origin::Existing,
            (_, Some(record)) if record.origin == Origin::Created && made_by_a_person(step, &step.want) => {
                Origin::Adopted
            }
            (_, Some(record)) => record.origin,
            (_, None) => Origin::Adopted,
        };
        let Some(id) = step
            .id
            .clone()
            .or_else(|| outputs.get(output::ID).or(outputs.get(output::ARN)).cloned())
        else {
            return Ok(());
        };
        let record = Record {
            id,
            origin,
            spec: self.resolve(step)?,
            outputs,
            protect: step.protect,
            after: step.after.clone(),
            waits: step.waits,
            as_found: false,
        };
        // What an earlier run began is finished by that.
        let unchanged = {
            let locked = self.locked();
            let state = locked.state();
            state.resources.get(&step.address) == Some(&record) && !state.intents.contains_key(&step.address)
        };
        if !unchanged {
            self.depose_for_link(step, &record)?;
            self.record(Entry::Done {
                address: step.address.clone(),
                record,
            })?;
        }
        Ok(())
    }

    /// Keeps the id of what was made just now. If the run ends while it waits for it, the next run knows which it is.
    pub(super) fn note_made(&self, step: &Step, want: &Value, id: &str) -> Result<(), StepError> {
        if id.is_empty() {
            return Ok(());
        }
        self.depose_other_than(step, id)?;
        let origin = match step.mode {
            Mode::Ensured => Origin::Shared,
            Mode::Managed | Mode::Existing if made_by_a_person(step, want) => Origin::Adopted,
            Mode::Managed | Mode::Existing => Origin::Created,
        };
        self.record(Entry::Made {
            address: step.address.clone(),
            record: Record {
                id: id.to_owned(),
                origin,
                spec: want.clone(),
                outputs: BTreeMap::new(),
                protect: step.protect,
                after: step.after.clone(),
                waits: step.waits,
                as_found: false,
            },
        })?;
        Ok(())
    }

    /// Counts a creation or a deletion, where AWS does.
    pub(super) fn note_attempt(&self, kind: &dyn Kind, address: &Address) -> Result<(), StepError> {
        if kind.creation_limit().is_some() {
            let attempt = Attempt {
                address: address.clone(),
                at: self.cloud.clock().now().to_string(),
            };
            self.record(Entry::Counted { attempt })?;
        }
        Ok(())
    }

    /// A predecessor that stays beside its successor is kept apart from it.
    pub(super) fn depose_other_than(&self, step: &Step, id: &str) -> Result<(), StepError> {
        let other = {
            let locked = self.locked();
            let record = locked.state().resources.get(&step.address);
            record.is_some_and(|record| record.id != id)
        };
        if other && kind_keeps_predecessors(step) {
            self.record(Entry::Depose {
                address: step.address.clone(),
            })?;
        }
        Ok(())
    }

    /// What a person made and this environment keeps stays known where the blueprint links to another thing in its place:
    /// it is there, it costs, and it goes with the environment.
    fn depose_for_link(&self, step: &Step, link: &Record) -> Result<(), StepError> {
        let is_left = {
            let locked = self.locked();
            let before = locked.state().resources.get(&step.address);
            before.is_some_and(|before| {
                !before.is_link()
                    && !before.is_same(link)
                    && is_kept(&step.address, before)
                    && !is_persons(&step.address, before)
            })
        };
        if is_left && step.mode == Mode::Existing {
            self.record(Entry::Depose {
                address: step.address.clone(),
            })?;
        }
        Ok(())
    }

    pub(super) fn note_done(&self, step: &Step, want: &Value, live: Live) -> Result<(), StepError> {
        let origin = self.origin(step, want, &live);
        self.note(step, want.clone(), origin, live)
    }

    /// Notes that a step is done by this thing, which was asked for so.
    pub(super) fn note(&self, step: &Step, spec: Value, origin: Origin, live: Live) -> Result<(), StepError> {
        self.depose_other_than(step, &live.id)?;
        let record = Record {
            id: live.id.clone(),
            origin,
            spec,
            outputs: live.outputs.clone(),
            protect: step.protect,
            after: step.after.clone(),
            waits: step.waits,
            as_found: false,
        };
        self.record(Entry::Done {
            address: step.address.clone(),
            record,
        })?;
        self.outputs().insert(step.address.clone(), live.outputs);
        Ok(())
    }

    /// What others put into lists of a thing that are shared with them, and the thing without it, if that is another one.
    pub(super) fn part(
        &self,
        kind: &dyn Kind,
        step: &Step,
        want: &Value,
        live: &Live,
    ) -> (Theirs, Option<Live>) {
        let locked = self.locked();
        let state = locked.state();
        let (record, intent) = (
            state.resources.get(&step.address),
            state.intents.get(&step.address),
        );
        beside::part(kind, step.lists, live, want, record, intent)
    }

    /// How a thing that is now as wanted came under Headset's care.
    fn origin(&self, step: &Step, want: &Value, live: &Live) -> Origin {
        let locked = self.locked();
        let state = locked.state();
        let ours = |address: &Address| {
            state
                .resources
                .get(address)
                .is_some_and(|record| matches!(record.origin, Origin::Created | Origin::Imported))
        };
        // What was only linked to at this address is another thing, or it is one that has become this environment's.
        let record = state.resources.get(&step.address);
        match (record.filter(|record| !record.is_link()), &step.action) {
            _ if step.mode == Mode::Ensured => Origin::Shared,
            // What comes by a checkpoint, a person made, even if a run was cut off or something was lost since.
            (Some(record), _) if record.origin != Origin::Created => record.origin,
            _ if made_by_a_person(step, want) => Origin::Adopted,
            (Some(record), _) => record.origin,
            (None, Action::Create | Action::Replace { .. }) => Origin::Created,
            (None, _)
                if state.intents.get(&step.address).is_some_and(|intent| {
                    intent.verb == Verb::Create && (live.tags.is_some() || intent.proves())
                }) =>
            {
                Origin::Created
            }
            // The tag proves it, even without a record.
            (None, _)
                if live.tags.as_ref().and_then(|tags| tags.get(tag::LINEAGE)) == Some(&state.lineage) =>
            {
                Origin::Created
            }
            // What hangs on nothing but our own things goes with them.
            (None, _) if live.tags.is_none() && !step.after.is_empty() && step.after.iter().all(ours) => {
                Origin::Created
            }
            (None, _) => Origin::Adopted,
        }
    }
}

/// Whether no API makes such a thing: then a person did, or will.
fn made_by_a_person(step: &Step, want: &Value) -> bool {
    matches!(step.action, Action::Await { .. })
        || registry::kind(step.address.kind)
            .checkpoint(&step.address, want)
            .is_some()
}

/// A thing that was replaced beside its successor stays in state until it is gone: what a person made (an image) until
/// the environment goes, anything else until the run is over.
fn kind_keeps_predecessors(step: &Step) -> bool {
    match &step.action {
        action @ Action::Await { .. } => !action.edits(),
        // Where state knows another thing, a person made this one in its place.
        Action::Adopt { .. } => true,
        Action::Replace { order, .. } => *order == Replacement::CreateFirst,
        _ => false,
    }
}
