//! A step that only a person can make: open the checkpoint, look for the answer or the result, go on.

use std::collections::BTreeMap;

use serde_json::Value;

use super::event::Event;
use super::step::{INVISIBLE, Shop};
use super::wait::{Look, Trouble, other, seconds_between};
use crate::plan::Step;
use crate::resource::{Address, Checkpoint, Kind, Sight};
use crate::state::Verb;

impl Shop<'_, '_> {
    /// Opens a checkpoint, or goes on if it has been passed. Returns it while it is open.
    pub(super) async fn await_person(
        &self,
        kind: &dyn Kind,
        step: &Step,
    ) -> Result<Option<Checkpoint>, Trouble> {
        let want = self.resolve(step)?;
        let Some(checkpoint) = kind.checkpoint(&step.address, &want) else {
            return Err(other("there is no worksheet for it", None));
        };
        if self.answers.get(&step.address)?.is_empty() && !step.answers.is_empty() {
            let help = match &step.place {
                Some(place) => format!("they stand in the blueprint, at {place}: correct them there"),
                None => "they stand in the blueprint: correct them there".to_owned(),
            };
            self.store_answers(kind, &step.address, &want, &step.answers, &help)
                .await?;
        }
        if self.is_there(&step.address, &want).await? {
            self.converge(kind, step).await?;
            return Ok(None);
        }
        // A person who did what the worksheet says is not asked to do it again.
        if self.has_acted(&step.address) {
            return Ok(Some(checkpoint));
        }
        self.prepare(kind, step, &want).await?;
        self.show(&checkpoint);
        let answers = match self.person.act(&checkpoint).await {
            None => return Ok(Some(checkpoint)),
            Some(Err(reason)) => return Ok(self.refused(checkpoint, reason)),
            Some(Ok(answers)) => answers,
        };
        if !checkpoint.questions.is_empty() {
            let help = "answer again with `headset checkpoint answer FILE ADDRESS KEY=VALUE`";
            match self
                .store_answers(kind, &step.address, &want, &answers, help)
                .await
            {
                Ok(_) => {}
                Err(Trouble::Other(reason, _)) => return Ok(self.refused(checkpoint, reason)),
                Err(trouble) => return Err(trouble),
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
                Ok(None)
            }
            false => Ok(Some(checkpoint)),
        }
    }

    /// Gets AWS ready for the person: a builder has to run before anybody can work on it.
    async fn prepare(&self, kind: &dyn Kind, step: &Step, want: &Value) -> Result<(), Trouble> {
        let mut look = Look::new(self.aws, kind, step.waits.create);
        loop {
            let work = self.work(&step.address, Verb::Create);
            if kind.prepare(&work.as_work(self.aws, &step.address), want).await? {
                return Ok(());
            }
            look.moving("not ready for a person", None)?;
            self.observed(&step.address, "starting", "until a person can work on it");
            look.wait(self.cancel).await?;
        }
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

    fn refused(&self, checkpoint: Checkpoint, reason: String) -> Option<Checkpoint> {
        self.emit(Event::CheckpointRefused {
            address: checkpoint.address.clone(),
            reason,
        });
        Some(checkpoint)
    }

    fn has_acted(&self, address: &Address) -> bool {
        self.acted
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .contains(address)
    }

    /// Checks answers and keeps them. `help` says where they came from, and so where to correct them.
    async fn store_answers(
        &self,
        kind: &dyn Kind,
        address: &Address,
        want: &Value,
        answers: &BTreeMap<String, String>,
        help: &str,
    ) -> Result<BTreeMap<String, String>, Trouble> {
        match kind.check_answers(self.aws, want, answers).await {
            Ok(checked) => {
                self.answers.put(address, &checked)?;
                Ok(checked)
            }
            Err(reason) => Err(other(reason, Some(help))),
        }
    }

    /// Waits for what a person has just made: AWS's lists are behind by up to [`INVISIBLE`].
    async fn appears(&self, kind: &dyn Kind, address: &Address, want: &Value) -> Result<bool, Trouble> {
        let since = self.aws.clock().now();
        let mut look = Look::new(self.aws, kind, None);
        while !self.is_there(address, want).await? {
            if seconds_between(since, self.aws.clock().now()) > INVISIBLE.as_secs_f64() {
                return Ok(false);
            }
            look.wait(self.cancel).await?;
        }
        Ok(true)
    }

    async fn is_there(&self, address: &Address, want: &Value) -> Result<bool, Trouble> {
        match self
            .reader
            .read(self.aws, self.lookup(address, want, None)?)
            .await
        {
            Sight::Present(_) => Ok(true),
            Sight::Absent => Ok(false),
            Sight::Unknown(error) => Err(error.into()),
        }
    }
}
