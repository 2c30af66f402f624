//! `headset report`: reports of several machines.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::Value;

use super::exit::{Exit, Failure};
use super::form::{Formed, REPORT};
use super::terminal;
use crate::report::sheet::{self, Sheet};

/// Work with reports that commands have written.
#[derive(Debug, Subcommand)]
pub(super) enum ReportCommand {
    /// Join the JSON reports of several machines into one, and print it in any form.
    ///
    /// Each is what `headset plan` or `headset drift` has written with `--format json`, all of the same command: the parts of
    /// `--shard`, most likely. The exit code is that of one command on all of the environments.
    Merge(MergeArgs),
}

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// The reports, in the order in which their environments are to stand.
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    #[command(flatten)]
    formed: Formed,
}

/// The member in which a report says how its command ended.
const SUMMARY: &str = "summary";

/// The most that is read of a report, in bytes.
const MOST: u64 = 256 << 20;

pub(super) fn report(command: &ReportCommand) -> Result<Exit, Failure> {
    match command {
        ReportCommand::Merge(args) => merge(args),
    }
}

/// A report that was read.
struct Read {
    document: Value,
    sheet: Sheet,
    exit: Exit,
}

fn merge(args: &MergeArgs) -> Result<Exit, Failure> {
    let mut merged: Option<Read> = None;
    for path in &args.reports {
        let next = read(path)?;
        merged = Some(match merged {
            None => next,
            Some(before) if before.sheet.command != next.sheet.command => {
                return Err(Failure::usage(format!(
                    "{} is the report of another command than {}",
                    path.display(),
                    args.reports[0].display()
                ))
                .help("join the reports of `headset plan` and those of `headset drift` apart"));
            }
            Some(before) => joined(before, next),
        });
    }
    // The command line has at least one.
    let Some(Read {
        document,
        sheet,
        exit,
    }) = merged
    else {
        return Ok(Exit::Done);
    };
    let form = args.formed.form();
    if form.is_human() {
        terminal::text(&sheet::text(&sheet));
    }
    form.write(|| sheet, || document)?;
    Ok(exit)
}

fn read(path: &Path) -> Result<Read, Failure> {
    let refused = |why: &str| {
        Failure::new(format!(
            "{} is no report that can be joined: {why}",
            path.display()
        ))
        .help("join what `headset plan` or `headset drift` has written with `--format json`, whole")
    };
    let text = terminal::read_text(path, MOST)?;
    let document: Value = serde_json::from_str(&text).map_err(|error| refused(&error.to_string()))?;
    if document["schema_version"] != 1 {
        return Err(refused("it is of another version of Headset"));
    }
    let sheet =
        serde_json::from_value(document[REPORT].clone()).map_err(|error| refused(&error.to_string()))?;
    let exit = document[SUMMARY]["exit_code"].as_u64().and_then(Exit::of);
    let exit = exit.ok_or_else(|| refused("it does not say how the command ended"))?;
    Ok(Read {
        document,
        sheet,
        exit,
    })
}

/// One report with another behind it.
fn joined(mut before: Read, next: Read) -> Read {
    before.sheet.chapters.extend(next.sheet.chapters);
    before.exit = before.exit.worse(next.exit);
    if let (Value::Object(own), Value::Object(theirs)) = (&mut before.document, next.document) {
        for (name, value) in theirs {
            // How these are joined is known.
            if !["schema_version", REPORT].contains(&name.as_str()) {
                add(own.entry(name).or_insert(Value::Null), value);
            }
        }
    }
    let summary = &mut before.document[SUMMARY];
    summary["exit_code"] = (before.exit as u8).into();
    summary["outcome"] = before.exit.name().into();
    before
}

/// Lists follow each other, and counts add up.
fn add(own: &mut Value, other: Value) {
    match (own, other) {
        (Value::Array(own), Value::Array(other)) => own.extend(other),
        (own @ Value::Number(_), Value::Number(other)) => {
            let sum = own.as_u64().unwrap_or_default() + other.as_u64().unwrap_or_default();
            *own = sum.into();
        }
        // Of the summary.
        (Value::Object(own), Value::Object(other)) => {
            for (name, value) in other {
                add(own.entry(name).or_insert(Value::Null), value);
            }
        }
        (own @ Value::Null, other) => *own = other,
        _ => {}
    }
}
