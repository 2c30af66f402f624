//! One step: from intent to result.
//!
//! Creating, changing and deleting are the same loop: look, and if the thing is on its way, wait; if it is
//! not as wanted, make one more move. That is why a step can be cut off anywhere and begun again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::event::Event;
use super::failure::Failure;
use super::operation::Operation;
use super::read::Reader;
use super::responder::CheckpointResponder;
use super::schedule::Finish;
use super::wait::{Polling, Sessions, StepError, seconds_between};
use crate::plan::beside;
use crate::plan::guard::Allowed;
use crate::plan::{Action, Node, Phase, Plan, Step};
use crate::state::{Answers, Entry, Intent, LocalStore, Locked, State, StoreError, Verb, together};
use crate::survey::INVISIBLE;
use headset_core::{AwsError, Class};
use headset_kinds::{
    Address, Believed, Checkpoint, Cloud, Condition, Diff, Kind, Lookup, Observation, Outputs, Reading, Task,
    field, registry, text,
};

/// More moves than any kind needs; beyond this it does not converge.
const MOVES: u32 = 12;
/// What all steps of a run share.
pub(super) struct StepRunner<'a, 'b> {
    pub(super) cloud: &'a dyn Cloud,
    pub(super) plan: &'a Plan,
    pub(super) allowed: &'a Allowed,
    pub(super) locked: Mutex<&'b mut Locked>,
    /// Where state is kept.
    pub(super) store: LocalStore,
    pub(super) answers: Answers,
    pub(super) outputs: Mutex<Outputs>,
    pub(super) reader: Reader,
    /// Checkpoints that a person has acted on in this run.
    pub(super) acted: Mutex<BTreeSet<Address>>,
    /// The worksheets that this run has shown, as they were.
    pub(super) shown: Mutex<BTreeMap<Address, String>>,
    pub(super) responder: &'a dyn CheckpointResponder,
    pub(super) cancel: &'a CancellationToken,
    pub(super) report: Mutex<&'a mut (dyn FnMut(Event) + Send)>,
}

/// How a step ended, with the checkpoint that it is held by.
pub(super) struct Ended {
    pub(super) node: Node,
    pub(super) finish: Finish,
    pub(super) held_by: Option<Checkpoint>,
    pub(super) fatal: Option<StoreError>,
}

