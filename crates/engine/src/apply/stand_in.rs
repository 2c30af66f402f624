//! What AWS has nothing to make of, because what there would be is there already.

use super::event::Event;
use super::step::StepRunner;
use super::wait::StepError;
use crate::plan::Step;
use crate::state::Origin;
use headset_core::{AwsError, Class};
use headset_kinds::{Address, Checkpoint, Kind, Observation, spec::Existing};

impl StepRunner<'_, '_> {
    /// Where AWS has nothing newer to make than what is there, that is linked to in its place; where it refuses for another
    /// reason, a person may be able to.
    pub(super) async fn otherwise(
        &self,
        kind: &dyn Kind,
        step: &Step,
        error: AwsError,
    ) -> Result<Option<Checkpoint>, StepError> {
        if error.class != Class::UpToDate {
            return self.instead(kind, step, error).await;
        }
        let Some(spec) = kind.stand_in(&self.resolve(step)?) else {
            return Err(error.into());
        };
        let lookup = self.lookup(&step.address, &spec, None)?;
        let Observation::Present(live) = self.reader.read(self.cloud, lookup).await else {
            return Err(error.into());
        };
        let thing = live.id.clone();
        self.note(step, spec, Origin::Existing, live)?;
        self.emit(Event::UpToDate {
            address: step.address.clone(),
            thing,
        });
        Ok(None)
    }

    /// Whether another thing stands for the one at this address.
    pub(super) fn is_stood_in_for(&self, address: &Address) -> bool {
        let locked = self.locked();
        let record = locked.state().resources.get(address);
        record.is_some_and(|record| record.spec.get(Existing::INSTEAD_OF).is_some())
    }
}
