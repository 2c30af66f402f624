//! `headset state list | show | mv | rm`: what state knows of single resources, shown and put right by hand.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use headset_core::Address;
use headset_engine::edit::{self, NotEdited};
use headset_engine::state::{Origin, Record, State};
use serde_json::json;

use super::Global;
use super::as_json::AsJson;
use super::completion;
use super::environment::{Environment, holder};
use super::exit::{Exit, Failure};
use super::terminal;
use headset_core::words::plural;

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The resource, such as appstream.fleet/agents.
    #[arg(value_name = "ADDRESS", add = ArgValueCompleter::new(completion::addresses))]
    address: Address,
    /// One JSON document on standard output instead of YAML.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct MoveArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The address by which it is known now.
    #[arg(value_name = "FROM", add = ArgValueCompleter::new(completion::addresses))]
    from: Address,
    /// The address by which it is known from then on, of the same kind.
    #[arg(value_name = "TO")]
    to: Address,
    #[command(flatten)]
    form: AsJson,
}

#[derive(Debug, Args)]
pub(super) struct ForgetArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The resources, such as appstream.fleet/agents.
    #[arg(value_name = "ADDRESS", required = true, add = ArgValueCompleter::new(completion::addresses))]
    addresses: Vec<Address>,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    form: AsJson,
}

pub(super) async fn list(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    environment.close().await?;
    let state = &environment.state;
    match args.json {
        true => terminal::versioned(&listed(state)),
        false if state.holds_anything() => terminal::text(&lines(state)),
        false => terminal::text(&format!("State knows nothing of {}.\n", environment.name)),
    }
    Ok(Exit::Done)
}

/// What state knows, for programs.
fn listed(state: &State) -> serde_json::Value {
    let resources = state
        .resources
        .iter()
        .map(|(address, record)| json!({ "address": address, "id": record.id, "origin": record.origin }));
    let unfinished = state
        .intents
        .iter()
        .map(|(address, intent)| json!({ "address": address, "verb": intent.verb }));
    let predecessors = state
        .deposed
        .iter()
        .map(|(address, record)| json!({ "address": address, "id": record.id }));
    json!({
        "environment": state.environment,
        "serial": state.serial,
        "resources": resources.collect::<Vec<_>>(),
        "unfinished": unfinished.collect::<Vec<_>>(),
        "predecessors": predecessors.collect::<Vec<_>>(),
    })
}

/// The same for people.
fn lines(state: &State) -> String {
    let mut rows: Vec<(String, String)> = Vec::new();
    for (address, record) in &state.resources {
        rows.push((address.to_string(), format!("{}{}", record.id, from(record))));
    }
    for address in state.intents.keys() {
        rows.push((address.to_string(), "(a call about it is unfinished)".to_owned()));
    }
    for (address, record) in &state.deposed {
        rows.push((
            address.to_string(),
            format!("{} (replaced, and still there)", record.id),
        ));
    }
    let widest = rows
        .iter()
        .map(|(address, _)| address.len())
        .max()
        .unwrap_or_default();
    let rows = rows
        .iter()
        .map(|(address, id)| format!("{address:widest$}  {id}\n"));
    rows.collect()
}

/// How it came here, where Headset did not make it.
fn from(record: &Record) -> &'static str {
    match record.origin {
        Origin::Created => "",
        Origin::Adopted => " (adopted)",
        Origin::Imported => " (imported)",
        Origin::Existing => " (existing)",
        Origin::Shared => " (shared by the account)",
    }
}

pub(super) async fn show(global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    environment.close().await?;
    let address = &args.address;
    let Some(record) = environment.state.resources.get(address) else {
        return Err(not_edited(&environment, &NotEdited::Unknown(address.clone())));
    };
    match args.json {
        true => terminal::versioned_indented(&json!({ "address": address, "record": record })),
        false => {
            let text = serde_yaml::to_string(record)
                .map_err(|error| Failure::new(format!("{address} cannot be shown as YAML: {error}")))?;
            terminal::data(&format!("# {address}\n{text}"));
        }
    }
    Ok(Exit::Done)
}

pub(super) async fn rename(global: &Global, args: &MoveArgs) -> Result<Exit, Failure> {
    let mut environment = Environment::open(global, &args.file).await?;
    let result = rename_one(&mut environment, args).await;
    environment.close().await?;
    result
}

async fn rename_one(environment: &mut Environment, args: &MoveArgs) -> Result<Exit, Failure> {
    let MoveArgs { from, to, .. } = args;
    let locked = environment.lock().await?;
    let edited = edit::rename(environment, locked, from, to, &holder()).await;
    edited
        .map_err(|stop| environment.failure(stop))?
        .map_err(|why| not_edited(environment, &why))?;
    args.form.text(
        &format!("State knows {from} as {to} now.\n"),
        || json!({ "from": from, "to": to }),
    );
    let plan = environment.invocation.command("plan");
    terminal::talk(&format!(
        "nothing changed in AWS; let the blueprint ask for it there, and see with `{plan}`"
    ));
    Ok(Exit::Done)
}

pub(super) async fn forget(global: &Global, args: &ForgetArgs) -> Result<Exit, Failure> {
    let mut environment = Environment::open(global, &args.file).await?;
    let result = forget_some(&mut environment, args).await;
    environment.close().await?;
    result
}

async fn forget_some(environment: &mut Environment, args: &ForgetArgs) -> Result<Exit, Failure> {
    let known = environment.state.resources.iter();
    let meant: Vec<_> = known
        .filter(|(address, _)| args.addresses.contains(address))
        .collect();
    for (address, record) in &meant {
        args.form.aside(&format!("{address}  {}\n", record.id));
    }
    if !meant.is_empty() && !agreed(args).await? {
        return Ok(Exit::Refused);
    }
    let forgotten: Vec<_> = meant
        .iter()
        .map(|(address, record)| json!({ "address": address, "id": record.id }))
        .collect();
    let locked = environment.lock().await?;
    let edited = edit::forget(environment, locked, &args.addresses, &holder()).await;
    edited
        .map_err(|stop| environment.failure(stop))?
        .map_err(|why| not_edited(environment, &why))?;
    args.form.text(
        &format!("State has forgotten {}.\n", plural(forgotten.len(), "resource")),
        || json!({ "forgotten": forgotten }),
    );
    terminal::talk(
        "nothing changed in AWS; if the blueprint asks for one of them, the next plan finds it again by its name or its tags",
    );
    Ok(Exit::Done)
}

async fn agreed(args: &ForgetArgs) -> Result<bool, Failure> {
    if args.yes {
        return Ok(true);
    }
    let question = "Forget them? They stay in AWS as they are. [y/N]";
    terminal::agreed(question, "add --yes", "nothing was forgotten").await
}

/// Why state stays as it is, and what to do.
fn not_edited(environment: &Environment, why: &NotEdited) -> Failure {
    let invocation = &environment.invocation;
    let help = match why {
        NotEdited::Unknown(_) => format!("`{}` lists what it knows", invocation.command("state list")),
        NotEdited::Taken(taken) => format!(
            "move that one away first, or let go of it: `{}`",
            invocation.complete(&format!("headset state rm FILE {taken}"))
        ),
        NotEdited::OtherKind { .. } => "give an address of the same kind".to_owned(),
        NotEdited::Begun(_) => format!(
            "`{}` finds out what became of it; then run this again",
            invocation.command("apply")
        ),
    };
    Failure::new(why.to_string()).help(help)
}
