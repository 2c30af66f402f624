//! `headset apply`

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use futures_util::future::join_all;

use super::Global;
use super::access::Ways;
use super::completion;
use super::down;
use super::environment::{Environment, read_blueprint};
use super::exit::{Exit, Failure};
use super::files;
use super::flow::{Consent, Question, RunArgs, Watch, consent, exit_of};
use super::lost;
use super::next_steps;
use super::offline::Asking;
use super::part::{self, Anew, Only, Part};
use super::saved;
use super::shard::Share;
use super::summary;
use super::terminal;
use super::together::{self, Opened, Run, Runs};
use crate::report::{pairs, plural};
use headset_core::Address;
use headset_core::diagnostic::has_errors;
use headset_engine::apply::{Outcome, Running};
use headset_engine::metadata;
use headset_engine::passwords::{self, When};
use headset_engine::plan::Partial;
use headset_engine::plan::guard::{Allowed, Losses};
use headset_engine::proposal::Proposal;
use headset_engine::saved::Saved;

/// Create, change and delete until AWS is as the blueprint says.
///
/// Asks before it begins, unless --yes is given. For each step that only a person can do, it prints a worksheet. On a
/// terminal it waits for these steps after everything else is done; without a terminal it exits with 3, and the next
/// apply goes on.
#[derive(Debug, Args)]
pub(super) struct ApplyArgs {
    /// Blueprint files, or plans that `headset plan FILE --out PLAN` has saved: those are carried out exactly as they are
    /// and not asked about again.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    share: Share,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    only: Only,
    #[command(flatten)]
    anew: Anew,
    /// Allow to delete or replace this resource although what it holds is lost for good; may be given several times. The
    /// plan says what is lost.
    #[arg(long, value_name = "ADDRESS", add = ArgValueCompleter::new(completion::addresses))]
    allow_irreversible: Vec<Address>,
    /// Allow to make what seems to be beyond AWS's limit on creations and deletions. The plan says how many were counted;
    /// AWS has the last word.
    #[arg(long)]
    allow_creation_limit: bool,
    /// How long to wait for people, such as 2h. Default: on a terminal as long as it takes, without one not at all.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    wait: Option<Duration>,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    run: RunArgs,
    /// Whether to say in the end what to write into other blueprints.
    #[arg(skip)]
    says_next_steps: bool,
}

impl ApplyArgs {
    /// Whether it writes one event after the other.
    pub(super) fn tells_events(&self) -> bool {
        self.run.json
    }

    /// Those for what a team needs once in an account.
    pub(super) fn of_bootstrap(file: &Path, run: &RunArgs) -> ApplyArgs {
        ApplyArgs {
            files: vec![file.to_owned()],
            share: Share::default(),
            part: Part::default(),
            only: Only::default(),
            anew: Anew::default(),
            allow_irreversible: Vec::new(),
            allow_creation_limit: false,
            wait: None,
            asking: Asking { offline: false },
            run: run.clone(),
            says_next_steps: true,
        }
    }
}

/// Without a limit of the user's, waiting for people on a terminal ends after this.
const LONGEST_WAIT: Duration = Duration::from_secs(30 * 24 * 3600);

pub(super) async fn apply(global: &Global, args: &ApplyArgs) -> Result<Exit, Failure> {
    let files = args.share.of(global, files::blueprints(global, &args.files)?);
    args.run.are_for(files.len());
    let scope = args.only.of(args.part.of(&files)?);
    let mut exit = Exit::Done;
    let scope = args.anew.of(scope, &files)?;
    // A mistake in the last blueprint is reported before the first one is applied.
    let (mut blueprints, mut orders) = (Vec::new(), Vec::new());
    for file in &files {
        let read = Order::of(global, file, args).and_then(|order| {
            terminal::remember_sets(&order.global.set);
            Ok((read_blueprint(&order.global, &order.file)?.blueprint, order))
        });
        match read {
            Ok((blueprint, order)) => {
                blueprints.push(blueprint);
                orders.push(order);
            }
            // One that is broken does not keep the others from being applied.
            Err(failure) if files.len() > 1 => exit = exit.worse(terminal::failure(failure)),
            Err(failure) => return Err(failure),
        }
    }
    let ways = Ways::of(files.len());
    let wanted = orders.iter().map(|order| Opened {
        global: &order.global,
        file: &order.file,
        planned: order.saved.as_ref().map(|saved| saved.planned.clone()),
    });
    let opened = together::open(&ways, wanted).await;
    // Credentials of another account are those of another account for all.
    if let Some(environment) = opened.iter().flatten().next() {
        environment.is_for(&blueprints)?;
    }
    let runs = Runs::of(opened.len());
    let ranks = together::ranks(&opened);
    let (runs, scope) = (&runs, &scope);
    let all = orders
        .iter()
        .zip(opened)
        .zip(ranks)
        .map(|((order, opened), rank)| {
            let run = runs.one(rank);
            async move {
                let mut environment = match (&order.saved, opened?) {
                    (None, environment) => environment.asking(args.asking).part(scope.clone()),
                    (Some(saved), environment) => {
                        let offline = saved.offline;
                        environment.asking(Asking { offline }).part(saved.scope.clone())
                    }
                };
                let saved = order.saved.as_ref();
                let result = match saved.filter(|saved| saved.destroys) {
                    Some(saved) => down::carry_out(&order.global, &environment, saved, &args.run, &run).await,
                    None => apply_one(&order.global, &mut environment, args, saved, &run).await,
                };
                // A simulated cloud is kept however the command ended, as a real one would be.
                environment.close().await?;
                result
            }
        });
    let ended = join_all(all).await;
    ways.close(global, args.run.json).await?;
    for one in ended {
        match one {
            Err(failure) if files.len() == 1 => return Err(failure),
            one => exit = exit.worse(one.unwrap_or_else(terminal::failure)),
        }
    }
    Ok(exit)
}

