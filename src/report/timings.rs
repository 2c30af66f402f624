//! `--timings`: what took the time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::words::{plural, put, span};
use headset_aws::{CallRecord, Delay, Why};
use headset_engine::apply::event::Event;
use headset_engine::plan::{Node, Plan, graph};

/// Follows a run and adds up what it spent its time on.
#[derive(Debug, Default)]
pub struct Timings {
    /// For each half of a step, what came before it.
    before: BTreeMap<Node, Vec<Node>>,
    began: BTreeMap<Node, Timestamp>,
    ended: BTreeMap<Node, Timestamp>,
}

impl Timings {
    /// Ready to follow the run of this plan.
    pub fn new(plan: &Plan) -> Timings {
        Timings {
            before: graph(plan),
            began: BTreeMap::new(),
            ended: BTreeMap::new(),
        }
    }

    /// One event, and when it happened.
    pub fn event(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::Started { address, phase, .. } => {
                let node = Node {
                    address: address.clone(),
                    phase: *phase,
                };
                self.began.entry(node).or_insert(at);
            }
            Event::Finished { address, phase, .. } => {
                let node = Node {
                    address: address.clone(),
                    phase: *phase,
                };
                self.ended.insert(node, at);
            }
            _ => {}
        }
    }

    /// The chain of steps that the run was as long as, first to last, each with how long it took. What has to be
    /// quicker for the whole to be quicker.
    pub fn critical_path(&self) -> Vec<(Node, Duration)> {
        let mut path = Vec::new();
        let last = self.ended.iter().max_by_key(|(_, at)| **at).map(|(node, _)| node);
        let mut next = last.cloned();
        while let Some(node) = next {
            let took = match (self.began.get(&node), self.ended.get(&node)) {
                (Some(began), Some(ended)) => between(*began, *ended),
                _ => Duration::ZERO,
            };
            next = self.held_by(&node);
            path.push((node, took));
        }
        path.reverse();
        path.retain(|(_, took)| !took.is_zero());
        path
    }

    /// The steps that this one came after and that had work of their own.
    pub(super) fn comes_after(&self, node: &Node) -> BTreeSet<Node> {
        let mut waiting: Vec<&Node> = self.before.get(node).into_iter().flatten().collect();
        let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
        while let Some(before) = waiting.pop() {
            if !seen.insert(before) {
                continue;
            }
            match self.began.contains_key(before) {
                true => drop(found.insert(before.clone())),
                false => waiting.extend(self.before.get(before).into_iter().flatten()),
            }
        }
        found
    }

    /// The last thing to end of all that this one had to wait for. Steps without any work of their own pass it on.
    fn held_by(&self, node: &Node) -> Option<Node> {
        let mut waiting: Vec<&Node> = self.before.get(node)?.iter().collect();
        let mut best: Option<(Timestamp, &Node)> = None;
        let mut seen = BTreeSet::new();
        while let Some(before) = waiting.pop() {
            if !seen.insert(before) {
                continue;
            }
            match self.ended.get(before) {
                Some(at) if best.is_none_or(|(latest, _)| *at > latest) => best = Some((*at, before)),
                Some(_) => {}
                None => waiting.extend(self.before.get(before).into_iter().flatten()),
            }
        }
        best.map(|(_, node)| node.clone())
    }

    /// For people.
    pub fn text(&self, records: &[CallRecord], delays: &[Delay]) -> String {
        let mut out = String::from("calls, slowest operations first\n");
        let calls = by_operation(records);
        let widest = calls.iter().map(|call| call.name.len()).max().unwrap_or_default();
        for call in &calls {
            put(
                &mut out,
                format_args!(
                    "  {:widest$}  {:>4} x  {:>7.2} s\n",
                    call.name,
                    call.times,
                    call.took.as_secs_f64()
                ),
            );
        }
        put(
            &mut out,
            format_args!("  {} in all\n", plural(records.len(), "request")),
        );
        if !delays.is_empty() {
            out.push_str("waited before calls, all tasks together\n");
            for wait in waits(delays) {
                put(
                    &mut out,
                    format_args!(
                        "  {}  {} x  {:.2} s  {}\n",
                        wait.operation,
                        wait.times,
                        wait.seconds,
                        wait.because()
                    ),
                );
            }
        }
        out.push_str(&self.path("critical path"));
        out
    }

    /// For people: of one environment among several, whose calls are counted together.
    pub fn path_text(&self, environment: &str) -> String {
        self.path(&format!("critical path of {environment}"))
    }

    fn path(&self, head: &str) -> String {
        let path = self.critical_path();
        if path.is_empty() {
            return String::new();
        }
        let mut out =
            format!("{head}: no run of this plan is shorter than these steps, one after the other\n");
        for (node, took) in &path {
            put(&mut out, format_args!("  {:>8}  {}\n", span(*took), node.address));
        }
        out
    }

    /// For pipelines.
    pub fn json(&self, records: &[CallRecord], delays: &[Delay]) -> Value {
        let calls: Vec<Value> = by_operation(records)
            .iter()
            .map(|call| json!({ "operation": call.name, "times": call.times, "seconds": call.took.as_secs_f64() }))
            .collect();
        let waits = waits(delays);
        let path = self.path_values();
        json!({ "schema_version": 1, "event": "timings", "calls": calls, "waits": waits, "critical_path": path })
    }

    /// For pipelines: of one environment among several.
    pub fn path_json(&self, environment: &str) -> Value {
        let path = self.path_values();
        json!({ "schema_version": 1, "event": "critical_path", "environment": environment, "critical_path": path })
    }

    fn path_values(&self) -> Vec<Value> {
        let path = self.critical_path();
        let value = |(node, took): &(Node, Duration)| json!({ "address": node.address, "phase": node.phase, "seconds": took.as_secs_f64() });
        path.iter().map(value).collect()
    }
}

struct Calls {
    name: String,
    times: usize,
    took: Duration,
}

fn by_operation(records: &[CallRecord]) -> Vec<Calls> {
    let mut sums: BTreeMap<(&str, &str), (usize, Duration)> = BTreeMap::new();
    for record in records {
        let sum = sums.entry((record.service, record.operation)).or_default();
        sum.0 += 1;
        sum.1 += record.took;
    }
    let mut calls: Vec<Calls> = sums
        .into_iter()
        .map(|((service, operation), (times, took))| Calls {
            name: format!("{service}.{operation}"),
            times,
            took,
        })
        .collect();
    calls.sort_by_key(|call| std::cmp::Reverse((call.took, call.times)));
    calls
}

/// What calls of an operation had to wait for before they were sent.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Wait {
    pub(super) operation: String,
    why: Why,
    pub(super) times: u32,
    pub(super) seconds: f64,
}

impl Wait {
    /// The reason for people.
    pub(super) fn because(&self) -> &'static str {
        match self.why {
            Why::Budget => "rate budget",
            Why::Throttled => "throttled by AWS",
            Why::Retry => "tried again",
        }
    }
}

/// The longest first.
pub(super) fn waits(delays: &[Delay]) -> Vec<Wait> {
    let mut delays = delays.to_vec();
    delays.sort_by_key(|delay| std::cmp::Reverse(delay.waited));
    let wait = |delay: Delay| Wait {
        operation: format!("{}.{}", delay.service, delay.operation),
        why: delay.why,
        times: delay.times,
        seconds: delay.waited.as_secs_f64(),
    };
    delays.into_iter().map(wait).collect()
}

fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or_default()
}