impl<'b> StepRunner<'_, 'b> {
    /// Runs one half of a step.
    pub(super) async fn perform(&self, node: Node) -> Ended {
        let Some(step) = self.plan.steps.get(&node.address) else {
            return Ended {
                node,
                finish: Finish::Done,
                held_by: None,
                fatal: None,
            };
        };
        let operation = Operation::of(step, node.phase);
        let failed = |failure| {
            self.emit(Event::Failed {
                address: node.address.clone(),
                phase: node.phase,
                operation,
                failure,
            });
            Finish::Failed
        };
        let kind = registry::kind(node.address.kind);
        if let Some(operation) = operation {
            self.emit(Event::Started {
                address: node.address.clone(),
                phase: node.phase,
                operation,
            });
        }
        let result = match (node.phase, &step.action) {
            (Phase::Down, _) => self
                .remove(kind, &step.address, &self.applied_spec(step), step.waits.delete)
                .await
                .map(|()| None),
            (Phase::Up, Action::Keep | Action::Read) => self.note_unchanged(step).map(|()| None),
            (Phase::Up, Action::Refused { refusal }) => {
                let refusal = refusal.clone();
                Err(Failure::Refused { refusal }.into())
            }
            (Phase::Up, Action::Unknown { error }) => Err(StepError::Aws(error.clone())),
            (Phase::Up, Action::Await { .. }) => self.await_person(kind, step).await,
            (Phase::Up, Action::Release) => self.release(kind, step).await.map(|()| None),
            (Phase::Up, Action::Create | Action::Replace { .. }) => self.make(kind, step).await,
            (Phase::Up, Action::Adopt { .. }) => self.adopt(kind, step).await.map(|()| None),
            (Phase::Up, Action::Update { .. } | Action::Delete | Action::Forget) => {
                self.converge(kind, step).await.map(|()| None)
            }
        };
        let result = match result {
            Ok(None) if node.phase == Phase::Up => self.settle_answers(kind, step).await.map(|()| None),
            result => result,
        };
        let result = match result {
            Err(StepError::Aws(refusal)) if node.phase == Phase::Up => {
                self.otherwise(kind, step, refusal).await
            }
            result => result,
        };
        let result = match result {
            Ok(held_by) => self.commit().await.map(|()| held_by).map_err(StepError::from),
            failed => failed,
        };
        let (finish, held_by, fatal) = match result {
            Ok(None) => {
                let is_linked = node.phase == Phase::Up && self.is_stood_in_for(&node.address);
                if let Some(operation) = operation {
                    let operation = if is_linked { Operation::Adopt } else { operation };
                    self.emit(Event::Finished {
                        address: node.address.clone(),
                        phase: node.phase,
                        operation,
                    });
                }
                (Finish::Done, None, None)
            }
            Ok(Some(checkpoint)) => (Finish::Held, Some(checkpoint), None),
            Err(StepError::Stopped) => (Finish::Stopped, None, None),
            Err(StepError::Aws(error)) => (failed(Failure::Call { error, hint: None }), None, None),
            Err(StepError::Other(failure)) => (failed(failure), None, None),
            Err(StepError::Store(fatal)) => {
                let error = fatal.to_string();
                (failed(Failure::State { error }), None, Some(fatal))
            }
        };
        Ended {
            node,
            finish,
            held_by,
            fatal,
        }
    }

    /// Makes a thing, or one in place of another: by a person's hand where what is known by now says so. That may be
    /// more than the plan knew (whether an application's ARN was answered).
    async fn make(&self, kind: &dyn Kind, step: &Step) -> Result<Option<Checkpoint>, StepError> {
        let want = self.resolve(step)?;
        let Some(checkpoint) = kind.checkpoint(&step.address, &want) else {
            return self.converge(kind, step).await.map(|()| None);
        };
        let step = Step {
            action: Action::Await {
                checkpoint,
                diff: Diff::new(),
            },
            want,
            ..step.clone()
        };
        self.await_person(kind, &step).await
    }

    /// Where AWS refuses what a person can do by hand, the step becomes a checkpoint.
    pub(super) async fn instead(
        &self,
        kind: &dyn Kind,
        step: &Step,
        refusal: AwsError,
    ) -> Result<Option<Checkpoint>, StepError> {
        let want = self.resolve(step)?;
        let Some(want) = kind.manual_fallback(&want, &refusal) else {
            return Err(refusal.into());
        };
        let Some(checkpoint) = kind.checkpoint(&step.address, &want) else {
            return Err(refusal.into());
        };
        // What an attempt without an answer may have made is Headset's own: it has to be known first whether that is there.
        let mut polling = Polling::new(self.cloud, kind, None);
        while self.unanswered(&step.address).is_some() {
            let lookup = self.lookup(&step.address, &want, None)?;
            if let Observation::Present(_) = self.reader.read(self.cloud, lookup).await {
                return Err(refusal.into());
            }
            polling.wait(self.cancel).await?;
        }
        // AWS made nothing. What is found there from now on a person made, whenever this run may be cut off.
        let begun = {
            let locked = self.locked();
            let state = locked.state();
            !state.resources.contains_key(&step.address) && state.intents.contains_key(&step.address)
        };
        if begun {
            self.record(Entry::Gone {
                address: step.address.clone(),
            })?;
        }
        let step = Step {
            action: Action::Await {
                checkpoint,
                diff: Diff::new(),
            },
            want,
            ..step.clone()
        };
        self.await_person(kind, &step).await
    }

    /// Brings a thing to where it is wanted, making it if it is absent.
    pub(super) async fn converge(&self, kind: &dyn Kind, step: &Step) -> Result<(), StepError> {
        let want = self.resolve(step)?;
        // What a person makes in place of something else is, like a replacement, not the old one: no old id.
        let replaced = matches!(step.action, Action::Replace { .. } | Action::Await { .. });
        let mut id = if replaced { None } else { step.id.clone() };
        let mut made_at = None;
        let inherited = self.had_intent(&step.address);
        if matches!(step.action, Action::Create | Action::Replace { .. }) {
            id = self.create(kind, step, &want).await?;
            made_at = Some(self.cloud.clock().now());
        }
        let asked = match made_at {
            Some(_) => step.waits.create,
            None => step.waits.update,
        };
        let mut polling = Polling::new(self.cloud, kind, asked);
        // What AWS never reports back is sent once: nothing could tell that it has arrived.
        let again = kind.unfinished(&want);
        let mut unseen: Diff = step
            .action
            .diff()
            .iter()
            .filter(|change| {
                field::is_applied_only(kind.fields(), &change.field)
                    || again.iter().any(|one| one.field == change.field)
            })
            .cloned()
            .collect();
        let mut last_move: Option<(Diff, String)> = None;
        let (mut moves, mut seen, mut sessions) = (0, false, Sessions::default());
        loop {
            let mut lookup = self.lookup(&step.address, &want, id.clone())?;
            // What does not settle because of an error is read whole: its differences decide whether it is moved once more.
            if !polling.is_troubled() {
                lookup.believed.reading = Reading::Settled;
            }
            match self.reader.read(self.cloud, lookup).await {
                Observation::Absent => {
                    let now = self.cloud.clock().now();
                    let young = made_at.is_some_and(|at| seconds_between(at, now) < INVISIBLE.as_secs_f64());
                    if !young && made_at.is_some() {
                        // The same token would only give the same answer again: the next attempt takes a new one. What
                        // was never seen may be slow, and is asked for once more by the same token.
                        if seen || inherited {
                            self.record(Entry::Gone {
                                address: step.address.clone(),
                            })?;
                        }
                        let failure = match seen {
                            true => Failure::GoneAgain,
                            false => Failure::NeverAppeared,
                        };
                        return Err(failure.into());
                    }
                    if made_at.is_none() {
                        id = self.create(kind, step, &want).await?;
                        made_at = Some(self.cloud.clock().now());
                    }
                }
                Observation::Unknown(error) => polling.failed_read(error)?,
                Observation::Present(live) => {
                    id = Some(live.id.clone());
                    seen = true;
                    match &live.condition {
                        Condition::Failed { state, reason } => {
                            let (state, error) = (state.clone(), reason.clone());
                            return Err(Failure::Failed { state, error }.into());
                        }
                        Condition::Moving { state, detail, error } => {
                            self.observed(&step.address, state, detail);
                            let (theirs, own) = self.part(kind, step, &want, &live);
                            let diff = kind.diff(&want, own.as_ref().unwrap_or(&live));
                            if let Err(stuck) = polling.moving(state, error.as_deref()) {
                                // What is stuck for a reason that the blueprint has removed since is moved again.
                                if error.is_none() || diff.is_empty() || moves >= MOVES {
                                    return Err(stuck);
                                }
                                moves += 1;
                                self.intend(&step.address, Verb::Update, &want, &step.after)?;
                                self.commit().await?;
                                let work = self.work(&step.address, Verb::Update);
                                let written = beside::written(&want, &theirs);
                                self.cloud
                                    .update(kind, &work.as_task(&step.address), &written, &live, &diff)
                                    .await?;
                                polling.restart();
                            }
                        }
                        Condition::Settled { state } => {
                            let (theirs, own) = self.part(kind, step, &want, &live);
                            let mut diff = kind.diff(&want, own.as_ref().unwrap_or(&live));
                            diff.extend(unseen.iter().cloned());
                            if diff.is_empty() {
                                return self.note_done(step, &want, live);
                            }
                            // A read right after a write may still show the old value; the same move is made
                            // again only after AWS had time to show the new one.
                            let again = last_move
                                .as_ref()
                                .is_some_and(|(before, in_state)| *before == diff && in_state == state);
                            if !again || polling.pause >= Duration::from_secs(5) {
                                let stops = diff.iter().any(|change| kind.cuts_off(change));
                                if stops
                                    && self
                                        .waits_for_sessions(&step.address, &live, &mut sessions)
                                        .await?
                                {
                                    continue;
                                }
                                moves += 1;
                                if moves > MOVES {
                                    let fields = diff.into_iter().map(|change| change.field).collect();
                                    return Err(Failure::NotAsWanted { fields }.into());
                                }
                                self.check_stop(step, &live, &diff)?;
                                self.intend(&step.address, Verb::Update, &want, &step.after)?;
                                self.commit().await?;
                                let work = self.work(&step.address, Verb::Update);
                                let written = beside::written(&want, &theirs);
                                match self
                                    .cloud
                                    .update(kind, &work.as_task(&step.address), &written, &live, &diff)
                                    .await
                                {
                                    Ok(()) => {
                                        unseen.clear();
                                        last_move = Some((diff, state.clone()));
                                        polling.restart();
                                        // Most changes show at once: look right away, wait only if they do not.
                                        continue;
                                    }
                                    // An attempt whose answer was lost has begun the change: another look tells.
                                    Err(error) if error.class == Class::WrongState => {
                                        polling.refused(error)?;
                                    }
                                    Err(error) => return Err(error.into()),
                                }
                            }
                        }
                    }
                }
            }
            polling.wait(self.cancel).await?;
        }
    }

    pub(super) fn intend(
        &self,
        address: &Address,
        verb: Verb,
        spec: &Value,
        after: &[Address],
    ) -> Result<(), StepError> {
        let token = {
            let locked = self.locked();
            match locked.state().intents.get(address) {
                // What was asked for before with something else is another call: AWS refuses a token with other parameters.
                Some(before) if before.verb == verb && before.spec == *spec => before.token.clone(),
                _ => new_token(locked.state(), address),
            }
        };
        let intent = Intent {
            verb,
            token,
            spec: spec.clone(),
            after: after.to_vec(),
            at: (verb == Verb::Create).then(|| self.cloud.clock().now()),
        };
        // An unfinished creation stays one during all further attempts: it proves who made the thing.
        let entry = match self.locked().state().intents.get(address) {
            Some(before) if *before == intent || (before.verb == Verb::Create && verb == Verb::Update) => {
                None
            }
            _ => Some(Entry::Intend {
                address: address.clone(),
                intent,
            }),
        };
        match entry {
            Some(entry) => Ok(self.record(entry)?),
            None => Ok(()),
        }
    }

    /// The token of this step: the one of its intent, if there is one.
    pub(super) fn work(&self, address: &Address, verb: Verb) -> Token {
        let locked = self.locked();
        let state = locked.state();
        let token = match state.intents.get(address) {
            Some(intent) if intent.verb == verb => intent.token.clone(),
            _ => new_token(state, address),
        };
        Token { token }
    }

    pub(super) fn resolve(&self, step: &Step) -> Result<Value, StepError> {
        let mut want = text::resolve(&step.want, &self.outputs());
        // It may have been answered since the plan was made.
        let kind = registry::kind(step.address.kind);
        if let Some(name) = kind.answered_name(&want, &self.answers.get(&step.address)?) {
            want[kind.called_by()] = name.into();
        }
        match text::references(&want).into_iter().next() {
            None => Ok(want),
            Some((of, output)) => Err(Failure::NoOutput { of, output }.into()),
        }
    }

    fn applied_spec(&self, step: &Step) -> Value {
        match self.locked().state().resources.get(&step.address) {
            Some(record) => record.spec.clone(),
            None => step.want.clone(),
        }
    }

    pub(super) fn lookup(
        &self,
        address: &Address,
        spec: &Value,
        id: Option<String>,
    ) -> Result<Lookup, StepError> {
        let mut answers = self.answers.get(address)?;
        if let Some(step) = self.plan.steps.get(address) {
            answers = together(&answers, &step.answers);
        }
        Ok(Lookup {
            address: address.clone(),
            spec: spec.clone(),
            id,
            answers,
            // What is about to be changed is described, and not looked up in an index.
            believed: Believed {
                noted: BTreeMap::new(),
                reading: Reading::Full,
            },
        })
    }

    pub(super) fn observed(&self, address: &Address, state: &str, detail: &str) {
        self.emit(Event::Observed {
            address: address.clone(),
            state: state.to_owned(),
            detail: detail.to_owned(),
        });
    }

    pub(super) fn record(&self, entry: Entry) -> Result<(), StoreError> {
        self.locked().record(entry)
    }

    /// Brings what was recorded to where another run would read it: before every call that changes something, so that a run
    /// that has lost its lease changes nothing, and after each step.
    pub(super) async fn commit(&self) -> Result<(), StoreError> {
        let committing = self.locked().committing();
        if let Some(committing) = committing {
            committing.commit(|| self.locked().text()).await?;
            self.store.publish_answers().await?;
        }
        Ok(())
    }

    pub(super) fn emit(&self, event: Event) {
        let mut report = self
            .report
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        report(event);
    }

    pub(super) fn locked(&self) -> MutexGuard<'_, &'b mut Locked> {
        self.locked
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(super) fn outputs(&self) -> MutexGuard<'_, Outputs> {
        self.outputs
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

pub(super) struct Token {
    token: String,
}

impl Token {
    /// The token about a thing of this id: at one address, one after the other may be taken down.
    pub(super) fn about(&self, id: &str) -> Token {
        let mut hash = Sha256::new();
        hash.update(&self.token);
        hash.update(id);
        Token {
            token: hex::encode(&hash.finalize()[..16]),
        }
    }

    pub(super) fn as_task<'a>(&self, address: &'a Address) -> Task<'a> {
        Task {
            address,
            token: self.token.clone(),
        }
    }
}

/// The token of a call that was not tried before.
fn new_token(state: &State, address: &Address) -> String {
    let mut hash = Sha256::new();
    hash.update(&state.lineage);
    hash.update(address.to_string());
    hash.update(state.serial.to_le_bytes());
    hex::encode(&hash.finalize()[..16])
}
