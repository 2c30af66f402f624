//! `headset state restore`: what is damaged is put right, and what was moved to a place that is lost counts again.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use headset_core::AwsError;
use headset_core::shell::word;
use headset_engine::session;
use headset_engine::state::{
    Departure, Destination, LocalStore, Purpose, PutAside, Restored, Shared, StoreError, Touched,
};
use headset_kinds::Caller;
use headset_kinds::regions::{Identity, Regions};
use serde_json::{Value, json};

use super::Global;
use super::access::{Access, open_aws_or};
use super::as_json::AsJson;
use super::environment::states_at;
use super::exit::{Exit, Failure};
use super::terminal;
use super::unlock::{Broken, break_lease};
use super::unread::Unread;
use super::who::{by, unasked};

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The directory of the damaged state, or its address in a shared store, as the error names it.
    #[arg(value_name = "PLACE", value_hint = clap::ValueHint::DirPath)]
    place: PathBuf,
    /// The blueprint of the environment: the store is reached as it says, with its role.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
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

/// A state in a shared store that a user names by its address.
struct There {
    access: Access,
    caller: Caller,
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
        let Way { access, caller, name } = reach(global, args, &of.region).await?;
        let account = of.place.split('-').next().unwrap_or_default();
        if account != caller.account {
            return Err(Failure::new(format!(
                "{address} is the state of an environment in account {account}, and the credentials are of account {}",
                caller.account
            ))
            .help("use the right profile, or name the environment's blueprint after the address, whose role is taken then"));
        }
        if let Some(name) = name.filter(|name| *name != of.environment) {
            let file = args.file.as_deref().unwrap_or(&args.place).display();
            return Err(Failure::usage(format!(
                "{address} is the state of `{}`, and {file} is the blueprint of `{name}`",
                of.environment
            )));
        }
        let states = states_at(global, &access.aws, &of.store)?;
        Ok(Some(There {
            shared: states.of(&of.environment, &of.place),
            environment: of.environment,
            place: of.place,
            access,
            caller,
        }))
    }

    /// Notes in the history of the state what was done to it.
    async fn note(&self, purpose: Purpose, serial: u64) -> Result<(), Failure> {
        let touched = Touched {
            by: by(&self.caller),
            at: self.access.aws.clock().now(),
            serial,
        };
        Ok(self.shared.note(purpose, touched).await?)
    }
}

/// The way to the store.
struct Way {
    access: Access,
    /// Who goes it.
    caller: Caller,
    /// What the blueprint's environment is called, if there is a blueprint.
    name: Option<String>,
}

/// The way to the store: as the blueprint says, if there is one.
async fn reach(global: &Global, args: &RestoreArgs, region: &str) -> Result<Way, Failure> {
    match &args.file {
        Some(file) => {
            let Unread {
                access, caller, name, ..
            } = Unread::find(global, file).await?;
            Ok(Way {
                access,
                caller,
                name: Some(name),
            })
        }
        None => {
            let access = open_aws_or(global, None, Some(region), Identity::Same, Regions::all_in).await?;
            let caller = session::caller(&access.aws).await?;
            Ok(Way {
                access,
                caller,
                name: None,
            })
        }
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

pub(super) async fn restore(global: &Global, args: &RestoreArgs) -> Result<Exit, Failure> {
    let Some(there) = There::named(global, args).await? else {
        return match args.store_lost {
            true => store_lost(global, args).await,
            false => restore_here(args).await,
        };
    };
    let result = match there.shared.is_there().await {
        Ok(false) => Err(
            Failure::new(format!("there is no state at {}", there.shared.address()))
                .help("give the address that the error names: `headset env list` shows where states are"),
        ),
        Err(error) => Err(Failure::from(error)),
        Ok(true) if args.store_lost => place_lost(global, args, &there).await,
        Ok(true) => restore_there(args, &there).await,
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
    let answers = shared.restore_answers().await?;
    if let Some(serial) = restored.as_ref().map(|restored| restored.serial) {
        there.note(Purpose::Restore, serial).await?;
    }
    say_restored(&shared.place(), restored, &answers, args.form);
    Ok(Exit::Done)
}

fn say_restored(place: &str, restored: Option<Restored>, answers: &[PutAside], form: AsJson) {
    let mut text = match &restored {
        None if answers.is_empty() => format!("{place} holds no damaged state\n"),
        None => String::new(),
        Some(Restored {
            damage,
            serial,
            aside,
        }) => {
            let aside = match aside {
                Some(aside) => format!("What was damaged is now in {aside}; what was wrong"),
                None => "What was wrong".to_owned(),
            };
            format!("Restored the state as it was after change {serial}. {aside}: {damage}.\n")
        }
    };
    for PutAside { damage, aside } in answers {
        let _ = writeln!(
            text,
            "People are asked again for what was in answers that are now in {aside}; what was wrong: {damage}."
        );
    }
    let rows: Vec<Value> = answers
        .iter()
        .map(|one| json!({ "damaged": one.aside, "damage": one.damage }))
        .collect();
    form.text(&text, || match restored {
        Some(Restored {
            damage,
            serial,
            aside,
        }) => {
            json!({
                "place": place, "restored": true, "serial": serial, "damaged": aside, "damage": damage, "answers": rows,
            })
        }
        None if rows.is_empty() => nothing(place),
        None => json!({ "place": place, "restored": true, "answers": rows }),
    });
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
    there.note(Purpose::Restore, serial).await?;
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
                    "give `--state {}` with every command; `headset state migrate` ends a move that was cut off, with the \
                     options that it began with; what is damaged there is put right by `headset state restore`",
                    word(place)
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
    // Whose state belongs there, the names of the directory say.
    Ok(LocalStore::named(std::path::absolute(&args.place)?))
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
    let Way { access, caller, .. } = reach(global, args, &region).await?;
    // What the user says may name a region or an owner besides.
    let address = global.state.clone().unwrap_or_else(|| place.clone());
    let states = states_at(global, &access.aws, &address)?;
    let asked = states.has(&environment, &account).await.map_err(Some);
    if !is_lost(args, &place, &environment, asked).await? {
        return Ok(Exit::Refused);
    }
    let serial = here.take_back()?.unwrap_or_default();
    let touched = Touched {
        by: by(&caller),
        at: access.aws.clock().now(),
        serial,
    };
    here.note(Purpose::Restore, touched).await?;
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

async fn restore_here(args: &RestoreArgs) -> Result<Exit, Failure> {
    let store = named(args)?;
    let restored = store.restore().map_err(|error| {
        Failure::from(error).help(
            "no good state is left there: put a backup of the directory back, or move the directory away, and \
             `headset import FILE` finds by names and tags what exists",
        )
    })?;
    let answers = store.restore_answers()?;
    if let Some(serial) = restored.as_ref().map(|restored| restored.serial) {
        let touched = Touched {
            by: unasked(),
            at: jiff::Timestamp::now(),
            serial,
        };
        store.note(Purpose::Restore, touched).await?;
    }
    say_restored(&args.place.display().to_string(), restored, &answers, args.form);
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
