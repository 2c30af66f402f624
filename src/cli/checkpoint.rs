//! `headset checkpoint list | show | answer`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::remarks;
use super::terminal;
use crate::plan::{Action, Plan};
use crate::resource::{Address, Checkpoint, Sight, registry, text};

/// What a person does: AWS has no API for it, or Headset does not use what there is.
#[derive(Debug, Subcommand)]
pub(super) enum CheckpointCommand {
    /// List the checkpoints of an environment and how far they are.
    List(ListArgs),
    /// Print the worksheet of a checkpoint: the exact values to type, in order, and where.
    Show(ShowArgs),
    /// Answer a checkpoint. Checks the answers, keeps them, and prints the lines to commit instead.
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
    #[arg(value_name = "ADDRESS")]
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
    #[arg(value_name = "ADDRESS")]
    address: Address,
    /// Answers. A value of the form @PATH is read from that file.
    #[arg(required = true, value_name = "KEY=VALUE")]
    answers: Vec<String>,
}

pub(super) async fn checkpoint(global: &Global, command: &CheckpointCommand) -> Result<Exit, Failure> {
    match command {
        CheckpointCommand::List(args) => list(global, args).await,
        CheckpointCommand::Show(args) => show(global, args).await,
        CheckpointCommand::Answer(args) => answer(global, args).await,
    }
}

async fn list(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let (environment, plan) = look(global, &args.file).await?;
    let mut rows = Vec::new();
    for desired in environment.design.resources.values() {
        let Some(kind) = registry::kind(&desired.address.kind) else {
            continue;
        };
        let want = text::resolve(&desired.spec, &plan.outputs);
        let Some(checkpoint) = kind.checkpoint(&desired.address, &want) else {
            continue;
        };
        if desired.mode == crate::design::Mode::Existing {
            continue;
        }
        let open = plan
            .steps
            .get(&desired.address)
            .is_some_and(|step| matches!(step.action, Action::Await { .. }));
        let answered = !environment.store.answers().get(&desired.address)?.is_empty();
        let state = match (open, answered) {
            (true, false) => "open",
            (true, true) => "answered",
            (false, _) => "attested",
        };
        rows.push((desired.address.to_string(), state, checkpoint.title));
    }
    if args.json {
        let checkpoints: Vec<_> = rows
            .iter()
            .map(|(address, state, title)| serde_json::json!({"address": address, "state": state, "title": title}))
            .collect();
        terminal::data(&format!(
            "{}\n",
            serde_json::json!({ "schema_version": 1, "checkpoints": checkpoints })
        ));
    } else {
        let widest = rows.iter().map(|row| row.0.len()).max().unwrap_or_default();
        for (address, state, title) in &rows {
            terminal::data(&format!("{address:widest$}  {state:8}  {title}\n"));
        }
    }
    let open = rows.iter().any(|(_, state, _)| *state != "attested");
    Ok(if open { Exit::Checkpoints } else { Exit::Done })
}

async fn show(global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let (environment, plan) = look(global, &args.file).await?;
    let mut checkpoint = find(&environment, &plan, &args.address)?;
    checkpoint.worksheet = environment.invocation.complete(&checkpoint.worksheet);
    if args.json {
        terminal::data(&format!("{}\n", serde_json::json!(checkpoint)));
    } else {
        terminal::data(&format!("{}\n", checkpoint.worksheet.trim_end()));
    }
    Ok(Exit::Done)
}

async fn answer(global: &Global, args: &AnswerArgs) -> Result<Exit, Failure> {
    let mut given = BTreeMap::new();
    for pair in &args.answers {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(Failure::usage(format!("`{pair}` is no answer")).help("write KEY=VALUE"));
        };
        let value = match value.strip_prefix('@') {
            Some(path) => terminal::read_text(Path::new(path), terminal::NAMED_FILE).map_err(Failure::new)?,
            None => value.to_owned(),
        };
        given.insert(key.to_owned(), value);
    }
    let (environment, plan) = look(global, &args.file).await?;
    let checkpoint = find(&environment, &plan, &args.address)?;
    for key in given.keys() {
        if !checkpoint.questions.iter().any(|question| question.key == *key) {
            let known: Vec<&str> = checkpoint
                .questions
                .iter()
                .map(|question| question.key.as_str())
                .collect();
            return Err(Failure::new(format!("{} does not ask for `{key}`", args.address))
                .help(format!("it asks for: {}", known.join(", "))));
        }
    }
    let (Some(kind), Some(desired)) = (
        registry::kind(&args.address.kind),
        environment.design.resources.get(&args.address),
    ) else {
        return Err(Failure::new(format!("{} is not in the blueprint", args.address)));
    };
    // Answers may come one by one; what was answered before stays.
    let answers = environment.store.answers();
    let mut all = answers.get(&args.address)?;
    all.extend(given.clone());
    let want = text::resolve(&desired.spec, &plan.outputs);
    let checked = kind
        .check_answers(&environment.aws, &want, &all)
        .await
        .map_err(Failure::new)?;
    if let Some(document) = checked.get("metadata") {
        let now = environment.aws.clock().now();
        terminal::diagnostics(&remarks::of_document(&args.address, document, now));
    }
    answers.put(&args.address, &checked)?;
    environment.close()?;
    terminal::talk(&format!("{} answered", args.address));
    let lines = serde_yaml::to_string(&given).map_err(|error| Failure::new(error.to_string()))?;
    terminal::talk(&format!(
        "to keep it with the blueprint, commit these lines where {} is asked for:\n",
        args.address
    ));
    terminal::data(&lines);
    Ok(Exit::Done)
}

async fn look(global: &Global, file: &std::path::Path) -> Result<(Environment, Plan), Failure> {
    let environment = Environment::open(global, file).await?;
    let prospect = environment
        .prospect(&environment.design, &environment.state)
        .await?;
    environment.close()?;
    let mut plan = prospect.plan;
    // A worksheet shows what is known now, even of things that are being replaced.
    for (address, sight) in &prospect.survey.sights {
        if let Sight::Present(live) = sight {
            plan.outputs.insert(address.clone(), live.outputs.clone());
        }
    }
    Ok((environment, plan))
}

fn find(environment: &Environment, plan: &Plan, address: &Address) -> Result<Checkpoint, Failure> {
    let checkpoint = environment.design.resources.get(address).and_then(|desired| {
        let want = text::resolve(&desired.spec, &plan.outputs);
        registry::kind(&address.kind)?.checkpoint(address, &want)
    });
    checkpoint.ok_or_else(|| {
        Failure::new(format!("{address} is no checkpoint of this blueprint")).help(format!(
            "`{}` lists them",
            environment.invocation.command("checkpoint list")
        ))
    })
}
