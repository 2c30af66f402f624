//! `headset state`: what Headset remembers of an environment, put right, moved, taken out and put back.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use headset_engine::state::{Departure, LONGEST, LocalStore, Migration, NotPushed, Pushed};
use headset_kinds::regions::{Identity, Regions};

use super::Global;
use super::access::open_aws_or;
use super::environment::{Environment, scope, states_at};
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
    ///
    /// With `--store-lost` it works with the state that is on this machine again: for a state that was moved, or was being
    /// moved, to a shared store that is lost for good.
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
    /// The shared store that this state was moved to is lost for good: work with what was kept here.
    ///
    /// Refused if the store still has the state. What was recorded since is lost; the next plan finds it again by names and
    /// tags.
    #[arg(long)]
    store_lost: bool,
    /// Do not ask whether a store that cannot be asked is lost.
    #[arg(long, requires = "store_lost")]
    yes: bool,
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
        StateCommand::Restore(args) if args.store_lost => store_lost(global, args).await,
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

/// The store in the directory that a user names.
fn named(args: &RestoreArgs) -> Result<LocalStore, Failure> {
    if !args.directory.is_dir() {
        let message = format!("{} is no directory", args.directory.display());
        return Err(Failure::new(message).help("give the directory that the error about the state names"));
    }
    Ok(LocalStore::new(args.directory.clone()))
}

async fn store_lost(global: &Global, args: &RestoreArgs) -> Result<Exit, Failure> {
    let here = named(args)?;
    let directory = args.directory.display();
    let Some(Departure { place, region }) = here.departure()? else {
        terminal::text(&format!(
            "The state in {directory} was not moved to a shared store\n"
        ));
        return Ok(Exit::Done);
    };
    let absolute = std::path::absolute(&args.directory)?;
    let mut names = absolute
        .iter()
        .rev()
        .map(|part| part.to_string_lossy().into_owned());
    let (account, environment) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
    let access = open_aws_or(global, None, Some(&region), Identity::Same, Regions::all_in).await?;
    // What the user says may name a region or an owner besides.
    let address = global.state.clone().unwrap_or_else(|| place.clone());
    let states = states_at(global, &access.aws, &address)?;
    match states.has(&environment, &account).await {
        Ok(true) => {
            return Err(
                Failure::new(format!("{place} has the state of {environment}, so that it is not lost")).help(format!(
                    "give `--state {place}` with every command; `headset state migrate FILE --state {place}` ends a move \
                     that was cut off"
                )),
            );
        }
        Ok(false) => {}
        Err(why) if why.is_not_found() => {}
        Err(why) if args.yes => terminal::talk(&format!("{place} could not be asked: {why}")),
        Err(why) => {
            terminal::talk(&format!(
                "{place} could not be asked: {why}\nIf it is not lost, others may work with the state that is there, and \
                 there will be two."
            ));
            let question = "Is it lost for good? [y/N]";
            if !terminal::agreed(question, "add --yes", "nothing was changed").await? {
                return Ok(Exit::Refused);
            }
        }
    }
    let serial = here.take_back()?.unwrap_or_default();
    terminal::text(&format!(
        "The state of {environment} is in {directory} again, as it was when it was moved, after change {serial}. What was \
         recorded since is lost: the next plan finds it by names and tags. Take `state` out of the blueprint.\n"
    ));
    Ok(Exit::Done)
}

fn restore(args: &RestoreArgs) -> Result<Exit, Failure> {
    let store = named(args)?;
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
