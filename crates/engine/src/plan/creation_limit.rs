//! What is said about things that come and go, where AWS counts that.

use std::collections::BTreeMap;

use super::input::PlanInput;
use super::model::{Action, Step};
use headset_core::diagnostic::{Diagnostic, Severity};
use headset_core::words::agreeing;
use headset_kinds::{Address, Kind, KindId, registry};

/// From so many percent of a limit on it is near.
const NEAR: usize = 80;

/// Whether something comes and whether something goes by a step, of a kind of which AWS counts that.
fn counted(step: &Step) -> Option<(&'static dyn Kind, bool, bool)> {
    let (comes, goes) = match step.action {
        Action::Create => (true, false),
        Action::Replace { .. } => (true, true),
        Action::Delete => (false, true),
        _ => return None,
    };
    let kind = registry::kind(step.address.kind);
    kind.creation_limit().map(|_| (kind, comes, goes))
}

/// The kinds of which something comes or goes, and AWS counts that.
pub(crate) fn kinds(steps: &BTreeMap<Address, Step>) -> BTreeMap<KindId, &'static dyn Kind> {
    let counted = steps.values().filter_map(counted);
    counted.map(|(kind, _, _)| (kind.id(), kind)).collect()
}

/// What the count comes to.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// What is to be known.
    pub(super) findings: Vec<Diagnostic>,
    /// What goes beyond a limit: guards refuse it.
    pub(super) over: Vec<Diagnostic>,
}

/// The counts of all steps. What could not be read is named where it would have counted, and nowhere else.
pub(super) fn counts(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Counts {
    let mut counts = Counts::default();
    let mut is_counted = false;
    for step in steps.values() {
        let Some((kind, comes, goes)) = counted(step) else {
            continue;
        };
        is_counted = true;
        match of_step(step, kind, (comes, goes), input) {
            Some(over) if over.severity == Severity::Error => counts.over.push(over),
            finding => counts.findings.extend(finding),
        }
    }
    if is_counted {
        counts.findings.extend(input.others.unread.iter().map(|what| {
            Diagnostic::warning(
                "creation-limit-unread",
                format!("the state of another environment could not be read: {what}"),
            )
            .help("what that environment made and deleted is not counted; restore the file, or move it away")
        }));
    }
    counts
}

fn of_step(
    step: &Step,
    kind: &dyn Kind,
    (comes, goes): (bool, bool),
    input: &PlanInput<'_>,
) -> Option<Diagnostic> {
    let limit = kind.creation_limit()?;
    let own = input.state.attempts(kind.id(), limit.days, input.as_of);
    let others = input.others.attempts(kind.id(), limit.days, input.as_of);
    let known = own + others;
    // The event history is some minutes late, and states know only what Headset did from this machine.
    let (before, is_whole, unread) = match input.survey.events.get(&kind.id()) {
        Some(Ok(events)) => (known.max(*events), *events >= known, None),
        Some(Err(error)) => (known, false, Some(error)),
        None => (known, false, None),
    };
    if before == 0 {
        return None;
    }
    let after = before + usize::from(comes) + usize::from(goes);
    let message = format!(
        "{}: {}{before} {} in the last {} days in this account and region, {others} of {} by other environments; AWS \
         allows {} in all",
        step.address,
        if is_whole { "" } else { "at least " },
        agreeing(before, "creation or deletion", "creations and deletions"),
        limit.days,
        agreeing(before, "it", "them"),
        limit.most
    );
    let finding = if comes && after > limit.most {
        Diagnostic::error("creation-limit", message)
    } else if after * 100 >= limit.most * NEAR {
        Diagnostic::warning("creation-limit-near", message)
    } else {
        Diagnostic {
            severity: Severity::Note,
            ..Diagnostic::warning("creation-limit-count", message)
        }
    };
    let finding = match unread {
        Some(error) => finding.note(format!(
            "what others made and deleted is not counted, since CloudTrail could not be read: {error}"
        )),
        None => finding,
    };
    let advice =
        "keep one and link to it with `existing:`; once the limit is reached, AWS refuses more for as long";
    Some(
        finding
            .at_maybe(step.place.clone())
            .help(match comes && after > limit.most {
                true => format!("{advice}; to try it all the same: `--allow-creation-limit`"),
                false => advice.to_owned(),
            }),
    )
}