/// One file of the command line: a blueprint, or a plan with the blueprint that it is of.
struct Order {
    /// The options, with the values that are set in the blueprint.
    global: Global,
    file: PathBuf,
    saved: Option<Saved>,
}

impl Order {
    fn of(global: &Global, file: &Path, args: &ApplyArgs) -> Result<Order, Failure> {
        let Some(saved) = saved::load(file)? else {
            return Ok(Order {
                global: global.clone(),
                file: file.to_owned(),
                saved: None,
            });
        };
        let said = [
            ("--set", !global.set.is_empty()),
            ("--vars", !global.vars.is_empty()),
            ("--target and --exclude", args.part.is_given()),
            ("--only", args.only.is_given()),
            ("--replace", args.anew.is_given()),
            ("--allow-disruption", args.run.allow_disruption),
            ("--wait-for-sessions", args.run.wait_for_sessions.is_some()),
            ("--allow-irreversible", !args.allow_irreversible.is_empty()),
            ("--allow-creation-limit", args.allow_creation_limit),
        ];
        if let Some((option, _)) = said.iter().find(|(_, is_given)| *is_given) {
            let message = format!("{} is a saved plan, and {option} would change it", file.display());
            return Err(Failure::usage(message).help("give the option to `headset plan FILE --out PLAN`"));
        }
        let mut global = global.clone();
        global.set.clone_from(&saved.sets);
        global.vars.clone_from(&saved.values);
        global.given = global.given.setting(&saved.values, &saved.sets);
        Ok(Order {
            global,
            file: PathBuf::from(&saved.file),
            saved: Some(saved),
        })
    }
}

