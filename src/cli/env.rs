//! `headset env`: all environments of an account.

use clap::{Args, Subcommand};
use headset_core::words::plural;
use headset_engine::discover::{Orphan, Query, Stranger, Wanted};
use jiff::Timestamp;
use serde_json::json;

use super::Global;
use super::exit::{Exit, Failure};
use super::invocation::Invocation;
use super::orphans::{self, Search};
use super::region;
use super::terminal;
use crate::report::search_view;

/// Work with all environments of an account.
#[derive(Debug, Subcommand)]
pub(super) enum EnvCommand {
    /// List the environments of this account: those whose states are here or in the shared store, and those that tags alone
    /// name.
    ///
    /// Only reads. Tags are looked for in all regions, or in those that are named. What carries no tags counts where a state
    /// knows it.
    List(ListArgs),
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Look for tags in this region only; may be given several times.
    #[arg(long, value_name = "REGION")]
    region: Vec<String>,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

/// One environment, as a line shows it.
struct Row {
    environment: String,
    region: Option<String>,
    lineage: String,
    expires: Option<String>,
    things: usize,
    /// Where its state is kept; `None`: tags alone name it.
    state: Option<String>,
}

pub(super) async fn env(global: &Global, command: &EnvCommand) -> Result<Exit, Failure> {
    match command {
        EnvCommand::List(args) => list(global, args).await,
    }
}

async fn list(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    region::warn(args.region.iter());
    // Those of all lineages, of any name.
    let query = Query {
        wanted: &Wanted::Lineages,
        lineages: &[],
        regions: &args.region,
        blueprint: None,
        is_glance: false,
    };
    let Search { access, orphans } = orphans::find(global, &query, None).await?;
    if let Some(simulation) = &access.simulation {
        simulation.save()?;
    }
    let known = orphans.environments.iter().map(of_state);
    let mut rows: Vec<Row> = known.chain(orphans.strangers.iter().map(of_tags)).collect();
    rows.sort_by(|one, other| (&one.environment, &one.region).cmp(&(&other.environment, &other.region)));
    match args.json {
        true => {
            let environments: Vec<_> = rows.iter().map(json_of).collect();
            terminal::versioned(&json!({
                "environments": environments,
                "searched": search_view::json(&orphans.searched),
            }));
        }
        false => {
            terminal::text(&lines(&rows));
            terminal::talk(&format!(
                "looked for tags: {}",
                search_view::words(&orphans.searched)
            ));
            if rows.iter().any(|row| row.state.is_none()) {
                let advice = Invocation::without_file(global)
                    .complete("`headset import FILE` finds what tags alone name by its blueprint, and `headset destroy --lineage ID` takes it down");
                terminal::talk(&advice);
            }
        }
    }
    for unread in &orphans.searched.unread {
        terminal::warn(&format!("not searched: {unread}"));
    }
    terminal::diagnostics(&orphans.bad);
    Ok(
        match orphans.searched.unread.is_empty() && orphans.bad.is_empty() {
            true => Exit::Done,
            false => Exit::Error,
        },
    )
}

fn of_state(orphan: &Orphan) -> Row {
    let state = &orphan.state;
    Row {
        environment: state.environment.clone(),
        region: Some(state.region.clone()),
        lineage: state.lineage.clone(),
        expires: state.expires.clone(),
        things: state.resources.len() + state.deposed.len(),
        state: Some(orphan.kept_in()),
    }
}

fn of_tags(stranger: &Stranger) -> Row {
    let mut regions = stranger.things.iter().filter_map(|found| found.region.clone());
    Row {
        environment: stranger.environment.clone(),
        region: regions.next(),
        lineage: stranger.lineage.clone(),
        expires: stranger.expires.map(|at| at.to_string()),
        things: stranger.things.len(),
        state: None,
    }
}

fn json_of(row: &Row) -> serde_json::Value {
    json!({
        "environment": row.environment,
        "region": row.region,
        "lineage": row.lineage,
        "expires": row.expires,
        "resources": row.things,
        "state": row.state,
    })
}

fn lines(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "There is no environment of Headset in this account.\n".to_owned();
    }
    let widest = rows
        .iter()
        .map(|row| row.environment.len())
        .max()
        .unwrap_or_default();
    let row = |row: &Row| {
        let region = row.region.as_deref().unwrap_or("global");
        let things = plural(row.things, "resource");
        let expires = row.expires.as_deref().map(until).unwrap_or_default();
        let state = match &row.state {
            Some(place) => format!("state in {place}"),
            None => format!("known by its tags alone, lineage {}", row.lineage),
        };
        format!(
            "{:widest$}  {region}  {things}{expires}; {state}\n",
            row.environment
        )
    };
    rows.iter().map(row).collect()
}

/// When it ends, to the minute.
fn until(expires: &str) -> String {
    match expires.parse::<Timestamp>() {
        Ok(at) => format!(", expires {}", at.strftime("%Y-%m-%d %H:%M UTC")),
        Err(_) => format!(", expires {expires}"),
    }
}
