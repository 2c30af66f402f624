//! What counts as unknown: decided here, for plans and for drift.

use std::collections::BTreeMap;

use super::input::PlanInput;
use super::model::{Action, Step};
use super::unread::{Unread, Unreadable};
use headset_kinds::{Address, Observation, Published};

/// Everything that could not be read, in the order of the addresses; what others publish comes last.
pub(super) fn unread(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Vec<Unread> {
    let of_steps = steps.values().filter_map(|step| {
        let what = of_step(step, input)?;
        let address = step.address.clone();
        Some(Unread { address, what })
    });
    let published = input.survey.published.iter();
    let of_published = published.filter_map(|(address, published)| match published {
        Published::Unknown { error, .. } => Some(Unread {
            address: address.clone(),
            what: Unreadable::Metadata { error: error.clone() },
        }),
        Published::Same { .. } | Published::Changed { .. } => None,
    });
    of_steps.chain(of_published).collect()
}

fn of_step(step: &Step, input: &PlanInput<'_>) -> Option<Unreadable> {
    let (survey, state) = (input.survey, input.state);
    let address = &step.address;
    match (survey.observations.get(address), &step.action) {
        (Some(Observation::Unknown(error)), _) | (_, Action::Unknown { error }) => {
            Some(Unreadable::Resource { error: error.clone() })
        }
        (None | Some(Observation::Absent), _) => {
            // What state holds was there once, unless the run that made it never came to its end.
            let applied = state.resources.contains_key(address) && !state.intents.contains_key(address);
            (applied && survey.lost.contains(address)).then_some(Unreadable::Answers)
        }
        (Some(Observation::Present(_)), _) => None,
    }
}
