//! `headset plan`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::flow::{Shown, show};
use super::lost;
use super::offline::Asking;
use super::terminal;
use crate::report::plan_json;
use headset_core::diagnostic::has_errors;
use headset_engine::metadata;
use headset_engine::passwords::{self, When};
use headset_engine::plan::guard::{Allowed, guard};
use headset_engine::plan::{Plan, Verdict};

/// Show what would change, why, and with what impact. Changes nothing.
///
/// Exits with 5 where apply would refuse the plan: something protected would go, or open sessions would be cut off.
#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    asking: Asking,
    /// Exit with 2 if changes can run now, with 3 if only checkpoints and what waits for them remain, and with 1 if
    /// nothing can be done because something could not be read.
    #[arg(long)]
    detailed_exitcode: bool,
    /// Do not refuse steps that cut off open sessions, like `apply` with this flag.
    #[arg(long)]
    allow_disruption: bool,
    /// Show every value whole. By default, new values are cut to one line, and changed ones show only what differs.
    #[arg(long)]
    full: bool,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) async fn plan(global: &Global, args: &PlanArgs) -> Result<Exit, Failure> {
    let (mut plans, mut refusals) = (Vec::new(), Vec::new());
    let mut exit = Exit::Done;
    for file in &args.files {
        let environment = Environment::open(global, file).await?.asking(args.asking);
        let lost = lost::look(global, &environment).await?;
        let mut assessed = environment
            .assess(&environment.design, &environment.state)
            .await?;
        environment.close().await?;
        let passwords = passwords::of_new(&environment.design, &assessed.plan, When::Planning);
        assessed.findings.extend(passwords);
        let issuers = metadata::of_issuers(&environment.design, &assessed.plan.outputs);
        assessed.findings.extend(issuers);
        lost.tell();
        assessed.findings.extend(lost.findings);
        let allowed = Allowed {
            disruption: args.allow_disruption,
        };
        let refused = guard(&assessed.plan, allowed);
        show(
            &assessed.plan,
            &assessed.findings,
            &refused,
            Shown {
                json: args.json,
                full: args.full,
            },
        );
        if has_errors(&assessed.findings) {
            exit = Exit::Error;
        } else if !refused.is_empty() {
            exit = worse(exit, Exit::Refused);
        } else if args.detailed_exitcode {
            exit = worse(exit, detailed(&assessed.plan));
        }
        refusals.extend(refused);
        plans.push(assessed.plan);
    }
    if args.json {
        let document = plan_json::json(&plans, &refusals);
        terminal::document(&document);
    }
    Ok(exit)
}

/// What a plan comes to, as an exit code.
fn detailed(plan: &Plan) -> Exit {
    match plan.verdict() {
        Verdict::AsWanted => Exit::Done,
        Verdict::Changes => Exit::Changes,
        Verdict::Checkpoints => Exit::Checkpoints,
        Verdict::Refused | Verdict::Unknown => Exit::Error,
    }
}

/// Of several environments, errors beat everything, refusals come next, and changes that can run now say more than checkpoints.
fn worse(one: Exit, other: Exit) -> Exit {
    match (one, other) {
        (Exit::Error, _) | (_, Exit::Error) => Exit::Error,
        (Exit::Refused, _) | (_, Exit::Refused) => Exit::Refused,
        (Exit::Changes, _) | (_, Exit::Changes) => Exit::Changes,
        (Exit::Checkpoints, _) | (_, Exit::Checkpoints) => Exit::Checkpoints,
        (one, _) => one,
    }
}
