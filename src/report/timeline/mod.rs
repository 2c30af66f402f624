//! `--timeline FILE`: what ran when, what it waited for, and which chain of steps the run was as long as.

mod document;
mod html;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use document::{Document, End, Several, Span};
use jiff::Timestamp;

use super::operation;
use super::timings::{Timings, waits};
use headset_aws::Delay;
use headset_core::Address;
use headset_engine::apply::event::Event;
use headset_engine::plan::{Node, Phase};

/// The form in which a timeline is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One page that needs nothing else.
    Html,
    /// One JSON document.
    Json,
    /// Chrome's trace format, which `chrome://tracing` and Perfetto open.
    Trace,
}

/// Follows a run for its timeline.
#[derive(Debug)]
pub struct Timeline {
    environment: String,
    began: Timestamp,
    /// The steps that began, in their order, and how they ended.
    steps: Vec<Step>,
    index: BTreeMap<Node, usize>,
}

/// A run that has ended.
#[derive(Debug)]
pub struct Run {
    began: Timestamp,
    document: Document,
}

/// Writes the run of one environment.
pub fn written(form: Form, run: &Run) -> String {
    match form {
        Form::Html => html::page(&run.document),
        Form::Trace => trace::trace(&[(0.0, &run.document)]),
        Form::Json => indented(&run.document),
    }
}

/// Writes the runs of several environments on one time, each with its own steps and its own chain.
pub fn written_together(form: Form, runs: &[Run]) -> String {
    let Some(began) = runs.iter().map(|run| run.began).min() else {
        return String::new();
    };
    let mut runs: Vec<&Run> = runs.iter().collect();
    runs.sort_by_key(|run| (run.began, &run.document.environment));
    let since = |run: &Run| run.began.duration_since(began).as_secs_f64();
    let placed: Vec<(f64, &Document)> = runs.iter().map(|run| (since(run), &run.document)).collect();
    let ends = placed.iter().map(|(from, document)| from + document.seconds);
    let seconds = ends.fold(0.0, f64::max);
    match form {
        Form::Html => html::pages(&placed, &began.to_string(), seconds),
        Form::Trace => trace::trace(&placed),
        Form::Json => indented(&Several {
            schema_version: 1,
            began: began.to_string(),
            seconds,
            environments: placed.iter().map(|(_, document)| *document).collect(),
        }),
    }
}

fn indented(document: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(document).expect("a document holds texts and numbers") + "\n"
}

#[derive(Clone, Debug)]
struct Step {
    node: Node,
    what: &'static str,
    began: Timestamp,
    ended: Option<(Timestamp, End)>,
}

impl Timeline {
    /// Ready to follow a run that begins now.
    pub fn new(environment: &str, began: Timestamp) -> Timeline {
        Timeline {
            environment: environment.to_owned(),
            began,
            steps: Vec::new(),
            index: BTreeMap::new(),
        }
    }

    /// One event, and when it happened.
    pub fn event(&mut self, at: Timestamp, event: &Event) {
        let node = |address: &Address, phase: &Phase| Node {
            address: address.clone(),
            phase: *phase,
        };
        match event {
            Event::Started {
                address,
                phase,
                operation,
            } => {
                let node = node(address, phase);
                self.index.entry(node.clone()).or_insert_with(|| {
                    self.steps.push(Step {
                        node,
                        what: operation::doing(*operation),
                        began: at,
                        ended: None,
                    });
                    self.steps.len() - 1
                });
            }
            Event::Finished {
                address,
                phase,
                operation,
            } => {
                let node = node(address, phase);
                self.end(&node, at, End::Done);
                if let Some(step) = self.index.get(&node).and_then(|index| self.steps.get_mut(*index)) {
                    step.what = operation::done(*operation);
                }
            }
            Event::Failed { address, phase, .. } => self.end(&node(address, phase), at, End::Failed),
            _ => {}
        }
    }

    fn end(&mut self, node: &Node, at: Timestamp, end: End) {
        if let Some(step) = self.index.get(node).and_then(|index| self.steps.get_mut(*index)) {
            step.ended = Some((at, end));
        }
    }

    /// What there is to say at the end of the run. `timings` has followed the same run.
    pub fn run(&self, ended: Timestamp, timings: &Timings, delays: &[Delay]) -> Run {
        Run {
            began: self.began,
            document: self.document(ended, timings, delays),
        }
    }

