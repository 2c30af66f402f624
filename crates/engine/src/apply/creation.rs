//! Making a thing, and what an attempt that failed says about what is there.

use jiff::Timestamp;
use serde_json::Value;

use super::step::StepRunner;
use super::wait::{Polling, StepError, seconds_between};
use crate::plan::Step;
use crate::state::{Entry, Intent, StoreError, Verb};
use crate::survey::INVISIBLE;
use headset_core::Class;
use headset_kinds::cloud::NotMade;
use headset_kinds::{Address, Kind, Live, Observation, tag};

impl StepRunner<'_, '_> {
    /// Whether an earlier run began to make it and did not hear how that ended.
    pub(super) fn had_intent(&self, address: &Address) -> bool {
        let locked = self.locked();
        let intent = locked.state().intents.get(address);
        intent.is_some_and(|intent| intent.verb == Verb::Create)
    }

    /// When it was last asked for by an attempt that had no answer, unless what that made would show by now.
    pub(super) fn unanswered(&self, address: &Address) -> Option<Timestamp> {
        let now = self.cloud.clock().now();
        let locked = self.locked();
        let intent = locked.state().intents.get(address)?;
        let at = intent.at.filter(|_| intent.verb == Verb::Create)?;
        (seconds_between(at, now) < INVISIBLE.as_secs_f64()).then_some(at)
    }

    /// Makes the thing. `None` where another client (or an earlier attempt that was cut off) has made it.
    pub(super) async fn create(
        &self,
        kind: &dyn Kind,
        step: &Step,
        want: &Value,
    ) -> Result<Option<String>, StepError> {
        let had_intent = self.had_intent(&step.address);
        let earlier = self.unanswered(&step.address);
        self.intend(&step.address, Verb::Create, want, &step.after)?;
        self.commit().await?;
        let work = self.work(&step.address, Verb::Create);
        match self.cloud.create(kind, &work.as_task(&step.address), want).await {
            Ok(id) => {
                self.note_attempt(kind, &step.address)?;
                self.note_made(step, want, &id)?;
                Ok(Some(id))
            }
            Err(NotMade { error, in_part }) if error.class == Class::AlreadyThere => {
                if self.is_ours(kind, step, want, had_intent || in_part).await? {
                    Ok(None)
                } else {
                    self.note_refused(&step.address, None)?;
                    Err(error.into())
                }
            }
            Err(NotMade { error, in_part }) => {
                // Only a refusal of all that was asked for says that nothing was made.
                if error.class.is_refusal() && !in_part {
                    self.note_refused(&step.address, earlier)?;
                }
                Err(error.into())
            }
        }
    }

    /// AWS has answered that it does not make the thing: no later run has to wait until what this attempt made shows, but what
    /// an earlier one made that had no answer. The intent stays.
    fn note_refused(&self, address: &Address, earlier: Option<Timestamp>) -> Result<(), StoreError> {
        let begun = self.locked().state().intents.get(address).cloned();
        match begun.filter(|intent| intent.at != earlier) {
            Some(intent) => self.record(Entry::Intend {
                address: address.clone(),
                intent: Intent {
                    at: earlier,
                    ..intent
                },
            }),
            None => Ok(()),
        }
    }

    /// Whether what is already there is this environment's: made by an attempt whose answer was lost, most likely, and
    /// so young that AWS's own reads may not know it yet.
    async fn is_ours(
        &self,
        kind: &dyn Kind,
        step: &Step,
        want: &Value,
        had_intent: bool,
    ) -> Result<bool, StepError> {
        let since = self.cloud.clock().now();
        let mut polling = Polling::new(self.cloud, kind, None);
        loop {
            let lookup = self.lookup(&step.address, want, None)?;
            match self.reader.read(self.cloud, lookup).await {
                Observation::Present(Live { tags: Some(tags), .. }) => {
                    let lineage = tags.get(tag::LINEAGE);
                    return Ok(
                        lineage.map_or(had_intent, |lineage| *lineage == self.locked().state().lineage)
                    );
                }
                Observation::Present(Live { tags: None, .. }) => return Ok(true),
                Observation::Unknown(error) if error.class == Class::Denied => return Ok(had_intent),
                Observation::Absent | Observation::Unknown(_) => {}
            }
            if seconds_between(since, self.cloud.clock().now()) > INVISIBLE.as_secs_f64() {
                return Ok(had_intent);
            }
            polling.wait(self.cancel).await?;
        }
    }
}
