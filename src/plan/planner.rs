//! The planner. Pure: see the module's promise.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::churn;
use super::model::{Action, Cause, FieldCause, Impact, Plan, Replacement, Step};
use crate::aws::{AwsError, Class};
use crate::design::{Design, Desired, Mode};
use crate::diagnostic::Diagnostic;
use crate::resource::{
    Address, Belongings, Change, Condition, Diff, Kind, Live, Outputs, Sight, field, registry, tag, text,
};
use crate::state::{Elsewhere, Origin, Record, State};
use crate::survey::Survey;

/// Everything that the planner may know.
#[derive(Clone, Copy, Debug)]
pub struct PlanInput<'a> {
    /// What is wanted.
    pub design: &'a Design,
    /// What was applied.
    pub state: &'a State,
    /// What other environments count against the same limits.
    pub elsewhere: &'a Elsewhere,
    /// What is there.
    pub survey: &'a Survey,
    /// When that was (RFC 3339).
    pub as_of: &'a str,
    /// Whether predecessors are to go, too: when everything is taken down.
    pub with_deposed: bool,
}

/// Says what has to happen so that what is there becomes what is wanted.
///
/// Diagnostics of severity error mean that the plan cannot be applied as it is.
pub fn plan(input: &PlanInput<'_>) -> (Plan, Vec<Diagnostic>) {
    let mut planner = Planner {
        input,
        diagnostics: Vec::new(),
        remade: BTreeSet::new(),
    };
    let addresses: BTreeSet<&Address> = input
        .design
        .resources
        .keys()
        .chain(input.state.resources.keys())
        .chain(input.state.intents.keys())
        .collect();
    // Dependencies first: what is made anew leaves its dependents' references unknown.
    let mut steps = BTreeMap::new();
    for address in in_dependency_order(&addresses, input) {
        if let Some(step) = planner.step(address) {
            steps.insert(address.clone(), step);
        }
    }
    planner.diagnostics.extend(churn::findings(&steps, input));
    // What depends on a thing was replaced after it, and goes before it.
    let deposed = input
        .state
        .deposed
        .iter()
        .rev()
        .filter(|(address, record)| input.with_deposed || !is_kept(address, record))
        .map(|(address, record)| (address.clone(), record.id.clone()))
        .collect();
    let plan = Plan {
        environment: input.state.environment.clone(),
        as_of: input.as_of.to_owned(),
        steps,
        moved: Vec::new(),
        deposed,
        outputs: input.survey.outputs.clone(),
    };
    (plan, planner.diagnostics)
}

/// Whether a predecessor stays until the environment goes: a person made it, and may want to go back to it.
pub fn is_kept(address: &Address, record: &Record) -> bool {
    registry::kind(&address.kind).is_some_and(|kind| kind.checkpoint(address, &record.spec).is_some())
}

/// A finding about something whose tags say that it is not this environment's.
pub(super) fn belongs_to_another(state: &State, address: &Address, live: &Live) -> Diagnostic {
    let tags = live.tags.as_ref();
    let owner = tags.and_then(|tags| tags.get(tag::ENVIRONMENT));
    let finding = Diagnostic::error(
        "belongs-to-another",
        format!(
            "{address} exists already ({}) and belongs to `{}`",
            live.id,
            owner.map_or("another environment", String::as_str)
        ),
    )
    .note(format!("its tag {} is not {}", tag::LINEAGE, state.lineage));
    if owner == Some(&state.environment) && state.resources.is_empty() {
        finding.help("if the state of this environment was lost, `headset import FILE` finds everything again by its tags")
    } else {
        finding.help("choose another `name`, or link to it with `existing:`")
    }
}

struct Planner<'a> {
    input: &'a PlanInput<'a>,
    diagnostics: Vec<Diagnostic>,
    /// What will have other outputs after this plan than now.
    remade: BTreeSet<Address>,
}

