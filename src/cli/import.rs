//! `headset import`

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::Global;
use super::completion;
use super::environment::{Environment, holder};
use super::existing::{self, Stack, Wanted};
use super::exit::{Exit, Failure};
use super::region;
use super::summary::Part;
use super::terminal;
use crate::report::{WIDTH, plural};
use headset_core::Address;
use headset_core::diagnostic::{self, has_errors};
use headset_engine::import::Offer;
use headset_engine::plan::import::Import;

/// Write into state what exists already and the blueprint asks for. Changes nothing in AWS.
///
/// Without addresses, it takes over everything that exists under the blueprint's names and that no environment owns.
/// Where the state of an environment was lost, it finds by tags what belongs to it. The next plan shows what differs
/// from the blueprint, Headset's tags included. From the next apply on, `destroy` takes down what was taken over.
///
/// With `--alias`, `--stack` or `--discover` it first writes FILE: a blueprint of what exists, after which a plan shows Headset's tags
/// and nothing else.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What to take over, such as appstream.fleet/agents. Default: everything that fits.
    #[arg(value_name = "ADDRESS", add = ArgValueCompleter::new(completion::addresses))]
    addresses: Vec<Address>,
    /// Write FILE first, from the instance of Amazon Connect with this alias: its settings, users and queues, who signs people
    /// in to it, and the bucket of its pages. SAML metadata comes in a file beside it.
    #[arg(long, value_name = "ALIAS", conflicts_with = "addresses")]
    alias: Option<String>,
    /// Write FILE first, from this stack of AppStream, its fleet, image and users; NAME@REGION where AppStream is in another
    /// region than Connect. May be given several times.
    #[arg(long, value_name = "NAME", conflicts_with = "addresses")]
    stack: Vec<Stack>,
    /// Write FILE first, from everything in the region that belongs together: the instance of Amazon Connect, and all stacks of
    /// AppStream. What may or may not belong to it comes in comments.
    #[arg(long, conflicts_with = "addresses")]
    discover: bool,
    /// The region of what FILE is written from. Default: the configured one. With `--discover` it may be given several times.
    #[arg(long, value_name = "REGION", value_parser = region::parse)]
    region: Vec<String>,
    /// With `--discover`: look in all regions that the account has enabled.
    #[arg(long, requires = "discover")]
    all_regions: bool,
    /// Do not ask.
    #[arg(long, short = 'y')]
    yes: bool,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) async fn import(global: &Global, args: &ImportArgs) -> Result<Exit, Failure> {
    let wanted = Wanted {
        alias: args.alias.clone(),
        stacks: args.stack.clone(),
        regions: args.region.clone(),
        discover: args.discover,
        all_regions: args.all_regions,
    };
    if wanted.regions.len() > 1 && !wanted.discover {
        return Err(
            Failure::usage("several regions are looked at with `--discover` alone")
                .help("give one `--region`; `--stack NAME@REGION` names another one for the desktops"),
        );
    }
    if wanted.is_anything() {
        if !args.yes && !terminal::can_ask() {
            // Nothing is written for a question that cannot be asked.
            return Err(Failure::usage(
                "what is taken over has to be confirmed, and there is no terminal to ask on",
            )
            .help("add --yes"));
        }
        existing::write_down(global, &args.file, &wanted).await?;
    } else if !wanted.regions.is_empty() {
        return Err(Failure::usage("--region is for a new blueprint")
            .help("add `--alias`, `--stack` or `--discover`; the blueprint says where its environment is"));
    }
    let mut environment = Environment::open(global, &args.file).await?;
    let result = import_one(global, &mut environment, args).await;
    environment.close().await?;
    result
}

async fn import_one(
    global: &Global,
    environment: &mut Environment,
    args: &ImportArgs,
) -> Result<Exit, Failure> {
    let locked = environment.lock().await?;
    let environment = &*environment;
    let offered = Offer::of(environment, locked, &args.addresses).await;
    let offer = offered.map_err(|stop| environment.failure(stop))?;
    terminal::diagnostics(&offer.import.findings);
    let failed = has_errors(&offer.import.findings);
    if failed && !args.addresses.is_empty() {
        if args.json {
            let nothing = Import {
                records: Vec::new(),
                ..offer.import.clone()
            };
            report(global, environment, &nothing, args, Exit::Error);
        }
        return Ok(Exit::Error);
    }
    if !args.json {
        show(&offer.import);
    }
    if !offer.import.records.is_empty() && !agreed(args).await? {
        return Ok(Exit::Refused);
    }
    let import = offer.take_over(&holder()).await?;
    let exit = if failed { Exit::Error } else { Exit::Done };
    report(global, environment, &import, args, exit);
    Ok(exit)
}

/// What is about to be taken over.
fn show(import: &Import) {
    let addresses: Vec<String> = import
        .records
        .iter()
        .map(|(address, _)| address.to_string())
        .collect();
    let widest = addresses
        .iter()
        .map(String::len)
        .max()
        .unwrap_or_default()
        .min(WIDTH);
    for (name, (_, record)) in addresses.iter().zip(&import.records) {
        terminal::text(&format!("{name:widest$}  {}\n", record.id));
    }
}

async fn agreed(args: &ImportArgs) -> Result<bool, Failure> {
    if args.yes || !args.addresses.is_empty() {
        return Ok(true);
    }
    let help = "add --yes, or name the addresses to take over";
    terminal::agreed("Take these over? [y/N]", help, "nothing was taken over").await
}

fn report(global: &Global, environment: &Environment, import: &Import, args: &ImportArgs, exit: Exit) {
    if args.json {
        let mut counted = Part::of(&environment.name);
        counted.count("imported", import.records.len());
        counted.count("unread", import.unread.len());
        if !import.records.is_empty() {
            counted.next.push(environment.invocation.command("plan"));
        }
        global.tally.add(counted);
        let imported: Vec<serde_json::Value> = import
            .records
            .iter()
            .map(|(address, record)| {
                serde_json::json!({ "address": address, "id": record.id, "origin": record.origin })
            })
            .collect();
        let document = serde_json::json!({
            "schema_version": 1,
            "environment": environment.name,
            "found_again": import.inherited.is_some(),
            "imported": imported,
            "unread": import.unread,
            "diagnostics": diagnostic::json::list(&import.findings),
        });
        terminal::document(&global.tally.within("import", exit, document));
        return;
    }
    let name = &environment.name;
    let told = match (import.records.len(), &import.inherited) {
        (0, _) if has_errors(&import.findings) => "nothing was taken over: see above".to_owned(),
        (0, _) => "nothing to take over: what the blueprint asks for is in state already or does not exist"
            .to_owned(),
        (count, Some(_)) => format!("{} found again by its tags", plural(count, "resource")),
        (count, None) => format!("{} taken over", plural(count, "resource")),
    };
    terminal::talk(&format!("{name}: {told}"));
    if !import.records.is_empty() {
        terminal::talk(&format!(
            "nothing was changed in AWS; to see what differs from the blueprint: {}",
            environment.invocation.command("plan")
        ));
    }
}
