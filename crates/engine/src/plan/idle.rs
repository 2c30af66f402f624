//! What runs for a person although nothing waits for one.

use std::collections::BTreeMap;

use super::dependencies::dependencies;
use super::input::PlanInput;
use super::model::{Action, Step};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::{Address, Observation, registry};

/// A warning for each. Nothing stops it by itself: AWS does not say whether a person works on it.
pub(super) fn findings(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Vec<Diagnostic> {
    let awaits = |address: &Address| {
        steps
            .values()
            // What a person has just made is taken over, and then its builder is stopped.
            .filter(|step| matches!(step.action, Action::Await { .. } | Action::Adopt { .. }))
            .filter_map(|step| input.design.resources.get(&step.address))
            .any(|desired| dependencies(desired).contains(address))
    };
    steps
        .values()
        .filter(|step| {
            matches!(
                step.action,
                Action::Keep | Action::Adopt { .. } | Action::Update { .. }
            )
        })
        .filter_map(|step| {
            let Some(Observation::Present(live)) = input.survey.observations.get(&step.address) else {
                return None;
            };
            let advice = registry::kind(step.address.kind).runs_for_people(live)?;
            let finding = Diagnostic::warning(
                "runs-for-nothing",
                format!(
                    "{} ({}) runs and costs money, and nothing that is made on it waits for a person",
                    step.address, live.id
                ),
            );
            (!awaits(&step.address)).then(|| finding.at_maybe(step.place.clone()).help(advice))
        })
        .collect()
}
