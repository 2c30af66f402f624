//! Predecessors: what was replaced beside its successor, and has to go once nothing needs it any more.

use super::event::Event;
use super::failure::Failure;
use super::operation::Operation;
use super::removal::Gone;
use super::step::StepRunner;
use super::wait::StepError;
use crate::plan::{Action, Phase, Step, is_kept, is_persons, is_surplus};
use crate::state::{Entry, StoreError};
use headset_core::{AwsError, Class};
use headset_kinds::{Address, Observation, registry, tag};
use serde_json::Value;

impl StepRunner<'_, '_> {
    /// What can go at the end of a run, dependents first, each with its physical id.
    pub(super) fn replaced(&self) -> Vec<(Address, String)> {
        let locked = self.locked();
        let deposed = locked.state().deposed.iter().rev();
        deposed
            .filter(|(_, record)| !record.is_link())
            .filter(|(address, record)| {
                let is_surplus = || is_surplus(address, record, &locked.state().deposed, &self.plan.steps);
                (!is_kept(address, record) || is_surplus()) && !is_persons(address, record)
            })
            .map(|(address, record)| (address.clone(), record.id.clone()))
            .collect()
    }

    /// Deletes what a successor has replaced earlier. `false`: it is still there.
    pub(super) async fn remove_deposed(&self, address: &Address, id: &str) -> Result<bool, StoreError> {
        let kind = registry::kind(address.kind);
        let spec = self
            .locked()
            .state()
            .deposed
            .iter()
            .find(|(of, record)| of == address && record.id == id)
            .map(|(_, record)| record.spec.clone());
        let Some(spec) = spec else { return Ok(true) };
        self.emit(Event::Started {
            address: address.clone(),
            phase: Phase::Down,
            operation: Operation::DeletePredecessor,
        });
        let seen = self.predecessor(address, &spec, id).await;
        if let Some(of_another) = self.of_another(&seen) {
            let error = AwsError::own(Class::Invalid, format!("the predecessor `{id}` stays"));
            let hint = Some(of_another);
            self.still_there(address, Failure::Call { error, hint });
            self.record(Entry::DeposedGone {
                address: address.clone(),
                id: id.to_owned(),
            })?;
            return Ok(false);
        }
        // A version is deleted because there are newer ones, and not because it is not needed: who uses it keeps it.
        let is_wanted =
            |step: &Step| !matches!(step.action, Action::Delete | Action::Release | Action::Forget);
        // Where all goes, so does what the blueprint has given to others, and they lose the newest one as well.
        let is_version = kind.checkpoint(address, &spec).is_some()
            && (self.plan.steps.get(address).is_some_and(is_wanted) || !kind.is_given_away(&spec));
        let used = match is_version {
            true => self.used(address, &seen).await,
            false => None,
        };
        if let Some(why) = used {
            let error = AwsError::own(Class::InUse, format!("the earlier version `{id}` stays"));
            let hint = Some(why);
            self.still_there(address, Failure::Call { error, hint });
            return Ok(false);
        }
        match self
            .make_absent(kind, address, &spec, Gone::Predecessor(id.to_owned()), None)
            .await
        {
            Ok(()) => {
                self.record(Entry::DeposedGone {
                    address: address.clone(),
                    id: id.to_owned(),
                })?;
                self.emit(Event::Finished {
                    address: address.clone(),
                    phase: Phase::Down,
                    operation: Operation::DeletePredecessor,
                });
                Ok(true)
            }
            Err(StepError::Store(error)) => Err(error),
            // The next run sees to it: an interrupted one says so itself.
            Err(StepError::Stopped) => Ok(true),
            Err(StepError::Aws(error)) => {
                self.still_there(address, Failure::Call { error, hint: None });
                Ok(false)
            }
            Err(StepError::Other(failure)) => {
                self.still_there(address, failure);
                Ok(false)
            }
        }
    }

    /// A predecessor as AWS has it.
    async fn predecessor(&self, address: &Address, spec: &Value, id: &str) -> Observation {
        match self.lookup(address, spec, Some(id.to_owned())) {
            Ok(lookup) => self.reader.read(self.cloud, lookup).await,
            Err(_) => Observation::Absent,
        }
    }

    /// Why a predecessor is not this environment's any more, if its tags say so: state alone is no proof. State forgets it.
    fn of_another(&self, seen: &Observation) -> Option<String> {
        let Observation::Present(live) = seen else {
            return None;
        };
        let tags = live.tags.as_ref()?;
        let own = self.locked().state().lineage.clone();
        match tags.get(tag::LINEAGE) {
            Some(lineage) if *lineage == own => None,
            Some(lineage) => Some(format!(
                "its tag {} is {lineage}, another environment's",
                tag::LINEAGE
            )),
            None => Some(format!("it does not carry the tag {} any more", tag::LINEAGE)),
        }
    }

    /// Who uses a predecessor. What AWS does not say counts as used: what is deleted does not come back.
    async fn used(&self, address: &Address, seen: &Observation) -> Option<String> {
        match seen {
            Observation::Present(live) => self.cloud.in_use_by(registry::kind(address.kind), live).await,
            Observation::Absent => None,
            Observation::Unknown(error) => Some(format!("AWS does not say who uses it ({error})")),
        }
    }

    /// Tells that a predecessor could not be deleted.
    fn still_there(&self, address: &Address, failure: Failure) {
        self.emit(Event::Failed {
            address: address.clone(),
            phase: Phase::Down,
            operation: Some(Operation::DeletePredecessor),
            failure,
        });
    }
}
