//! What counts as drift, and as what else, if it is none. Pure.

use std::collections::BTreeSet;

use headset_core::Address;
use headset_core::field::{self, Compare};
use headset_core::leaf::{self, Leaf};
use headset_kinds::{Condition, Observation, registry};
use jiff::Timestamp;
use serde_json::Value;

use super::report::{Class, DriftReport, Entry, Field, Planned, Why};
use crate::metadata::{self, Freshness, Publication};
use crate::plan::{Action, Cause, FieldCause, Plan, Refusal, Step, Unreadable};
use crate::state::{Origin, State};
use crate::survey::Survey;

/// Everything that differs between what was applied (`state`), what is there (`survey`) and what is wanted (`plan`).
pub fn decide(plan: &Plan, survey: &Survey, state: &State, now: Timestamp) -> DriftReport {
    let publications = metadata::publications(plan, survey);
    let of_steps = plan.steps.values().flat_map(|step| {
        // State may know it by the address that it had before it moved.
        let moved = plan.moved.iter().find(|(_, to)| *to == step.address);
        let known = moved.map_or(&step.address, |(from, _)| from);
        of_step(step, plan, survey, state, known)
    });
    let of_publications = publications.iter().filter_map(of_publication);
    let entries: Vec<Entry> = of_steps.chain(of_publications).collect();
    let differs: BTreeSet<&Address> = entries.iter().map(|entry| &entry.address).collect();
    let unchanged = plan.steps.keys().filter(|address| !differs.contains(address));
    DriftReport {
        environment: plan.environment.clone(),
        unchanged: unchanged.cloned().collect(),
        entries,
        certificates: metadata::certificates(survey, now),
        publications,
    }
}

/// What fetching an identity provider's metadata again has shown, if it differs from what was read.
fn of_publication(publication: &Publication) -> Option<Entry> {
    let class = match publication.freshness {
        Freshness::Same => return None,
        Freshness::Changed { .. } | Freshness::Behind => Class::Drift,
        Freshness::Unknown { .. } => Class::Unknown,
    };
    Some(Entry {
        class,
        address: publication.address.clone(),
        why: Why::Metadata {
            freshness: publication.freshness.clone(),
        },
        fields: Vec::new(),
        waived: None,
        place: None,
    })
}

fn of_step(step: &Step, plan: &Plan, survey: &Survey, state: &State, known: &Address) -> Vec<Entry> {
    let observation = survey.observations.get(&step.address);
    let mut own = plan.unread.iter().filter(|unread| unread.address == step.address);
    let unread = own.find_map(|unread| match &unread.what {
        Unreadable::Resource { error } => Some(Why::Unread { error: error.clone() }),
        Unreadable::Answers => Some(Why::Planned(planned(step))),
        // An entry of its own tells of that.
        Unreadable::Metadata { .. } => None,
    });
    if let Some(why) = unread {
        return vec![whole(step, Class::Unknown, why)];
    }
    let record = state.resources.get(known);
    // What state holds was applied once, unless the run that made it never came to its end.
    let was_applied = record.is_some() && !state.intents.contains_key(known);
    if let Action::Refused { refusal } = &step.action {
        let class = match refusal {
            // It took the place of what was applied.
            Refusal::BelongsToAnother { .. } | Refusal::NotOurs { .. } if was_applied => Class::Drift,
            Refusal::BelongsToAnother { .. }
            | Refusal::NotOurs { .. }
            | Refusal::LostState { .. }
            | Refusal::ClaimedTwice { .. } => Class::Pending,
        };
        let refusal = refusal.clone();
        return vec![whole(step, class, Why::Refused { refusal })];
    }
    let part = record
        .filter(|record| record.is_part())
        .map(|record| record.origin);
    let mut found: Vec<Entry> = [Class::Drift, Class::Follows, Class::Pending]
        .into_iter()
        .filter_map(|class| of_fields(step, class, part))
        .flat_map(|entry| told_apart(step, entry))
        .chain(added(step))
        .collect();
    let class = match was_applied {
        true => Class::Drift,
        false => Class::Pending,
    };
    let gone = matches!(observation, None | Some(Observation::Absent));
    let failed = matches!(observation, Some(Observation::Present(live)) if matches!(live.condition, Condition::Failed { .. }));
    let as_a_whole = match &step.action {
        // As a whole it is not there.
        Action::Create | Action::Await { .. } if gone && was_applied => Some(Class::Missing),
        Action::Create | Action::Await { .. } if gone => Some(Class::Pending),
        Action::Forget if gone && was_applied => Some(Class::Missing),
        Action::Delete | Action::Release => Some(Class::Pending),
        Action::Adopt { .. } if found.is_empty() => Some(Class::Pending),
        // It failed, and no field tells.
        Action::Replace { .. } if failed && found.is_empty() => Some(class),
        _ => None,
    };
    found.extend(as_a_whole.map(|class| whole(step, class, Why::Planned(planned(step)))));
    found
}

/// An entry about a thing as a whole.
fn whole(step: &Step, class: Class, why: Why) -> Entry {
    Entry {
        class,
        address: step.address.clone(),
        why,
        fields: Vec::new(),
        waived: None,
        place: step.place.clone(),
    }
}