impl Planner<'_> {
    fn step(&mut self, address: &Address) -> Option<Step> {
        let Some(kind) = registry::kind(&address.kind) else {
            self.diagnostics.push(Diagnostic::error(
                "unknown-kind",
                format!(
                    "state holds {address}, and this version of Headset has no kind `{}`",
                    address.kind
                ),
            ));
            return None;
        };
        match self.input.design.resources.get(address) {
            Some(desired) => {
                let step = self.wanted(kind, desired);
                self.fits(kind, desired, &step);
                Some(step)
            }
            None => self.unwanted(kind, address),
        }
    }

    /// A step for something that the blueprint asks for.
    fn wanted(&mut self, kind: &dyn Kind, desired: &Desired) -> Step {
        let address = &desired.address;
        let want = text::resolve(&desired.spec, &self.known_outputs());
        let record = self.input.state.resources.get(address);
        let sight = self.input.survey.sights.get(address);
        let step = |action, reason: String| Step {
            address: address.clone(),
            action,
            reason,
            causes: Vec::new(),
            impact: Impact::None,
            after: dependencies(desired),
            protect: desired.protect,
            mode: desired.mode,
            waits: desired.waits,
            want: want.clone(),
            id: record.map(|record| record.id.clone()),
            answers: desired.answers.clone(),
            place: desired.place.clone(),
        };
        match (desired.mode, sight) {
            (_, None) => step(
                Action::Unknown {
                    error: AwsError::internal("it was not looked at"),
                },
                "it was not looked at".to_owned(),
            ),
            // Whoever may not look at it mostly has it: somebody else saw to it. It must not hold up the rest.
            (Mode::Ensured, Some(Sight::Unknown(error))) if error.class == Class::Denied => {
                self.diagnostics.push(
                    Diagnostic::warning("unknown", format!("{address} could not be read: {error}"))
                        .at_maybe(desired.place.clone())
                        .help("it is taken to be there; if that is somebody else's business, say so in the blueprint"),
                );
                step(
                    Action::Read,
                    "it could not be read, and is taken to be there".to_owned(),
                )
            }
            (_, Some(Sight::Unknown(error))) => {
                self.diagnostics.push(
                    Diagnostic::warning("unknown", format!("{address} could not be read: {error}"))
                        .at_maybe(desired.place.clone()),
                );
                step(
                    Action::Unknown { error: error.clone() },
                    "it could not be read".to_owned(),
                )
            }
            (Mode::Existing, Some(Sight::Absent)) => {
                self.diagnostics.push(
                    Diagnostic::error(
                        "existing-not-found",
                        format!("{address} should exist already, and does not"),
                    )
                    .at_maybe(desired.place.clone())
                    .help("check the name or ARN, the account and the region"),
                );
                step(Action::Read, "it should exist already".to_owned())
            }
            (Mode::Existing, Some(Sight::Present(_))) => step(Action::Read, "it lives outside".to_owned()),
            (Mode::Ensured, Some(Sight::Absent)) => {
                self.remade.insert(address.clone());
                step(
                    Action::Create,
                    "the account needs it, and it is not there".to_owned(),
                )
            }
            (Mode::Ensured, Some(Sight::Present(live))) => {
                let diff = kind.diff(&want, live);
                // What cannot be changed in place is the business of whoever made it.
                let mendable = diff.iter().all(|change| change.change == Change::InPlace);
                if !mendable {
                    let fields: Vec<&str> = diff.iter().map(|change| change.field.as_str()).collect();
                    self.diagnostics.push(
                        Diagnostic::warning(
                            "shared-differs",
                            format!(
                                "{address} is there, but its {} is not as needed",
                                fields.join(" and ")
                            ),
                        )
                        .at_maybe(desired.place.clone())
                        .help("it is shared with the rest of the account: ask whoever made it"),
                    );
                }
                if diff.is_empty() || !mendable {
                    step(
                        Action::Read,
                        "it is shared with the rest of the account".to_owned(),
                    )
                } else {
                    let mut made = step(
                        Action::Update { diff: diff.clone() },
                        "the account needs it, and it is not complete".to_owned(),
                    );
                    made.causes = causes(&diff, record);
                    made
                }
            }
            (Mode::Managed, Some(Sight::Absent)) => {
                self.remade.insert(address.clone());
                match kind.checkpoint(address, &want) {
                    Some(checkpoint) => {
                        let reason = match record {
                            Some(_) => "what was there is gone, and no API can make it".to_owned(),
                            None => "no API can make it".to_owned(),
                        };
                        step(Action::Await { checkpoint }, reason)
                    }
                    None => step(Action::Create, self.why_create(address)),
                }
            }
            (Mode::Managed, Some(Sight::Present(live))) => self.compared(kind, desired, live, &want, step),
        }
    }

    /// Finds out whether AWS would refuse what is to be made or changed, because of what it refers to outside.
    fn fits(&mut self, kind: &dyn Kind, desired: &Desired, step: &Step) {
        let input = self.input;
        let referred = |field: &'static str| {
            let value = desired.spec.get(field)?;
            text::references(value).into_iter().find_map(|(address, _)| {
                let is_outside = input.design.resources.get(&address)?.mode == Mode::Existing;
                match input.survey.sights.get(&address)? {
                    Sight::Present(live) if is_outside => Some(live),
                    Sight::Present(_) | Sight::Absent | Sight::Unknown(_) => None,
                }
            })
        };
        let decides = |field: &&str| match &step.action {
            Action::Create | Action::Replace { .. } => true,
            action => action.diff().iter().any(|change| change.field == *field),
        };
        if let Some(misfit) = kind.misfit(&step.want, &referred)
            && misfit.fields.iter().any(decides)
        {
            self.diagnostics.push(
                Diagnostic::error("does-not-fit", format!("{}: {}", step.address, misfit.message))
                    .at_maybe(desired.place.clone())
                    .help("choose another image, or another instance type"),
            );
        }
    }

    /// A step for something that is wanted and there.
    fn compared(
        &mut self,
        kind: &dyn Kind,
        desired: &Desired,
        live: &Live,
        want: &Value,
        step: impl Fn(Action, String) -> Step,
    ) -> Step {
        let address = &desired.address;
        let record = self
            .input
            .state
            .resources
            .get(address)
            .filter(|record| record.origin != Origin::Existing);
        if let Err(problem) = self.ownership(address, live, record) {
            self.diagnostics.push(problem.at_maybe(desired.place.clone()));
            let error = AwsError::internal("it belongs to somebody else");
            return step(
                Action::Unknown { error },
                "it belongs to somebody else".to_owned(),
            );
        }
        let mut diff = kind.diff(want, live);
        if let Some(record) = record {
            diff.extend(field::diff_applied(kind.fields(), want, &record.spec));
        }
        let begun = self.input.state.intents.contains_key(address);
        // What an earlier run began and did not finish is nobody else's change.
        let causes = causes(&diff, record.filter(|_| !begun));
        let sessions = live.sessions;
        let mut made = if let Condition::Failed { state, reason } = &live.condition {
            let reason = format!("it is {state}: {reason}");
            step(
                Action::Replace {
                    order: Replacement::DeleteFirst,
                    diff,
                },
                reason,
            )
        } else if diff.iter().any(|change| change.change == Change::Forbidden) {
            let fields: Vec<&str> = diff
                .iter()
                .filter(|change| change.change == Change::Forbidden)
                .map(|change| change.field.as_str())
                .collect();
            self.diagnostics.push(
                Diagnostic::error(
                    "cannot-change",
                    format!("AWS cannot change {} of {address} once it exists", fields.join(" and ")),
                )
                .at_maybe(desired.place.clone())
                .help("change it back, or take the environment down first: a new one loses what the old one holds"),
            );
            step(Action::Update { diff }, "AWS cannot change it".to_owned())
        } else if let Some(change) = diff.iter().find(|change| change.change == Change::Replace) {
            let reason = format!("AWS cannot change its {} in place", change.field);
            // Where the name itself changes, old and new fit beside each other.
            let renamed = diff
                .iter()
                .any(|change| kind.identity().contains(&change.field.as_str()));
            let order = if renamed && !kind.is_exclusive() {
                Replacement::CreateFirst
            } else {
                Replacement::DeleteFirst
            };
            match kind.checkpoint(address, want).filter(|_| renamed) {
                Some(checkpoint) => step(Action::Await { checkpoint }, reason),
                None => step(Action::Replace { order, diff }, reason),
            }
        } else if let Condition::Moving { state, .. } = &live.condition {
            step(Action::Update { diff }, format!("it is still {state}"))
        } else if record.is_none() {
            step(
                Action::Adopt { diff },
                "it is ours, and state does not know it".to_owned(),
            )
        } else if diff.is_empty() {
            step(Action::Keep, "it is as wanted".to_owned())
        } else {
            let why = if begun {
                "an earlier attempt to change it did not finish".to_owned()
            } else {
                why_update(&causes, record)
            };
            step(Action::Update { diff }, why)
        };
        // What failed while it was made never held anything: protecting it would only keep it in the way.
        if matches!(live.condition, Condition::Failed { .. }) && kind.loss(live).is_none() {
            made.protect = false;
        }
        if matches!(made.action, Action::Replace { .. } | Action::Await { .. }) {
            self.remade.insert(address.clone());
        }
        made.impact = match &made.action {
            // Whichever goes first: the old one goes.
            Action::Replace { .. } => self.removal_impact(kind, address, live),
            Action::Update { diff } | Action::Adopt { diff } if live.running && cuts_off(diff) => {
                Impact::Disrupts { sessions }
            }
            _ => Impact::None,
        };
        made.causes = causes;
        made.id = Some(live.id.clone());
        made
    }

    /// A step for something that state knows and the blueprint does not ask for (any more).
    fn unwanted(&mut self, kind: &dyn Kind, address: &Address) -> Option<Step> {
        let record = self.input.state.resources.get(address);
        let intent = self.input.state.intents.get(address);
        let sight = self.input.survey.sights.get(address);
        let mut step = Step {
            address: address.clone(),
            action: Action::Forget,
            reason: String::new(),
            causes: Vec::new(),
            impact: Impact::None,
            after: match (record, intent) {
                (Some(record), _) => record.after.clone(),
                (None, Some(intent)) => intent.after.clone(),
                (None, None) => Vec::new(),
            },
            protect: record.is_some_and(|record| record.protect),
            mode: Mode::Managed,
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
        match sight {
            None | Some(Sight::Absent) => step.reason = "it is gone already".to_owned(),
            Some(Sight::Unknown(error)) => {
                self.diagnostics.push(Diagnostic::warning(
                    "unknown",
                    format!("{address} could not be read: {error}"),
                ));
                step.action = Action::Unknown { error: error.clone() };
                step.reason = "it could not be read".to_owned();
            }
            Some(Sight::Present(_)) if origin == Origin::Shared => {
                step.reason = "it is shared with the rest of the account and stays".to_owned();
            }
            Some(Sight::Present(_)) if origin == Origin::Existing => {
                step.reason = "it lives outside and stays".to_owned();
            }
            Some(Sight::Present(live)) => {
                let tagged = live.tags.as_ref().and_then(|tags| tags.get(tag::LINEAGE));
                let proven = match (&live.tags, tagged) {
                    (Some(_), Some(lineage)) => *lineage == self.input.state.lineage,
                    (Some(_), None) => false,
                    (None, _) => matches!(origin, Origin::Created | Origin::Imported),
                };
                step.id = Some(live.id.clone());
                let let_go = self.input.design.removed.contains(address);
                if proven && let_go {
                    step.reason = "the blueprint lets go of it: it stays".to_owned();
                    if live.tags.is_some() {
                        step.action = Action::Release;
                    }
                } else if proven {
                    step.action = Action::Delete;
                    step.reason = match self.input.with_deposed {
                        true => "everything of the environment is taken down",
                        false => "the blueprint no longer asks for it",
                    }
                    .to_owned();
                    step.impact = self.removal_impact(kind, address, live);
                } else if kind.checkpoint(address, &step.want).is_some() {
                    step.reason = "it stays: a person made it, and a person deletes it".to_owned();
                } else if live.tags.is_some() {
                    step.reason = "it stays: it does not carry this environment's tags (any more)".to_owned();
                } else {
                    step.reason = "it stays: nothing proves that Headset made it".to_owned();
                }
            }
        }
        Some(step)
    }

    /// What taking a thing away costs, with what hangs on it. What could not be looked at is told, not taken for nothing.
    fn removal_impact(&mut self, kind: &dyn Kind, address: &Address, live: &Live) -> Impact {
        let belongings = self.input.survey.belongings.get(address);
        if let Some(Err(error)) = belongings {
            self.diagnostics.push(
                Diagnostic::warning(
                    "unknown",
                    format!("what hangs on {address} and would be lost with it could not be listed: {error}"),
                )
                .help("look at it in the console before it goes"),
            );
        }
        removal_impact(kind, live, belongings)
    }

    /// Whether something that is there may be taken for ours.
    fn ownership(&self, address: &Address, live: &Live, record: Option<&Record>) -> Result<(), Diagnostic> {
        let state = self.input.state;
        let Some(tags) = &live.tags else {
            // What cannot carry tags hangs on something that can (an origin on its instance); whether that
            // is ours has been judged there.
            return Ok(());
        };
        match tags.get(tag::LINEAGE) {
            Some(lineage) if *lineage == state.lineage => return Ok(()),
            Some(_) => return Err(belongs_to_another(state, address, live)),
            None => {}
        }
        if record.is_some_and(|record| record.id == live.id) || state.intents.contains_key(address) {
            // Its tags were taken off, or the crash came before they were put on; the update puts them back.
            return Ok(());
        }
        Err(Diagnostic::error(
            "not-ours",
            format!(
                "{address} exists already ({}), and nothing says that it is this environment's",
                live.id
            ),
        )
        .help(format!(
            "take it over with `headset import FILE {address}`, link to it with `existing:`, or choose another name"
        )))
    }

    fn why_create(&self, address: &Address) -> String {
        if self.input.state.intents.contains_key(address) {
            "an earlier attempt to make it did not finish".to_owned()
        } else if self.input.state.resources.contains_key(address) {
            "it was deleted outside of Headset".to_owned()
        } else {
            "the blueprint asks for it".to_owned()
        }
    }

    /// The outputs that will still be true after this plan. What could not be looked at is taken to be as it was when
    /// it was applied: whoever refers to it does not change because of that.
    fn known_outputs(&self) -> Outputs {
        let mut outputs = self.input.survey.outputs.clone();
        for (address, record) in &self.input.state.resources {
            let lost = match (
                self.input.survey.sights.get(address),
                self.input.design.resources.get(address),
            ) {
                (Some(Sight::Unknown(_)), _) => true,
                // An error of its own is told about it.
                (Some(Sight::Absent), Some(desired)) => {
                    desired.mode == Mode::Existing && desired.spec == record.spec
                }
                _ => false,
            };
            if lost && !outputs.contains_key(address) {
                outputs.insert(address.clone(), record.outputs.clone());
            }
        }
        outputs.retain(|address, _| !self.remade.contains(address));
        outputs
    }
}

