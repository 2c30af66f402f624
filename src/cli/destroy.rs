//! `headset destroy`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::flow::{Consent, Question, RunArgs, carry_out, consent, exit_of, worse};
use super::orphans;
use super::terminal;
use crate::design::Design;
use crate::report::leftovers;
use crate::resource::shell::word;
use crate::state::Entry;

/// Take an environment down, in safe order. Only what is provably Headset's own is deleted.
///
/// Asks for the environment's name, unless --yes. Protected things are refused; --yes does not override that.
/// Without a blueprint file, --name and --expired find environments by their state, and by the tags of what is
/// there where state is lost. At the end stands what stays, and why.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["files", "name", "expired"]))]
pub(super) struct DestroyArgs {
    /// Blueprint files.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The environment of this name, without its blueprint.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Every environment whose lifetime is over, without their blueprints.
    #[arg(long)]
    expired: bool,
    /// A region to look for tags in, besides those that state knows. May be given several times; default: the
    /// configured region.
    #[arg(long, value_name = "REGION", conflicts_with = "files")]
    region: Vec<String>,
    #[command(flatten)]
    run: RunArgs,
}

pub(super) async fn destroy(global: &Global, args: &DestroyArgs) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    for file in &args.files {
        let environment = Environment::open(global, file).await?;
        let result = destroy_one(
            &environment,
            &args.run,
            &environment.invocation.command("destroy"),
        )
        .await;
        environment.close()?;
        let one = result?;
        if one == Exit::Interrupted {
            return Ok(one);
        }
        exit = worse(exit, one);
    }
    if !args.files.is_empty() {
        return Ok(exit);
    }
    let wanted = match &args.name {
        Some(name) => orphans::Wanted::Named(name.clone()),
        None => orphans::Wanted::Expired,
    };
    let found = orphans::find(global, &wanted, &args.region).await?;
    for failure in &found.unread {
        terminal::talk(&format!("not searched: {failure}"));
    }
    if found.environments.is_empty() {
        terminal::talk(&match &wanted {
            orphans::Wanted::Named(name) => format!("{name}: there is nothing of it"),
            orphans::Wanted::Expired => "nothing has expired".to_owned(),
        });
        return Ok(if found.unread.is_empty() {
            Exit::Done
        } else {
            Exit::Error
        });
    }
    for orphan in found.environments {
        let again = match &wanted {
            orphans::Wanted::Named(name) => format!("destroy --name {}", word(name)),
            orphans::Wanted::Expired => "destroy --expired".to_owned(),
        };
        let environment = orphan.open(global).await?;
        let again = environment.invocation.command(&again);
        let result = destroy_one(&environment, &args.run, &again).await;
        environment.close()?;
        let one = match result {
            Ok(one) => one,
            // One refused environment does not keep the others from going.
            Err(Failure::Refused(findings)) => terminal::failure(Failure::Refused(findings)),
            Err(failure) => return Err(failure),
        };
        if one == Exit::Interrupted {
            return Ok(one);
        }
        exit = worse(exit, one);
    }
    let exit = if found.unread.is_empty() {
        exit
    } else {
        worse(Exit::Error, exit)
    };
    Ok(exit)
}

async fn destroy_one(environment: &Environment, args: &RunArgs, again: &str) -> Result<Exit, Failure> {
    let mut locked = environment.store.lock(|| environment.fresh_state())?;
    for (address, record) in &environment.state.resources {
        // What was found by its tags alone, state learns now.
        if !locked.state().resources.contains_key(address) {
            locked.record(Entry::Done {
                address: address.clone(),
                record: record.clone(),
            })?;
        }
    }
    let prospect = environment.prospect(&Design::default(), locked.state()).await?;
    let plan = prospect.plan;
    let name = &environment.name;
    if plan.steps.is_empty() && plan.deposed.is_empty() {
        terminal::talk(&format!("{name}: there is nothing of it"));
        return Ok(Exit::Done);
    }
    if let Consent::Withheld(exit) = consent(&plan, &prospect.findings, args, Question::Name(name))? {
        return Ok(exit);
    }
    environment.prepare(&mut locked, &[], &std::collections::BTreeMap::new())?;
    let outcome = carry_out(environment, &plan, &mut locked, args, None).await?;
    let exit = exit_of(&outcome);
    if exit == Exit::Done {
        // Whoever makes it anew begins a new lifetime.
        locked.record(Entry::Expires { at: None })?;
    }
    let left = leftovers::of(&plan, &outcome, locked.state(), &environment.setting.account);
    locked.close()?;
    if args.json {
        terminal::data(&format!(
            "{}\n",
            serde_json::json!({ "schema_version": 1, "event": "leftovers", "leftovers": left })
        ));
    } else {
        terminal::talk(leftovers::text(&left).trim_end());
        terminal::talk(&match exit {
            Exit::Done => format!("{name}: taken down"),
            _ => format!("{name}: not everything is gone yet. Go on with: {again}"),
        });
    }
    Ok(exit)
}
