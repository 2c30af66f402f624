//! What `apply` and `destroy` share: show the plan, refuse what is refused, ask, carry it out.

use std::time::Duration;

use clap::Args;
use fs_err as fs;
use tokio_util::sync::CancellationToken;

use super::environment::{Environment, holder};
use super::exit::{Exit, Failure};
use super::signal::Signals;
use super::summary::Part;
use super::terminal;
use super::timeline_file::TimelineFile;
use super::together::Run;
use crate::report::plan_view::Detail;
use crate::report::{JsonLines, Plain, Progress, Reporter, Timeline, Timings, Told, Volume, out, plan_view};
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_engine::apply::event::Event;
use headset_engine::apply::{ApplyOptions, Outcome, Running};
use headset_engine::plan::Plan;
use headset_engine::plan::guard::{Allowed, guard};
use headset_engine::session::Stop;

/// Options of commands that change things.
#[derive(Clone, Debug, Args)]
pub(super) struct RunArgs {
    /// Do not ask. Protected resources stay protected.
    #[arg(long, short = 'y')]
    pub(super) yes: bool,
    /// Allow steps that cut off open sessions; the plan says how many.
    #[arg(long)]
    pub(super) allow_disruption: bool,
    /// Wait so long, such as 30m, until open sessions have ended that would be cut off; nothing else waits for that. With
    /// --allow-disruption, those that are still open then are cut off; without it, what they use stays as it is.
    #[arg(long, value_name = "SPAN", value_parser = super::apply::span)]
    pub(super) wait_for_sessions: Option<Duration>,
    /// Show every value of the plan whole.
    #[arg(long)]
    pub(super) full: bool,
    /// How many steps run at once.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(super) parallelism: u16,
    /// One JSON event a line on standard output instead of text.
    #[arg(long)]
    pub(super) json: bool,
    /// Write what ran when, what waited for what and which steps the run was as long as: FILE ends with `.html`, `.json` or
    /// `.trace` (for Perfetto and chrome://tracing). Several environments are in it together, each with its own steps.
    #[arg(long, value_name = "FILE")]
    pub(super) timeline: Option<TimelineFile>,
}

impl RunArgs {
    /// Says on how many environments the command is.
    pub(super) fn are_for(&self, environments: usize) {
        if let Some(file) = self.timeline.as_ref().filter(|_| environments > 1) {
            file.is_of_several();
        }
    }
}

/// How a user agrees to a plan.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question<'a> {
    /// By having saved the plan.
    Agreed,
    /// By saying yes.
    Yes,
    /// By typing the environment's name.
    Name(&'a str),
}

/// What a user makes of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// It may be carried out.
    Given,
    /// It may not, and the command ends with this code.
    Withheld(Exit),
}

/// Shows a plan, and below it what was found out on the way: mistakes and refusals stand last, where the eye is.
pub(super) fn show(plan: &Plan, findings: &[Diagnostic], refused: &[Diagnostic], args: Shown) {
    if !args.json {
        if args.is_headed {
            terminal::text(&format!("{}\n", plan.environment));
        }
        let detail = if args.full { Detail::Full } else { Detail::Short };
        terminal::painted(&plan_view::text(plan, detail));
    }
    terminal::diagnostics(findings);
    terminal::diagnostics(refused);
}

/// How plans are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    /// Not as text: the command prints JSON.
    pub(super) json: bool,
    /// Every value whole.
    pub(super) full: bool,
    /// Below the environment's name: there are several.
    pub(super) is_headed: bool,
}

/// Shows the plan, refuses what is refused, and asks if there is anything to change. Of several runs it is asked about one
/// after the other, and none begins before all are decided about.
pub(super) async fn consent(
    run: &Run<'_>,
    plan: &Plan,
    findings: &[Diagnostic],
    args: &RunArgs,
    allowed: &Allowed,
    question: Question<'_>,
) -> Result<Consent, Failure> {
    let turn = run.turn().await;
    let (_, is_headed) = run.bars();
    let consent = asked(is_headed, plan, findings, args, allowed, question).await?;
    drop(turn);
    if consent == Consent::Given {
        run.agreed().await;
    }
    Ok(consent)
}

