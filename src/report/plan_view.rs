//! How a plan reads: like a diff, with counts and what it costs at the end.

mod changes;
mod detail;

pub use detail::Detail;

use serde_json::Value;

use super::colours::{ADD, ASK, CHANGE, Colour, DIM, LOUD, REMOVE};
use super::painted::Painted;
use super::words::{plural, put};
use super::{leaf_view, reason};
use headset_core::{field, leaf};
use headset_engine::plan::{Action, Impact, Plan, Replacement, Step, Verdict};
use headset_kinds::registry;

/// How much of a value is shown.
const WIDEST: usize = 72;

/// The plan for people, with colour codes: print it through a stream that strips them where they are not shown.
pub fn human(plan: &Plan) -> Painted {
    text(plan, Detail::Short)
}

/// The same with as much of the values as is asked for.
pub fn text(plan: &Plan, detail: Detail) -> Painted {
    let mut out = String::new();
    for (from, to) in &plan.moved {
        line(
            &mut out,
            DIM,
            '>',
            &to.to_string(),
            &format!("moved here from {from}"),
        );
    }
    for step in plan.steps.values() {
        step_lines(&mut out, step, detail);
    }
    for (address, id) in &plan.deposed {
        line(
            &mut out,
            REMOVE,
            '-',
            &address.to_string(),
            &format!("delete predecessor {id}"),
        );
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&counts(plan));
    Painted::marked(&out)
}

/// How much of what a plan does, in one line without colours.
pub(super) fn summary(plan: &Plan) -> String {
    let counts = plain(&counts(plan));
    counts.lines().next().unwrap_or_default().to_owned()
}

/// What a step changes, a line for each, without colours: as below its address in the plan for people.
pub(super) fn changed_lines(step: &Step) -> Vec<String> {
    let mut out = String::new();
    step_lines(&mut out, step, Detail::Short);
    let lines = plain(&out);
    let lines = lines
        .lines()
        .skip(1)
        .map(|line| line.strip_prefix("      ").unwrap_or(line));
    lines.map(str::to_owned).collect()
}

fn plain(marked: &str) -> String {
    anstream::adapter::strip_str(&Painted::marked(marked)).to_string()
}

/// The last lines: counts, and what cannot be undone.
fn counts(plan: &Plan) -> String {
    let count =
        |matches: fn(&Action) -> bool| plan.steps.values().filter(|step| matches(&step.action)).count();
    let parts = [
        (count(|action| matches!(action, Action::Create)), "to create"),
        (count(|action| matches!(action, Action::Adopt { .. })), "to adopt"),
        (
            count(|action| matches!(action, Action::Update { .. })),
            "to change",
        ),
        (
            count(|action| matches!(action, Action::Replace { .. })),
            "to replace",
        ),
        (
            count(|action| matches!(action, Action::Delete)) + plan.deposed.len(),
            "to delete",
        ),
        (plan.moved.len(), "to move in state"),
        (count(|action| matches!(action, Action::Release)), "to let go"),
        (count(|action| matches!(action, Action::Forget)), "to forget"),
        (
            count(|action| matches!(action, Action::Await { .. })),
            "for a person to do",
        ),
        (
            count(|action| matches!(action, Action::Refused { .. })),
            "refused",
        ),
        (plan.unread.len(), "unknown"),
    ];
    let is_unread = |step: &Step| plan.unread.iter().any(|unread| unread.address == step.address);
    let is_kept = |step: &&Step| matches!(step.action, Action::Keep | Action::Read) && !is_unread(step);
    let kept = plan.steps.values().filter(is_kept).count();
    let listed: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let mut out = match plan.verdict() == Verdict::AsWanted {
        true => {
            let unread = match plan.unread.len() {
                0 => String::new(),
                unread => format!(", {unread} unknown"),
            };
            let kept = plural(kept, "resource");
            format!("{}: nothing to do, {kept} as wanted{unread}\n", plan.environment)
        }
        false => format!("{}: {}, {kept} unchanged\n", plan.environment, listed.join(", ")),
    };
    let sessions = plan.sessions();
    let losses: Vec<String> = plan
        .steps
        .values()
        .filter_map(|step| match &step.impact {
            Impact::Irreversible { loss, names, .. } if names.is_empty() => {
                Some(format!("  {}: {loss}", step.address))
            }
            Impact::Irreversible { loss, names, .. } => {
                Some(format!("  {}: {loss}: {}", step.address, names.join(", ")))
            }
            Impact::None | Impact::Disrupts { .. } => None,
        })
        .collect();
    if sessions > 0 {
        put(
            &mut out,
            format_args!(
                "{LOUD}cuts off {}{LOUD:#}\n",
                plural(sessions as usize, "open session")
            ),
        );
    }
    if let Some(partial) = &plan.partial {
        let left_out = plural(partial.left_out.len(), "step");
        put(
            &mut out,
            format_args!("{LOUD}only a part of the plan, {left_out} left out{LOUD:#}\n"),
        );
    }
    if !losses.is_empty() {
        put(
            &mut out,
            format_args!("{LOUD}cannot be undone:{LOUD:#}\n{}\n", losses.join("\n")),
        );
    }
    out
}