/// What a resource comes after: what it refers to, and what the design says beyond that.
fn dependencies(desired: &Desired) -> Vec<Address> {
    let mut after: BTreeSet<Address> = desired.after.iter().cloned().collect();
    after.extend(
        text::references(&desired.spec)
            .into_iter()
            .map(|(address, _)| address),
    );
    after.into_iter().collect()
}

fn in_dependency_order<'a>(addresses: &BTreeSet<&'a Address>, input: &PlanInput<'a>) -> Vec<&'a Address> {
    fn visit<'a>(
        address: &'a Address,
        known: &BTreeSet<&'a Address>,
        input: &PlanInput<'a>,
        seen: &mut BTreeSet<&'a Address>,
        order: &mut Vec<&'a Address>,
    ) {
        let Some(&address) = known.get(address) else {
            return;
        };
        if !seen.insert(address) {
            return;
        }
        let after = match input.design.resources.get(address) {
            Some(desired) => dependencies(desired),
            None => input
                .state
                .resources
                .get(address)
                .map(|record| record.after.clone())
                .unwrap_or_default(),
        };
        for dependency in &after {
            if let Some(&dependency) = known.get(dependency) {
                visit(dependency, known, input, seen, order);
            }
        }
        order.push(address);
    }
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for &address in addresses {
        visit(address, addresses, input, &mut seen, &mut order);
    }
    order
}

