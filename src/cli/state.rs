//! `headset state`: what Headset remembers of an environment, put right, moved, taken out and put back.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use headset_engine::state::{LONGEST, LocalStore, Migration, NotPushed, Pushed};

use super::Global;
use super::environment::{Environment, scope};
use super::exit::{Exit, Failure};
use super::remembered::{self, ForgetArgs, ListArgs, MoveArgs, ShowArgs};
use super::terminal;

/// Work with what Headset remembers of an environment.
#[derive(Debug, Subcommand)]
pub(super) enum StateCommand {
    /// Put the last good state in the place of a damaged one.
    ///
    /// For a state that a command calls damaged: the disk lost something, or the file was edited. The damaged files are
    /// kept beside it. What was recorded after the last good state is lost; the next plan finds it again by names and
    /// tags.
    Restore(RestoreArgs),
    /// Move the state of an environment from this machine to the shared store that `--state` or the blueprint names.
    ///
    /// What people answered goes along. The state that was here is kept beside and refused from then on, so that no run
    /// works with an old one.
    Migrate(BlueprintArgs),
    /// List what state knows: addresses, and what AWS calls each.
    List(ListArgs),
    /// Show what state knows of one resource: what was applied last, its outputs, what comes before it.
    Show(ShowArgs),
    /// Let state know a resource by another address. Nothing changes in AWS.
    ///
    /// `moved` in the blueprint does the same for every checkout, and its plan shows it first: this is for what no blueprint
    /// can say any more.
    Mv(MoveArgs),
    /// Let state forget resources. They stay in AWS as they are.
    ///
    /// If the blueprint asks for one, the next plan finds it again by its name or its tags. `removed` in the blueprint lets
    /// go of it for good.
    Rm(ForgetArgs),
    /// Write the state of an environment, and what people answered, to standard output: for a backup.
    ///
    /// The text has a checksum: `headset state push` takes back what was not edited.
    Pull(BlueprintArgs),
    /// Put a state back that `headset state pull` has written.
    ///
    /// It has to be of the same environment, account and region, and newer than what is there. What was answered meanwhile
    /// stays.
    Push(PushArgs),
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The directory of the damaged state, as the error names it.
    #[arg(value_name = "DIRECTORY", value_hint = clap::ValueHint::DirPath)]
    directory: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct BlueprintArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct PushArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What `headset state pull` has written.
    #[arg(value_name = "BACKUP", value_hint = clap::ValueHint::FilePath)]
    backup: PathBuf,
    /// Also if what is there is newer. What was recorded since is lost; the next plan finds it again by names and tags.
    #[arg(long)]
    older: bool,
}

pub(super) async fn state(global: &Global, command: &StateCommand) -> Result<Exit, Failure> {
    match command {
        StateCommand::Restore(args) => restore(args),
        StateCommand::Migrate(args) => migrate(global, args).await,
        StateCommand::List(args) => remembered::list(global, args).await,
        StateCommand::Show(args) => remembered::show(global, args).await,
        StateCommand::Mv(args) => remembered::rename(global, args).await,
        StateCommand::Rm(args) => remembered::forget(global, args).await,
        StateCommand::Pull(args) => pull(global, args).await,
        StateCommand::Push(args) => push(global, args).await,
    }
}

async fn pull(global: &Global, args: &BlueprintArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let pulled = environment.store.pull();
    environment.close().await?;
    match pulled? {
        Some(text) => terminal::document(&text.trim_end()),
        None => {
            return Err(
                Failure::new(format!("there is no state of {}", environment.name)).help(
                    "`headset apply` makes the environment, and `headset import` finds what exists of it",
                ),
            );
        }
    }
    Ok(Exit::Done)
}

async fn push(global: &Global, args: &PushArgs) -> Result<Exit, Failure> {
    let text = terminal::read_text(&args.backup, LONGEST)?;
    let environment = Environment::open(global, &args.file).await?;
    let (clock, wait) = (environment.aws.clock(), environment.lock_timeout);
    let pushed = environment
        .store
        .push(&text, &args.backup, clock, wait, args.older)
        .await;
    environment.close().await?;
    let file = args.backup.display();
    match pushed {
        Ok(Pushed::Same) => terminal::text(&format!("{file} is the state that is there.\n")),
        Ok(Pushed::Done { serial }) => {
            terminal::text(&format!(
                "{file} is the state of {} now, after change {serial}.\n",
                environment.name
            ));
        }
        Err(NotPushed::Store(error)) => return Err(error.into()),
        Err(why @ NotPushed::Unreadable(_)) => {
            return Err(Failure::new(why.to_string()).help("give a file as `headset state pull` wrote it"));
        }
        Err(why) => {
            let help = match why {
                NotPushed::Older { .. } => {
                    "the next plan works with the newer one; `--older` takes this one all the same"
                }
                NotPushed::OtherLineage { .. } => {
                    "that environment is gone, or it is another one: `headset destroy --lineage` finds what is left of it"
                }
                _ => "give the blueprint, the account and the region that it was written for",
            };
            return Err(Failure::new(format!("{file}: {why}")).help(help));
        }
    }
    Ok(Exit::Done)
}

async fn migrate(global: &Global, args: &BlueprintArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let result = migrate_one(global, &environment).await;
    environment.close().await?;
    result
}

async fn migrate_one(global: &Global, environment: &Environment) -> Result<Exit, Failure> {
    let Some(shared) = environment.store.shared() else {
        return Err(Failure::new("no shared store is named")
            .help("give `--state s3://BUCKET/PREFIX`, or write `state` into the blueprint"));
    };
    let place = shared.place();
    let context = &environment.context;
    let scope = scope(environment.simulation.as_ref(), environment.endpoint.as_deref());
    let here = LocalStore::of(
        &global.state_dir,
        &environment.name,
        &context.account,
        &context.region,
        &scope,
    );
    let clock = environment.aws.clock();
    let moved = here
        .migrate(&environment.store, clock, environment.lock_timeout)
        .await;
    let serial = moved.map_err(|why| match why {
        Migration::Store(error) => Failure::from(error),
        why => Failure::new(format!("{}: {why}", here.directory().display())),
    })?;
    terminal::text(&format!(
        "Moved the state of {} to {place}, as it was after change {serial}. Give `--state` or `state` in the blueprint \
         with every command from now on.\n",
        environment.name
    ));
    Ok(Exit::Done)
}

fn restore(args: &RestoreArgs) -> Result<Exit, Failure> {
    if !args.directory.is_dir() {
        let message = format!("{} is no directory", args.directory.display());
        return Err(Failure::new(message).help("give the directory that the error about the state names"));
    }
    let store = LocalStore::new(args.directory.clone());
    let Some(restored) = store.restore().map_err(|error| {
        Failure::from(error).help(
            "no good state is left there: put a backup of the directory back, or move the directory away, and \
             `headset import FILE` finds by names and tags what exists",
        )
    })?
    else {
        terminal::text(&format!("{} holds no damaged state\n", args.directory.display()));
        return Ok(Exit::Done);
    };
    terminal::text(&format!(
        "Restored the state as it was after change {}. The damaged files are now in {}; what was wrong: {}.\n",
        restored.serial,
        restored.aside.display(),
        restored.damage
    ));
    Ok(Exit::Done)
}
