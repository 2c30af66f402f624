//! The shell around the schedule: starts steps, waits for them, waits for people.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;

use super::event::Event;
use super::read::Reader;
use super::responder::CheckpointResponder;
use super::schedule::{Finish, Schedule};
use super::step::{Ended, StepRunner};
use crate::plan::guard::Allowed;
use crate::plan::{Action, Node, Plan, graph};
use crate::state::{Answers, Entry, Locked, StoreError};
use headset_kinds::cloud::Notice;
use headset_kinds::{Address, Checkpoint, Cloud, Outputs, registry};

/// People's answers are looked for after this at first ...
const PEOPLE_LOOK: Duration = Duration::from_secs(5);
/// ... and less often the longer it takes, up to this.
const LONGEST_PEOPLE_LOOK: Duration = Duration::from_secs(30);

/// How long the calls of a run wait for new credentials once theirs have ended: as long as the longest wait of any kind.
const LONGEST_WITHOUT_CREDENTIALS: Duration = Duration::from_secs(3600);

/// How to go about it.
#[derive(Clone, Copy, Debug)]
pub struct ApplyOptions {
    /// How many steps may run at once.
    pub width: usize,
    /// How long to wait for people once everything else is done; `None`: not at all.
    pub wait_for_people: Option<Duration>,
}

/// How it went.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Steps that failed.
    pub failed: Vec<Address>,
    /// Steps that were not run because of that, or because the run was interrupted.
    pub unfinished: Vec<Address>,
    /// Checkpoints that are still open.
    pub open: Vec<Checkpoint>,
    /// Whether the user interrupted it.
    pub interrupted: bool,
    /// All outputs that are known now.
    pub outputs: Outputs,
}

impl Outcome {
    /// Whether everything came to its end.
    pub fn is_done(&self) -> bool {
        !self.interrupted && self.failed.is_empty() && self.open.is_empty()
    }
}

/// Why a run could not go on at all.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// State could not be written. What AWS was asked to do until then is in the journal.
    #[error("state cannot be written")]
    Store(#[from] StoreError),
    /// The steps wait for each other.
    #[error("these steps wait for each other: {0}")]
    Cycle(String),
}

/// What a run meets on its way.
pub struct Running<'a> {
    /// Who may act on checkpoints.
    pub responder: &'a dyn CheckpointResponder,
    /// Cancelled when the user asks to stop.
    pub cancel: &'a CancellationToken,
    /// How to go about it.
    pub options: ApplyOptions,
    /// Who runs it, for people who look back: the user, the machine, the process.
    pub on: &'a str,
    /// What its events go to.
    pub report: &'a mut (dyn FnMut(Event) + Send),
}

impl fmt::Debug for Running<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Carries out a plan that the guards let pass with what is allowed. One attempt: what fails is reported and left for the next run.
pub async fn run(
    cloud: &dyn Cloud,
    plan: &Plan,
    allowed: &Allowed,
    locked: &mut Locked,
    answers: Answers,
    running: Running<'_>,
) -> Result<Outcome, RunError> {
    let Running {
        responder,
        cancel,
        options,
        report,
        on: _,
    } = running;
    for step in plan.steps.values() {
        if matches!(step.action, Action::Forget) {
            locked.record(Entry::Gone {
                address: step.address.clone(),
            })?;
            // What was answered ends with this environment, unless it is about something that stays and that the next
            // environment of this name takes up again.
            let outlives = registry::kind(step.address.kind).outlives();
            if !outlives {
                answers.forget(&step.address)?;
            }
        }
    }
    let graph = graph(plan);
    report(Event::Begun {
        environment: plan.environment.clone(),
        steps: graph.len(),
    });
    let mut schedule = Schedule::new(graph, options.width).map_err(|cycle| {
        RunError::Cycle(
            cycle
                .iter()
                .map(|node| node.address.to_string())
                .collect::<Vec<_>>()
                .join(", "),
        )
    })?;
    let runner = StepRunner {
        cloud,
        plan,
        allowed,
        store: locked.store().clone(),
        locked: Mutex::new(locked),
        answers,
        outputs: Mutex::new(plan.outputs.clone()),
        reader: Reader::default(),
        acted: Mutex::default(),
        shown: Mutex::default(),
        responder,
        cancel,
        report: Mutex::new(report),
    };
    let _renewal = WithRenewal::of(cloud);
    let mut outcome = Outcome::default();
    let mut open: BTreeMap<Node, Checkpoint> = BTreeMap::new();
    let mut give_up = None;
    let mut pause = PEOPLE_LOOK;
    if !cancel.is_cancelled() {
        attentively(&runner, runner.bring_back()).await?;
    }
    loop {
        let work = work_off(&runner, &mut schedule, &mut outcome, &mut open);
        attentively(&runner, work).await?;
        if outcome.interrupted || open.is_empty() || !still_waiting(cloud, options, &mut give_up) {
            break;
        }
        runner.emit(Event::WaitingForPeople {
            addresses: open.keys().map(|node| node.address.clone()).collect(),
        });
        tokio::select! {
            biased;
            () = cancel.cancelled() => outcome.interrupted = true,
            () = cloud.clock().sleep(pause) => pause = pause.mul_f64(1.5).min(LONGEST_PEOPLE_LOOK),
        }
        if outcome.interrupted {
            break;
        }
        runner.store.fetch_answers().await?;
        for node in std::mem::take(&mut open).into_keys() {
            schedule.retry(&node);
        }
    }
    // As long as something is not as wanted, what was replaced may still be needed.
    // What is left out of a part of a plan may still use it, too.
    let is_whole = plan.partial.is_none();
    if is_whole && outcome.failed.is_empty() && !outcome.interrupted && open.is_empty() {
        let mut leaving = plan.deposed.clone();
        leaving.extend(
            runner
                .replaced()
                .into_iter()
                .filter(|one| !plan.deposed.contains(one)),
        );
        for (address, id) in &leaving {
            if !attentively(&runner, runner.remove_deposed(address, id)).await? {
                outcome.failed.push(address.clone());
            }
        }
    }
    outcome.unfinished = schedule
        .unfinished()
        .into_iter()
        .map(|node| node.address)
        .collect();
    outcome.unfinished.dedup();
    outcome.open = open.into_values().collect();
    outcome.outputs = runner
        .outputs
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    Ok(outcome)
}