async fn asked(
    is_headed: bool,
    plan: &Plan,
    findings: &[Diagnostic],
    args: &RunArgs,
    allowed: &Allowed,
    question: Question<'_>,
) -> Result<Consent, Failure> {
    let refused = guard(plan, allowed);
    show(
        plan,
        findings,
        &refused,
        Shown {
            json: args.json,
            full: args.full,
            is_headed,
        },
    );
    if has_errors(findings) {
        return Ok(Consent::Withheld(Exit::Error));
    }
    if !refused.is_empty() {
        return Ok(Consent::Withheld(Exit::Refused));
    }
    if plan.changes() == 0 || args.yes || matches!(question, Question::Agreed) {
        return Ok(Consent::Given);
    }
    if !terminal::can_ask() {
        return Err(
            Failure::usage("this has to be confirmed, and there is no terminal to ask on")
                .help("add --yes to go on without asking"),
        );
    }
    let agreed = match question {
        Question::Agreed | Question::Yes => matches!(
            terminal::ask("Apply this? [y/N]").await.as_str(),
            "y" | "Y" | "yes"
        ),
        Question::Name(name) => {
            terminal::ask(&format!("Type the environment's name to destroy it ({name}):")).await == name
        }
    };
    if agreed {
        return Ok(Consent::Given);
    }
    terminal::talk("nothing was changed");
    Ok(Consent::Withheld(Exit::Refused))
}

/// Follows a run with the reporter that fits, and listens for a user who asks to stop.
pub(super) struct Watch<'a> {
    environment: &'a Environment,
    args: &'a RunArgs,
    reporter: Box<dyn Reporter>,
    timings: Timings,
}

impl<'a> Watch<'a> {
    /// Ready to follow the run of this plan.
    pub(super) fn of(
        environment: &'a Environment,
        plan: &Plan,
        args: &'a RunArgs,
        run: &Run<'_>,
    ) -> Watch<'a> {
        let (nothing_moves, volume) = (plan.is_empty(), out::volume());
        let (passing, columns) = (environment.passing(), terminal::talk_columns());
        let (bars, are_several) = run.bars();
        let name = are_several.then_some(environment.name.as_str());
        let reporter: Box<dyn Reporter> = match () {
            () if args.json => Box::new(JsonLines::new(&environment.name)),
            // Lines of calls would tear bars.
            () if nothing_moves || !terminal::is_terminal() || volume != Volume::Normal => {
                Box::new(Plain::new(passing, columns, volume, name))
            }
            () => Box::new(Progress::new(passing, columns, bars, name)),
        };
        Watch {
            environment,
            args,
            reporter,
            timings: Timings::new(plan),
        }
    }

    /// Follows it to its end, and gives what comes of it, and what of it has ended how.
    pub(super) async fn follow<T>(
        self,
        wait_for_people: Option<Duration>,
        run: impl AsyncFnOnce(Running<'_>) -> Result<T, Stop>,
    ) -> Result<(T, Part), Failure> {
        let Watch {
            environment,
            args,
            mut reporter,
            mut timings,
        } = self;
        let _followed = environment.followed.by_a_run();
        let cancel = CancellationToken::new();
        let listener = listen(Signals::new(), cancel.clone());
        let clock = environment.aws.clock().clone();
        let mut timeline = Timeline::new(&environment.name, clock.now());
        let mut counted = Part::of(&environment.name);
        let mut report = |event: Event| {
            let told = environment.invocation.complete_told(Told::of(event));
            if let Event::CheckpointOpened { checkpoint } = &told.event {
                keep_worksheet(environment, checkpoint);
            }
            timings.event(clock.now(), &told.event);
            counted.note(&told.event);
            timeline.event(clock.now(), &told.event);
            reporter.event(clock.now(), &told);
        };
        let on = holder();
        let running = Running {
            on: &on,
            responder: environment.responder.as_ref(),
            cancel: &cancel,
            options: ApplyOptions {
                width: usize::from(args.parallelism),
                wait_for_people,
            },
            report: &mut report,
        };
        let ended = tokio::select! {
            ended = run(running) => ended.map_err(|stop| environment.failure(stop)),
            failure = listener => Err(failure),
        };
        reporter.finish();
        let delays = environment.aws.delays();
        environment.show_timings(&timings, args.json);
        if let Some(file) = &args.timeline {
            // The run itself has ended as it has, and its outcome matters more.
            if let Err(why) = file.add(timeline.run(clock.now(), &timings, &delays)) {
                terminal::warn(&format!("the timeline could not be written: {why}"));
            }
        }
        match ended {
            Ok(ended) => Ok((ended, counted)),
            Err(failure) => {
                environment.tally.add(counted);
                Err(failure)
            }
        }
    }
}

/// The first signal stops starting things; the second one ends the program, with everything journalled.
async fn listen(mut signals: Signals, cancel: CancellationToken) -> Failure {
    signals.next().await;
    cancel.cancel();
    signals.next().await;
    Failure::Message {
        message: "interrupted in the middle of a call".to_owned(),
        help: Some("run the same command again: the journal holds the calls that were in flight".to_owned()),
        exit: Exit::Interrupted,
    }
}

/// Keeps a worksheet as a file, to be sent to the person who does it.
fn keep_worksheet(environment: &Environment, checkpoint: &headset_kinds::Checkpoint) {
    let path = environment.worksheet_path(&checkpoint.address);
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&path, &checkpoint.worksheet));
    if let Err(error) = written {
        tracing::warn!(%error, "the worksheet could not be written to a file");
    }
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
