//! How plans read for programs.

use serde::Serialize;
use serde_json::{Value, json};

use super::reason;
use super::unopened::Unopened;
use headset_core::Address;
use headset_core::diagnostic::Diagnostic;
use headset_engine::plan::{Partial, Plan, Step, Unread, Verdict};

/// A plan with its sentences.
#[derive(Serialize)]
struct Document<'a> {
    environment: &'a str,
    as_of: &'a str,
    steps: Vec<Line<'a>>,
    moved: &'a [(Address, Address)],
    deposed: &'a [(Address, String)],
    unread: &'a [Unread],
    partial: Option<&'a Partial>,
}

/// A step with its sentence.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    step: &'a Step,
    reason: String,
}

fn document(plan: &Plan) -> Document<'_> {
    let line = |step| Line {
        step,
        reason: reason::of_step(step),
    };
    Document {
        environment: &plan.environment,
        as_of: &plan.as_of,
        steps: plan.steps.values().map(line).collect(),
        moved: &plan.moved,
        deposed: &plan.deposed,
        unread: &plan.unread,
        partial: plan.partial.as_ref(),
    }
}

/// Plans, what is refused of them, and blueprints of which none could be made: one document.
pub fn json<'a>(
    plans: impl IntoIterator<Item = &'a Plan>,
    refusals: &[Diagnostic],
    unopened: &[Unopened<'_>],
) -> Value {
    let plans: Vec<&Plan> = plans.into_iter().collect();
    let verdicts: Vec<Verdict> = plans.iter().map(|plan| plan.verdict()).collect();
    let plans: Vec<Document<'_>> = plans.into_iter().map(document).collect();
    json!({ "schema_version": 1, "plans": plans, "verdicts": verdicts, "refusals": refusals, "unopened": unopened })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::written::{check, every};
    use super::*;
    use headset_engine::plan::Action;

    #[test]
    fn a_plan_reads_so_for_programs() {
        let plan = samples::plan();
        every!(
            Action,
            plan.steps.values().map(|step| &step.action),
            [
                Keep, Read, Create, Adopt, Update, Replace, Delete, Release, Forget, Await, Refused, Unknown
            ]
        );
        let refusals = [Diagnostic::error(
            "protected",
            "appstream.stack/deleted is protected",
        )];
        let why = [Diagnostic::error("unreadable-file", "there is no such file")];
        let unopened = [Unopened {
            file: "other.yaml",
            findings: &why,
        }];
        let json = serde_json::to_string_pretty(&json([&plan], &refusals, &unopened)).unwrap();
        check("plan_json.json", &format!("{json}\n"));
    }
}
