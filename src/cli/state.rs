//! `headset state`: what Headset remembers of an environment, put right, moved, taken out and put back.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use headset_engine::session;
use headset_engine::state::{
    Destination, LONGEST, LocalStore, Migration, NotPushed, Purpose, Pushed, Touched,
};
use serde_json::json;

use super::Global;
use super::as_json::AsJson;
use super::environment::{Environment, holder, states_at};
use super::exit::{Exit, Failure};
use super::remembered::{self, ForgetArgs, ListArgs, MoveArgs, ShowArgs};
use super::restore::{self, RestoreArgs};
use super::terminal;
use super::unread::Unread;
use super::who::by;

/// Work with what Headset remembers of an environment.
#[derive(Debug, Subcommand)]
pub(super) enum StateCommand {
    /// Put the last good state in the place of a damaged one.
    ///
    /// For a state that a command calls damaged: a disk lost something, or it was edited. What is damaged is kept beside it.
    /// What was recorded after the last good state is lost; the next plan finds it again by names and tags.
    ///
    /// With `--store-lost` it works with what was kept of a state that was moved, or was being moved, to a place that is lost
    /// for good.
    Restore(RestoreArgs),
    /// Move the state of an environment to the shared store that `--state` or the blueprint names: from this machine, or with
    /// `--from` from another store.
    ///
    /// With `--from` and no store named, it comes back to this machine. What people answered goes along, and the history. The
    /// state that was there is kept and refused from then on, so that no run works with an old one.
    Migrate(MigrateArgs),
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
pub(super) struct BlueprintArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The shared store that the state is in, as `--state` names stores.
    #[arg(long, value_name = "STORE")]
    from: Option<String>,
    #[command(flatten)]
    form: AsJson,
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
    #[command(flatten)]
    form: AsJson,
}

pub(super) async fn state(global: &Global, command: &StateCommand) -> Result<Exit, Failure> {
    match command {
        StateCommand::Restore(args) => restore::restore(global, args).await,
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
    if let Ok(Pushed::Done { serial }) = &pushed {
        let touched = Touched {
            by: by(&session::caller(&environment.aws).await?),
            at: clock.now(),
            serial: *serial,
        };
        environment.store.note(Purpose::Push, touched).await?;
    }
    environment.close().await?;
    let file = args.backup.display();
    let document = |serial: Option<u64>| json!({ "environment": environment.name, "pushed": serial.is_some(), "serial": serial });
    match pushed {
        Ok(Pushed::Same) => {
            args.form
                .text(&format!("{file} is the state that is there.\n"), || {
                    document(None)
                });
        }
        Ok(Pushed::Done { serial }) => args.form.text(
            &format!(
                "{file} is the state of {} now, after change {serial}.\n",
                environment.name
            ),
            || document(Some(serial)),
        ),
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

async fn migrate(global: &Global, args: &MigrateArgs) -> Result<Exit, Failure> {
    let unread = Unread::find(global, &args.file).await?;
    let result = migrate_one(global, &unread, args).await;
    unread.close(global).await?;
    result
}

async fn migrate_one(global: &Global, unread: &Unread, args: &MigrateArgs) -> Result<Exit, Failure> {
    let here = unread.here(global);
    let to = match &unread.shared {
        Some(states) => unread.there(global, states),
        None => here.clone(),
    };
    let (clock, wait) = (unread.access.aws.clock(), unread.lock_timeout);
    let (source, moved) = match args.from.as_deref() {
        None if unread.shared.is_none() => {
            return Err(Failure::new("no shared store is named").help(
                "give `--state s3://BUCKET/PREFIX`, or write `state` into the blueprint; `--from` names the store that the \
                 state is in, if it is in one",
            ));
        }
        None => (
            here.directory().display().to_string(),
            here.migrate(&to, clock, wait).await,
        ),
        Some(address) => {
            let states = states_at(global, &unread.access.aws, address)?;
            let away = unread.there(global, &states);
            if away.directory() == to.directory() {
                return Err(Failure::usage(format!("the state is to be moved from {address} to where it is"))
                    .help("`--from` names the store that it is in, and `--state` or the blueprint the one that it goes to"));
            }
            let whither = match to.shared() {
                Some(shared) => Destination::Store(shared.store().to_owned()),
                None => Destination::Machine(of_machine(&to)?),
            };
            let moved = away.migrate_away(&to, &whither, clock, wait).await;
            (address.to_owned(), moved)
        }
    };
    let serial = moved.map_err(|why| match why {
        Migration::Store(error) => Failure::from(error),
        why => Failure::new(format!("{source}: {why}")),
    })?;
    let touched = Touched {
        by: by(&unread.caller),
        at: clock.now(),
        serial,
    };
    to.note(Purpose::Move, touched).await?;
    let (place, from_now_on) = match to.shared() {
        Some(shared) => (
            shared.place(),
            "Give `--state` or `state` in the blueprint with every command from now on",
        ),
        None => (
            to.directory().display().to_string(),
            "Give no `--state`, and take `state` out of the blueprint: from now on this machine alone knows it",
        ),
    };
    args.form.text(
        &format!(
            "Moved the state of {} to {place}, as it was after change {serial}. {from_now_on}.\n",
            unread.name
        ),
        || json!({ "environment": unread.name, "place": place, "serial": serial }),
    );
    Ok(Exit::Done)
}

/// Where a store is, for people at other machines.
fn of_machine(store: &LocalStore) -> Result<String, Failure> {
    let directory = std::path::absolute(store.directory())?;
    let holder = holder();
    let who = holder.split(',').next().unwrap_or_default();
    Ok(format!("{} of {who}", directory.display()))
}