fn step_lines(out: &mut String, step: &Step, detail: Detail) {
    let address = step.address.to_string();
    let reason = reason::of_step(step);
    let reason = reason.as_str();
    match &step.action {
        Action::Keep | Action::Read => return,
        Action::Create => {
            line(out, ADD, '+', &address, reason);
            wanted(out, step, detail);
        }
        Action::Adopt { .. } => line(out, ADD, '>', &address, reason),
        Action::Update { .. } => line(out, CHANGE, '~', &address, reason),
        Action::Replace { order, .. } => {
            let order = match order {
                Replacement::CreateFirst => "the new one first",
                Replacement::DeleteFirst => "the old one goes first",
            };
            line(out, REMOVE, '±', &address, &format!("{reason} ({order})"));
        }
        Action::Delete => line(out, REMOVE, '-', &address, reason),
        Action::Release => line(out, CHANGE, '.', &address, reason),
        Action::Forget => line(out, DIM, '.', &address, reason),
        Action::Await { checkpoint, .. } => {
            let title = format!("{}: {reason}", checkpoint.title);
            line(out, ASK, '?', &address, &title);
            for note in checkpoint.notes() {
                put(out, format_args!("      note: {note}\n"));
            }
        }
        Action::Refused { .. } => line(out, LOUD, '!', &address, reason),
        Action::Unknown { error } => line(out, LOUD, '!', &address, &format!("{reason}: {error}")),
    }
    let fields = registry::kind(step.address.kind).fields();
    for change in step.action.diff() {
        let cause = step
            .causes
            .iter()
            .find(|cause| cause.field == change.field)
            .map(|cause| cause.cause);
        let compare = field::compare_of(fields, &change.field);
        changes::lines(out, compare, change, cause, detail);
    }
    if let Impact::Disrupts { sessions } = step.impact {
        let used = match sessions {
            Some(sessions) => format!("{} open now", plural(sessions as usize, "session")),
            None => "it may be in use: AWS does not say".to_owned(),
        };
        put(
            out,
            format_args!("      {LOUD}stops it on the way, {used}{LOUD:#}\n"),
        );
    }
}

fn line(out: &mut String, style: Colour, mark: char, address: &str, reason: &str) {
    put(
        out,
        format_args!("{style}{mark} {address}{style:#}  {DIM}{reason}{DIM:#}\n"),
    );
}

/// The fields of something new.
fn wanted(out: &mut String, step: &Step, detail: Detail) {
    for field in registry::kind(step.address.kind).fields() {
        match step.want.get(field.name) {
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) if items.is_empty() => {}
            Some(Value::Object(map)) if map.is_empty() => {}
            Some(value) => {
                let text = match detail {
                    Detail::Short => shown(value),
                    Detail::Full => changes::whole(value),
                };
                put(out, format_args!("      {}: {text}\n", field.name));
            }
        }
    }
}

/// A value on one line, as short as can be.
pub(super) fn shown(value: &Value) -> String {
    let flat = leaf_view::words(Some(&flat(&leaf::in_words(value))));
    match flat.char_indices().nth(WIDEST) {
        Some((cut, _)) => format!("{}…", &flat[..cut]),
        None => flat,
    }
}

/// The same value with its texts on one line each.
fn flat(value: &Value) -> Value {
    match value {
        Value::String(text) if !text.is_empty() => {
            text.split_whitespace().collect::<Vec<_>>().join(" ").into()
        }
        Value::Array(items) => items.iter().map(flat).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), flat(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::written::check;
    use super::*;

    #[test]
    fn a_plan_reads_so_for_people() {
        let text = human(&samples::plan());
        check("plan_view.txt", &anstream::adapter::strip_str(&text).to_string());
    }
}