/// Tells for each differing field whether the blueprint or the cloud changed.
fn causes(diff: &Diff, record: Option<&Record>) -> Vec<FieldCause> {
    diff.iter()
        .map(|change| {
            let applied = record.and_then(|record| record.spec.get(&change.field));
            let cause = match applied {
                Some(applied) if *applied == change.want => Cause::Drift,
                Some(_) | None => Cause::Pending,
            };
            FieldCause {
                field: change.field.clone(),
                cause,
            }
        })
        .collect()
}

fn why_update(causes: &[FieldCause], record: Option<&Record>) -> String {
    let drifted = causes.iter().any(|cause| cause.cause == Cause::Drift);
    let pending = causes.iter().any(|cause| cause.cause == Cause::Pending);
    match (pending, drifted) {
        (true, true) => "the blueprint changed, and so did the cloud",
        (false, true) => "it was changed outside of Headset",
        _ if record.is_some_and(|record| record.origin == Origin::Imported) => {
            "it was imported, and is not yet as the blueprint says"
        }
        (true, false) | (false, false) => "the blueprint changed",
    }
    .to_owned()
}

/// Whether a change of something that runs stops it on the way.
fn cuts_off(diff: &Diff) -> bool {
    diff.iter().any(|change| {
        change.change == Change::Stopped || (change.field == "power" && change.want.as_str() == Some("off"))
    })
}

fn removal_impact(kind: &dyn Kind, live: &Live, belongings: Option<&Result<Belongings, AwsError>>) -> Impact {
    match kind.loss(live) {
        Some(loss) => Impact::Irreversible {
            loss: loss.to_owned(),
            names: match belongings {
                Some(Ok(belongings)) => belongings.names.clone(),
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
