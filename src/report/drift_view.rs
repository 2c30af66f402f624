//! What `drift` tells of an environment: which things differ, why, and at which leaves.

use serde::Serialize;
use serde_json::Value;

use super::leaf_view;
use super::words::put;
use crate::plan::{Action, Cause, FieldCause, Plan, Step};
use crate::resource::{Address, Condition, Leaf, Sight, field, leaf, registry};
use crate::state::{Origin, State};
use crate::survey::Survey;

/// What kind of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// What is there is not what was applied last.
    Drift,
    /// The blueprint asks for the same as before, and what it refers to is no longer the same.
    Follows,
    /// The blueprint asks for something else than was applied.
    Pending,
    /// It could not be read.
    Unknown,
}

/// One thing that differs, in one way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The environment.
    pub environment: String,
    /// The thing's address.
    pub address: String,
    /// In which way.
    pub sort: Sort,
    /// Why, in one sentence without a full stop.
    pub what: String,
    /// Where, leaf by leaf; empty where the thing as a whole differs.
    pub fields: Vec<Line>,
}

/// One leaf at which a thing differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// The field of the kind's table.
    pub field: String,
    /// The whole path.
    pub path: String,
    /// What was applied last.
    pub was: Option<Value>,
    /// What is there.
    pub is: Option<Value>,
    /// What is wanted.
    pub wanted: Option<Value>,
}

impl Line {
    /// `path: was → is (wanted ...)`.
    pub fn text(&self) -> String {
        leaf_view::drift_line(&Leaf {
            path: self.path.clone(),
            values: [self.was.clone(), self.is.clone(), self.wanted.clone()],
        })
    }
}

impl Difference {
    /// The difference for people: a line for it, and one for each leaf.
    pub fn text(&self) -> String {
        let sort = match self.sort {
            Sort::Drift => "drift",
            Sort::Follows => "follows",
            Sort::Pending => "pending",
            Sort::Unknown => "unknown",
        };
        let mut out = format!("{sort:<8} {}: {}\n", self.address, self.what);
        for line in &self.fields {
            put(&mut out, format_args!("         {}\n", line.text()));
        }
        out
    }
}

/// Everything that differs between what was applied, what is there and what is wanted, in the order of the addresses.
pub fn differences(plan: &Plan, survey: &Survey, state: &State) -> Vec<Difference> {
    plan.steps
        .values()
        .flat_map(|step| {
            // State may know it by the address that it had before it moved.
            let moved = plan.moved.iter().find(|(_, to)| *to == step.address);
            let known = moved.map_or(&step.address, |(from, _)| from);
            let found = of_step(step, survey, state, known);
            found.into_iter().map(|(sort, what, fields)| Difference {
                environment: plan.environment.clone(),
                address: step.address.to_string(),
                sort,
                what,
                fields,
            })
        })
        .collect()
}

type Found = (Sort, String, Vec<Line>);

fn of_step(step: &Step, survey: &Survey, state: &State, known: &Address) -> Vec<Found> {
    let sight = survey.sights.get(&step.address);
    if let Some(Sight::Unknown(error)) = sight {
        return vec![(Sort::Unknown, error.to_string(), Vec::new())];
    }
    if let Action::Unknown { error } = &step.action {
        return vec![(Sort::Unknown, error.to_string(), Vec::new())];
    }
    let record = state.resources.get(known);
    let imported = record.is_some_and(|record| record.origin == Origin::Imported);
    let mut found: Vec<Found> = [Sort::Drift, Sort::Follows, Sort::Pending]
        .into_iter()
        .filter_map(|sort| of_fields(step, sort, imported))
        .collect();
    // What state holds was applied once, unless the run that made it never came to its end.
    let applied = record.is_some() && !state.intents.contains_key(known);
    let whole = if applied { Sort::Drift } else { Sort::Pending };
    let gone = matches!(sight, None | Some(Sight::Absent));
    let failed =
        matches!(sight, Some(Sight::Present(live)) if matches!(live.condition, Condition::Failed { .. }));
    let told = match &step.action {
        // As a whole it is not there.
        Action::Create | Action::Await { .. } if gone => Some(whole),
        Action::Forget if gone && applied => Some(Sort::Drift),
        Action::Delete | Action::Release => Some(Sort::Pending),
        Action::Adopt { .. } if found.is_empty() => Some(Sort::Pending),
        // It failed, and no field tells.
        Action::Replace { .. } if failed && found.is_empty() => Some(whole),
        _ => None,
    };
    found.extend(told.map(|sort| (sort, step.reason.clone(), Vec::new())));
    found
}

/// The fields that differ in this way.
fn of_fields(step: &Step, sort: Sort, imported: bool) -> Option<Found> {
    let cause = match sort {
        Sort::Drift => Cause::Drift,
        Sort::Follows => Cause::Follows,
        Sort::Pending => Cause::Pending,
        Sort::Unknown => return None,
    };
    let causes: Vec<&FieldCause> = step.causes.iter().filter(|known| known.cause == cause).collect();
    if causes.is_empty() {
        return None;
    }
    let lines = causes.iter().flat_map(|cause| lines(step, cause)).collect();
    Some((sort, sentence(step, sort, &causes, imported), lines))
}

/// Why these fields differ.
fn sentence(step: &Step, sort: Sort, causes: &[&FieldCause], imported: bool) -> String {
    let nothing_to_do = causes
        .iter()
        .all(|cause| cause.want.as_ref() == Some(&cause.live));
    // What is told about the step as a whole, and is not only about why fields differ.
    let particular = matches!(
        step.action,
        Action::Replace { .. } | Action::Adopt { .. } | Action::Await { .. }
    );
    match sort {
        Sort::Drift if particular => format!("it was changed outside of Headset; {}", step.reason),
        Sort::Drift if nothing_to_do => {
            "it was changed outside of Headset, to what the blueprint asks for; apply takes note of it".to_owned()
        }
        Sort::Drift if matches!(step.action, Action::Read) => {
            "it was changed outside of Headset; it is shared with the rest of the account, and apply leaves it".to_owned()
        }
        Sort::Drift => "it was changed outside of Headset".to_owned(),
        Sort::Follows => {
            let mut followed: Vec<String> = causes
                .iter()
                .flat_map(|cause| &cause.follows)
                .map(ToString::to_string)
                .collect();
            followed.sort();
            followed.dedup();
            match followed.is_empty() {
                true => "it follows what it refers to".to_owned(),
                false => format!("follows {}", followed.join(" and ")),
            }
        }
        Sort::Pending if matches!(step.action, Action::Read) => {
            "it is shared with the rest of the account and not as needed; apply leaves it".to_owned()
        }
        Sort::Pending if imported && !particular => {
            "it was imported, and is not yet as the blueprint says".to_owned()
        }
        // A drift of other fields has a line of its own.
        Sort::Pending if step.causes.iter().any(|cause| cause.cause != Cause::Pending) && !particular => {
            "the blueprint changed".to_owned()
        }
        Sort::Pending | Sort::Unknown => step.reason.clone(),
    }
}

fn lines(step: &Step, cause: &FieldCause) -> Vec<Line> {
    let compare = registry::kind(&step.address.kind).map_or(field::Compare::Exact, |kind| {
        field::compare_of(kind.fields(), &cause.field)
    });
    let applied = cause.applied.as_ref();
    leaf::drifts(&cause.field, compare, applied, &cause.live, cause.want.as_ref())
        .into_iter()
        .map(|Leaf { path, values }| {
            let [was, is, wanted] = values;
            Line {
                field: cause.field.clone(),
                path,
                was,
                is,
                wanted,
            }
        })
        .collect()
}
