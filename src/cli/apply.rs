//! `headset apply`

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use fs_err as fs;
use tokio_util::sync::CancellationToken;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::terminal;
use crate::apply::event::Event;
use crate::apply::{ApplyOptions, Outcome};
use crate::diagnostic::has_errors;
use crate::plan::Plan;
use crate::plan::guard::{Allowed, guard};
use crate::report::{JsonLines, Plain, Progress, Reporter, plan_view, plural};
use crate::state::{Entry, Locked};

/// Make it so: create, change and delete until AWS is as the blueprint says.
///
/// Asks before it begins, unless --yes. What only a person can do is printed as a worksheet; on a terminal
/// apply waits for it after everything else is done, without one it exits with 3 and the next apply goes on.
#[derive(Debug, Args)]
pub(super) struct ApplyArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Do not ask. Protected things stay protected.
    #[arg(long, short = 'y')]
    yes: bool,
    /// How long to wait for people, such as 2h. Default: as long as it takes on a terminal, not at all without.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    wait: Option<Duration>,
    #[command(flatten)]
    run: RunArgs,
}

/// Options of commands that change things.
#[derive(Clone, Debug, Args)]
pub(super) struct RunArgs {
    /// Allow steps that cut off open sessions.
    #[arg(long)]
    pub(super) allow_disruption: bool,
    /// How many steps run at once.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(super) parallelism: u16,
    /// One JSON event a line on standard output instead of text.
    #[arg(long)]
    pub(super) json: bool,
}

/// Without a limit of the user's, waiting for people on a terminal ends after this.
const LONGEST_WAIT: Duration = Duration::from_secs(30 * 24 * 3600);

pub(super) async fn apply(global: &Global, args: &ApplyArgs) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    for file in &args.files {
        let environment = Environment::open(global, file).await?;
        let result = apply_one(&environment, args, file).await;
        // A simulated cloud is kept however the command ended, as a real one would be.
        environment.close()?;
        let one = result?;
        if one == Exit::Interrupted {
            return Ok(one);
        }
        exit = match (exit, one) {
            (Exit::Error, _) | (_, Exit::Error) => Exit::Error,
            (Exit::Done, one) => one,
            (before, _) => before,
        };
    }
    Ok(exit)
}

async fn apply_one(environment: &Environment, args: &ApplyArgs, file: &Path) -> Result<Exit, Failure> {
    let mut locked = environment.store.lock(|| environment.fresh_state())?;
    let prospect = environment.prospect(&environment.design, locked.state()).await?;
    terminal::diagnostics(&prospect.findings);
    if has_errors(&prospect.findings) {
        return Ok(Exit::Error);
    }
    let plan = prospect.plan;
    if !args.run.json {
        terminal::data(&plan_view::human(&plan));
    }
    let refused = guard(
        &plan,
        Allowed {
            disruption: args.run.allow_disruption,
        },
    );
    if !refused.is_empty() {
        return Err(Failure::Refused(refused));
    }
    if plan.changes() > 0 && !args.yes {
        if !terminal::can_ask() {
            return Err(Failure::usage("there is nobody to ask").help("add --yes to apply without asking"));
        }
        if !matches!(terminal::ask("Apply this? [y/N]").as_str(), "y" | "Y" | "yes") {
            terminal::talk("nothing was changed");
            return Ok(Exit::Done);
        }
    }
    if environment.setting.expires != locked.state().expires {
        locked.record(Entry::Expires {
            at: environment.setting.expires.clone(),
        })?;
    }
    let wait_for_people = match args.wait {
        Some(wait) => Some(wait),
        None if terminal::can_ask() => Some(LONGEST_WAIT),
        // A simulated person is quick: whatever is open after this stays open.
        None if environment.simulation.is_some() => Some(Duration::from_secs(600)),
        None => None,
    };
    let outcome = carry_out(environment, &plan, &mut locked, &args.run, wait_for_people).await?;
    locked.close()?;
    if args.run.json {
        let outputs = environment.outputs(&outcome.outputs);
        terminal::data(&format!(
            "{}\n",
            serde_json::json!({ "schema_version": 1, "event": "outputs", "outputs": outputs })
        ));
    } else {
        farewell(environment, &outcome, file);
    }
    Ok(exit_of(&outcome))
}

