//! `headset checkpoint list | show | answer`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::Global;
use super::as_json::AsJson;
use super::completion;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::terminal;
use crate::report::{WIDTH, answer_view};
use headset_core::Address;
use headset_core::shell::word;
use headset_engine::checkpoints::{Checkpoints, Listed, Note, Refusal, Taken};
use headset_kinds::idp::answers::GONE;

/// Work with checkpoints: steps that a person does, because there is no API or Headset does not use it.
#[derive(Debug, Subcommand)]
pub(super) enum CheckpointCommand {
    /// List the checkpoints of an environment and how far they are.
    List(ListArgs),
    /// Print the worksheet of a checkpoint: the exact values to type, in order, and where.
    Show(ShowArgs),
    /// Answer a checkpoint. Checks and keeps the answers, and prints the lines that the blueprint could hold instead.
    Answer(AnswerArgs),
}

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
    /// The checkpoint's address, as `list` prints it.
    #[arg(value_name = "ADDRESS", add = ArgValueCompleter::new(completion::addresses))]
    address: Address,
    /// One JSON document on standard output instead of Markdown.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct AnswerArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The checkpoint's address, as `list` prints it.
    #[arg(value_name = "ADDRESS", add = ArgValueCompleter::new(completion::addresses))]
    address: Address,
    /// Answers. A value of the form @PATH is read from that file.
    #[arg(required = true, value_name = "KEY=VALUE")]
    answers: Vec<String>,
    #[command(flatten)]
    form: AsJson,
}

pub(super) async fn checkpoint(global: &Global, command: &CheckpointCommand) -> Result<Exit, Failure> {
    match command {
        CheckpointCommand::List(args) => list(global, args).await,
        CheckpointCommand::Show(args) => show(global, args).await,
        CheckpointCommand::Answer(args) => answer(global, args).await,
    }
}

async fn list(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let listed = look(&environment).await?.list()?;
    if args.json {
        let checkpoints: Vec<_> = listed
            .iter()
            .map(|one| {
                json!({
                    "address": one.address, "state": one.progress.id(), "missing": one.missing, "title": one.title,
                    "notices": one.notices, "unread": one.unread, "reports": one.reports,
                })
            })
            .collect();
        terminal::document(&json!({ "schema_version": 1, "checkpoints": checkpoints }));
    } else {
        say_list(&environment, &listed);
    }
    let is_open = listed.iter().any(|one| one.progress.is_open());
    Ok(if is_open { Exit::Checkpoints } else { Exit::Done })
}

fn say_list(environment: &Environment, listed: &[Listed]) {
    // As a shell takes it: `show` and `answer` want it back.
    let pasted: Vec<String> = listed
        .iter()
        .map(|one| word(&one.address.to_string()).to_string())
        .collect();
    let widest = pasted
        .iter()
        .map(String::len)
        .max()
        .unwrap_or_default()
        .min(WIDTH);
    let about = |one: &Listed| match one.missing.is_empty() {
        true => one.title.clone(),
        false => format!("{} (missing: {})", one.title, one.missing.join(", ")),
    };
    let in_columns = |(address, one): (&String, &Listed)| {
        format!("{address:widest$}  {:8}  {}", one.progress.id(), about(one))
    };
    let lines: Vec<String> = pasted.iter().zip(listed).map(in_columns).collect();
    let fits = terminal::columns().is_none_or(|columns| lines.iter().all(|line| line.width() <= columns));
    for ((address, one), line) in pasted.iter().zip(listed).zip(&lines) {
        terminal::text(&match fits {
            true => format!("{line}\n"),
            false => format!("{address}  {}\n  {}\n", one.progress.id(), about(one)),
        });
        for note in &one.notes {
            terminal::text(&format!("  note: {note}\n"));
        }
    }
    if listed.iter().any(|one| one.reports.iter().any(|key| key == GONE)) {
        let how = format!(
            "if a person has deleted an application whose checkpoint was answered, say so, and the checkpoint opens \
             again: `headset checkpoint answer FILE ADDRESS {GONE}=yes`"
        );
        terminal::talk(&environment.invocation.complete(&how));
    }
}

