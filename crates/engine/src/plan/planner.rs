//! The planner. Pure: see the module's promise.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::account;
use super::aftermath;
use super::causes::Judged;
use super::creation_limit;
use super::dependencies::{Linked, all_dependencies, in_dependency_order};
use super::held;
use super::idle;
use super::input::PlanInput;
use super::last;
use super::model::{Action, Impact, Plan, Step};
use super::reason::Reason;
use super::replaced;
use super::scope;
use super::selection::Partial;
use super::shared;
use super::unknown;
use super::versions::{self, is_kept, is_surplus};
use crate::state::{Entry, Origin, Record, both};
use crate::survey::known_id;
use headset_core::diagnostic::Diagnostic;
use headset_core::{AwsError, Class};
use headset_design::{Desired, Mode};
use headset_kinds::{Address, Change, Diff, Kind, Live, Observation, Outputs, output, registry, text};

/// Says what has to happen so that what is there becomes what is wanted.
///
/// Diagnostics of severity error mean that the plan cannot be applied as it is.
pub fn plan(input: &PlanInput<'_>) -> (Plan, Vec<Diagnostic>) {
    let mut state = input.state.clone();
    let mut moved = input.moved.to_vec();
    loop {
        let now = PlanInput {
            state: &state,
            ..*input
        };
        let (mut plan, mut findings) = once(&now);
        let held::Claimed { moves, twice } = held::claimed(&plan.steps, &now);
        if moves.is_empty() {
            findings.extend(held::settle(&mut plan.steps, &twice, &now));
            findings.extend(replaced::findings(&plan.steps, &now));
            let kept = held::kept(&plan.steps, &now);
            plan.deposed
                .retain(|(address, id)| !kept.contains(&(address.kind, id.clone())));
            plan.moved = moved;
            return restricted(plan, findings, &now);
        }
        // The same thing under another address: state learns that, and everything is judged anew. Each round leaves
        // state with less that the blueprint does not ask for.
        moved = both(&moved, &moves);
        state.apply(Entry::Relocated { moves });
    }
}

/// The part of a plan that is asked for, with what is to be known about that part. What is wrong elsewhere does not keep it
/// from being done.
fn restricted(mut plan: Plan, findings: Vec<Said>, input: &PlanInput<'_>) -> (Plan, Vec<Diagnostic>) {
    let lasts = last::order(&mut plan.steps);
    scope::restrict(&mut plan, input.scope, input.design);
    lasts.mark(&mut plan.steps);
    let is_asked_for = |address: &Address| plan.partial.is_none() || plan.steps.contains_key(address);
    let findings = findings.into_iter().filter(|(address, _)| is_asked_for(address));
    let mut findings: Vec<Diagnostic> = findings.map(|(_, finding)| finding).collect();
    findings.extend(replaced::left_out(&plan.steps, input));
    let counts = creation_limit::counts(&plan.steps, input);
    findings.extend(counts.findings);
    plan.over_limit = counts.over;
    findings.extend(account::findings(&plan.steps, input));
    findings.extend(aftermath::mark(&mut plan.steps, input));
    findings.extend(shared::findings(&plan.steps, input));
    findings.extend(idle::findings(&plan.steps, input));
    findings.extend(plan.partial.as_ref().map(Partial::finding));
    (plan, findings)
}

/// What is to be known about an address.
pub(super) type Said = (Address, Diagnostic);

