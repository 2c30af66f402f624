//! `headset state`: what Headset remembers of an environment, put right, moved, taken out and put back.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use headset_core::AwsError;
use headset_engine::state::{
    Departure, Destination, LONGEST, LocalStore, Migration, NotPushed, Pushed, Restored, Shared, StoreError,
};
use headset_kinds::regions::{Identity, Regions};
use serde_json::{Value, json};

use super::Global;
use super::access::{Access, open_aws_or};
use super::as_json::AsJson;
use super::environment::{Environment, holder, states_at};
use super::exit::{Exit, Failure};
use super::remembered::{self, ForgetArgs, ListArgs, MoveArgs, ShowArgs};
use super::terminal;
use super::unlock::{Broken, break_lease};
use super::unread::Unread;

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
pub(super) struct RestoreArgs {
    /// The directory of the damaged state, or its address in a shared store, as the error names it.
    #[arg(value_name = "PLACE", value_hint = clap::ValueHint::DirPath)]
    place: PathBuf,
    /// The place that this state was moved to is lost for good: work with what was kept here.
    ///
    /// Refused if that is a store that still has the state. What was recorded since is lost; the next plan finds it again by
    /// names and tags.
    #[arg(long)]
    store_lost: bool,
    /// Do not ask whether a place that cannot be asked is lost, or whether a lease that cannot be read is to be broken.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    form: AsJson,
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
        StateCommand::Restore(args) => restore_named(global, args).await,
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

/// A state in a shared store that a user names by its address.
struct There {
    access: Access,
    shared: Shared,
    environment: String,
    /// Account and region, as directories call them.
    place: String,
}

impl There {
    /// What an address names: `None` if it is no address of a store.
    async fn named(global: &Global, args: &RestoreArgs) -> Result<Option<There>, Failure> {
        let Some(address) = args.place.to_str().filter(|place| place.starts_with("s3://")) else {
            return Ok(None);
        };
        let help = "give the address that the error names: s3://BUCKET/PREFIX/ENVIRONMENT/ACCOUNT-REGION";
        let wrong = |why: String| Failure::usage(format!("{address}: {why}")).help(help);
        let of = StateAddress::parse(address).map_err(wrong)?;
        let access = open_aws_or(global, None, Some(&of.region), Identity::Same, Regions::all_in).await?;
        let states = states_at(global, &access.aws, &of.store)?;
        Ok(Some(There {
            shared: states.of(&of.environment, &of.place),
            environment: of.environment,
            place: of.place,
            access,
        }))
    }
}

/// The address of one state in a shared store, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct StateAddress {
    /// The address of the store.
    store: String,
    environment: String,
    /// Account and region, as directories call them.
    place: String,
    region: String,
}

impl StateAddress {
    fn parse(address: &str) -> Result<StateAddress, String> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let missing = || "it names a store, and not a state in it".to_owned();
        // `s3:`, nothing and the bucket come before.
        let place = parts.pop().filter(|_| parts.len() > 3).ok_or_else(missing)?;
        let environment = parts.pop().unwrap_or_default();
        let words: Vec<&str> = place.split(['-', '.']).collect();
        let is_account = |word: &str| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
        let last = words
            .iter()
            .skip(1)
            .position(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        let region = match (words.first(), last) {
            (Some(account), Some(last)) if is_account(account) && last >= 2 => words[1..=last + 1].join("-"),
            _ => return Err(missing()),
        };
        let query = match query {
            "" => String::new(),
            query => format!("?{query}"),
        };
        Ok(StateAddress {
            store: parts.join("/") + &query,
            environment: environment.to_owned(),
            place: place.to_owned(),
            region,
        })
    }
}

async fn restore_named(global: &Global, args: &RestoreArgs) -> Result<Exit, Failure> {
    let Some(there) = There::named(global, args).await? else {
        return match args.store_lost {
            true => store_lost(global, args).await,
            false => restore(args),
        };
    };
    let result = match args.store_lost {
        true => place_lost(global, args, &there).await,
        false => restore_there(args, &there).await,
    };
    global.leases.release().await;
    there.access.close()?;
    result
}

async fn restore_there(args: &RestoreArgs, there: &There) -> Result<Exit, Failure> {
    let shared = &there.shared;
    if let Err(StoreError::DamagedLease { .. }) = shared.lease().await
        && let Broken::Kept = break_lease(shared, args.yes, args.form).await?
    {
        return Ok(Exit::Refused);
    }
    let restored = shared.restore().await.map_err(|error| {
        let is_damage = matches!(error, StoreError::DamagedThere { .. });
        match is_damage {
            true => Failure::from(error).help(
                "no good state is left there: put an earlier version of the object back, if the bucket keeps versions, or \
                 remove the objects of this state, and `headset import FILE` finds by names and tags what exists",
            ),
            false => Failure::from(error),
        }
    })?;
    say_restored(&shared.place(), restored, args.form);
    Ok(Exit::Done)
}

fn say_restored(place: &str, restored: Option<Restored>, form: AsJson) {
    match restored {
        None => form.text(&format!("{place} holds no damaged state\n"), || nothing(place)),
        Some(Restored {
            damage,
            serial,
            aside,
        }) => form.text(
            &format!(
                "Restored the state as it was after change {serial}. What was damaged is now in {aside}; what was wrong: \
                 {damage}.\n"
            ),
            || json!({ "place": place, "restored": true, "serial": serial, "damaged": aside, "damage": damage }),
        ),
    }
}

/// The document where nothing is to be restored.
fn nothing(place: &str) -> Value {
    json!({ "place": place, "restored": false })
}

