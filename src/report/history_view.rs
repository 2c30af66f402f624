//! `history`: who changed what when.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::words::{plural, span};
use headset_engine::state::{Changes, Ending, History, Purpose, Run};

/// How many characters of a plan's digest tell it from others.
const DIGEST: usize = 12;

/// The runs of an environment, newest first.
pub fn text(environment: &str, history: &History) -> String {
    let mut page = String::new();
    if history.runs.is_empty() && history.unreadable.is_empty() {
        let _ = writeln!(page, "Headset has kept no record of a run on {environment}.");
    }
    for run in &history.runs {
        let Run { began, by, .. } = run;
        let _ = writeln!(
            page,
            "{}  {}  {}",
            minute(*began),
            purpose(run.purpose),
            ending(run)
        );
        if !run.purpose.is_about_state() {
            let _ = writeln!(page, "    {}", changes(&run.changes));
        }
        let who = match by.caller.is_empty() {
            true => by.on.clone(),
            false => format!("{} ({})", by.caller, by.on),
        };
        let _ = writeln!(page, "    by {who}, headset {}", by.headset);
        let plan = run.plan.iter().map(|plan| {
            let start: String = plan.chars().take(DIGEST).collect();
            format!("plan {start}, ")
        });
        let plan: String = plan.collect();
        let changes = match &run.end {
            Some(end) => format!("state after change {} to {}", run.serial, end.serial),
            None => format!("state after change {}", run.serial),
        };
        let _ = writeln!(page, "    {plan}{changes}");
    }
    if history.earlier > 0 {
        let _ = writeln!(
            page,
            "{} before these: `--last` shows more",
            plural(history.earlier, "run")
        );
    }
    for name in &history.unreadable {
        let _ = writeln!(page, "{name} is no record that this version of Headset reads");
    }
    page
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Apply => "apply",
        Purpose::Destroy => "destroy",
        Purpose::Import => "import",
        Purpose::Edit => "edit of state",
        Purpose::Push => "state put back from a backup",
        Purpose::Move => "move of state",
        Purpose::Restore => "restored state",
        Purpose::Unlock => "broken lease",
    }
}

fn ending(run: &Run) -> String {
    let Some(end) = &run.end else {
        return "has not ended: it is under way, or its process died".to_owned();
    };
    let how = match &end.ending {
        Ending::Done => "done".to_owned(),
        Ending::Waits { checkpoints } => {
            format!("waits for people: {}", plural(*checkpoints, "open checkpoint"))
        }
        Ending::Failed { steps } => format!("{} failed", plural(*steps, "step")),
        Ending::Interrupted => "interrupted".to_owned(),
        Ending::Stopped { why } => format!("could not go on: {why}"),
    };
    let took = end.at.duration_since(run.began);
    let took = span(took.try_into().unwrap_or_default());
    format!("{how}, after {took}")
}

fn changes(changes: &Changes) -> String {
    let Changes {
        created,
        changed,
        replaced,
        deleted,
        kept,
    } = changes;
    let parts = [
        (created, "to create"),
        (changed, "to change"),
        (replaced, "to replace"),
        (deleted, "to delete"),
        (kept, "to take over or let go"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| **count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    match parts.is_empty() {
        true => "nothing to change".to_owned(),
        false => parts.join(", "),
    }
}
