//! The planner's promises, on random designs, states and clouds.
//!
//! Everything is an `appstream.stack` whose description may refer to earlier ones: the planner looks at kinds
//! only through their tables, so that one kind stands for all.

use std::collections::BTreeMap;

use headset_core::{Address, AwsError, Class, Outputs, Text, tag, text};
use headset_design::{Design, Desired, Mode};
use headset_engine::plan::{Action, Phase, Plan, PlanInput, graph, plan};
use headset_engine::state::{Origin, Record, State};
use headset_engine::survey::Survey;
use headset_kinds::appstream::StackLive;
use headset_kinds::{Live, Observation};
use proptest::prelude::*;
use serde_json::{Value, json};

const LINEAGE: &str = "6f1d0c1e-1111-4111-8111-111111111111";

/// What a random case says about one address.
#[derive(Clone, Debug)]
struct Entry {
    wanted: bool,
    known: bool,
    there: There,
    drifted: bool,
    refers_to: Vec<prop::sample::Index>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum There {
    Absent,
    Ours,
    Strangers,
    Unreadable,
}

fn entry() -> impl Strategy<Value = Entry> {
    let there = prop_oneof![
        4 => Just(There::Absent),
        6 => Just(There::Ours),
        1 => Just(There::Strangers),
        1 => Just(There::Unreadable)
    ];
    let refers_to = proptest::collection::vec(any::<prop::sample::Index>(), 0..3);
    (
        any::<bool>(),
        any::<bool>(),
        there,
        proptest::bool::weighted(0.3),
        refers_to,
    )
        .prop_map(|(wanted, known, there, drifted, refers_to)| Entry {
            wanted,
            known,
            there,
            drifted,
            refers_to,
        })
}

fn address(index: usize) -> Address {
    headset_core::address!("appstream.stack", format!("s{index:02}"))
}

fn spec(index: usize, entries: &[Entry]) -> Value {
    let entry = &entries[index];
    let mut parts = vec![Text::from("after")];
    for pick in entry
        .refers_to
        .iter()
        .filter(|_| index > 0)
        .map(|pick| pick.index(index))
    {
        // A design never refers to what it does not hold.
        if entries[pick].wanted {
            parts.push(Text::after(&address(pick), "arn"));
        }
    }
    json!({
        "name": format!("s{index:02}"),
        "description": Text::join(parts),
        "tags": { tag::LINEAGE: LINEAGE },
    })
}

fn arn(index: usize) -> String {
    format!("arn:aws:appstream:eu-west-1:123456789012:stack/s{index:02}")
}

fn all_outputs(count: usize) -> Outputs {
    (0..count)
        .map(|index| (address(index), BTreeMap::from([("arn".to_owned(), arn(index))])))
        .collect()
}

struct Case {
    design: Design,
    state: State,
    survey: Survey,
}

fn case(entries: &[Entry]) -> Case {
    let mut design = Design::default();
    let mut state = State::new("acme", "123456789012", "eu-west-2", LINEAGE.to_owned());
    let mut survey = Survey::default();
    let outputs = all_outputs(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let spec = spec(index, entries);
        let resolved = text::resolve(&spec, &outputs);
        let after: Vec<Address> = text::references(&spec)
            .into_iter()
            .map(|(address, _)| address)
            .collect();
        if entry.wanted {
            design.resources.insert(
                address(index),
                Desired {
                    address: address(index),
                    mode: Mode::Managed,
                    spec,
                    after: Vec::new(),
                    protect: false,
                    place: None,
                    answers: BTreeMap::new(),
                    is_named: false,
                    waits: Default::default(),
                },
            );
        }
        if entry.known {
            state.resources.insert(
                address(index),
                Record {
                    id: format!("s{index:02}"),
                    origin: Origin::Created,
                    spec: resolved.clone(),
                    outputs: outputs[&address(index)].clone(),
                    protect: false,
                    after,
                    waits: Default::default(),
                    as_found: false,
                },
            );
        }
        let live = || {
            let mut stack: StackLive = serde_json::from_value(resolved.clone()).unwrap();
            if entry.drifted {
                stack.description = Some("changed outside".to_owned());
            }
            Live::of(format!("s{index:02}"), "ACTIVE", stack).output("arn", arn(index))
        };
        let observation = match entry.there {
            There::Absent => Observation::Absent,
            There::Ours => {
                Observation::Present(live().tagged([(tag::LINEAGE.into(), LINEAGE.into())].into()))
            }
            There::Strangers => {
                Observation::Present(live().tagged([(tag::LINEAGE.into(), "another".into())].into()))
            }
            There::Unreadable => Observation::Unknown(AwsError::new(
                "appstream",
                "DescribeStacks",
                Class::Denied,
                "not yours to see",
            )),
        };
        if let Observation::Present(live) = &observation {
            survey.outputs.insert(address(index), live.outputs.clone());
        }
        survey.observations.insert(address(index), observation);
    }
    Case {
        design,
        state,
        survey,
    }
}

fn planned(case: &Case) -> Plan {
    let input = PlanInput {
        design: &case.design,
        state: &case.state,
        moved: &[],
        others: &Default::default(),
        survey: &case.survey,
        as_of: "2026-01-01T00:00:00Z",
        with_deposed: false,
        scope: &Default::default(),
    };
    plan(&input).0
}

/// The world after the plan was carried out without a failure.
fn carried_out(case: &Case, plan: &Plan) -> Case {
    let mut state = case.state.clone();
    let mut survey = Survey::default();
    let outputs = all_outputs(64);
    for (address, step) in &plan.steps {
        let index: usize = address.key[1..].parse().unwrap();
        if step.action.provides() && !step.action.blocks() {
            let spec = text::resolve(&case.design.resources[address].spec, &outputs);
            let stack: StackLive = serde_json::from_value(spec.clone()).unwrap();
            let live = Live::of(address.key.clone(), "ACTIVE", stack).output("arn", arn(index));
            let live = live.tagged([(tag::LINEAGE.into(), LINEAGE.into())].into());
            survey.outputs.insert(address.clone(), live.outputs.clone());
            survey
                .observations
                .insert(address.clone(), Observation::Present(live));
            state.resources.insert(
                address.clone(),
                Record {
                    id: address.key.clone(),
                    origin: Origin::Created,
                    spec,
                    outputs: outputs[address].clone(),
                    protect: false,
                    after: step.after.clone(),
                    waits: Default::default(),
                    as_found: false,
                },
            );
        } else {
            survey.observations.insert(address.clone(), Observation::Absent);
            state.resources.remove(address);
        }
    }
    Case {
        design: case.design.clone(),
        state,
        survey,
    }
}

proptest! {
    #[test]
    fn the_same_input_gives_the_same_plan(entries in proptest::collection::vec(entry(), 1..12)) {
        let case = case(&entries);
        let once = format!("{:?}", planned(&case));
        prop_assert_eq!(once, format!("{:?}", planned(&case)));
    }

    #[test]
    fn planning_what_was_carried_out_is_empty(entries in proptest::collection::vec(entry(), 1..12)) {
        let case = case(&entries);
        let plan = planned(&case);
        if plan.steps.values().any(|step| step.action.blocks()) {
            return Ok(());
        }
        let again = planned(&carried_out(&case, &plan));
        prop_assert!(again.is_empty(), "{:#?}", again.steps.values().collect::<Vec<_>>());
    }

    #[test]
    fn every_step_says_why(entries in proptest::collection::vec(entry(), 1..12)) {
        for step in planned(&case(&entries)).steps.values() {
            prop_assert!(!headset::report::reason::of_step(step).is_empty(), "{}", step.address);
        }
    }

    #[test]
    fn what_cannot_be_read_is_neither_made_nor_deleted(entries in proptest::collection::vec(entry(), 1..12)) {
        let plan = planned(&case(&entries));
        for (index, entry) in entries.iter().enumerate() {
            let Some(step) = plan.steps.get(&address(index)) else { continue };
            if entry.there == There::Unreadable {
                let unknown = matches!(step.action, Action::Unknown { .. });
                prop_assert!(unknown, "{:?}", step.action);
            }
            if entry.there == There::Strangers {
                prop_assert!(!step.action.changes(), "{:?}", step.action);
            }
        }
    }

    #[test]
    fn things_come_after_what_they_need_and_go_before_it(entries in proptest::collection::vec(entry(), 1..12)) {
        let plan = planned(&case(&entries));
        let graph = graph(&plan);
        let mut order = Vec::new();
        let mut left = graph.clone();
        while !left.is_empty() {
            let free: Vec<_> = left
                .iter()
                .filter(|(_, before)| before.iter().all(|node| !left.contains_key(node)))
                .map(|(node, _)| node.clone())
                .collect();
            prop_assert!(!free.is_empty(), "a cycle in {left:?}");
            for node in free {
                left.remove(&node);
                order.push(node);
            }
        }
        let place = |address: &Address, phase| {
            order.iter().position(|node| node.address == *address && node.phase == phase)
        };
        for step in plan.steps.values() {
            for dependency in &step.after {
                if let (Some(mine), Some(theirs)) = (place(&step.address, Phase::Up), place(dependency, Phase::Up)) {
                    prop_assert!(theirs < mine);
                }
                if let (Some(mine), Some(theirs)) = (place(&step.address, Phase::Down), place(dependency, Phase::Down)) {
                    prop_assert!(mine < theirs);
                }
            }
        }
    }
}

#[test]
fn a_change_of_the_cloud_is_drift_and_a_change_of_the_blueprint_is_pending() {
    use headset_engine::plan::Cause;
    let entry = Entry {
        wanted: true,
        known: true,
        there: There::Ours,
        drifted: true,
        refers_to: vec![],
    };
    let drifted = planned(&case(std::slice::from_ref(&entry)));
    assert_eq!(drifted.steps[&address(0)].causes[0].cause, Cause::Drift);

    let mut changed = case(&[Entry {
        drifted: false,
        ..entry
    }]);
    changed.design.resources.get_mut(&address(0)).unwrap().spec["description"] = json!("another");
    assert_eq!(
        planned(&changed).steps[&address(0)].causes[0].cause,
        Cause::Pending
    );
}
