//! What an earlier run stopped in order to change it, and left standing when it was cut off.
//!
//! Its users wait. Where the change can go on, its step does that. Where the change has to wait for a person first, the thing is
//! brought back to what it was before, and changed when its turn comes.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::event::Event;
use super::failure::Failure;
use super::operation::Operation;
use super::step::StepRunner;
use super::wait::StepError;
use crate::plan::{Action, Phase, Step};
use crate::state::{StoreError, Verb};
use headset_kinds::{Address, Condition, Observation, registry};

impl StepRunner<'_, '_> {
    /// Brings back what was caught and would stand still until a person has done something.
    pub(super) async fn bring_back(&self) -> Result<(), StoreError> {
        let mut running: FuturesUnordered<_> = self
            .plan
            .steps
            .values()
            .filter(|step| self.waits_for_a_person(step))
            .filter_map(|step| self.as_applied(step))
            .map(|step| async move { (self.bring_one_back(&step).await, step) })
            .collect();
        while let Some((result, step)) = running.next().await {
            let failure = match result {
                Ok(()) | Err(StepError::Stopped) => continue,
                Err(StepError::Store(error)) => return Err(error),
                Err(StepError::Aws(error)) => Failure::Call { error, hint: None },
                Err(StepError::Other(failure)) => failure,
            };
            // Its own step, or a later run, tries again.
            self.emit(Event::Failed {
                address: step.address.clone(),
                phase: Phase::Up,
                operation: Operation::of(&step, Phase::Up),
                failure,
            });
        }
        Ok(())
    }

    /// Whether something that a step comes after, however far before it, waits for a person.
    fn waits_for_a_person(&self, step: &Step) -> bool {
        let mut seen: BTreeSet<&Address> = BTreeSet::new();
        let mut before: Vec<&Address> = step.after.iter().collect();
        while let Some(address) = before.pop() {
            let Some(step) = self.plan.steps.get(address).filter(|_| seen.insert(address)) else {
                continue;
            };
            if matches!(step.action, Action::Await { .. }) {
                return true;
            }
            before.extend(&step.after);
        }
        false
    }

    /// A step to what was applied last, where an earlier run began to change that.
    fn as_applied(&self, step: &Step) -> Option<Step> {
        if !matches!(step.action, Action::Update { .. }) {
            return None;
        }
        let locked = self.locked();
        let state = locked.state();
        let begun = state.intents.get(&step.address)?;
        let record = state.resources.get(&step.address)?;
        (begun.verb == Verb::Update).then(|| Step {
            want: record.spec.clone(),
            id: Some(record.id.clone()),
            after: record.after.clone(),
            ..step.clone()
        })
    }

    async fn bring_one_back(&self, step: &Step) -> Result<(), StepError> {
        let kind = registry::kind(step.address.kind);
        let lookup = self.lookup(&step.address, &step.want, step.id.clone())?;
        let Observation::Present(live) = self.reader.read(self.cloud, lookup).await else {
            return Ok(());
        };
        let stands = !live.running && !matches!(live.condition, Condition::Failed { .. });
        let (_, own) = self.part(kind, step, &step.want, &live);
        let diff = kind.diff(&step.want, own.as_ref().unwrap_or(&live));
        if !stands || diff.is_empty() {
            return Ok(());
        }
        let operation = Operation::of(step, Phase::Up);
        let (address, phase) = (step.address.clone(), Phase::Up);
        if let Some(operation) = operation {
            self.emit(Event::Started {
                address: address.clone(),
                phase,
                operation,
            });
        }
        let back = Step {
            action: Action::Update { diff },
            ..step.clone()
        };
        self.converge(kind, &back).await?;
        self.commit().await?;
        if let Some(operation) = operation {
            self.emit(Event::Finished {
                address,
                phase,
                operation,
            });
        }
        Ok(())
    }
}
