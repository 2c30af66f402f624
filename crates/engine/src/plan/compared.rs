//! What is wanted and there: what of it has to change, and in which way.

use serde_json::Value;

use super::beside::part;
use super::causes;
use super::model::{Action, Cause, FieldCause, Impact, Replacement, Step};
use super::planner::Planner;
use super::reason::Reason;
use super::replaced::is_replaced;
use crate::state::{Origin, Verb};
use headset_core::diagnostic::Diagnostic;
use headset_core::{Field, beside};
use headset_design::Desired;
use headset_kinds::{Change, Condition, Diff, Kind, Live, field};

impl Planner<'_> {
    /// A step for something that is wanted and there.
    pub(super) fn compared(
        &mut self,
        kind: &dyn Kind,
        desired: &Desired,
        live: &Live,
        want: &Value,
        step: impl Fn(Action, Reason) -> Step,
    ) -> Step {
        let address = &desired.address;
        let record = self
            .input
            .state
            .resources
            .get(address)
            .filter(|record| record.origin != Origin::Existing);
        if let Err(refusal) = self.ownership(desired, live, record) {
            let finding = refusal.finding(address).at_maybe(desired.place.clone());
            self.diagnostics.push(finding);
            return step(Action::Refused { refusal }, Reason::NotOurs);
        }
        let intent = self.input.state.intents.get(address);
        let (theirs, own) = part(
            kind,
            self.input.design.lists_of(desired),
            live,
            want,
            record,
            intent,
        );
        if !theirs.is_empty() {
            self.diagnostics.push(left_to_others(&theirs, desired));
        }
        let live = own.as_ref().unwrap_or(live);
        let mut diff = kind.diff(want, live);
        if let Some(record) = record {
            diff.extend(live.diff_applied(kind.fields(), want, &record.spec));
        }
        let begun = intent.is_some();
        let judged = self.judged(kind, desired, live, &diff);
        let causes = judged.causes();
        let why = judged.why(&causes);
        if diff.is_empty() && record.is_some() && intent.is_some_and(|intent| intent.verb == Verb::Update) {
            diff = kind.unfinished(want);
        }
        let others = causes::others(kind, live);
        if !others.is_empty() {
            self.diagnostics.push(added(&others, desired));
        }
        let sessions = live.sessions;
        let mut made = if let Condition::Failed { state, reason } = &live.condition {
            let order = Replacement::DeleteFirst;
            let (state, error) = (state.clone(), reason.clone());
            step(Action::Replace { order, diff }, Reason::Failed { state, error })
        } else if is_replaced(self.input, kind, address, live, want) {
            // Its name stays the same: the old one makes room.
            let order = Replacement::DeleteFirst;
            step(Action::Replace { order, diff }, Reason::ReplaceAsked)
        } else if diff.iter().any(|change| change.change == Change::Forbidden) {
            let fields: Vec<&str> = diff
                .iter()
                .filter(|change| change.change == Change::Forbidden)
                .map(|change| change.field.as_str())
                .collect();
            let finding = Diagnostic::error(
                "cannot-change",
                format!(
                    "AWS cannot change {} of {address} once it exists",
                    fields.join(" and ")
                ),
            );
            let why = fields.iter().filter_map(|field| kind.why_unchangeable(field));
            let finding = why.fold(finding, Diagnostic::note);
            self.diagnostics.push(finding.at_maybe(desired.place.clone()).help(
                "change it back; for another one, make a second environment with another `name`, move over and take this \
                 one down: what the old one holds does not come along, and so nothing replaces it by itself",
            ));
            step(Action::Update { diff }, Reason::Unchangeable)
        } else if let Some(change) = diff.iter().find(|change| change.change == Change::Replace) {
            let fields = changed_fields(kind, &diff, want, record.map(|record| &record.spec));
            let reason = match kind.why_replaced(&fields) {
                Some(why) => Reason::Superseded { why },
                None => Reason::FieldUnchangeable {
                    field: change.field.clone(),
                },
            };
            // Where the name itself changes, old and new fit beside each other.
            let renamed = diff.iter().any(|change| field::is_any(change, kind.identity()));
            let order = if renamed && !kind.is_exclusive() {
                Replacement::CreateFirst
            } else {
                Replacement::DeleteFirst
            };
            let successor = self.input.survey.successors.get(address);
            match kind.checkpoint(address, want).filter(|_| renamed) {
                Some(_) if successor.is_some_and(|next| self.ownership(desired, next, None).is_ok()) => {
                    let next = successor.unwrap_or(live);
                    let diff = kind.diff(want, next);
                    let of = live.id.clone();
                    let mut earlier = self.input.state.deposed.iter();
                    let reason = match earlier.any(|(at, record)| at == address && record.id == next.id) {
                        true => Reason::BackTo { of },
                        false => Reason::Successor { of },
                    };
                    let mut made = step(Action::Adopt { diff }, reason);
                    made.id = Some(next.id.clone());
                    made.causes = causes;
                    // It differs from the old one because it is another one.
                    made.causes.retain(|cause| cause.cause == Cause::Drift);
                    return made;
                }
                Some(checkpoint) => {
                    let diff = Diff::new();
                    let reason = match desired.is_named {
                        true => Reason::OtherNamed,
                        false => reason,
                    };
                    step(Action::Await { checkpoint, diff }, reason)
                }
                None => step(Action::Replace { order, diff }, reason),
            }
        } else if let Condition::Moving { state, .. } = &live.condition {
            let state = state.clone();
            step(Action::Update { diff }, Reason::Moving { state })
        } else if let Some(checkpoint) = kind.edit(address, want, live, &diff) {
            let reason = match record {
                Some(_) => Reason::ValuesChanged,
                None => Reason::ValuesChangedSince,
            };
            step(Action::Await { checkpoint, diff }, reason)
        } else if record.is_none() {
            step(Action::Adopt { diff }, Reason::UnknownToState)
        } else if diff.is_empty() && causes.is_empty() {
            step(Action::Keep, Reason::AsWanted)
        } else if diff.is_empty() {
            step(Action::Keep, Reason::ChangedAsWanted)
        } else {
            let why = if begun { Reason::ChangeUnfinished } else { why };
            step(Action::Update { diff }, why)
        };
        // What failed while it was made never held anything: protecting it would only keep it in the way.
        if matches!(live.condition, Condition::Failed { .. }) && kind.loss(live).is_none() {
            made.protect = false;
        }
        let replaced = matches!(made.action, Action::Replace { .. } | Action::Await { .. });
        if replaced && !made.action.edits() {
            self.remade.insert(address.clone());
        }
        made.impact = match &made.action {
            // Whichever goes first: the old one goes.
            Action::Replace { .. } => self.removal_impact(kind, address, live),
            Action::Update { diff } | Action::Adopt { diff } if live.running && cuts_off(kind, diff) => {
                Impact::Disrupts { sessions }
            }
            _ => Impact::None,
        };
        if matches!(made.action, Action::Replace { .. }) {
            made.side_effect = kind.removal(live);
        }
        made.causes = causes;
        // Where nothing was applied yet, nothing drifts.
        made.causes
            .extend(others.into_iter().filter(|_| record.is_some()));
        made.id = Some(live.id.clone());
        made
    }
}

