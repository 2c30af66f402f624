//! Applications whose name another environment uses, too.

use std::collections::BTreeMap;

use super::input::PlanInput;
use super::model::{Action, Step};
use headset_core::diagnostic::Diagnostic;
use headset_design::{is_application, shared_application};
use headset_kinds::Address;

/// A warning for each application that a person is about to make although another environment of this machine has one
/// of the same name.
pub(super) fn findings(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Vec<Diagnostic> {
    steps
        .values()
        .filter(|step| is_application(&step.address) && matches!(step.action, Action::Await { .. }))
        .filter_map(|step| {
            let others = input.others.applications.get(&step.address)?;
            let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
            Some(shared_application(&step.address, &others.join(" and ")).at_maybe(step.place.clone()))
        })
        .collect()
}
