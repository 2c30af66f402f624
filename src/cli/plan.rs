//! `headset plan`

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::Global;
use super::completion;
use super::down;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::files;
use super::flow::{Shown, show};
use super::form::Formed;
use super::invocation::Invocation;
use super::lost;
use super::offline::{Asking, Doubting};
use super::part::{Anew, Only, Part};
use super::saved;
use super::shard::Share;
use super::summary;
use super::terminal;
use super::together::{self, About};
use crate::report::drift_view;
use crate::report::plan_json;
use crate::report::sheet::{self, Looked};
use headset_core::Address;
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_engine::drift::undeclared;
use headset_engine::metadata;
use headset_engine::passwords::{self, When};
use headset_engine::plan::guard::{Allowed, Losses, guard};
use headset_engine::plan::{Plan, Verdict};
use headset_kinds::Reading;

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
    share: Share,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    doubting: Doubting,
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
    #[arg(long, value_name = "ADDRESS", add = ArgValueCompleter::new(completion::addresses))]
    allow_irreversible: Vec<Address>,
    /// Do not refuse to make what seems to be beyond AWS's limit on creations and deletions, like `apply` with this flag.
    #[arg(long)]
    allow_creation_limit: bool,
    /// Plan to take the environment down, as `headset destroy` does; with --out, `headset apply PLAN` takes it down exactly so,
    /// and does not ask for its name.
    #[arg(long, conflicts_with_all = ["only", "replace", "allow_irreversible", "allow_creation_limit", "offline", "read_all"])]
    destroy: bool,
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
    #[command(flatten)]
    formed: Formed,
}

/// The plan of one environment, and what is to be said about it.
struct Planned {
    plan: Plan,
    findings: Vec<Diagnostic>,
    refused: Vec<Diagnostic>,
    /// The same in numbers.
    counted: summary::Part,
}

impl Planned {
    /// Whether it can be carried out.
    fn is_good(&self) -> bool {
        !has_errors(&self.findings) && self.refused.is_empty()
    }
}

pub(super) async fn plan(global: &Global, args: &PlanArgs) -> Result<Exit, Failure> {
    let files = args.share.of(global, files::blueprints(global, &args.files)?);
    let scope = args.only.of(args.part.of(&files)?);
    let scope = args.anew.of(scope, &files)?;
    if let Some(out) = &args.out {
        let [file] = files.as_slice() else {
            return Err(Failure::usage("--out saves the plan of one blueprint")
                .help("give one file, or run the command once for each"));
        };
        if terminal::is_standard_input(file) {
            return Err(Failure::usage(
                "a saved plan reads its blueprint again, and standard input is read once",
            )
            .help("write the blueprint into a file"));
        }
        saved::may_be_written(out)?;
    }
    let allowed = Allowed {
        disruption: args.allow_disruption,
        losses: match args.destroy {
            // What is asked for is that everything goes.
            true => Losses::All,
            false => Losses::At(args.allow_irreversible.iter().cloned().collect()),
        },
        creation_limit: args.allow_creation_limit,
        wait_for_sessions: args.wait_for_sessions,
    };
    let form = args.formed.form();
    let look = async |file: &Path, environment: Environment| {
        // What goes publishes nothing that matters.
        let offline = args.asking.offline || args.destroy;
        let environment = environment.asking(Asking { offline }).part(scope.clone());
        let environment = environment.reading(args.doubting.reading());
        let planned = match args.destroy {
            true => look_down(global, &environment, &allowed).await?,
            false => look(global, &environment, &allowed).await?,
        };
        if let Some(out) = args.out.as_ref().filter(|_| planned.is_good()) {
            let given = headset_engine::saved::Given {
                file: file.display().to_string(),
                values: global.vars.clone(),
                sets: global.set.clone(),
                offline,
                destroys: args.destroy,
                allowed: allowed.clone(),
            };
            saved::write(out, &environment, &planned.plan, given)?;
        }
        Ok(planned)
    };
    let about = About {
        is_one: form.is_human() && args.share.is_one(&files),
        json: !form.is_human(),
    };
    let seen = together::each(global, &files, about, look).await?;
    let (mut planned, mut refusals) = (Vec::new(), Vec::new());
    let mut unseen: Vec<Looked<()>> = Vec::new();
    let mut exit = Exit::Done;
    for (file, seen) in seen {
        let file = file.display().to_string();
        match seen {
            Ok(one) => {
                let shown = Shown {
                    json: !form.is_human(),
                    full: args.full,
                    is_headed: files.len() > 1,
                };
                show(&one.plan, &one.findings, &one.refused, shown);
                exit = exit.worse(match () {
                    () if has_errors(&one.findings) => Exit::Error,
                    () if !one.refused.is_empty() => Exit::Refused,
                    () if args.detailed_exitcode => detailed(&one.plan),
                    () => Exit::Done,
                });
                if let Some(out) = &args.out {
                    match one.is_good() {
                        true => {
                            let apply = Invocation::on_saved(global, out).command("apply");
                            terminal::talk(&format!("saved the plan; to carry out exactly this: {apply}"));
                        }
                        false => {
                            terminal::warn(
                                "the plan was not saved, since it cannot be carried out: see above",
                            );
                        }
                    }
                }
                global.tally.add(one.counted);
                let findings = [one.findings, one.refused.clone()].concat();
                refusals.extend(one.refused);
                planned.push(Looked::at(file, one.plan, findings));
            }
            // One that cannot be planned does not keep the others from it.
            Err(failure) => {
                unseen.push(Looked::at(file, (), failure.findings()));
                exit = exit.worse(terminal::failure(failure));
            }
        }
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

/// Plans for one environment.
async fn look(global: &Global, environment: &Environment, allowed: &Allowed) -> Result<Planned, Failure> {
    let lost = lost::look(global, environment).await?;
    let assessed = environment
        .assess(&environment.design, &environment.state)
        .await?;
    // Each list takes calls of its own: they are made where everything is asked for.
    let extras = match environment.reading {
        Reading::Full => {
            environment
                .attentively(undeclared(environment, &assessed.survey))
                .await
        }
        Reading::Quick | Reading::Usual | Reading::Settled => Vec::new(),
    };
    environment.close().await?;
    let (plan, mut findings) = (assessed.plan, assessed.findings);
    findings.extend(passwords::of_new(&environment.design, &plan, When::Planning));
    findings.extend(environment.provide(&plan));
    findings.extend(metadata::of_issuers(&environment.design, &plan.outputs));
    lost.tell();
    findings.extend(lost.findings);
    findings.extend(drift_view::remarks(&extras));
    let refused = guard(&plan, allowed);
    let mut counted = summary::Part::of_plan(&plan);
    let applies = matches!(plan.verdict(), Verdict::Changes | Verdict::Checkpoints);
    if applies && refused.is_empty() && !has_errors(&findings) {
        counted.next.push(environment.invocation.command("apply"));
    }
    Ok(Planned {
        plan,
        findings,
        refused,
        counted,
    })
}

/// Plans to take one environment down.
async fn look_down(
    global: &Global,
    environment: &Environment,
    allowed: &Allowed,
) -> Result<Planned, Failure> {
    let looked = down::look(global, environment).await;
    environment.close().await?;
    let (plan, findings) = looked?;
    let refused = guard(&plan, allowed);
    let mut counted = summary::Part::of_plan(&plan);
    if refused.is_empty() && !has_errors(&findings) {
        counted.next.push(environment.invocation.command("destroy"));
    }
    Ok(Planned {
        plan,
        findings,
        refused,
        counted,
    })
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
