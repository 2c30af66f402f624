//! Whose something is that is there already.

use serde_json::Value;

use super::planner::Planner;
use super::refusal::Refusal;
use crate::state::{Record, State};
use headset_design::Desired;
use headset_kinds::spec::Existing;
use headset_kinds::{Live, tag};

/// Why something is refused whose tags carry another lineage than state: it is another environment's, or it is this one's,
/// made with a state that was lost.
pub(super) fn belongs_to_another(state: &State, live: &Live) -> Refusal {
    let tagged = |key: &str| live.tags.as_ref().and_then(|tags| tags.get(key)).cloned();
    let (thing, environment) = (live.id.clone(), tagged(tag::ENVIRONMENT));
    match environment {
        Some(environment) if !state.holds_anything() && environment == state.environment => {
            Refusal::LostState {
                thing,
                environment,
                lineage: tagged(tag::LINEAGE),
            }
        }
        environment => Refusal::BelongsToAnother {
            thing,
            environment,
            lineage: state.lineage.clone(),
        },
    }
}

impl Planner<'_> {
    /// Whether something that is there may be taken for ours.
    pub(super) fn ownership(
        &self,
        desired: &Desired,
        live: &Live,
        record: Option<&Record>,
    ) -> Result<(), Refusal> {
        let state = self.input.state;
        let address = &desired.address;
        let Some(tags) = &live.tags else {
            // What cannot carry tags hangs on something that can (an origin on its instance); whether that
            // is ours has been judged there.
            return Ok(());
        };
        match tags.get(tag::LINEAGE) {
            Some(lineage) if *lineage == state.lineage => return Ok(()),
            Some(_) => return Err(belongs_to_another(state, live)),
            None => {}
        }
        if record.is_some_and(|record| record.id == live.id) || state.intents.contains_key(address) {
            // Its tags were taken off, or the crash came before they were put on; the update puts them back.
            return Ok(());
        }
        let wanted = desired.spec.get(Existing::NAME).and_then(Value::as_str);
        if desired.is_named && wanted == Some(&live.id) {
            // A person said that this is it; the update puts the tags on.
            return Ok(());
        }
        Err(Refusal::NotOurs {
            thing: live.id.clone(),
        })
    }
}
