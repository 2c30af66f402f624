//! A step that only a person can make: open the checkpoint, look for the answer or the result, go on.

use std::collections::BTreeMap;

use serde_json::Value;

use super::event::Event;
use super::failure::{Failure, Given};
use super::rejection::Rejection;
use super::step::StepRunner;
use super::wait::{Polling, StepError, seconds_between};
use crate::plan::{Action, Reason, Step};
use crate::state::{AnsweredAt, Verb, named_elsewhere, together};
use crate::survey::INVISIBLE;
use headset_kinds::idp::WORKSHEET;
use headset_kinds::idp::answers::contradiction;
use headset_kinds::{Address, Checkpoint, Kind, Observation};

impl StepRunner<'_, '_> {
    /// Opens a checkpoint, or goes on if it has been passed. Returns it while it is open.
    pub(super) async fn await_person(
        &self,
        kind: &dyn Kind,
        step: &Step,
    ) -> Result<Option<Checkpoint>, StepError> {
        let want = self.resolve(step)?;
        self.keep_answers_of_blueprint(kind, step, &want).await?;
        let (checkpoint, edits) = match self.to_do(kind, &step.address, &want).await? {
            ToDo::Nothing => {
                self.converge(kind, step).await?;
                self.conclude(kind, step, &want).await?;
                return Ok(None);
            }
            ToDo::Make(checkpoint) => (self.cloud.notice(kind, &want, checkpoint).await, false),
            ToDo::Edit(checkpoint) => (checkpoint, true),
        };
        let is_noticed = !checkpoint.notices.is_empty();
        // A person who did what the worksheet says is not asked to do it again, unless it came out otherwise.
        if self.has_acted(&step.address) {
            if is_noticed {
                self.show(&checkpoint);
            }
            return Ok(Some(checkpoint));
        }
        // Where it may be there already, nothing is got ready for another one: that costs money.
        if !is_noticed {
            self.prepare(kind, step, &want).await?;
        }
        self.show(&checkpoint);
        let answers = match self.responder.act(&checkpoint).await {
            None => return Ok(Some(checkpoint)),
            Some(Err(why)) => return Ok(self.refused(checkpoint, Rejection::ByPerson { why })),
            Some(Ok(answers)) => answers,
        };
        if let Some(why) = contradiction(&answers) {
            return Ok(self.refused(checkpoint, Rejection::Contradiction { why }));
        }
        if !answers.is_empty() {
            let mut all = match edits {
                true => self.answers.get(&step.address)?,
                false => before_making(kind, &checkpoint, self.answers.get(&step.address)?),
            };
            all.extend(answers);
            match self
                .store_answers(kind, &step.address, &want, &all, &Given::Person)
                .await
            {
                Ok(_) => {}
                Err(StepError::Other(Failure::Answers { why, .. })) => {
                    return Ok(self.refused(checkpoint, why));
                }
                Err(error) => return Err(error),
            }
        }
        self.acted
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .insert(step.address.clone());
        self.emit(Event::CheckpointAnswered {
            address: step.address.clone(),
        });
        match self.appears(kind, &step.address, &want).await? {
            true => {
                self.converge(kind, step).await?;
                self.conclude(kind, step, &want).await?;
                Ok(None)
            }
            false => Ok(Some(checkpoint)),
        }
    }

    /// Gets AWS ready for the person: a builder has to run before anybody can work on it.
    async fn prepare(&self, kind: &dyn Kind, step: &Step, want: &Value) -> Result<(), StepError> {
        let mut polling = Polling::new(self.cloud, kind, step.waits.create);
        loop {
            self.commit().await?;
            let work = self.work(&step.address, Verb::Create);
            if self
                .cloud
                .prepare(kind, &work.as_task(&step.address), want)
                .await?
            {
                return Ok(());
            }
            polling.moving("not ready for a person", None)?;
            self.observed(&step.address, "starting", "until a person can work on it");
            polling.wait(self.cancel).await?;
        }
    }

    /// Takes over what is there. Where a person has named it in an answer, what was got ready for making it is put away; where it is
    /// an earlier one, a person may still be at work on another.
    pub(super) async fn adopt(&self, kind: &dyn Kind, step: &Step) -> Result<(), StepError> {
        self.converge(kind, step).await?;
        let want = self.resolve(step)?;
        let answers = self.answers.get(&step.address)?;
        let is_named = kind.answered_name(&want, &answers).is_some();
        match is_named && !matches!(step.reason, Reason::BackTo { .. }) {
            true => self.conclude(kind, step, &want).await,
            false => Ok(()),
        }
    }

    /// Puts away what was got ready for the person.
    async fn conclude(&self, kind: &dyn Kind, step: &Step, want: &Value) -> Result<(), StepError> {
        self.commit().await?;
        let work = self.work(&step.address, Verb::Create);
        let task = work.as_task(&step.address);
        Ok(self.cloud.conclude(kind, &task, want).await?)
    }

    /// Shows a worksheet, once in a run: a checkpoint is looked at again and again while it is open.
    fn show(&self, checkpoint: &Checkpoint) {
        let before = self
            .shown
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .insert(checkpoint.address.clone(), checkpoint.worksheet.clone());
        if before.as_ref() != Some(&checkpoint.worksheet) {
            self.emit(Event::CheckpointOpened {
                checkpoint: checkpoint.clone(),
            });
        }
    }