/// Works with what is in a store again whose state was moved to a place that is lost.
async fn place_lost(global: &Global, args: &RestoreArgs, there: &There) -> Result<Exit, Failure> {
    let place = there.shared.place();
    let Some(Departure { to, .. }) = there.shared.departure().await? else {
        let text = format!("The state in {place} was not moved\n");
        args.form.text(&text, || nothing(&place));
        return Ok(Exit::Done);
    };
    let asked = match &to {
        Destination::Machine(_) => Err(None),
        Destination::Store(store) => {
            let address = global.state.as_ref().unwrap_or(store);
            let states = states_at(global, &there.access.aws, address)?;
            let has = states.has(&there.environment, &there.place).await;
            has.map_err(Some)
        }
    };
    if !is_lost(args, &to.to_string(), &there.environment, asked).await? {
        return Ok(Exit::Refused);
    }
    let serial = there.shared.take_back().await?.unwrap_or_default();
    args.form.text(
        &format!(
            "The state of {} is in {place} again, as it was when it was moved, after change {serial}. What was recorded since \
             is lost: the next plan finds it by names and tags.\n",
            there.environment
        ),
        || json!({ "place": place, "restored": true, "serial": serial }),
    );
    Ok(Exit::Done)
}

/// Whether a place that a state was moved to is lost for good: as it answers, or as a person says where it cannot be asked.
async fn is_lost(
    args: &RestoreArgs,
    place: &str,
    environment: &str,
    asked: Result<bool, Option<AwsError>>,
) -> Result<bool, Failure> {
    let why = match asked {
        Ok(true) => {
            return Err(
                Failure::new(format!("{place} has the state of {environment}, so that it is not lost")).help(format!(
                    "give `--state {place}` with every command; `headset state migrate` ends a move that was cut off, with the \
                     options that it began with"
                )),
            );
        }
        Ok(false) => return Ok(true),
        Err(Some(why)) if why.is_not_found() => return Ok(true),
        Err(Some(why)) => format!("{place} could not be asked: {why}"),
        Err(None) => format!("{place} cannot be asked from here"),
    };
    terminal::talk(&why);
    if args.yes {
        return Ok(true);
    }
    terminal::talk("If it is not lost, others may work with the state that is there, and there will be two.");
    let question = "Is it lost for good? [y/N]";
    terminal::agreed(question, "add --yes", "nothing was changed").await
}

/// The store in the directory that a user names.
fn named(args: &RestoreArgs) -> Result<LocalStore, Failure> {
    if !args.place.is_dir() {
        let message = format!("{} is no directory", args.place.display());
        return Err(Failure::new(message).help("give the directory that the error about the state names"));
    }
    Ok(LocalStore::new(args.place.clone()))
}

async fn store_lost(global: &Global, args: &RestoreArgs) -> Result<Exit, Failure> {
    let here = named(args)?;
    let directory = args.place.display();
    let Some(Departure { to, region }) = here.departure()? else {
        let text = format!("The state in {directory} was not moved to a shared store\n");
        args.form.text(&text, || nothing(&directory.to_string()));
        return Ok(Exit::Done);
    };
    let place = to.to_string();
    let absolute = std::path::absolute(&args.place)?;
    let mut names = absolute
        .iter()
        .rev()
        .map(|part| part.to_string_lossy().into_owned());
    let (account, environment) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
    let access = open_aws_or(global, None, Some(&region), Identity::Same, Regions::all_in).await?;
    // What the user says may name a region or an owner besides.
    let address = global.state.clone().unwrap_or_else(|| place.clone());
    let states = states_at(global, &access.aws, &address)?;
    let asked = states.has(&environment, &account).await.map_err(Some);
    if !is_lost(args, &place, &environment, asked).await? {
        return Ok(Exit::Refused);
    }
    let serial = here.take_back()?.unwrap_or_default();
    let text = format!(
        "The state of {environment} is in {directory} again, as it was when it was moved, after change {serial}. What was \
         recorded since is lost: the next plan finds it by names and tags. Take `state` out of the blueprint.\n"
    );
    args.form.text(
        &text,
        || json!({ "place": args.place, "restored": true, "serial": serial }),
    );
    Ok(Exit::Done)
}

fn restore(args: &RestoreArgs) -> Result<Exit, Failure> {
    let store = named(args)?;
    let restored = store.restore().map_err(|error| {
        Failure::from(error).help(
            "no good state is left there: put a backup of the directory back, or move the directory away, and \
             `headset import FILE` finds by names and tags what exists",
        )
    })?;
    say_restored(&args.place.display().to_string(), restored, args.form);
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_state_is_taken_apart() {
        let of = |address: &str| StateAddress::parse(address);
        let state =
            of("s3://acme-state/headset/eu/acme/123456789012-us-gov-west-1.1a2b3c4d?owner=any").unwrap();
        assert_eq!(
            state,
            StateAddress {
                store: "s3://acme-state/headset/eu?owner=any".to_owned(),
                environment: "acme".to_owned(),
                place: "123456789012-us-gov-west-1.1a2b3c4d".to_owned(),
                region: "us-gov-west-1".to_owned(),
            }
        );
        let state = of("s3://acme-state/acme/123456789012-eu-west-2-sim/").unwrap();
        assert_eq!(
            (state.store.as_str(), state.region.as_str()),
            ("s3://acme-state", "eu-west-2")
        );
        for wrong in [
            "s3://acme-state",
            "s3://acme-state/headset/acme",
            "s3://acme-state/acme/1234-eu-west-2",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