/// A plan for this state with any addresses.
fn once(input: &PlanInput<'_>) -> (Plan, Vec<Said>) {
    let mut planner = Planner {
        input,
        diagnostics: Vec::new(),
        remade: BTreeSet::new(),
        linked: Linked::of(input.state),
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
    let mut findings = Vec::new();
    for address in in_dependency_order(&addresses, input) {
        if let Some(step) = planner.step(address) {
            steps.insert(address.clone(), step);
        }
        let about = planner.diagnostics.drain(..);
        findings.extend(about.map(|finding| (address.clone(), finding)));
    }
    let versions = versions::after(&steps, input.state);
    // What depends on a thing was replaced after it, and goes before it.
    let deposed = input
        .state
        .deposed
        .iter()
        .rev()
        .filter(|(address, record)| {
            input.with_deposed || !is_kept(address, record) || is_surplus(address, record, &versions, &steps)
        })
        .filter(|(address, record)| held::may_go(address, record, input))
        .map(|(address, record)| (address.clone(), record.id.clone()))
        .collect();
    let plan = Plan {
        environment: input.state.environment.clone(),
        as_of: input.as_of.to_owned(),
        unread: unknown::unread(&steps, input),
        steps,
        moved: Vec::new(),
        deposed,
        outputs: input.survey.outputs.clone(),
        partial: None,
        over_limit: Vec::new(),
    };
    (plan, findings)
}

/// A step that only reads, with the id by which state will know the thing. Most give it as an output.
fn known_by(step: Step, live: &Live) -> Step {
    let gives = |output: &str| live.outputs.contains_key(output);
    let is_known = step.id.is_some() || gives(output::ID) || gives(output::ARN);
    Step {
        id: match is_known {
            true => step.id,
            false => Some(live.id.clone()),
        },
        ..step
    }
}

/// What is wrong if the blueprint links to something else at the address of what is Headset's: that would stay, and nothing
/// would know it. What a person made is kept beside the link until the environment goes, as a predecessor is; that is
/// said, since it costs.
fn made_before(desired: &Desired, record: Option<&Record>, live: &Live) -> Option<Diagnostic> {
    let record = record.filter(|record| !record.is_link())?;
    let kept = is_kept(&desired.address, record);
    if record.id == live.id {
        let finding = Diagnostic::warning(
            "let-go",
            format!(
                "the blueprint only links to {} ({}), which belongs to this environment: from the next apply on, \
                 `destroy` leaves it",
                desired.address, live.id
            ),
        );
        return Some(finding.at_maybe(desired.place.clone()).help(
            "if it is to outlive the environment, you have nothing to do; else leave the entry as it was, or link \
             under another key",
        ));
    }
    if kept {
        let finding = Diagnostic::warning(
            "kept-beside",
            format!(
                "the blueprint links {} to {}; {}, which a person made, stays beside it, and `destroy` deletes it \
                 with the environment",
                desired.address, live.id, record.id
            ),
        );
        return Some(finding.at_maybe(desired.place.clone()).help(
            "delete it in the console if it is not needed any more; with the entry as it was, Headset uses it again",
        ));
    }
    if record.origin == Origin::Adopted {
        return None;
    }
    let finding = Diagnostic::error(
        "made-before",
        format!(
            "the blueprint links {} to {}, but Headset made {} under this key",
            desired.address, live.id, record.id
        ),
    );
    let finding = finding.at_maybe(desired.place.clone()).help(
        "delete the entry and apply, so that Headset deletes what it made, then add the link; or link under another \
         key",
    );
    Some(finding)
}

/// A plan in the making.
pub(super) struct Planner<'a> {
    pub(super) input: &'a PlanInput<'a>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What will have other outputs after this plan than now.
    pub(super) remade: BTreeSet<Address>,
    /// What links stand for.
    pub(super) linked: Linked,
}

