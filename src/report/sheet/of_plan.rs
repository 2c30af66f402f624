//! What a plan would do.

use super::{Chapter, Command, Looked, Row, Sheet, of_findings, of_unseen, source};
use crate::report::{plan_view, reason};
use headset_core::diagnostic::Severity;
use headset_engine::plan::{Action, Plan, Step};

/// Plans with what was noticed on the way, and what is refused of them.
pub fn of_plan(plans: &[Looked<Plan>], unseen: &[Looked<()>]) -> Sheet {
    Sheet {
        command: Command::Plan,
        chapters: plans.iter().map(chapter).chain(of_unseen(unseen)).collect(),
    }
}

fn chapter(looked: &Looked<Plan>) -> Chapter {
    let plan = &looked.found;
    let unread = |step: &Step| plan.unread.iter().any(|unread| unread.address == step.address);
    let rows = plan.steps.values().filter_map(|step| of_step(step, unread(step)));
    let moved = plan.moved.iter().map(|(from, to)| Row {
        address: Some(to.to_string()),
        ..row(
            "move",
            "moves in state",
            Severity::Note,
            format!("moved here from {from}"),
        )
    });
    let deposed = plan.deposed.iter().map(|(address, id)| Row {
        address: Some(address.to_string()),
        ..row(
            "delete",
            "is deleted",
            Severity::Warning,
            format!("its predecessor {id} is deleted"),
        )
    });
    let quiet = |step: &&Step| matches!(step.action, Action::Keep | Action::Read) && !unread(step);
    Chapter {
        environment: plan.environment.clone(),
        file: source(&looked.file),
        summary: plan_view::summary(plan),
        rows: moved
            .chain(rows)
            .chain(deposed)
            .chain(of_findings(&looked.findings))
            .collect(),
        quiet: plan
            .steps
            .values()
            .filter(quiet)
            .map(|step| step.address.to_string())
            .collect(),
    }
}

fn row(rule: &str, about: &str, severity: Severity, what: String) -> Row {
    Row {
        rule: rule.to_owned(),
        about: about.to_owned(),
        severity,
        is_unread: rule == "unknown",
        address: None,
        what,
        lines: Vec::new(),
        help: None,
        waived: None,
        place: None,
    }
}

/// A step that does something, or about which nothing can be said.
fn of_step(step: &Step, is_unread: bool) -> Option<Row> {
    let (rule, about, severity) = match &step.action {
        Action::Keep | Action::Read if is_unread => ("unknown", "could not be read", Severity::Error),
        Action::Keep | Action::Read => return None,
        Action::Create => ("create", "is created", Severity::Note),
        Action::Adopt { .. } => ("adopt", "is adopted", Severity::Note),
        Action::Update { .. } => ("change", "is changed", Severity::Note),
        Action::Replace { .. } => ("replace", "is replaced", Severity::Warning),
        Action::Delete => ("delete", "is deleted", Severity::Warning),
        Action::Release => ("release", "is let go", Severity::Note),
        Action::Forget => ("forget", "is forgotten", Severity::Note),
        Action::Await { .. } => ("person", "waits for a person", Severity::Note),
        Action::Refused { .. } => ("refused", "is refused", Severity::Error),
        Action::Unknown { .. } => ("unknown", "could not be read", Severity::Error),
    };
    Some(Row {
        address: Some(step.address.to_string()),
        lines: plan_view::changed_lines(step),
        place: step.place.clone(),
        ..row(rule, about, severity, reason::of_step(step))
    })
}