/// The fields that differ in this way.
fn of_fields(step: &Step, class: Class, part: Option<Origin>) -> Option<Entry> {
    let cause = match class {
        Class::Drift => Cause::Drift,
        Class::Follows => Cause::Follows,
        Class::Pending => Cause::Pending,
        Class::Extra | Class::Missing | Class::Unknown => return None,
    };
    let of_cause = step.causes.iter().filter(|known| known.cause == cause);
    let causes: Vec<&FieldCause> = of_cause.filter(|known| !is_others(step, known)).collect();
    if causes.is_empty() {
        return None;
    }
    Some(Entry {
        fields: causes.iter().flat_map(|cause| leaves(step, cause)).collect(),
        ..whole(step, class, why(step, cause, &causes, part))
    })
}

/// What others added to a thing, apart from what they changed of it.
fn added(step: &Step) -> Option<Entry> {
    let added = step.causes.iter().filter(|known| is_others(step, known));
    let fields: Vec<Field> = added.flat_map(|cause| leaves(step, cause)).collect();
    (!fields.is_empty()).then(|| Entry {
        fields,
        ..whole(step, Class::Extra, Why::AddedByOthers)
    })
}

/// Drift, and what of it others added to lists of things.
fn told_apart(step: &Step, entry: Entry) -> Vec<Entry> {
    if entry.class != Class::Drift {
        return vec![entry];
    }
    let kind = registry::kind(step.address.kind);
    let is_listed = |name: &str| {
        kind.fields()
            .iter()
            .any(|field| field.listed && field.name == name)
    };
    let (added, changed): (Vec<Field>, Vec<Field>) =
        (entry.fields.iter().cloned()).partition(|field| is_listed(&field.name) && is_added(field));
    let why = match entry.why {
        Why::ChangedOutside => Why::AddedToIt,
        ref why => why.clone(),
    };
    let extra = Entry {
        class: Class::Extra,
        why,
        fields: added,
        ..entry.clone()
    };
    let drift = Entry {
        fields: changed,
        ..entry
    };
    let told = [drift, extra].into_iter();
    told.filter(|entry| !entry.fields.is_empty()).collect()
}

/// Whether a leaf is something that was neither applied nor is wanted. Of a list of plain values: whether it only grew.
fn is_added(field: &Field) -> bool {
    let is_something = |value: &&Value| value.as_array().is_none_or(|items| !items.is_empty());
    let [applied, live, want] =
        [&field.applied, &field.live, &field.want].map(|value| value.as_ref().filter(is_something));
    if applied != want || live.is_none() {
        return false;
    }
    match leaf::added_and_removed(applied, live) {
        Some((added, removed)) => !added.is_empty() && removed.is_empty(),
        None => applied.is_none(),
    }
}

fn is_others(step: &Step, cause: &FieldCause) -> bool {
    compared(step, cause) == Compare::Others
}

fn compared(step: &Step, cause: &FieldCause) -> Compare {
    field::compare_of(registry::kind(step.address.kind).fields(), &cause.field)
}

/// Why these fields differ, which have this cause. `part`: how it came here, if what was applied last is not known.
fn why(step: &Step, cause: Cause, causes: &[&FieldCause], part: Option<Origin>) -> Why {
    let nothing_to_do = causes
        .iter()
        .all(|cause| cause.want.as_ref() == Some(&cause.live));
    // What the reason says about the step as a whole, and not only about why fields differ.
    let particular = matches!(
        step.action,
        Action::Replace { .. } | Action::Adopt { .. } | Action::Await { .. }
    );
    let is_left = matches!(step.action, Action::Read);
    match cause {
        Cause::Drift if particular => Why::ChangedAndPlanned {
            planned: planned(step),
        },
        Cause::Drift if nothing_to_do => Why::ChangedAsWanted,
        Cause::Drift if is_left => Why::ChangedAndShared,
        Cause::Drift => Why::ChangedOutside,
        Cause::Follows => {
            let mut followed: Vec<Address> = causes
                .iter()
                .flat_map(|cause| cause.follows.iter().cloned())
                .collect();
            followed.sort();
            followed.dedup();
            Why::Follows { followed }
        }
        Cause::Pending if is_left => Why::SharedDiffers,
        Cause::Pending if part == Some(Origin::Imported) && !particular => Why::Imported,
        Cause::Pending if part.is_some() && !particular => Why::FoundAgain,
        // A drift of other fields has an entry of its own.
        Cause::Pending
            if !particular
                && (step.causes.iter()).any(|other| other.cause != cause && !is_others(step, other)) =>
        {
            Why::BlueprintChanged
        }
        Cause::Pending => Why::Planned(planned(step)),
    }
}

/// What the plan says of it.
fn planned(step: &Step) -> Planned {
    Planned {
        reason: step.reason.clone(),
        side_effect: step.side_effect.clone(),
    }
}

fn leaves(step: &Step, cause: &FieldCause) -> Vec<Field> {
    let compare = compared(step, cause);
    let applied = cause.applied.as_ref();
    leaf::drifts(&cause.field, compare, applied, &cause.live, cause.want.as_ref())
        .into_iter()
        .map(|Leaf { path, values }| {
            let [applied, live, want] = values;
            Field {
                name: cause.field.clone(),
                path,
                want,
                applied,
                live,
                cause: cause.cause,
            }
        })
        .collect()
}