impl Planner<'_> {
    fn step(&mut self, address: &Address) -> Option<Step> {
        let kind = registry::kind(address.kind);
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
        let want = text::resolve(&desired.spec, &self.known_outputs(&desired.spec));
        let record = self.input.state.resources.get(address);
        let observation = self.input.survey.observations.get(address);
        let lists = self.input.design.lists_of(desired);
        let after = all_dependencies(desired, record, self.input);
        let after = self.linked.behind(address, after, self.input);
        let step = |action, reason: Reason| Step {
            address: address.clone(),
            action,
            reason,
            side_effect: None,
            causes: Vec::new(),
            impact: Impact::None,
            after: after.clone(),
            protect: desired.protect,
            mode: desired.mode,
            lists,
            waits: desired.waits,
            want: want.clone(),
            id: record.and_then(|record| known_id(record, desired)),
            answers: desired.answers.clone(),
            place: desired.place.clone(),
        };
        match (desired.mode, observation) {
            (_, None) => step(
                Action::Unknown {
                    error: AwsError::bug("it was not looked at"),
                },
                Reason::NotLookedAt,
            ),
            // Where the caller may not look at it, it mostly exists: others made it. It must not hold up the rest.
            (Mode::Ensured, Some(Observation::Unknown(error))) if error.class == Class::Denied => {
                self.diagnostics.push(
                    Diagnostic::warning("unknown", format!("{address} could not be read: {error}"))
                        .at_maybe(desired.place.clone())
                        .help(
                            "Headset assumes that it exists; if other people provide it, say so in the blueprint",
                        ),
                );
                step(Action::Read, Reason::TakenToBeThere)
            }
            (_, Some(Observation::Unknown(error))) => {
                let finding = match error.class {
                    // What keeps it from being read keeps it from being made as well.
                    Class::AlreadyThere => {
                        Diagnostic::error("name-taken", format!("{address}: {}", error.message))
                            .help("give it another name, or use the credentials of the account that has it")
                    }
                    _ => Diagnostic::warning("unknown", format!("{address} could not be read: {error}")),
                };
                self.diagnostics.push(finding.at_maybe(desired.place.clone()));
                step(Action::Unknown { error: error.clone() }, Reason::Unread)
            }
            (Mode::Existing, Some(Observation::Absent)) => {
                self.diagnostics.push(
                    Diagnostic::error(
                        "existing-not-found",
                        format!("{address} should exist already, and does not"),
                    )
                    .at_maybe(desired.place.clone())
                    .help("check the name or ARN, the account and the region"),
                );
                step(Action::Read, Reason::ShouldExist)
            }
            (Mode::Existing, Some(Observation::Present(live))) => {
                self.diagnostics.extend(made_before(desired, record, live));
                let is_another = record.is_some_and(|record| known_id(record, desired).is_none());
                let reason = match is_another {
                    true => Reason::AnotherLivesOutside,
                    false => Reason::LivesOutside,
                };
                known_by(step(Action::Read, reason), live)
            }
            (Mode::Ensured, Some(Observation::Absent)) => {
                self.remade.insert(address.clone());
                step(Action::Create, Reason::AccountNeeds)
            }
            (Mode::Ensured, Some(Observation::Present(live))) => {
                let diff = kind.diff(&want, live);
                let causes = self.judged(kind, desired, live, &diff).causes();
                // What cannot be changed in place is left to those who made it.
                let mendable = diff.iter().all(|change| change.change == Change::InPlace);
                if !mendable {
                    let fields: Vec<&str> = diff.iter().map(|change| change.field.as_str()).collect();
                    self.diagnostics.push(
                        Diagnostic::warning(
                            "shared-differs",
                            format!(
                                "{address} exists, but its {} is not as needed",
                                fields.join(" and ")
                            ),
                        )
                        .at_maybe(desired.place.clone())
                        .help("it is shared with the rest of the account: ask the people who made it"),
                    );
                }
                let mut made = if diff.is_empty() || !mendable {
                    known_by(step(Action::Read, Reason::Shared), live)
                } else {
                    step(Action::Update { diff }, Reason::AccountNeedsMore)
                };
                made.causes = causes;
                made
            }
            (Mode::Managed, Some(Observation::Absent)) => {
                let is_lost = self.input.survey.lost.contains(address);
                if !is_lost {
                    self.remade.insert(address.clone());
                }
                match kind.checkpoint(address, &want) {
                    Some(checkpoint) => {
                        let reason = match record {
                            Some(_) if is_lost => Reason::AnswersLost,
                            _ => Reason::ByHand {
                                why: kind.why_manual(),
                                is_gone: record.is_some(),
                            },
                        };
                        let diff = Diff::new();
                        step(Action::Await { checkpoint, diff }, reason)
                    }
                    None => step(Action::Create, self.why_create(address)),
                }
            }
            (Mode::Managed, Some(Observation::Present(live))) => {
                self.compared(kind, desired, live, &want, step)
            }
        }
    }

    /// What decides why a thing differs.
    pub(super) fn judged<'b>(
        &'b self,
        kind: &'b dyn Kind,
        desired: &'b Desired,
        live: &'b Live,
        changes: &'b Diff,
    ) -> Judged<'b> {
        let (state, address) = (self.input.state, &desired.address);
        Judged {
            kind,
            record: state
                .resources
                .get(address)
                .filter(|record| record.origin != Origin::Existing && !state.intents.contains_key(address)),
            spec: &desired.spec,
            live,
            changes,
            state,
            outputs: &self.input.survey.outputs,
            remade: &self.remade,
        }
    }

    fn why_create(&self, address: &Address) -> Reason {
        // What was linked to at this address is another thing, and is there as before.
        let was_made = |record: &Record| !record.is_link();
        if self.input.state.intents.contains_key(address) {
            Reason::CreationUnfinished
        } else if self.input.state.resources.get(address).is_some_and(was_made) {
            Reason::DeletedOutside
        } else {
            Reason::Asked
        }
    }

    /// The outputs of what a spec refers to that will still be true after this plan.
    fn known_outputs(&self, spec: &Value) -> Outputs {
        let referred = text::references(spec).into_iter().map(|(address, _)| address);
        let known = referred.filter_map(|address| {
            let outputs = self.known_output(&address)?.clone();
            Some((address, outputs))
        });
        known.collect()
    }

    /// What could not be looked at is taken to be as it was when it was applied: what refers to it does not change because of
    /// that.
    fn known_output(&self, address: &Address) -> Option<&BTreeMap<String, String>> {
        let survey = self.input.survey;
        let is_lost = |record: &&Record| match (
            survey.observations.get(address),
            self.input.design.resources.get(address),
        ) {
            (Some(Observation::Unknown(_)), _) => true,
            // It has an error of its own.
            (Some(Observation::Absent), Some(desired)) => {
                desired.mode == Mode::Existing && desired.spec == record.spec
            }
            _ => false,
        };
        let applied = || self.input.state.resources.get(address).filter(is_lost);
        let found = survey
            .outputs
            .get(address)
            .or_else(|| applied().map(|record| &record.outputs));
        // What was answered of a thing holds, however much is still asked.
        found
            .filter(|_| !self.remade.contains(address))
            .or_else(|| survey.told.get(address))
    }
}