async fn apply_one(
    global: &Global,
    environment: &mut Environment,
    args: &ApplyArgs,
    saved: Option<&Saved>,
    run: &Run<'_>,
) -> Result<Exit, Failure> {
    if let Some(saved) = saved {
        saved::holds(environment, saved, &environment.bound(&environment.state))?;
    }
    let lost = lost::look(global, environment).await?;
    terminal::diagnostics(&lost.findings);
    if has_errors(&lost.findings) {
        return Ok(Exit::Error);
    }
    let locked = run.locked(environment.lock()).await?;
    let environment = &*environment;
    if let Some(saved) = saved {
        saved::holds(environment, saved, &environment.bound(locked.state()))?;
    }
    let proposed = environment.attentively(Proposal::of(environment, locked)).await;
    let mut proposal = proposed.map_err(|stop| environment.failure(stop))?;
    if let Some(stale) = saved.and_then(|saved| saved.differs(&proposal.plan)) {
        return Err(Failure::Refused(environment.invocation.complete_all(vec![stale])));
    }
    environment.complete(&mut proposal.plan, &mut proposal.findings);
    let passwords = passwords::of_new(&environment.design, &proposal.plan, When::Applying);
    proposal.findings.extend(passwords);
    proposal.findings.extend(environment.provide(&proposal.plan));
    let issuers = metadata::of_issuers(&environment.design, &proposal.plan.outputs);
    proposal.findings.extend(issuers);
    let (allowed, question) = match saved {
        Some(saved) => (saved.allowed.clone(), Question::Agreed),
        None => {
            let losses = Losses::At(args.allow_irreversible.iter().cloned().collect());
            let allowed = Allowed {
                disruption: args.run.allow_disruption,
                losses,
                creation_limit: args.allow_creation_limit,
                wait_for_sessions: args.run.wait_for_sessions,
            };
            (allowed, Question::Yes)
        }
    };
    let asked = consent(
        run,
        &proposal.plan,
        &proposal.findings,
        &args.run,
        &allowed,
        question,
    )
    .await?;
    if let Consent::Withheld(exit) = asked {
        environment.tally.add(summary::Part::of(&environment.name));
        return Ok(exit);
    }
    let wait_for_people = match args.wait {
        Some(wait) => Some(wait),
        None if terminal::can_ask() => Some(LONGEST_WAIT),
        // A simulated person is quick: what is open after this stays open.
        None if environment.simulation.is_some() => Some(Duration::from_secs(600)),
        None => None,
    };
    part::announce(&proposal.plan, args.run.json);
    let watch = Watch::of(environment, &proposal.plan, &args.run, run);
    let run = async |running: Running<'_>| proposal.carry_out(&allowed, running).await;
    let (outcome, mut counted) = watch.follow(wait_for_people, run).await?;
    let again = environment.invocation.command("apply");
    counted.count("open-checkpoints", outcome.open.len());
    counted.count("not-begun", outcome.unfinished.len());
    if !outcome.open.is_empty() {
        counted
            .next
            .push(environment.invocation.command("checkpoint list"));
    }
    if !outcome.is_done() {
        counted.next.push(again);
    }
    environment.tally.add(counted);
    let partial = proposal.plan.partial.clone();
    proposal.close().await?;
    let now = environment.aws.clock().now();
    let dates = metadata::of_applications(&environment.design, &outcome.outputs, now);
    terminal::diagnostics(&dates);
    if args.run.json {
        let outputs = environment.outputs(&outcome.outputs);
        terminal::versioned(&serde_json::json!({
            "event": "outputs", "environment": environment.name, "outputs": outputs,
        }));
        if outcome.interrupted {
            terminal::warn(&interrupted(environment));
        }
    } else {
        farewell(environment, &outcome, partial.as_ref());
        if args.says_next_steps && outcome.is_done() {
            next_steps::say(environment, &environment.outputs(&outcome.outputs));
        }
    }
    Ok(exit_of(&outcome))
}

/// What a person wants to know at the end.
fn farewell(environment: &Environment, outcome: &Outcome, partial: Option<&Partial>) {
    let name = &environment.name;
    for checkpoint in &outcome.open {
        let worksheet = environment.invocation.complete(&checkpoint.worksheet);
        terminal::talk_markdown(&format!("\n{}", worksheet.trim_end()));
        let path = environment.worksheet_path(&checkpoint.address);
        terminal::warn(&format!("\n(this worksheet is also in {})", path.display()));
    }
    let outputs = environment.outputs(&outcome.outputs);
    if !outputs.is_empty() {
        terminal::text(&format!("\n{}", pairs(&outputs)));
    }
    let again = environment.invocation.command("apply");
    let left = match (outcome.failed.len(), outcome.unfinished.len()) {
        (0, 0) => String::new(),
        (0, left) => format!("{} not begun", plural(left, "step")),
        (failed, 0) => format!("{} failed", plural(failed, "step")),
        (failed, left) => format!(
            "{} failed, {} not begun because of that",
            plural(failed, "step"),
            plural(left, "step")
        ),
    };
    let message = match (outcome.interrupted, left.is_empty(), outcome.open.len()) {
        (true, _, _) => interrupted(environment),
        (false, false, _) if !outcome.failed.is_empty() => {
            format!("{name}: {left}. Remove the cause, then run: {again}")
        }
        (false, _, open) if open > 0 => {
            let rest = if left.is_empty() {
                String::new()
            } else {
                format!(" ({left})")
            };
            format!(
                "{name}: {} for a person to do{rest}. Then run: {again}",
                plural(open, "checkpoint")
            )
        }
        (false, _, _) => format!("{name}: done{}", part::left_out(partial)),
    };
    let message = format!("\n{message}");
    match exit_of(outcome) {
        Exit::Done => terminal::talk(&message),
        _ => terminal::warn(&message),
    }
}

/// The longest span that an option takes: ten years, in seconds. Beyond that, clocks overflow.
const LONGEST_SPAN: u64 = 10 * 365 * 86_400;

/// How a run goes on that the user has stopped.
fn interrupted(environment: &Environment) -> String {
    let again = environment.invocation.command("apply");
    format!(
        "{}: interrupted; nothing is lost. Go on with: {again}",
        environment.name
    )
}

/// Reads a span such as `90s`, `15m`, `2h` or `1d`.
pub(super) fn span(text: &str) -> Result<Duration, String> {
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
        .filter(|seconds| *seconds <= LONGEST_SPAN)
        .map(Duration::from_secs)
        .ok_or_else(|| "that is too long".to_owned())
}
