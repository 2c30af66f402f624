//! What a replay found, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::compare::{Difference, Found, Kind};
use super::log::Recorded;

/// What a replay found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Version of this document.
    pub schema_version: u32,
    /// Whether the simulator said what AWS said.
    pub same: bool,
    /// How many runs of the program were recorded.
    pub runs: usize,
    /// How many calls were recorded.
    pub calls: usize,
    /// How many of them were sent again and compared.
    pub compared: usize,
    /// The seed of the simulator's quirks.
    pub quirks: u64,
    /// All differences; equal ones are counted.
    pub differences: Vec<Counted>,
    /// States that changed in another way.
    pub states: Vec<StateHistory>,
    /// Operations that the simulator does not have, with how often they were called.
    pub missing_operations: BTreeMap<String, usize>,
    /// Latencies by operation.
    pub latencies: Vec<Latency>,
    /// Throttled calls by operation.
    pub throttled: BTreeMap<String, usize>,
    /// Calls that were not sent again, by reason.
    pub not_sent: BTreeMap<String, usize>,
    /// What the replay had to suppose, because no call shows it.
    pub supposed: Vec<String>,
}

/// A difference and how often it was met.
#[derive(Debug, Serialize)]
pub struct Counted {
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// What differs.
    pub kind: Kind,
    /// Where in the answer.
    pub place: String,
    /// What AWS said.
    pub recorded: String,
    /// What the simulator says.
    pub replayed: String,
    /// How often.
    pub count: usize,
    /// The run of the first one.
    pub run: usize,
    /// Its call.
    pub call: u64,
    /// When it was sent, in milliseconds since the recording began.
    pub at: i64,
}

/// The states of one thing, as they were seen one after the other, with the time at which each was first seen.
#[derive(Debug, Serialize)]
pub struct StateHistory {
    /// Which thing.
    pub of: String,
    /// The operation that showed it.
    pub operation: String,
    /// Where in its answer.
    pub place: String,
    /// In the recording: state, and milliseconds since the recording began.
    pub recorded: Vec<(String, i64)>,
    /// In the simulator.
    pub replayed: Vec<(String, i64)>,
}

/// How long the calls of one operation took, in milliseconds.
#[derive(Debug, Serialize)]
pub struct Latency {
    /// `service:Operation`.
    pub operation: String,
    /// How many answers came.
    pub calls: usize,
    /// Half of them were faster.
    pub median: u64,
    /// One in twenty was slower.
    pub p95: u64,
}

/// Whose states, in which operation, where in its answer.
type Key = (String, String, String);

/// States with the time at which each was first seen.
type Seen = Vec<(String, i64)>;

/// Collects what comparisons find.
#[derive(Debug, Default)]
pub(super) struct Collector {
    differences: BTreeMap<(String, String, Difference), Counted>,
    courses: BTreeMap<Key, (Seen, Seen)>,
    took: BTreeMap<String, Vec<u64>>,
    pub(super) report: Report,
}

impl Collector {
    /// One call of the recording, whether or not it is sent again.
    pub(super) fn call(&mut self, call: &Recorded) {
        self.report.calls += 1;
        if call.status.is_some() && call.protocol != "http" {
            self.took.entry(call.name()).or_default().push(call.took);
        }
        if call.throttled() {
            *self.report.throttled.entry(call.name()).or_default() += 1;
        }
    }

    /// A call that is not sent again.
    pub(super) fn not_sent(&mut self, why: &str) {
        *self.report.not_sent.entry(why.to_owned()).or_default() += 1;
    }

    /// A call that the simulator cannot answer.
    pub(super) fn missing(&mut self, call: &Recorded) {
        *self.report.missing_operations.entry(call.name()).or_default() += 1;
    }

    /// What the comparison of one call found.
    pub(super) fn found(&mut self, call: &Recorded, found: Found) {
        self.report.compared += 1;
        for difference in found.differences {
            let key = (call.service.clone(), call.operation.clone(), difference.clone());
            let counted = self.differences.entry(key).or_insert_with(|| Counted {
                service: call.service.clone(),
                operation: call.operation.clone(),
                kind: difference.kind,
                place: difference.place,
                recorded: difference.recorded,
                replayed: difference.replayed,
                count: 0,
                run: call.run,
                call: call.n,
                at: call.start,
            });
            counted.count += 1;
        }
        for state in found.states {
            let key = (state.of, call.name(), state.place);
            let (recorded, replayed) = self.courses.entry(key).or_default();
            for (course, now) in [(recorded, state.recorded), (replayed, state.replayed)] {
                if let Some(now) = now
                    && course.last().is_none_or(|(last, _)| *last != now)
                {
                    course.push((now, call.start));
                }
            }
        }
    }

