//! Progress bars: a line for each resource in work, and one for the whole.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use jiff::Timestamp;

use super::Reporter;
use super::heartbeat::Board;
use super::plain::line;
use super::words::span;
use crate::apply::event::Event;
use crate::resource::Address;

/// How often the spinners turn.
const TURN: Duration = Duration::from_millis(100);

/// Draws to the terminal on standard error.
#[derive(Debug)]
pub struct Progress {
    bars: MultiProgress,
    overall: ProgressBar,
    lines: BTreeMap<Address, ProgressBar>,
    board: Board,
    /// Milliseconds since the epoch as of the last event: how a simulation's clock reaches the drawing thread.
    seen: Arc<AtomicI64>,
    simulated: bool,
}

impl Progress {
    /// Bars for a run. `simulated`: ages follow the clock of the events instead of the wall.
    pub fn new(simulated: bool) -> Progress {
        let bars = MultiProgress::new();
        let overall = bars.add(ProgressBar::new(0));
        let style = ProgressStyle::with_template("{bar:32.cyan/dim} {pos}/{len} steps  {msg}");
        overall.set_style(
            style
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("━╸─"),
        );
        Progress {
            bars,
            overall,
            lines: BTreeMap::new(),
            board: Board::default(),
            seen: Arc::default(),
            simulated,
        }
    }

    fn add(&mut self, address: &Address, since: Timestamp) {
        let bar = self.bars.insert_before(&self.overall, ProgressBar::new_spinner());
        let (seen, simulated) = (self.seen.clone(), self.simulated);
        let age = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let now = match simulated {
                true => seen.load(Ordering::Relaxed),
                false => Timestamp::now().as_millisecond(),
            };
            let age = u64::try_from(now - since.as_millisecond()).unwrap_or_default();
            let _ = write!(out, "{}", span(Duration::from_millis(age)));
        };
        let style = ProgressStyle::with_template("{spinner:.cyan} {prefix:<48} {wide_msg} {age:>8.dim}");
        bar.set_style(
            style
                .unwrap_or_else(|_| ProgressStyle::default_spinner())
                .with_key("age", age),
        );
        bar.set_prefix(address.to_string());
        bar.enable_steady_tick(TURN);
        if let Some(before) = self.lines.insert(address.clone(), bar) {
            before.finish_and_clear();
        }
    }
}

impl Reporter for Progress {
    fn event(&mut self, at: Timestamp, event: &Event) {
        self.seen.store(at.as_millisecond(), Ordering::Relaxed);
        let took = self.board.note(at, event);
        match event {
            Event::Begun { steps, .. } => self.overall.set_length(*steps as u64),
            Event::Started { address, doing, .. } => {
                self.add(address, at);
                if let Some(bar) = self.lines.get(address) {
                    bar.set_message(*doing);
                }
            }
            Event::Finished { address, .. } | Event::Failed { address, .. } => {
                if let Some(bar) = self.lines.remove(address) {
                    bar.finish_and_clear();
                }
            }
            Event::WaitingForPeople { addresses } => {
                let names: Vec<String> = addresses.iter().map(Address::to_string).collect();
                self.overall
                    .set_message(format!("waiting for a person: {}", names.join(", ")));
            }
            Event::Observed { .. }
            | Event::Skipped { .. }
            | Event::CheckpointOpened { .. }
            | Event::CheckpointAnswered { .. }
            | Event::CheckpointRefused { .. }
            | Event::Interrupted => {}
        }
        if let Event::Observed { address, .. } | Event::CheckpointRefused { address, .. } = event
            && let (Some(bar), Some(work)) = (self.lines.get(address), self.board.in_work.get(address))
        {
            bar.set_message(work.observed.clone());
        }
        if let Some(line) = line(event, took.as_deref()) {
            // Above the bars, where it scrolls away like any other output.
            drop(self.bars.println(line));
        }
        self.overall.set_position(self.board.ended as u64);
    }

    fn finish(&mut self) {
        for bar in std::mem::take(&mut self.lines).into_values() {
            bar.finish_and_clear();
        }
        self.overall.finish_and_clear();
    }
}
