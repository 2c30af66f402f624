//! Predecessors: what was replaced beside its successor, and has to go once nothing needs it any more.

use super::event::Event;
use super::failure::Failure;
use super::operation::Operation;
use super::step::StepRunner;
use super::wait::StepError;
use crate::plan::{Phase, is_kept, is_persons};
use crate::state::{Entry, StoreError};
use headset_kinds::{Address, registry};

impl StepRunner<'_, '_> {
    /// What can go at the end of a run, dependents first, each with its physical id.
    pub(super) fn replaced(&self) -> Vec<(Address, String)> {
        let locked = self.locked();
        let deposed = locked.state().deposed.iter().rev();
        deposed
            .filter(|(_, record)| !record.is_link())
            .filter(|(address, record)| !is_kept(address, record) && !is_persons(address, record))
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
        match self
            .make_absent(kind, address, &spec, Some(id.to_owned()), None)
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
