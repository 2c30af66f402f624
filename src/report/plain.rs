//! Lines without a terminal: one for each thing that ended, and every ten seconds what is waited for.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use jiff::Timestamp;

use super::Reporter;
use super::heartbeat::{Board, Pulse};
use super::operation::{doing, done};
use super::out;
use super::painted::Painted;
use super::told::Told;
use super::volume::Volume;
use super::words::{agreeing, plural};
use super::wrap;
use headset_core::Address;
use headset_engine::apply::event::Event;
use headset_engine::plan::Phase;

/// How long silence may last.
const SILENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
struct Shared {
    columns: Option<usize>,
    volume: Volume,
    /// What each line begins with.
    prefix: String,
    board: Board,
    pulse: Pulse,
    over: bool,
    spoke: bool,
}

/// Writes lines to standard error.
#[derive(Debug)]
pub struct Plain {
    shared: Arc<(Mutex<Shared>, Condvar)>,
    ticker: Option<std::thread::JoinHandle<()>>,
}

impl Plain {
    /// A reporter that says every ten seconds of the wall what is waited for, and for how long already. The time of
    /// the run passes `rate` seconds a second: 1 on AWS, 0 in a simulation whose clock jumps. `columns`: how wide lines may
    /// be; where they go to no terminal, they stay whole. What is quiet says nothing of what it waits for. `environment`: which
    /// one it is, where there are several.
    pub fn new(rate: f64, columns: Option<usize>, volume: Volume, environment: Option<&str>) -> Plain {
        let shared = Shared {
            columns,
            volume,
            prefix: prefix(environment),
            board: Board::default(),
            pulse: Pulse::new(rate),
            over: false,
            spoke: false,
        };
        let shared = Arc::new((Mutex::new(shared), Condvar::new()));
        let seen = shared.clone();
        let ticker = (volume != Volume::Quiet).then(|| std::thread::spawn(move || tick(&seen)));
        Plain { shared, ticker }
    }
}

fn tick(shared: &(Mutex<Shared>, Condvar)) {
    let (lock, changed) = shared;
    let mut board = lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    while !board.over {
        board = match changed.wait_timeout(board, SILENCE) {
            Ok((board, _)) => board,
            Err(poisoned) => poisoned.into_inner().0,
        };
        let Some(now) = board.pulse.now() else { continue };
        if !board.over && !std::mem::take(&mut board.spoke) {
            for line in board.board.lines(now) {
                say(&format!("{}  ... {line}", board.prefix), board.columns);
            }
        }
    }
}

/// What the lines about one of several environments begin with.
pub(super) fn prefix(environment: Option<&str>) -> String {
    environment.map_or_else(String::new, |name| format!("{name}: "))
}

fn say(line: &str, columns: Option<usize>) {
    out::talk(&fitting(line, columns));
}

/// A line that is no wider than the terminal.
pub(super) fn fitting(line: &str, columns: Option<usize>) -> Painted {
    Painted::from(line).wrapped(columns, wrap::text)
}

impl Reporter for Plain {
    fn event(&mut self, at: Timestamp, told: &Told) {
        let mut shared = self
            .shared
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let took = shared.board.note(at, &told.event);
        shared.pulse.beat(at);
        if let Some(line) = line(told, took.as_deref(), shared.volume) {
            shared.spoke = true;
            say(&format!("{}{line}", shared.prefix), shared.columns);
        }
    }

    fn finish(&mut self) {
        self.shared
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .over = true;
        self.shared.1.notify_all();
        if let Some(ticker) = self.ticker.take() {
            drop(ticker.join());
        }
    }
}

/// What is said of a call that has no answer.
pub fn unanswered(service: &str, operation: &str, since: Timestamp, seconds: u64) -> String {
    format!(
        "no answer to {service}:{operation} for {seconds} s, since {since}: Headset goes on waiting, and tries again"
    )
}