/// Runs a plan with the reporter that fits, listening for Ctrl-C.
pub(super) async fn carry_out(
    environment: &Environment,
    plan: &Plan,
    locked: &mut Locked,
    args: &RunArgs,
    wait_for_people: Option<Duration>,
) -> Result<Outcome, Failure> {
    let quiet = plan.is_empty();
    let mut reporter: Box<dyn Reporter> = match () {
        () if args.json => Box::new(JsonLines),
        () if quiet || !terminal::is_terminal() => Box::new(Plain::new()),
        () => Box::new(Progress::new(environment.simulation.is_some())),
    };
    let cancel = CancellationToken::new();
    let listener = listen(cancel.clone());
    let clock = environment.aws.clock().clone();
    let mut report = |event: Event| {
        if let Event::CheckpointOpened { checkpoint } = &event {
            keep_worksheet(environment, checkpoint);
        }
        reporter.event(clock.now(), &event);
    };
    let options = ApplyOptions {
        width: usize::from(args.parallelism),
        wait_for_people,
    };
    let run = crate::apply::run(
        &environment.aws,
        plan,
        locked,
        environment.store.answers(),
        environment.person.as_ref(),
        &cancel,
        options,
        &mut report,
    );
    let outcome = tokio::select! {
        outcome = run => outcome,
        failure = listener => return Err(failure),
    };
    reporter.finish();
    Ok(outcome?)
}

/// The first Ctrl-C stops starting things; the second one ends the program, with everything journalled.
async fn listen(cancel: CancellationToken) -> Failure {
    if tokio::signal::ctrl_c().await.is_err() {
        // No signals here: then nobody interrupts.
        std::future::pending::<()>().await;
    }
    cancel.cancel();
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    Failure::Message {
        message: "interrupted in the middle of a call".to_owned(),
        help: Some("run the same command again: what was in flight is in the journal".to_owned()),
        exit: Exit::Interrupted,
    }
}

/// Keeps a worksheet as a file, to be sent to whoever does it.
fn keep_worksheet(environment: &Environment, checkpoint: &crate::resource::Checkpoint) {
    let path = environment.worksheet_path(&checkpoint.address);
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&path, &checkpoint.worksheet));
    if let Err(error) = written {
        tracing::warn!(%error, "the worksheet could not be kept as a file");
    }
}

/// What a person wants to know at the end.
fn farewell(environment: &Environment, outcome: &Outcome, file: &Path) {
    let name = &environment.blueprint.name.value;
    for checkpoint in &outcome.open {
        terminal::talk(&format!("\n{}", checkpoint.worksheet.trim_end()));
        let path = environment.worksheet_path(&checkpoint.address);
        terminal::talk(&format!("\n(this worksheet is also in {})", path.display()));
    }
    let outputs = environment.outputs(&outcome.outputs);
    if !outputs.is_empty() {
        let widest = outputs.keys().map(String::len).max().unwrap_or_default();
        terminal::data("\n");
        for (key, value) in &outputs {
            terminal::data(&format!("{key:widest$}  {value}\n"));
        }
    }
    let again = format!("headset apply {}", file.display());
    let left = match (outcome.failed.len(), outcome.unfinished.len()) {
        (0, 0) => String::new(),
        (0, left) => format!("{} not begun", plural(left, "step")),
        (failed, 0) => format!("{} failed", plural(failed, "step")),
        (failed, left) => format!(
            "{} failed, {} behind",
            plural(failed, "step"),
            plural(left, "step")
        ),
    };
    let message = match (outcome.interrupted, left.is_empty(), outcome.open.len()) {
        (true, _, _) => format!("{name}: interrupted; nothing is lost. Go on with: {again}"),
        (false, false, _) if !outcome.failed.is_empty() => {
            format!("{name}: {left}. When that is mended: {again}")
        }
        (false, _, open) if open > 0 => {
            let rest = if left.is_empty() {
                String::new()
            } else {
                format!(" ({left})")
            };
            format!(
                "{name}: {} for a person to do{rest}. Then: {again}",
                plural(open, "checkpoint")
            )
        }
        (false, _, _) => format!("{name}: done"),
    };
    terminal::talk(&format!("\n{message}"));
}

/// The exit code for how a run went.
pub(super) fn exit_of(outcome: &Outcome) -> Exit {
    if outcome.interrupted {
        Exit::Interrupted
    } else if !outcome.failed.is_empty() {
        Exit::Error
    } else if !outcome.open.is_empty() {
        Exit::Checkpoints
    } else {
        Exit::Done
    }
}

/// Reads a span such as `90s`, `15m`, `2h` or `1d`.
fn span(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let number: u64 = number
        .parse()
        .map_err(|_| "write a span such as 90s, 15m, 2h or 1d".to_owned())?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err("write a span such as 90s, 15m, 2h or 1d".to_owned()),
    };
    number
        .checked_mul(seconds)
        .map(Duration::from_secs)
        .ok_or_else(|| "that is too long".to_owned())
}