    fn refused(&self, checkpoint: Checkpoint, because: Rejection) -> Option<Checkpoint> {
        self.emit(Event::CheckpointRefused {
            address: checkpoint.address.clone(),
            because,
        });
        Some(checkpoint)
    }

    fn has_acted(&self, address: &Address) -> bool {
        self.acted
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .contains(address)
    }

    /// Checks answers and keeps them.
    async fn store_answers(
        &self,
        kind: &dyn Kind,
        address: &Address,
        want: &Value,
        answers: &BTreeMap<String, String>,
        given: &Given,
    ) -> Result<BTreeMap<String, String>, StepError> {
        let refused = |why: Rejection| {
            let given = given.clone();
            StepError::Other(Failure::Answers { why, given })
        };
        let checked = self
            .cloud
            .check_answers(kind, want, answers)
            .await
            .map_err(|rejected| refused(Rejection::Answers(rejected)))?;
        let one = AnsweredAt {
            address,
            want,
            answers: checked.clone(),
        };
        if let Some(why) = named_elsewhere(kind, &one, self.answered_elsewhere(address)?) {
            return Err(refused(Rejection::AnsweredElsewhere { why }));
        }
        self.answers.put(address, &checked)?;
        Ok(checked)
    }

    /// What was answered at the other addresses of a kind that are wanted.
    fn answered_elsewhere(&self, address: &Address) -> Result<Vec<AnsweredAt<'_>>, StepError> {
        let goes = |step: &Step| matches!(step.action, Action::Delete | Action::Release | Action::Forget);
        let others = self.plan.steps.values();
        others
            .filter(|step| step.address.kind == address.kind && step.address != *address && !goes(step))
            .map(|step| {
                Ok(AnsweredAt {
                    address: &step.address,
                    want: &step.want,
                    answers: together(&self.answers.get(&step.address)?, &step.answers),
                })
            })
            .collect()
    }

    /// Waits for what a person has just made: AWS's lists are behind by up to [`INVISIBLE`].
    async fn appears(&self, kind: &dyn Kind, address: &Address, want: &Value) -> Result<bool, StepError> {
        let since = self.cloud.clock().now();
        let mut polling = Polling::new(self.cloud, kind, None);
        while !matches!(self.to_do(kind, address, want).await?, ToDo::Nothing) {
            if seconds_between(since, self.cloud.clock().now()) > INVISIBLE.as_secs_f64() {
                return Ok(false);
            }
            polling.wait(self.cancel).await?;
        }
        Ok(true)
    }

    /// What is left for a person, as far as can be seen now.
    async fn to_do(&self, kind: &dyn Kind, address: &Address, want: &Value) -> Result<ToDo, StepError> {
        let lookup = self.lookup(address, want, None)?;
        match self.reader.read(self.cloud, lookup).await {
            Observation::Present(live) => {
                let diff = kind.diff(want, &live);
                let edit = kind.edit(address, want, &live, &diff);
                Ok(edit.map_or(ToDo::Nothing, ToDo::Edit))
            }
            // What is known by now may say that an API does it: then there is no worksheet.
            Observation::Absent => Ok(kind.checkpoint(address, want).map_or(ToDo::Nothing, ToDo::Make)),
            Observation::Unknown(error) => Err(error.into()),
        }
    }

    /// What the blueprint answers about a thing that is there is kept as well, so that a later change shows.
    pub(super) async fn settle_answers(&self, kind: &dyn Kind, step: &Step) -> Result<(), StepError> {
        let there = matches!(
            step.action,
            Action::Keep | Action::Adopt { .. } | Action::Update { .. }
        );
        if !there || step.answers.is_empty() {
            return Ok(());
        }
        let want = self.resolve(step)?;
        match self.keep_answers_of_blueprint(kind, step, &want).await {
            // They stand in the blueprint, and the thing is as wanted with them.
            Err(StepError::Other(Failure::Answers { why: reason, .. })) => {
                tracing::debug!(%reason, address = %step.address, "the blueprint's answers are not kept");
                Ok(())
            }
            result => result,
        }
    }

    /// Keeps the answers that the blueprint gives, with the values that they are about, and again where it gives others.
    pub(super) async fn keep_answers_of_blueprint(
        &self,
        kind: &dyn Kind,
        step: &Step,
        want: &Value,
    ) -> Result<(), StepError> {
        if step.answers.is_empty() {
            return Ok(());
        }
        let stored = self.answers.get(&step.address)?;
        let all = together(&stored, &step.answers);
        if all != stored || !stored.contains_key(WORKSHEET) {
            let given = Given::Blueprint {
                place: step.place.clone(),
            };
            self.store_answers(kind, &step.address, want, &all, &given)
                .await?;
        }
        Ok(())
    }
}

/// What is left for a person to do about a thing.
enum ToDo {
    /// It is there and as wanted, or Headset sees to the rest.
    Nothing,
    /// It is not there.
    Make(Checkpoint),
    /// It is there, and not as wanted.
    Edit(Checkpoint),
}

/// What was answered before a thing is made: what was typed then is typed now, and if everything was answered, it was
/// about another thing, which is gone.
pub fn before_making(
    kind: &dyn Kind,
    checkpoint: &Checkpoint,
    mut answers: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    answers.remove(WORKSHEET);
    match checkpoint.missing(&answers).is_empty() {
        true => kind.lasting_answers(&answers),
        false => answers,
    }
}
