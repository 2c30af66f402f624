//! `headset plan`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::flow::{Shown, show};
use super::form::Form;
use super::invocation::Invocation;
use super::lost;
use super::offline::Asking;
use super::part::{Anew, Only, Part};
use super::saved;
use super::summary;
use super::terminal;
use crate::report::plan_json;
use crate::report::sheet::{self, Looked};
use headset_core::Address;
use headset_core::diagnostic::has_errors;
use headset_engine::metadata;
use headset_engine::passwords::{self, When};
use headset_engine::plan::guard::{Allowed, Losses, guard};
use headset_engine::plan::{Plan, Verdict};

/// Show what would change, why, and with what impact. Changes nothing.
///
/// Exits with 5 where apply would refuse the plan: something protected would go, something would be lost for good, or open
/// sessions would be cut off.
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
    /// Do not refuse steps that cut off open sessions, like `apply` with this option, which waits for their end.
    #[arg(long, value_name = "SPAN", value_parser = super::apply::span)]
    wait_for_sessions: Option<Duration>,
    /// Do not refuse to delete or replace this resource although what it holds is lost for good, like `apply` with this
    /// flag; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    allow_irreversible: Vec<Address>,
    /// Do not refuse to make what seems to be beyond AWS's limit on creations and deletions, like `apply` with this flag.
    #[arg(long)]
    allow_creation_limit: bool,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    only: Only,
    #[command(flatten)]
    anew: Anew,
    /// Save the plan in this file, so that `headset apply PLAN` carries out exactly this.
    ///
    /// The file is bound to the blueprint, the state, the account, the regions, the endpoint and Headset's version, and holds
    /// no secrets. It is JSON, with the same members as `--json`.
    #[arg(long, value_name = "PLAN")]
    out: Option<PathBuf>,
    /// Show every value whole. By default, new values are cut to one line, and changed ones show only what differs.
    #[arg(long)]
    full: bool,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl PlanArgs {
    fn form(&self) -> Form {
        match self.json {
            true => Form::Json,
            false => self.format,
        }
    }
}

pub(super) async fn plan(global: &Global, args: &PlanArgs) -> Result<Exit, Failure> {
    let (mut planned, mut refusals) = (Vec::new(), Vec::new());
    let mut unseen: Vec<Looked<()>> = Vec::new();
    let form = args.form();
    let mut exit = Exit::Done;
    let scope = args.only.of(args.part.of(&args.files)?);
    let scope = args.anew.of(scope, &args.files)?;
    if let Some(out) = &args.out {
        if args.files.len() > 1 {
            return Err(Failure::usage("--out saves the plan of one blueprint")
                .help("give one file, or run the command once for each"));
        }
        if terminal::is_standard_input(&args.files[0]) {
            return Err(Failure::usage(
                "a saved plan reads its blueprint again, and standard input is read once",
            )
            .help("write the blueprint into a file"));
        }
        saved::may_be_written(out)?;
    }
    let allowed = Allowed {
        disruption: args.allow_disruption,
        losses: Losses::At(args.allow_irreversible.iter().cloned().collect()),
        creation_limit: args.allow_creation_limit,
        wait_for_sessions: args.wait_for_sessions,
    };
    for file in &args.files {
        let environment = match Environment::open(global, file).await {
            Ok(environment) => environment,
            // One that cannot be opened does not keep the others from being planned.
            Err(failure) if args.files.len() > 1 && !failure.is_interruption() => {
                unseen.push(Looked::at(file.display().to_string(), (), failure.findings()));
                terminal::failure(failure);
                exit = Exit::Error;
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let environment = environment.asking(args.asking).part(scope.clone());
        let lost = lost::look(global, &environment).await?;
        let mut assessed = environment
            .assess(&environment.design, &environment.state)
            .await?;
        environment.close().await?;
        let passwords = passwords::of_new(&environment.design, &assessed.plan, When::Planning);
        assessed.findings.extend(passwords);
        assessed.findings.extend(environment.provide(&assessed.plan));
        let issuers = metadata::of_issuers(&environment.design, &assessed.plan.outputs);
        assessed.findings.extend(issuers);
        lost.tell();
        assessed.findings.extend(lost.findings);
        let refused = guard(&assessed.plan, &allowed);
        show(
            &assessed.plan,
            &assessed.findings,
            &refused,
            Shown {
                json: !form.is_human(),
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
        if let Some(out) = &args.out {
            if has_errors(&assessed.findings) || !refused.is_empty() {
                terminal::warn("the plan was not saved, since it cannot be carried out: see above");
            } else {
                let given = headset_engine::saved::Given {
                    file: file.display().to_string(),
                    values: global.vars.clone(),
                    sets: global.set.clone(),
                    offline: args.asking.offline,
                    allowed: allowed.clone(),
                };
                saved::write(out, &environment, &assessed.plan, given)?;
                let apply = Invocation::on_saved(global, out).command("apply");
                terminal::talk(&format!("saved the plan; to carry out exactly this: {apply}"));
            }
        }
        let mut counted = summary::Part::of_plan(&assessed.plan);
        let applies = matches!(assessed.plan.verdict(), Verdict::Changes | Verdict::Checkpoints);
        if applies && refused.is_empty() && !has_errors(&assessed.findings) {
            counted.next.push(environment.invocation.command("apply"));
        }
        global.tally.add(counted);
        let findings = [assessed.findings, refused.clone()].concat();
        refusals.extend(refused);
        planned.push(Looked::at(file.display().to_string(), assessed.plan, findings));
    }
    form.write(
        || sheet::of_plan(&planned, &unseen),
        || {
            let plans = planned.iter().map(|looked| &looked.found);
            let document = plan_json::json(plans, &refusals, &sheet::unopened(&unseen));
            global.tally.within("plan", exit, document)
        },
    )?;
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
