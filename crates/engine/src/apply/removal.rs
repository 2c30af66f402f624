//! Taking away: deleting what is ours, and letting go of what stays.

use serde_json::{Value, json};

use super::failure::Failure;
use super::step::StepRunner;
use super::wait::{Polling, Sessions, StepError};
use crate::plan::{Action, Step};
use crate::state::{Entry, Verb};
use headset_core::Class;
use headset_kinds::field;
use headset_kinds::{Address, Change, Condition, FieldChange, Kind, Live, Observation, tag};

/// What is taken away.
#[derive(Clone, Debug)]
pub(super) enum Gone {
    /// What is at the address: the thing with this physical id, or else the one that the spec names.
    Current(Option<String>),
    /// A predecessor of it, by its physical id.
    Predecessor(String),
}

impl StepRunner<'_, '_> {
    /// Takes a thing away, and out of state.
    pub(super) async fn remove(
        &self,
        kind: &dyn Kind,
        address: &Address,
        spec: &Value,
        asked: Option<u64>,
    ) -> Result<(), StepError> {
        let id = self
            .locked()
            .state()
            .resources
            .get(address)
            .map(|record| record.id.clone());
        self.make_absent(kind, address, spec, Gone::Current(id), asked)
            .await?;
        self.record(Entry::Gone {
            address: address.clone(),
        })?;
        self.outputs().remove(address);
        Ok(())
    }

    /// Deletes it, and waits until it is gone.
    pub(super) async fn make_absent(
        &self,
        kind: &dyn Kind,
        address: &Address,
        spec: &Value,
        gone: Gone,
        asked: Option<u64>,
    ) -> Result<(), StepError> {
        // State remembers a predecessor anyway, and an intent would be one about its successor.
        let (id, is_current) = match gone {
            Gone::Current(id) => (id, true),
            Gone::Predecessor(id) => (Some(id), false),
        };
        let mut polling = Polling::new(self.cloud, kind, asked);
        let (mut asked_already, mut sessions) = (false, Sessions::default());
        loop {
            match self
                .reader
                .read(self.cloud, self.lookup(address, spec, id.clone())?)
                .await
            {
                Observation::Absent => return Ok(()),
                Observation::Unknown(error) => polling.failed_read(error)?,
                Observation::Present(live) => match &live.condition {
                    Condition::Moving {
                        state,
                        detail,
                        error: None,
                    } => {
                        polling.moving(state, None)?;
                        self.observed(address, state, detail);
                    }
                    // What is stuck on its way up will not arrive: it is taken down from where it is.
                    Condition::Settled { state }
                    | Condition::Failed { state, .. }
                    | Condition::Moving {
                        state,
                        error: Some(_),
                        ..
                    } => {
                        // A plan never comes to this. Deleting cannot be taken back, so it is looked at once more.
                        if let Some(holder) = self.held_by_another(kind, address, &live) {
                            let thing = live.id.clone();
                            return Err(Failure::SameAs { holder, thing }.into());
                        }
                        if !asked_already && self.waits_for_sessions(address, &live, &mut sessions).await? {
                            continue;
                        }
                        if is_current {
                            self.intend(address, Verb::Delete, spec, &[])?;
                        }
                        self.commit().await?;
                        let work = self.work(address, Verb::Delete).about(&live.id);
                        match self.cloud.delete(kind, &work.as_task(address), &live).await {
                            Ok(()) if asked_already => {}
                            Ok(()) => {
                                asked_already = true;
                                self.note_attempt(kind, address)?;
                            }
                            // Right after something let go of it, AWS may still think that it is in use.
                            Err(error) if matches!(error.class, Class::InUse | Class::WrongState) => {
                                if let Err(error) = polling.refused(error) {
                                    return Err(self.because_of_dependents(kind, &live, error).await);
                                }
                            }
                            Err(error) if error.is_not_found() => {}
                            Err(error) => {
                                return Err(self.because_of_dependents(kind, &live, error.into()).await);
                            }
                        }
                        polling.moving(state, None)?;
                    }
                },
            }
            polling.wait(self.cancel).await?;
        }
    }

    /// The address that keeps what is about to be deleted at this one.
    fn held_by_another(&self, kind: &dyn Kind, address: &Address, live: &Live) -> Option<Address> {
        kind.claim(live)?;
        let locked = self.locked();
        let holders = locked.state().holders(address.kind, &live.id);
        holders
            .into_iter()
            .filter(|holder| *holder != address)
            .find(|holder| {
                let step = self.plan.steps.get(*holder);
                step.is_some_and(|step| {
                    let gives_up = matches!(step.action, Action::Replace { .. } | Action::Release);
                    step.action.provides() && !gives_up
                })
            })
            .cloned()
    }

    /// Why a thing could not be deleted, with what hangs on it if that may be the reason.
    async fn because_of_dependents(&self, kind: &dyn Kind, live: &Live, error: StepError) -> StepError {
        let StepError::Aws(error) = error else {
            return error;
        };
        let refused = matches!(
            error.class,
            Class::InUse | Class::WrongState | Class::Invalid | Class::Other
        );
        if error.class == Class::InUse
            && let Some(why) = self.cloud.in_use_by(kind, live).await
        {
            let hint = Some(why);
            return Failure::Call { error, hint }.into();
        }
        let found = match refused {
            true => self.cloud.dependents(kind, live).await,
            false => None,
        };
        let why = match found {
            Some(Ok(dependents)) => kind.why_not_deleted(&dependents),
            Some(Err(_)) | None => None,
        };
        match why {
            Some(_) => Failure::Call { error, hint: why }.into(),
            None => StepError::Aws(error),
        }
    }

    /// Takes the tags off that prove ownership, and the thing out of state. It stays as it is otherwise.
    pub(super) async fn release(&self, kind: &dyn Kind, step: &Step) -> Result<(), StepError> {
        let lookup = self.lookup(&step.address, &step.want, step.id.clone())?;
        match self.reader.read(self.cloud, lookup).await {
            Observation::Absent => {}
            Observation::Unknown(error) => return Err(error.into()),
            Observation::Present(live) => {
                let ours: serde_json::Map<String, Value> = live
                    .tags
                    .iter()
                    .flat_map(|tags| tags.keys())
                    .filter(|key| key.starts_with(tag::PREFIX))
                    .map(|key| (key.clone(), Value::Null))
                    .collect();
                let diff = vec![FieldChange {
                    field: field::TAGS.to_owned(),
                    have: json!(live.tags),
                    want: Value::Object(ours),
                    change: Change::InPlace,
                }];
                self.commit().await?;
                let work = self.work(&step.address, Verb::Update);
                self.cloud
                    .update(kind, &work.as_task(&step.address), &step.want, &live, &diff)
                    .await?;
            }
        }
        self.record(Entry::Gone {
            address: step.address.clone(),
        })?;
        Ok(())
    }
}
