//! `headset network plan`, `headset network trial`

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::list::read;
use crate::cli::Global;
use crate::cli::exit::{Exit, Failure};
use crate::cli::sheet;
use crate::cli::terminal;
use headset_network::sizing::{self, Need, sizing};
use headset_network::trial::trial as counted;

#[derive(Debug, Args)]
pub(in crate::cli) struct PlanArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A site, and how many agents work there at once; may be repeated. Without it there is one with as many as the fleets hold.
    #[arg(long, value_name = "NAME=AGENTS", value_parser = site)]
    site: Vec<(String, u64)>,
    /// What agents do in their desktops.
    #[arg(long, value_enum, default_value_t = Workload::Business)]
    workload: Workload,
    /// How many hours a shift has.
    #[arg(long, value_name = "HOURS", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=24))]
    shift: u64,
    /// Screens of agents are recorded.
    #[arg(long)]
    screen_recording: bool,
    /// One JSON document on standard output instead of the worksheet.
    #[arg(long)]
    json: bool,
}

/// What agents do in their desktops.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Workload {
    /// Applications of a business: forms, documents, databases.
    Business,
    /// Drawing, and work on pictures and films.
    Graphics,
    /// Several large screens with much detail.
    HighFidelity,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct TrialArgs {
    /// Contact records: a CSV file with the columns `contact` and `result` (`ok`, `softphone-error`, `dropped`, `conference-failed`
    /// or `transfer-failed`).
    #[arg(value_name = "CSV")]
    records: PathBuf,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

/// Reads `Leeds=40`.
fn site(text: &str) -> Result<(String, u64), String> {
    let wrong = || format!("`{text}` is no site: write it like `Leeds=40`");
    let (name, agents) = text.rsplit_once('=').ok_or_else(wrong)?;
    match (name.trim(), agents.trim().parse()) {
        ("", _) | (_, Err(_) | Ok(0)) => Err(wrong()),
        (name, Ok(agents)) => Ok((name.to_owned(), agents)),
    }
}

pub(super) fn plan(global: &Global, args: &PlanArgs) -> Result<Exit, Failure> {
    let center = read(global, &args.file)?;
    let mut sites = args.site.clone();
    let mut names = BTreeSet::new();
    if let Some((name, _)) = sites.iter().find(|(name, _)| !names.insert(name.as_str())) {
        return Err(Failure::usage(format!("the site `{name}` is given twice"))
            .help("give each site once, with all agents who work there"));
    }
    if sites.is_empty() {
        let most = center.desktops.as_ref().and_then(|desktops| desktops.most);
        let Some(most) = most else {
            return Err(
                Failure::usage("the blueprint does not say how many agents work at once")
                    .help("say it for each site: `--site Leeds=40`"),
            );
        };
        sites.push(("all".to_owned(), most));
    }
    let need = Need {
        sites,
        workload: match args.workload {
            Workload::Business => sizing::Workload::Business,
            Workload::Graphics => sizing::Workload::Graphics,
            Workload::HighFidelity => sizing::Workload::HighFidelity,
        },
        shift: args.shift,
        screen_recording: args.screen_recording,
    };
    let sized = sizing(&center, &need);
    match args.json {
        true => terminal::versioned_indented(&sized),
        false => terminal::markdown(&sized.worksheet()),
    }
    Ok(Exit::Done)
}

pub(super) fn trial(args: &TrialArgs) -> Result<Exit, Failure> {
    let trial = counted(&sheet::read(&args.records)?).map_err(|error| sheet::bad(&args.records, &error))?;
    if args.json {
        terminal::versioned_indented(&trial);
        return Ok(Exit::Done);
    }
    let failures: String = trial
        .failures
        .iter()
        .map(|(how, count)| format!("  {how}: {count}\n"))
        .collect();
    terminal::text(&format!(
        "calls: {}\nfailed: {:.1} per cent\n{failures}{}\n",
        trial.calls,
        trial.failed_percent,
        trial.verdict.words()
    ));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_a_name_and_agents() {
        assert_eq!(site("Leeds=40"), Ok(("Leeds".to_owned(), 40)));
        assert_eq!(site("a=b=3"), Ok(("a=b".to_owned(), 3)));
        for wrong in ["Leeds", "=3", "Leeds=", "Leeds=0", "Leeds=-1", "Leeds=many"] {
            assert!(site(wrong).is_err(), "{wrong}");
        }
    }
}
