//! What is said about things that come and go, where AWS counts that.

use std::collections::BTreeMap;

use super::input::PlanInput;
use super::model::{Action, Step};
use headset_core::diagnostic::Diagnostic;
use headset_core::words::agreeing;
use headset_kinds::{Address, registry};

/// Findings about all steps. What could not be read is named where it would have counted, and nowhere else.
pub(super) fn findings(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut counts = false;
    for step in steps.values() {
        let (comes, goes) = match step.action {
            Action::Create => (true, false),
            Action::Replace { .. } => (true, true),
            Action::Delete => (false, true),
            _ => continue,
        };
        if registry::kind(step.address.kind).creation_limit().is_some() {
            counts = true;
            findings.extend(of_step(step, comes, goes, input));
        }
    }
    if counts {
        findings.extend(input.others.unread.iter().map(|what| {
            Diagnostic::warning(
                "creation-limit-unread",
                format!("the state of another environment could not be read: {what}"),
            )
            .help("what that environment made and deleted is not counted; restore the file, or move it away")
        }));
    }
    findings
}

fn of_step(step: &Step, comes: bool, goes: bool, input: &PlanInput<'_>) -> Option<Diagnostic> {
    let kind = step.address.kind;
    let creation_limit = registry::kind(kind).creation_limit()?;
    let own = input.state.attempts(kind, creation_limit.days, input.as_of);
    let others = input.others.attempts(kind, creation_limit.days, input.as_of);
    let before = own + others;
    if before == 0 {
        return None;
    }
    let after = before + usize::from(comes) + usize::from(goes);
    let message = format!(
        "{}: {before} {} in the last {} days in this account and region, {others} of {} by other environments; AWS \
         allows {} in all",
        step.address,
        agreeing(before, "creation or deletion", "creations and deletions"),
        creation_limit.days,
        agreeing(before, "it", "them"),
        creation_limit.most
    );
    let finding = if comes && after > creation_limit.most {
        Diagnostic::error("creation-limit", message)
    } else {
        Diagnostic::warning("creation-limit-near", message)
    };
    Some(finding.at_maybe(step.place.clone()).help(
        "keep one and link to it with `existing:`; once the limit is reached, AWS refuses more for as long",
    ))
}
