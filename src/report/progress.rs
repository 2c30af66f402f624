//! Progress bars: a line for each resource in work, and one for the whole.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use jiff::Timestamp;

use super::Reporter;
use super::heartbeat::{Board, Pulse};
use super::operation::doing;
use super::out;
use super::painted::Painted;
use super::plain::{fitting, line, prefix};
use super::told::Told;
use super::volume::Volume;
use super::words::between;
use headset_core::Address;
use headset_engine::apply::event::Event;

/// How often the spinners turn.
const TURN: Duration = Duration::from_millis(100);

/// Draws to the terminal on standard error.
#[derive(Debug)]
pub struct Progress {
    bars: MultiProgress,
    columns: Option<usize>,
    /// What each line begins with.
    prefix: String,
    overall: ProgressBar,
    lines: BTreeMap<Address, ProgressBar>,
    board: Board,
    /// The run's time, which the drawing thread reads.
    pulse: Arc<Mutex<Pulse>>,
}

impl Progress {
    /// Bars for a run whose time passes `rate` seconds in each second of the wall: 1 on AWS, 0 in a simulation whose
    /// clock jumps. `columns`: how wide the terminal is. `bars`: where they are drawn, beside those of other runs.
    /// `environment`: which one it is, where there are several.
    pub fn new(
        rate: f64,
        columns: Option<usize>,
        bars: MultiProgress,
        environment: Option<&str>,
    ) -> Progress {
        let colours = out::talks_in_colours();
        // Bars are styled by `console`, which would look at standard output as well.
        console::set_colors_enabled(colours);
        console::set_colors_enabled_stderr(colours);
        let prefix = prefix(environment);
        let overall = bars.add(ProgressBar::new(0));
        let style = ProgressStyle::with_template("{bar:32.cyan/dim} {prefix}{pos}/{len} steps  {msg}");
        overall.set_prefix(Painted::line(&prefix).to_string());
        overall.set_style(
            style
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("━╸─"),
        );
        Progress {
            bars,
            columns,
            prefix,
            overall,
            lines: BTreeMap::new(),
            board: Board::default(),
            pulse: Arc::new(Mutex::new(Pulse::new(rate))),
        }
    }

    fn add(&mut self, address: &Address, since: Timestamp) {
        let bar = self.bars.insert_before(&self.overall, ProgressBar::new_spinner());
        let pulse = self.pulse.clone();
        let age = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let now = pulse.lock().unwrap_or_else(PoisonError::into_inner).now();
            let _ = write!(out, "{}", between(since, now.unwrap_or(since)));
        };
        let style = ProgressStyle::with_template("{spinner:.cyan} {prefix:<48} {wide_msg} {age:>8.dim}");
        bar.set_style(
            style
                .unwrap_or_else(|_| ProgressStyle::default_spinner())
                .with_key("age", age),
        );
        bar.set_prefix(Painted::line(&format!("{}{address}", self.prefix)).to_string());
        bar.enable_steady_tick(TURN);
        if let Some(before) = self.lines.insert(address.clone(), bar) {
            before.finish_and_clear();
        }
    }
}

impl Reporter for Progress {
    fn event(&mut self, at: Timestamp, told: &Told) {
        let event = &told.event;
        self.pulse.lock().unwrap_or_else(PoisonError::into_inner).beat(at);
        let took = self.board.note(at, event);
        match event {
            Event::Begun { steps, .. } => self.overall.set_length(*steps as u64),
            Event::Started {
                address, operation, ..
            } => {
                let since = self.board.in_work.get(address).map_or(at, |work| work.since);
                self.add(address, since);
                if let Some(bar) = self.lines.get(address) {
                    bar.set_message(doing(*operation));
                }
            }
            Event::Finished { address, .. } | Event::Failed { address, .. } => {
                if let Some(bar) = self.lines.remove(address) {
                    bar.finish_and_clear();
                }
            }
            Event::WaitingForPeople { addresses } => {
                let names: Vec<String> = addresses.iter().map(Address::to_string).collect();
                let waiting = format!("waiting for a person: {}", names.join(", "));
                self.overall.set_message(Painted::line(&waiting).to_string());
            }
            Event::Observed { .. }
            | Event::UpToDate { .. }
            | Event::WaitingForSessions { .. }
            | Event::Skipped { .. }
            | Event::CheckpointOpened { .. }
            | Event::CheckpointAnswered { .. }
            | Event::CheckpointRefused { .. }
            | Event::Unanswered { .. }
            | Event::CredentialsExpired { .. }
            | Event::CredentialsRenewed
            | Event::Interrupted => {}
        }
        if let Event::Observed { address, .. }
        | Event::WaitingForSessions { address, .. }
        | Event::CheckpointRefused { address, .. } = event
            && let (Some(bar), Some(work)) = (self.lines.get(address), self.board.in_work.get(address))
        {
            bar.set_message(Painted::line(&work.observed).to_string());
        }
        if let Some(line) = line(told, took.as_deref(), Volume::Normal) {
            // Above the bars, where it scrolls away like any other output.
            let line = format!("{}{line}", self.prefix);
            drop(self.bars.println(&*fitting(&line, self.columns)));
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
