//! What AWS would refuse because of what it refers to.

use super::model::{Action, Step};
use super::planner::Planner;
use headset_core::diagnostic::Diagnostic;
use headset_design::{Desired, Mode};
use headset_kinds::field::{self, FieldId};
use headset_kinds::{Kind, Observation, evidence, text};

impl Planner<'_> {
    /// Finds out whether AWS would refuse what is to be made or changed, because of what it refers to: what lives outside,
    /// or what is there and stays.
    pub(super) fn fits(&mut self, kind: &dyn Kind, desired: &Desired, step: &Step) {
        let input = self.input;
        let referred = |field: FieldId| {
            let value = field.of(&desired.spec)?;
            text::references(value).into_iter().find_map(|(address, _)| {
                let is_outside = input.design.resources.get(&address)?.mode == Mode::Existing;
                match input.survey.observations.get(&address)? {
                    Observation::Present(live) if is_outside || !self.remade.contains(&address) => Some(live),
                    Observation::Present(_) | Observation::Absent | Observation::Unknown(_) => None,
                }
            })
        };
        let decides = |field: &FieldId| match &step.action {
            Action::Create | Action::Replace { .. } => true,
            action => field::change_of(action.diff(), *field).is_some(),
        };
        if let Some(incompatibility) = kind.incompatibility(&step.want, &referred)
            && incompatibility.fields.iter().any(decides)
        {
            let assumed = evidence::behind_incompatibility(&incompatibility.fields);
            let assumed = assumed.into_iter().map(|one| {
                format!(
                    "; if AWS takes the two together all the same, an assumption is wrong: see `headset explain {}`",
                    one.id
                )
            });
            let help: String = std::iter::once("choose another image, or another instance type".to_owned())
                .chain(assumed)
                .collect();
            self.diagnostics.push(
                Diagnostic::error(
                    "does-not-fit",
                    format!("{}: {}", step.address, incompatibility.message),
                )
                .at_maybe(desired.place.clone())
                .help(help),
            );
        }
    }
}