/// The calls of a run wait for new credentials; those after it do not.
struct WithRenewal<'a>(&'a dyn Cloud);

impl WithRenewal<'_> {
    fn of(cloud: &dyn Cloud) -> WithRenewal<'_> {
        cloud.be_patient(Some(LONGEST_WITHOUT_CREDENTIALS));
        WithRenewal(cloud)
    }
}

impl Drop for WithRenewal<'_> {
    fn drop(&mut self) {
        self.0.be_patient(None);
    }
}

/// Does this, and reports meanwhile what the cloud has to say.
async fn attentively<T>(runner: &StepRunner<'_, '_>, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            notice = runner.cloud.heard() => runner.emit(match notice {
                Notice::Unanswered { service, operation, since, seconds } => Event::Unanswered {
                    service,
                    operation,
                    since,
                    seconds,
                },
                Notice::CredentialsExpired { until } => Event::CredentialsExpired { until },
                Notice::CredentialsRenewed => Event::CredentialsRenewed,
                // A step describes what it works on.
                Notice::OneByOne { .. } => continue,
                Notice::NotVisibleYet { address, until } => Event::Observed {
                    address,
                    state: "not visible yet".to_owned(),
                    detail: format!("it is looked for until {until}"),
                },
            }),
        }
    }
}

/// Whether there is time left to wait for people. The time begins when everything else is done.
fn still_waiting(cloud: &dyn Cloud, options: ApplyOptions, give_up: &mut Option<jiff::Timestamp>) -> bool {
    let Some(wait) = options.wait_for_people else {
        return false;
    };
    let now = cloud.clock().now();
    let wait = jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::MAX);
    now < *give_up.get_or_insert_with(|| now.checked_add(wait).unwrap_or(jiff::Timestamp::MAX))
}

/// Runs everything that can run.
async fn work_off(
    runner: &StepRunner<'_, '_>,
    schedule: &mut Schedule,
    outcome: &mut Outcome,
    open: &mut BTreeMap<Node, Checkpoint>,
) -> Result<(), StoreError> {
    let mut running = FuturesUnordered::new();
    loop {
        if runner.cancel.is_cancelled() && !outcome.interrupted {
            outcome.interrupted = true;
            schedule.cancel();
            // A call that waits for credentials is not in flight.
            runner.cloud.be_patient(None);
            runner.emit(Event::Interrupted);
        }
        running.extend(schedule.start().into_iter().map(|node| runner.perform(node)));
        let ended = tokio::select! {
            ended = running.next() => ended,
            () = runner.cancel.cancelled(), if !outcome.interrupted => continue,
        };
        let Some(Ended {
            node,
            finish,
            held_by,
            fatal,
        }) = ended
        else {
            return Ok(());
        };
        let skipped = schedule.finish(&node, finish);
        if let Some(error) = fatal {
            return Err(error);
        }
        match finish {
            Finish::Failed => outcome.failed.push(node.address.clone()),
            Finish::Held => {
                open.extend(held_by.map(|checkpoint| (node.clone(), checkpoint)));
            }
            Finish::Done | Finish::Stopped => {}
        }
        for behind in skipped {
            runner.emit(Event::Skipped {
                address: behind.address,
                because: node.address.clone(),
            });
        }
    }
}