    fn document(&self, ended: Timestamp, timings: &Timings, delays: &[Delay]) -> Document {
        let critical: BTreeSet<Node> = timings
            .critical_path()
            .into_iter()
            .map(|(node, _)| node)
            .collect();
        let since = |at: Timestamp| at.duration_since(self.began).as_secs_f64().max(0.0);
        let spans = self.steps.iter().map(|step| {
            let (at, end) = step.ended.unwrap_or((ended, End::CutOff));
            let after = timings.comes_after(&step.node).into_iter();
            Span {
                address: step.node.address.clone(),
                phase: step.node.phase,
                what: step.what,
                began: since(step.began),
                ended: since(at),
                end,
                critical: critical.contains(&step.node),
                after: after.map(|node| node.address).collect(),
            }
        });
        Document {
            schema_version: 1,
            environment: self.environment.clone(),
            began: self.began.to_string(),
            seconds: since(ended),
            spans: spans.collect(),
            waits: waits(delays),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use headset_aws::Why;
    use headset_engine::apply::{Failure, Operation};

    use super::super::samples;
    use super::super::written::check;
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    /// A run of three steps one after the other, one beside them that fails, and one that is cut off.
    fn run() -> (Timeline, Timings, Vec<Delay>) {
        let chain = [
            "iam.saml_provider/idp",
            "iam.role/connect",
            "appstream.fleet/agents",
        ];
        let plan = samples::chain(&chain);
        let (mut timeline, mut timings) = (Timeline::new("acme", at(0)), Timings::new(&plan));
        let (phase, operation) = (Phase::Up, Operation::Create);
        let mut tell = |seconds: i64, event: Event| {
            timeline.event(at(seconds), &event);
            timings.event(at(seconds), &event);
        };
        let address = |text: &str| -> Address { text.parse().unwrap() };
        let started = |text: &str| Event::Started {
            address: address(text),
            phase,
            operation,
        };
        let finished = |text: &str| Event::Finished {
            address: address(text),
            phase,
            operation,
        };
        tell(0, started(chain[0]));
        tell(0, started("s3.bucket/pages"));
        tell(2, finished(chain[0]));
        tell(2, started(chain[1]));
        let failure = Failure::Call {
            error: samples::refused(),
            hint: None,
        };
        tell(
            3,
            Event::Failed {
                address: address("s3.bucket/pages"),
                phase,
                operation: Some(operation),
                failure,
            },
        );
        tell(5, finished(chain[1]));
        tell(5, started(chain[2]));
        tell(6, started("appstream.image_builder/<b>\"&"));
        tell(600, finished(chain[2]));
        let delays = vec![Delay {
            service: "connect",
            operation: "CreateUser",
            why: Why::Budget,
            times: 3,
            waited: Duration::from_millis(1_500),
        }];
        (timeline, timings, delays)
    }

    #[test]
    fn a_timeline_reads_so_in_each_form() {
        let (timeline, timings, delays) = run();
        for (form, file) in [
            (Form::Json, "timeline/run.json"),
            (Form::Html, "timeline/run.html"),
            (Form::Trace, "timeline/run.trace"),
        ] {
            check(file, &written(form, &timeline.run(at(610), &timings, &delays)));
        }
    }

    #[test]
    fn several_environments_have_rows_of_their_own_on_one_time() {
        let (timeline, timings, delays) = run();
        let first = timeline.run(at(610), &timings, &delays);
        let mut other = Timeline::new("other", at(610));
        let address: Address = "s3.bucket/pages".parse().unwrap();
        let (phase, operation) = (Phase::Up, Operation::Create);
        other.event(
            at(610),
            &Event::Started {
                address,
                phase,
                operation,
            },
        );
        let second = other.run(at(1220), &Timings::new(&samples::chain(&[])), &[]);
        let runs = [second, first];
        let several: serde_json::Value = serde_json::from_str(&written_together(Form::Json, &runs)).unwrap();
        assert_eq!(several["seconds"], 1220.0);
        let names: Vec<&serde_json::Value> = several["environments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["environment"])
            .collect();
        assert_eq!(names, ["acme", "other"]);
        let page = written_together(Form::Html, &runs);
        let (acme, other) = page.split_once("<h2>other</h2>").unwrap();
        assert!(
            acme.contains("<h2>acme</h2>") && acme.contains("left: 0.000%"),
            "{page}"
        );
        assert!(other.contains("left: 50.000%; width: 50.000%"), "{other}");
        let trace: serde_json::Value = serde_json::from_str(&written_together(Form::Trace, &runs)).unwrap();
        let mut spans = trace["traceEvents"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["ph"] == "X");
        let last = spans.next_back().unwrap();
        assert_eq!((&last["pid"], &last["ts"]), (&2.into(), &610_000_000.into()));
    }

    #[test]
    fn the_chain_that_the_run_was_as_long_as_is_marked_and_no_text_breaks_out() {
        let (timeline, timings, delays) = run();
        let document = timeline.document(at(610), &timings, &delays);
        let critical: Vec<String> = document
            .spans
            .iter()
            .filter(|span| span.critical)
            .map(|span| span.address.to_string())
            .collect();
        assert_eq!(
            critical,
            [
                "iam.saml_provider/idp",
                "iam.role/connect",
                "appstream.fleet/agents"
            ]
        );
        let ends: Vec<End> = document.spans.iter().map(|span| span.end).collect();
        assert_eq!(ends, [End::Done, End::Failed, End::Done, End::Done, End::CutOff]);
        let page = html::page(&document);
        assert!(!page.contains("<b>\"&") && page.contains("&lt;b&gt;"), "{page}");
        let trace: serde_json::Value = serde_json::from_str(&trace::trace(&[(0.0, &document)])).unwrap();
        let events = trace["traceEvents"].as_array().unwrap();
        // Of one lane, no two overlap.
        let spans: Vec<&serde_json::Value> = events.iter().filter(|event| event["ph"] == "X").collect();
        for (index, one) in spans.iter().enumerate() {
            for other in spans[index + 1..]
                .iter()
                .filter(|other| other["tid"] == one["tid"])
            {
                let end = |event: &serde_json::Value| {
                    event["ts"].as_u64().unwrap() + event["dur"].as_u64().unwrap()
                };
                let apart =
                    end(one) <= other["ts"].as_u64().unwrap() || end(other) <= one["ts"].as_u64().unwrap();
                assert!(apart, "{one} {other}");
            }
        }
    }
}