/// What is said while a command waits for what AWS does not show yet.
pub fn not_visible_yet(address: &Address, until: Timestamp) -> String {
    format!(
        "a run that was cut off began to make {address}, and AWS does not show it yet: Headset looks for it until {until}, \
         so that it is not left behind"
    )
}

/// Whether an event is about a fault, or about something that a person has to do.
fn matters(event: &Event) -> bool {
    match event {
        Event::Failed { .. }
        | Event::Skipped { .. }
        | Event::CheckpointOpened { .. }
        | Event::CheckpointRefused { .. }
        | Event::WaitingForSessions { .. }
        | Event::Unanswered { .. }
        | Event::CredentialsExpired { .. }
        | Event::Interrupted => true,
        Event::Begun { .. }
        | Event::Started { .. }
        | Event::Observed { .. }
        | Event::Finished { .. }
        | Event::UpToDate { .. }
        | Event::CheckpointAnswered { .. }
        | Event::CredentialsRenewed
        | Event::WaitingForPeople { .. } => false,
    }
}

/// The line for an event, if it deserves one.
pub(super) fn line(told: &Told, took: Option<&str>, volume: Volume) -> Option<String> {
    if volume == Volume::Quiet && !matters(&told.event) {
        return None;
    }
    let took = took
        .filter(|took| *took != "0s")
        .map(|took| format!(" ({took})"))
        .unwrap_or_default();
    match &told.event {
        Event::Finished {
            address,
            phase,
            operation,
        } => {
            let mark = if *phase == Phase::Down { '-' } else { '+' };
            Some(format!("{mark} {address} {}{took}", done(*operation)))
        }
        Event::Failed { address, .. } => {
            let error = told.error.as_deref().unwrap_or_default();
            let help = told
                .help
                .as_ref()
                .map(|help| format!("\n    help: {help}"))
                .unwrap_or_default();
            Some(format!("x {address} failed{took}\n    {error}{help}"))
        }
        Event::Skipped { address, because } => Some(format!("  {address} skipped: {because} failed")),
        Event::CheckpointOpened { checkpoint } => {
            let notes = checkpoint.notes().into_iter();
            let notes: String = notes.map(|note| format!("\n    note: {note}")).collect();
            Some(format!(
                "? {} waits for a person: {}{notes}",
                checkpoint.address, checkpoint.title
            ))
        }
        Event::CheckpointAnswered { address } => Some(format!("? {address} answered")),
        Event::CheckpointRefused { address, because } => Some(format!("? {address} not yet: {because}")),
        Event::UpToDate { address, thing } => Some(format!(
            "  {address} is not made: there is nothing newer than {thing}, which is used in its place"
        )),
        Event::WaitingForSessions { address, open, until } => Some(format!(
            "  {address} waits until {} {} ended, until {until} at most",
            plural(*open as usize, "open session"),
            agreeing(*open as usize, "has", "have")
        )),
        Event::Unanswered {
            service,
            operation,
            since,
            seconds,
        } => Some(unanswered(service, operation, *since, *seconds)),
        Event::CredentialsExpired { until } => Some(format!(
            "the credentials have expired: renew them (`aws sso login`, or as you got them), and the run goes on by itself; \
             it waits until {until}"
        )),
        Event::CredentialsRenewed => Some("the credentials are good again: the run goes on".to_owned()),
        Event::Interrupted => Some("stopping: calls in flight are finished, nothing new starts".to_owned()),
        Event::Started {
            address, operation, ..
        } if volume == Volume::Verbose => Some(format!("  {address} {}", doing(*operation))),
        Event::Observed {
            address,
            state,
            detail,
        } if volume == Volume::Verbose => {
            Some(format!("  {address}: {state} {detail}").trim_end().to_owned())
        }
        Event::Begun { .. }
        | Event::Started { .. }
        | Event::Observed { .. }
        | Event::WaitingForPeople { .. } => None,
    }
}
