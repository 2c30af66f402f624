//! `headset destroy`

use std::path::{Path, PathBuf};

use clap::Args;

use super::Global;
use super::apply::{RunArgs, carry_out, exit_of};
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::terminal;
use crate::design::Design;
use crate::diagnostic::has_errors;
use crate::plan::Action;
use crate::plan::guard::{Allowed, guard};
use crate::report::plan_view;

/// Take an environment down, in safe order. Only what is provably Headset's own is deleted.
///
/// Asks for the environment's name, unless --yes. Protected things are refused; --yes does not override that.
#[derive(Debug, Args)]
pub(super) struct DestroyArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Do not ask for the name.
    #[arg(long, short = 'y')]
    yes: bool,
    #[command(flatten)]
    run: RunArgs,
}

pub(super) async fn destroy(global: &Global, args: &DestroyArgs) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    for file in &args.files {
        let environment = Environment::open(global, file).await?;
        let result = destroy_one(&environment, args, file).await;
        environment.close()?;
        let one = result?;
        if one == Exit::Interrupted {
            return Ok(one);
        }
        exit = if exit == Exit::Done { one } else { exit };
    }
    Ok(exit)
}

async fn destroy_one(environment: &Environment, args: &DestroyArgs, file: &Path) -> Result<Exit, Failure> {
    let mut locked = environment.store.lock(|| environment.fresh_state())?;
    let prospect = environment.prospect(&Design::default(), locked.state()).await?;
    terminal::diagnostics(&prospect.findings);
    if has_errors(&prospect.findings) {
        return Ok(Exit::Error);
    }
    let plan = prospect.plan;
    let name = &environment.blueprint.name.value;
    if plan.steps.is_empty() && plan.deposed.is_empty() {
        terminal::talk(&format!("{name}: there is nothing of it"));
        return Ok(Exit::Done);
    }
    if !args.run.json {
        terminal::data(&plan_view::human(&plan));
    }
    let refused = guard(
        &plan,
        Allowed {
            disruption: args.run.allow_disruption,
        },
    );
    if !refused.is_empty() {
        return Err(Failure::Refused(refused));
    }
    if plan.changes() > 0 && !args.yes {
        if !terminal::can_ask() {
            return Err(Failure::usage("there is nobody to ask").help("add --yes to destroy without asking"));
        }
        if terminal::ask(&format!("Type the environment's name to destroy it ({name}):")) != *name {
            terminal::talk("nothing was changed");
            return Ok(Exit::Done);
        }
    }
    let outcome = carry_out(environment, &plan, &mut locked, &args.run, None).await?;
    locked.close()?;
    let exit = exit_of(&outcome);
    // What a person made elsewhere stays, and its values end with this environment.
    let mut stays = Vec::new();
    for step in plan.steps.values() {
        if matches!(step.action, Action::Forget) {
            environment.store.answers().forget(&step.address)?;
            if step.reason.starts_with("it stays") {
                stays.push(format!("  {}: {}", step.address, step.reason));
            }
        }
    }
    if !args.run.json {
        if !stays.is_empty() {
            terminal::talk(&format!("left as they are:\n{}", stays.join("\n")));
        }
        terminal::talk(&match exit {
            Exit::Done => format!("{name}: taken down"),
            _ => format!(
                "{name}: not everything is gone yet. Go on with: headset destroy {}",
                file.display()
            ),
        });
    }
    Ok(exit)
}