    /// The finished report.
    pub(super) fn finish(self) -> Report {
        let mut report = self.report;
        report.schema_version = 1;
        report.differences = self.differences.into_values().collect();
        report.states = self
            .courses
            .into_iter()
            .filter(|(_, (recorded, replayed))| recorded != replayed)
            .map(|((of, operation, place), (recorded, replayed))| StateHistory {
                of,
                operation,
                place,
                recorded,
                replayed,
            })
            .collect();
        report.latencies = self
            .took
            .into_iter()
            .map(|(operation, mut took)| {
                took.sort_unstable();
                let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
                Latency {
                    operation,
                    calls: took.len(),
                    median: at(50),
                    p95: at(95),
                }
            })
            .collect();
        report.same = report.differences.is_empty() && report.missing_operations.is_empty();
        report
    }
}

/// Milliseconds for reading: `1:02:03`, with what is below a second only where it matters.
fn clock(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn course(states: &[(String, i64)]) -> String {
    if states.is_empty() {
        return "never said".to_owned();
    }
    let words: Vec<String> = states
        .iter()
        .map(|(state, at)| format!("{state} at {}", clock(*at)))
        .collect();
    words.join(", ")
}

fn times(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

impl Report {
    /// The report as text.
    pub fn text(&self) -> String {
        let mut out = format!(
            "{} of {}; {} compared with the simulator (quirks {})\n",
            times(self.calls, "call"),
            times(self.runs, "run"),
            self.compared,
            self.quirks
        );
        let mut operation = String::new();
        for one in &self.differences {
            let now = format!("{}:{}", one.service, one.operation);
            if now != operation {
                line(&mut out, format_args!("\n{now}"));
                operation = now;
            }
            let place = if one.place.is_empty() {
                String::new()
            } else {
                format!("{}: ", one.place)
            };
            line(
                &mut out,
                format_args!("  {:>4}x  {place}{}", one.count, sentence(one)),
            );
            line(
                &mut out,
                format_args!(
                    "         first in call {} of run {}, at {}",
                    one.call,
                    one.run,
                    clock(one.at)
                ),
            );
        }
        self.states_in(&mut out);
        list(
            &mut out,
            "operations that the simulator does not have",
            &self.missing_operations,
        );
        list(&mut out, "throttled by AWS", &self.throttled);
        list(&mut out, "not sent again", &self.not_sent);
        if !self.supposed.is_empty() {
            out.push_str("\nwhat the replay supposed, because no call shows it\n");
            for one in &self.supposed {
                line(&mut out, format_args!("  {one}"));
            }
        }
        out.push_str("\nlatency in milliseconds: median, 95 of 100\n");
        let widest = self
            .latencies
            .iter()
            .map(|one| one.operation.len())
            .max()
            .unwrap_or(0);
        for one in &self.latencies {
            line(
                &mut out,
                format_args!(
                    "  {:widest$}  {:>6} {:>6}  ({})",
                    one.operation,
                    one.median,
                    one.p95,
                    times(one.calls, "call")
                ),
            );
        }
        let verdict = match (self.same, self.differences.len(), self.missing_operations.len()) {
            (true, ..) => "no differences".to_owned(),
            (false, differences, 0) => {
                times(differences, "sort of difference").replace("differences", "difference")
            }
            (false, differences, missing) => format!(
                "{}, {}",
                times(differences, "sort of difference"),
                times(missing, "operation") + " that the simulator does not have"
            ),
        };
        line(
            &mut out,
            format_args!(
                "\n{}",
                verdict.replace("sort of differences", "sorts of difference")
            ),
        );
        out
    }

    fn states_in(&self, out: &mut String) {
        if self.states.is_empty() {
            return;
        }
        out.push_str("\nstates that took another course\n");
        for one in &self.states {
            line(
                out,
                format_args!("  {} ({}, {})", one.of, one.operation, one.place),
            );
            line(out, format_args!("    recorded:  {}", course(&one.recorded)));
            line(out, format_args!("    simulator: {}", course(&one.replayed)));
        }
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("writing to a String cannot fail");
}

fn list(out: &mut String, title: &str, counts: &BTreeMap<String, usize>) {
    if counts.is_empty() {
        return;
    }
    line(out, format_args!("\n{title}"));
    for (name, count) in counts {
        line(out, format_args!("  {count:>4}x  {name}"));
    }
}

fn sentence(one: &Counted) -> String {
    let Counted {
        recorded, replayed, ..
    } = one;
    match one.kind {
        Kind::Status => format!("AWS answered {recorded}, the simulator {replayed}"),
        Kind::Code => format!("AWS's error is {recorded}, the simulator's {replayed}"),
        Kind::Lacks => format!("AWS says {recorded}, the simulator leaves it out"),
        Kind::Adds => format!("AWS leaves it out, the simulator says {replayed}"),
        Kind::Null | Kind::Type => format!("AWS says {recorded}, the simulator {replayed}"),
        Kind::Value | Kind::Number => format!("AWS says {recorded}, the simulator {replayed}"),
        Kind::Entries => format!("AWS lists {recorded}, the simulator {replayed}"),
        Kind::Order => format!("AWS lists {recorded}, the simulator in another order"),
        Kind::Identity => format!("{recorded} is something else in the simulator: {replayed}"),
    }
}
