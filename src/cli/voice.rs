//! `headset voice latency`, `headset voice code`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::exit::{Exit, Failure};
use super::sheet;
use super::terminal;
use crate::report::plural;
use headset_network::voice::{Code, Counts, Series, count, series};

/// Judge how calls sound: how late voices are, and what agents reported.
#[derive(Debug, Subcommand)]
pub(super) enum VoiceCommand {
    /// Work out how late voices are from taps that were recorded.
    ///
    /// A caller taps, three times or more; the recording at the agent's machine and Amazon Connect's recording say when each tap
    /// was heard.
    Latency(LatencyArgs),
    /// Explain a disposition code such as LT2, or count a list of reports.
    Code(CodeArgs),
}

#[derive(Debug, Args)]
pub(super) struct LatencyArgs {
    /// A CSV file with the columns `recording` (agent or connect), `way` (direct, redirect or forward), `tapped` and `heard` (both in
    /// seconds). With `country`, `line` (mobile or land), `flow`, `number` or `transfer` it has a series for each sort of call.
    #[arg(value_name = "CSV")]
    taps: PathBuf,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct CodeArgs {
    /// A code: a symptom (S, M, L, P, D, W, V or C), a scenario (O, I or T), a severity (1, 2 or 3).
    #[arg(
        value_name = "CODE",
        required_unless_present = "reports",
        conflicts_with = "reports"
    )]
    code: Option<String>,
    /// A CSV file with the columns `time`, `agent`, `code` and, if there is one, `site`, to be counted.
    #[arg(long, value_name = "CSV")]
    reports: Option<PathBuf>,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) fn voice(command: &VoiceCommand) -> Result<Exit, Failure> {
    match command {
        VoiceCommand::Latency(args) => measured(args),
        VoiceCommand::Code(args) => match &args.reports {
            Some(_) => counted(args),
            None => explained(args),
        },
    }
}

fn measured(args: &LatencyArgs) -> Result<Exit, Failure> {
    let found = series(&sheet::read(&args.taps)?).map_err(|error| sheet::bad(&args.taps, &error))?;
    if args.json {
        match found.as_slice() {
            [one] => terminal::versioned_indented(one),
            several => terminal::versioned_indented(&serde_json::json!({ "series": several })),
        }
        return Ok(Exit::Done);
    }
    let texts: Vec<String> = found.iter().map(measurement).collect();
    terminal::text(&texts.join("\n"));
    Ok(Exit::Done)
}

/// One series for people.
fn measurement(series: &Series) -> String {
    let found = &series.latency;
    let rows = [
        ("overall", Some(found.overall), "from the caller to the agent"),
        ("agent", found.agent, "from Amazon Connect to the agent"),
        ("pstn", found.pstn, "from the caller to Amazon Connect"),
        ("redirect", found.redirect, "what redirected audio adds"),
        ("forward", found.forward, "what a forwarded call adds"),
    ];
    let row = |(name, value, meaning): (&str, Option<f64>, &str)| {
        let value = value.map_or_else(|| "not measured".to_owned(), |value| format!("{value:.0} ms"));
        format!("{name:<9} {value:>12}  {meaning}\n")
    };
    let mut text = match series.call.words().as_str() {
        "" => String::new(),
        words => format!("{words}\n"),
    };
    text.extend(rows.into_iter().map(row));
    text.extend(["\n", found.verdict.words(), "\n"]);
    text.extend(found.advice.iter().map(|advice| format!("- {advice}\n")));
    text
}

fn explained(args: &CodeArgs) -> Result<Exit, Failure> {
    let text = args.code.as_deref().unwrap_or_default();
    let code = Code::read(text).map_err(Failure::usage)?;
    match args.json {
        true => terminal::versioned(&serde_json::json!({ "code": code, "means": code.words() })),
        false => terminal::text(&format!("{}\n", code.words())),
    }
    Ok(Exit::Done)
}

fn counted(args: &CodeArgs) -> Result<Exit, Failure> {
    let file = args.reports.clone().unwrap_or_default();
    let counts = count(&sheet::read(&file)?).map_err(|error| sheet::bad(&file, &error))?;
    match args.json {
        true => terminal::versioned_indented(&counts),
        false => terminal::text(&table(&counts)),
    }
    Ok(Exit::Done)
}

fn table(counts: &Counts) -> String {
    let part = |(title, counts): (&str, &BTreeMap<String, usize>)| {
        let rows: String = counts
            .iter()
            .map(|(name, count)| format!("  {count:>5}  {name}\n"))
            .collect();
        match rows.is_empty() {
            true => rows,
            false => format!("\nby {title}\n{rows}"),
        }
    };
    let parts = [
        ("symptom", &counts.by_symptom),
        ("hour", &counts.by_hour),
        ("agent", &counts.by_agent),
        ("site", &counts.by_site),
    ];
    let parts: String = parts.into_iter().map(part).collect();
    format!("{}\n{parts}", plural(counts.reports, "report"))
}