async fn show(global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let checkpoints = look(&environment).await?;
    let Some(mut checkpoint) = checkpoints.worksheet(&args.address).await else {
        return Err(refused(&environment, Refusal::NoCheckpoint(args.address.clone())));
    };
    checkpoint.worksheet = environment.invocation.complete(&checkpoint.worksheet);
    for notice in &mut checkpoint.notices {
        notice.text = environment.invocation.complete(&notice.text);
    }
    if let Some(why) = &checkpoint.unread {
        terminal::warn(&format!(
            "whether it exists already could not be looked up: {why}"
        ));
    }
    if args.json {
        terminal::versioned(&checkpoint);
    } else {
        terminal::markdown(&format!("{}\n", checkpoint.worksheet.trim_end()));
    }
    Ok(Exit::Done)
}

async fn answer(global: &Global, args: &AnswerArgs) -> Result<Exit, Failure> {
    let mut given = BTreeMap::new();
    for pair in &args.answers {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(Failure::usage(format!("`{pair}` is not an answer")).help("write KEY=VALUE"));
        };
        let value = match value.strip_prefix('@') {
            Some(path) => terminal::read_text(Path::new(path), terminal::NAMED_FILE)?,
            None => value.to_owned(),
        };
        if given.insert(key.to_owned(), value).is_some() {
            return Err(Failure::usage(format!("`{key}` is given twice")).help("give each answer once"));
        }
    }
    let environment = Environment::open(global, &args.file).await?;
    let mut checkpoints = look(&environment).await?;
    let mut incompatibilities = Vec::new();
    let mut note = |note: Note| match note {
        Note::Incompatibility { .. } => incompatibilities.push(note),
        note => say(note),
    };
    let taken = checkpoints.answer(&args.address, given, &mut note).await;
    let taken = taken.map_err(|refusal| refused(&environment, refusal))?;
    let mut lines: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let row = |one: &Taken| json!({ "address": one.address, "missing": one.missing, "taken_back": one.is_taken_back });
    let rows: Vec<_> = taken.iter().map(row).collect();
    for one in taken {
        terminal::talk(&answer_view::taken(&one));
        if let Some((place, own)) = one.lines {
            lines.entry(place).or_default().extend(own);
        }
    }
    // About other answers than those that were just given: after them.
    incompatibilities.into_iter().for_each(say);
    environment.store.publish_answers().await?;
    environment.close().await?;
    if args.form.is_asked() {
        terminal::versioned(&json!({ "checkpoints": rows, "lines": lines }));
        return Ok(Exit::Done);
    }
    for (place, lines) in lines {
        let lines = serde_yaml::to_string(&lines).map_err(|error| Failure::new(error.to_string()))?;
        terminal::talk(&format!(
            "to keep it with the blueprint, commit these lines at `{place}`:\n"
        ));
        terminal::data(&lines);
    }
    Ok(Exit::Done)
}

/// Takes an answer that another command knows.
pub(super) async fn take(
    environment: &Environment,
    address: &Address,
    key: &str,
    value: &str,
) -> Result<(), Failure> {
    let mut checkpoints = look(environment).await?;
    let given = BTreeMap::from([(key.to_owned(), value.to_owned())]);
    let taken = checkpoints.answer(address, given, &mut say).await;
    for one in taken.map_err(|refusal| refused(environment, refusal))? {
        terminal::talk(&answer_view::taken(&one));
    }
    environment.store.publish_answers().await?;
    environment.close().await?;
    Ok(())
}

/// The checkpoints as they are now.
async fn look(environment: &Environment) -> Result<Checkpoints<'_>, Failure> {
    let assessed = environment
        .assess(&environment.design, &environment.state)
        .await?;
    environment.close().await?;
    Ok(Checkpoints::of(environment, assessed))
}

fn say(note: Note) {
    match answer_view::note(&note) {
        Some(text) => terminal::warn(&format!("note: {text}")),
        None => {
            if let Note::Document(finding) = note {
                terminal::diagnostics(&[finding]);
            }
        }
    }
}

fn refused(environment: &Environment, refusal: Refusal) -> Failure {
    let list = environment.invocation.command("checkpoint list");
    match refusal {
        Refusal::Store(error) => Failure::from(error),
        refusal => match answer_view::refusal(&refusal, &list) {
            (message, Some(help)) => Failure::new(message).help(help),
            (message, None) => Failure::new(message),
        },
    }
}