/// Says what others have added to a thing, and what becomes of it.
fn added(others: &[FieldCause], desired: &Desired) -> Diagnostic {
    let names: Vec<String> = others
        .iter()
        .flat_map(|cause| match cause.live.as_object() {
            Some(members) => members
                .keys()
                .map(|name| format!("{} `{name}`", cause.field))
                .collect(),
            None => vec![cause.field.clone()],
        })
        .collect();
    let message = format!(
        "others have added to {} what the blueprint does not declare: {}",
        desired.address,
        names.join(", ")
    );
    Diagnostic::warning("others-added", message)
        .at_maybe(desired.place.clone())
        .help("apply leaves it, since it may be needed: delete it where it was made, or `drift` keeps reporting it")
}

/// Says what others have in lists that are shared with them: it is theirs, and nothing is done about it.
fn left_to_others(theirs: &[(&Field, Value)], desired: &Desired) -> Diagnostic {
    let names: Vec<String> = theirs
        .iter()
        .flat_map(|(field, theirs)| beside::names(field.name, theirs))
        .collect();
    let message = format!(
        "what others put into lists of {} stays: {}",
        desired.address,
        names.join(", ")
    );
    Diagnostic::remark("left-to-others", message)
        .at_maybe(desired.place.clone())
        .help("the blueprint says `owned: only-declared` there: with `all`, apply takes it away")
}

/// Whether a change of something that runs stops it on the way.
fn cuts_off(kind: &dyn Kind, diff: &Diff) -> bool {
    diff.iter().any(|change| kind.cuts_off(change))
}
/// The fields that are another than AWS has, or than what was applied last: of some, only the latter tells.
fn changed_fields<'a>(
    kind: &'a dyn Kind,
    diff: &'a Diff,
    want: &Value,
    applied: Option<&Value>,
) -> Vec<&'a str> {
    let is_new = |name: &str| applied.is_some_and(|applied| applied.get(name) != want.get(name));
    let fields = kind.fields().iter().map(|field| field.name);
    let since = fields.filter(|name| is_new(name));
    diff.iter()
        .map(|change| change.field.as_str())
        .chain(since)
        .collect()
}
