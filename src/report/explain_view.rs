//! `explain ADDRESS`: everything about one resource on one page.

use serde_json::Value;

use super::plan_view::shown;
use super::reason;
use super::words::put;
use headset_core::{Address, Change};
use headset_engine::plan::{Action, Plan, Step};
use headset_engine::state::{Origin, State};
use headset_engine::survey::Survey;
use headset_kinds::{Kind, Observation};

/// The page of one resource. `None` if the plan has no step for the address.
pub fn page(
    kind: &dyn Kind,
    address: &Address,
    plan: &Plan,
    survey: &Survey,
    state: &State,
) -> Option<String> {
    let step = plan.steps.get(address)?;
    let mut out = format!("{address}\n{}\n\n", kind.about());
    let mut say = |what: &str, text: String| put(&mut out, format_args!("{what:<13} {text}\n"));
    if let Some(place) = &step.place {
        say("asked for at", place.to_string());
    }
    let list = |addresses: Vec<&Address>| -> String {
        addresses
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !step.after.is_empty() {
        say("comes after", list(step.after.iter().collect()));
    }
    let dependents: Vec<&Address> = plan
        .steps
        .values()
        .filter(|other| other.after.contains(address))
        .map(|other| &other.address)
        .collect();
    if !dependents.is_empty() {
        say("comes before", list(dependents));
    }
    say("in AWS", in_aws(survey.observations.get(address)));
    say("care", care(step, state));
    say(
        "plan",
        format!("{}: {}", verb(&step.action), reason::of_step(step)),
    );
    fields(&mut out, kind, step, survey);
    if let Some(Observation::Present(live)) = survey.observations.get(address)
        && !live.outputs.is_empty()
    {
        out.push_str("\noutputs\n");
        for (name, about) in kind.outputs() {
            if let Some(value) = live.outputs.get(*name) {
                put(
                    &mut out,
                    format_args!(
                        "  {name:<16} {}  ({about})\n",
                        shown(&Value::from(value.as_str()))
                    ),
                );
            }
        }
    }
    let actions = kind.actions();
    out.push_str("\nIAM actions\n");
    for (what, actions) in [
        ("look", actions.read),
        ("apply", actions.write),
        ("destroy", actions.delete),
    ] {
        put(&mut out, format_args!("  {what:<8} {}\n", actions.join(" ")));
    }
    Some(out)
}

fn in_aws(observation: Option<&Observation>) -> String {
    match observation {
        Some(Observation::Present(live)) => format!("{} ({})", live.id, live.condition.state()),
        Some(Observation::Absent) | None => "not there".to_owned(),
        Some(Observation::Unknown(error)) => format!("unknown: {error}"),
    }
}

fn care(step: &Step, state: &State) -> String {
    let origin = match state.resources.get(&step.address).map(|record| record.origin) {
        Some(Origin::Created) => "made by Headset",
        Some(Origin::Adopted) => "taken over by Headset",
        Some(Origin::Imported) => "made outside of Headset and imported",
        Some(Origin::Existing) => "made outside of this environment, which only links to it",
        Some(Origin::Shared) => "shared with the rest of the account, never deleted",
        None => "not known to state yet",
    };
    let protect = if step.protect {
        "; protected"
    } else {
        "; not protected"
    };
    match state.resources.get(&step.address).map(|record| record.origin) {
        Some(Origin::Existing | Origin::Shared) => origin.to_owned(),
        _ => format!("{origin}{protect}"),
    }
}

fn verb(action: &Action) -> &'static str {
    match action {
        Action::Keep => "keep",
        Action::Read => "only read",
        Action::Create => "make",
        Action::Adopt { .. } => "adopt",
        Action::Update { .. } => "change",
        Action::Replace { .. } => "replace",
        Action::Delete => "delete",
        Action::Release => "let go",
        Action::Forget => "forget",
        Action::Await { .. } => "wait for a person",
        Action::Refused { .. } => "refuse",
        Action::Unknown { .. } => "unknown",
    }
}

/// The fields that the blueprint owns: what is wanted, what is there if that differs, and what a change takes.
fn fields(out: &mut String, kind: &dyn Kind, step: &Step, survey: &Survey) {
    let live = match survey.observations.get(&step.address) {
        Some(Observation::Present(live)) => Some(live),
        _ => None,
    };
    out.push_str("\nfields\n");
    for field in kind.fields() {
        let Some(want) = step.want.get(field.name) else {
            continue;
        };
        let differs = step.action.diff().iter().any(|change| change.field == field.name);
        let change = match field.change {
            Change::InPlace => "changes in place",
            Change::Stopped => "changes while it is stopped",
            Change::Replace => "changing it makes a new one",
            Change::Forbidden => "cannot change",
            Change::AtCreation => "counts when it is made",
        };
        put(
            out,
            format_args!("  {:<20} {}  ({change})\n", field.name, shown(want)),
        );
        if differs {
            let have = live.map_or(&Value::Null, |live| live.reported(field.name));
            put(out, format_args!("  {:<20} is now {}\n", "", shown(have)));
        }
    }
}
