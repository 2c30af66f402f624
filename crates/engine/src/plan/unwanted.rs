//! What state knows and the blueprint does not ask for: what of it goes, what stays, and what its going costs.

use std::collections::BTreeMap;

use serde_json::Value;

use super::causes;
use super::model::{Action, Impact, Step};
use super::planner::Planner;
use super::reason::Reason;
use crate::state::{Intent, Origin};
use headset_core::AwsError;
use headset_core::diagnostic::Diagnostic;
use headset_design::{Lists, Mode};
use headset_kinds::shell::word;
use headset_kinds::{Address, Dependents, Kind, Live, Observation, tag};

impl Planner<'_> {
    /// A step for something that state knows and the blueprint does not ask for (any more).
    pub(super) fn unwanted(&mut self, kind: &dyn Kind, address: &Address) -> Option<Step> {
        let record = self.input.state.resources.get(address);
        let intent = self.input.state.intents.get(address);
        let observation = self.input.survey.observations.get(address);
        let after = match (record, intent) {
            (Some(record), _) => record.after.clone(),
            (None, Some(intent)) => intent.after.clone(),
            (None, None) => Vec::new(),
        };
        let mut step = Step {
            address: address.clone(),
            action: Action::Forget,
            // The arms below say why where it is another.
            reason: Reason::Gone,
            side_effect: None,
            causes: Vec::new(),
            impact: Impact::None,
            after: self.linked.behind(address, after, self.input),
            protect: record.is_some_and(|record| record.protect),
            mode: Mode::Managed,
            lists: Lists::All,
            waits: record.map(|record| record.waits).unwrap_or_default(),
            want: match (record, intent) {
                (Some(record), _) => record.spec.clone(),
                (None, Some(intent)) => intent.spec.clone(),
                (None, None) => Value::Null,
            },
            id: record.map(|record| record.id.clone()),
            answers: BTreeMap::new(),
            place: None,
        };
        let origin = record.map_or(Origin::Created, |record| record.origin);
        match observation {
            Some(Observation::Absent) if self.input.survey.lost.contains(address) => {
                step.reason = Reason::PersonsUnanswered;
            }
            Some(Observation::Absent) => step.reason = Reason::Gone,
            None => {
                step.action = Action::Unknown {
                    error: AwsError::bug("it was not looked at"),
                };
                step.reason = Reason::NotLookedAt;
            }
            Some(Observation::Unknown(error)) => {
                self.diagnostics.push(Diagnostic::warning(
                    "unknown",
                    format!("{address} could not be read: {error}"),
                ));
                step.action = Action::Unknown { error: error.clone() };
                step.reason = Reason::Unread;
            }
            Some(Observation::Present(_)) if origin == Origin::Shared => {
                step.reason = Reason::SharedStays;
            }
            Some(Observation::Present(_)) if origin == Origin::Existing => {
                step.reason = Reason::OutsideStays;
            }
            Some(Observation::Present(live)) => {
                if let Some(record) =
                    record.filter(|record| intent.is_none() && record.origin != Origin::Existing)
                {
                    step.causes = causes::drifted(kind, record, live);
                }
                let tagged = live.tags.as_ref().and_then(|tags| tags.get(tag::LINEAGE));
                let proven = match (&live.tags, tagged) {
                    (Some(_), Some(lineage)) => *lineage == self.input.state.lineage,
                    (Some(_), None) => false,
                    // What a person made stays the person's, even if a record says otherwise: earlier versions took
                    // some of it for Headset's own after a crash.
                    (None, _) if kind.checkpoint(address, &step.want).is_some() => false,
                    (None, _) if record.is_none() => intent.is_some_and(Intent::proves),
                    (None, _) => matches!(origin, Origin::Created | Origin::Imported),
                };
                step.id = Some(live.id.clone());
                let let_go = self.input.design.removed.contains_key(address);
                if proven && let_go {
                    step.reason = Reason::LetGo;
                    if live.tags.is_some() {
                        step.action = Action::Release;
                    }
                } else if proven {
                    step.action = Action::Delete;
                    step.reason = match self.input.with_deposed {
                        true => Reason::TakenDown,
                        false => Reason::NotAsked,
                    };
                    step.side_effect = kind.removal(live);
                    step.impact = self.removal_impact(kind, address, live);
                } else if kind.checkpoint(address, &step.want).is_some() {
                    step.reason = Reason::Persons;
                } else if live.tags.is_some() {
                    step.reason = Reason::Untagged;
                } else {
                    step.reason = Reason::Unproven;
                }
            }
        }
        Some(step)
    }

    /// What taking a thing away costs, with what hangs on it. What could not be read is reported, not taken for
    /// nothing.
    pub(super) fn removal_impact(&mut self, kind: &dyn Kind, address: &Address, live: &Live) -> Impact {
        let dependents = self.input.survey.dependents.get(address);
        if let Some(Err(error)) = dependents {
            self.diagnostics.push(
                Diagnostic::warning(
                    "unknown",
                    format!("the dependents of {address}, which would be lost with it, could not be listed: {error}"),
                )
                .help("look at it in the console before it goes"),
            );
        }
        if let Some(Ok(dependents)) = dependents
            && !dependents.names.is_empty()
            && let Some(why) = kind.kept_for(dependents)
        {
            let address_word = word(&address.to_string());
            self.diagnostics.push(
                Diagnostic::error("kept", format!("{address} is not deleted: {why}")).help(format!(
                    "to leave it where it is and go on with the rest, add `--exclude {address_word}`"
                )),
            );
        }
        removal_impact(kind, live, dependents)
    }
}

fn removal_impact(kind: &dyn Kind, live: &Live, dependents: Option<&Result<Dependents, AwsError>>) -> Impact {
    let is_spared = matches!(dependents, Some(Ok(dependents)) if kind.is_spared(dependents));
    match kind.loss(live).filter(|_| !is_spared) {
        Some(loss) => Impact::Irreversible {
            loss: loss.to_owned(),
            names: match dependents {
                Some(Ok(dependents)) => dependents.names.clone(),
                Some(Err(_)) | None => Vec::new(),
            },
            sessions: live.sessions,
        },
        None if live.running => Impact::Disrupts {
            sessions: live.sessions,
        },
        None => Impact::None,
    }
}
