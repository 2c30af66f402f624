//! How long the planner and the schedule take for large environments, and how much memory: figures, without AWS.
//!
//! Everything is a stack whose description refers to two earlier ones, so that the graph is as deep as a tree.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use headset_core::{Address, Outputs, Text, tag, text};
use headset_design::{Design, Desired, Mode};
use headset_engine::apply::{Finish, Schedule};
use headset_engine::plan::{Plan, PlanInput, graph, plan};
use headset_engine::state::{Origin, Record, State};
use headset_engine::survey::Survey;
use headset_kinds::appstream::StackLive;
use headset_kinds::{Live, Observation};
use serde_json::{Value, json};

const LINEAGE: &str = "6f1d0c1e-1111-4111-8111-111111111111";

/// How many steps run at once.
const WIDTH: usize = 16;

/// What 10,000 resources may take.
const LIMIT: (usize, Duration, u64) = (10_000, Duration::from_millis(200), 150);

fn address(index: usize) -> Address {
    headset_core::address!("appstream.stack", format!("s{index:06}"))
}

fn arn(index: usize) -> String {
    format!("arn:aws:appstream:eu-west-1:123456789012:stack/s{index:06}")
}

fn spec(index: usize) -> Value {
    let before = [index / 2, index / 3];
    let before = before.into_iter().filter(|earlier| *earlier < index);
    let parts = std::iter::once(Text::from("after"))
        .chain(before.map(|earlier| Text::after(&address(earlier), "arn")));
    json!({
        "name": format!("s{index:06}"),
        "description": Text::join(parts.collect::<Vec<_>>()),
        "tags": { tag::LINEAGE: LINEAGE },
    })
}

/// An environment of so many things: all of them applied and as wanted, or none of them there.
fn environment(count: usize, is_there: bool) -> (Design, State, Survey) {
    let mut design = Design::default();
    let mut state = State::new("acme", "123456789012", "eu-west-2", LINEAGE.to_owned());
    let mut survey = Survey::default();
    let outputs: Outputs = (0..count)
        .map(|index| (address(index), BTreeMap::from([("arn".to_owned(), arn(index))])))
        .collect();
    for index in 0..count {
        let (address, spec) = (address(index), spec(index));
        let desired = Desired {
            address: address.clone(),
            mode: Mode::Managed,
            spec: spec.clone(),
            after: Vec::new(),
            protect: false,
            place: None,
            answers: BTreeMap::new(),
            is_named: false,
            waits: Default::default(),
        };
        design.resources.insert(address.clone(), desired);
        if !is_there {
            survey.observations.insert(address, Observation::Absent);
            continue;
        }
        let resolved = text::resolve(&spec, &outputs);
        let stack: StackLive = serde_json::from_value(resolved.clone()).expect("a stack");
        let live = Live::of(format!("s{index:06}"), "ACTIVE", stack)
            .output("arn", arn(index))
            .tagged([(tag::LINEAGE.into(), LINEAGE.into())].into());
        let record = Record {
            id: live.id.clone(),
            origin: Origin::Created,
            spec: resolved,
            outputs: live.outputs.clone(),
            protect: false,
            after: text::references(&spec)
                .into_iter()
                .map(|(address, _)| address)
                .collect(),
            waits: Default::default(),
            as_found: false,
        };
        state.resources.insert(address.clone(), record);
        survey.outputs.insert(address.clone(), live.outputs.clone());
        survey.observations.insert(address, Observation::Present(live));
    }
    (design, state, survey)
}

fn planned((design, state, survey): &(Design, State, Survey)) -> Plan {
    let input = PlanInput {
        design,
        state,
        moved: &[],
        others: &Default::default(),
        survey,
        as_of: "2026-01-01T00:00:00Z",
        with_deposed: false,
        scope: &Default::default(),
    };
    plan(&input).0
}

/// Runs a schedule to its end, and says how many nodes it had.
fn scheduled(plan: &Plan) -> usize {
    let mut schedule = Schedule::new(graph(plan), WIDTH).expect("no cycle");
    let (mut ran, mut running) = (0, Vec::new());
    loop {
        running.extend(schedule.start());
        let Some(node) = running.pop() else {
            return ran;
        };
        schedule.finish(&node, Finish::Done);
        ran += 1;
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed())
}

/// A line of what the kernel says of this process, in MB; 0 where it says nothing.
fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|one| one.strip_prefix(line));
    let kilobytes = found.and_then(|rest| rest.trim_matches([':', ' ', '\t', 'k', 'B']).parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}

#[expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]
fn main() {
    println!(
        "{:>9}  {:<18} {:>9} {:>12} {:>10} {:>12}",
        "resources", "", "plan ms", "schedule ms", "input MB", "peak MB"
    );
    for count in [1_000, 10_000, 100_000] {
        for (name, is_there) in [("nothing to change", true), ("all to be made", false)] {
            let environment = environment(count, is_there);
            let before = memory("VmRSS");
            let (plan, planning) = timed(|| planned(&environment));
            let (nodes, scheduling) = timed(|| scheduled(&plan));
            assert_eq!(plan.steps.len(), count, "every resource has a step");
            assert!(nodes >= count || is_there, "every step to be made runs");
            let peak = memory("VmHWM");
            println!(
                "{count:>9}  {name:<18} {:>9.1} {:>12.1} {before:>10} {peak:>12}",
                planning.as_secs_f64() * 1e3,
                scheduling.as_secs_f64() * 1e3,
            );
            if count == LIMIT.0 && (planning > LIMIT.1 || peak > LIMIT.2) {
                println!(
                    "{:>9}  above the limit of {} ms and {} MB",
                    "",
                    LIMIT.1.as_millis(),
                    LIMIT.2
                );
            }
        }
    }
}
