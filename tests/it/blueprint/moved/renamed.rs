//! The planner's promise about physical things, on random states, designs and clouds in which names wander from key to
//! key: what one address keeps, no other one takes away, and after a few runs everything is as it is asked for.

use std::collections::{BTreeMap, BTreeSet};

use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_core::{Address, tag};
use headset_design::{Design, Desired, Mode};
use headset_engine::plan::{Action, Plan, PlanInput, plan};
use headset_engine::state::{Entry, Origin, Record, State};
use headset_engine::survey::Survey;
use headset_kinds::appstream::StackLive;
use headset_kinds::{Live, Observation};
use proptest::prelude::*;
use serde_json::{Value, json};

const LINEAGE: &str = "6f1d0c1e-1111-4111-8111-111111111111";

fn address(key: usize) -> Address {
    headset_core::address!("appstream.stack", format!("k{key}"))
}

fn spec(name: usize) -> Value {
    json!({ "name": format!("n{name}"), "tags": { tag::LINEAGE: LINEAGE } })
}

fn record(name: usize) -> Record {
    Record {
        id: format!("n{name}"),
        origin: Origin::Created,
        spec: spec(name),
        outputs: BTreeMap::from([("name".to_owned(), format!("n{name}"))]),
        protect: false,
        after: Vec::new(),
        waits: Default::default(),
        as_found: false,
    }
}

fn number(name: &str) -> usize {
    name[1..].parse().unwrap()
}

#[derive(Clone, Debug)]
struct Case {
    /// Names of what is there.
    world: BTreeSet<String>,
    state: State,
    design: Design,
}

/// For each of some keys: the name that was applied, and the one that is asked for; what is gone; predecessors.
fn case() -> impl Strategy<Value = Case> {
    let names = || proptest::collection::vec(proptest::option::weighted(0.7, 0usize..6), 6);
    let gone = proptest::collection::vec(0usize..6, 0..2);
    let deposed = proptest::collection::vec((0usize..6, 0usize..6), 0..3);
    (names(), names(), gone, deposed).prop_map(|(applied, wanted, gone, deposed)| {
        let mut state = State::new("acme", "123456789012", "eu-west-2", LINEAGE.to_owned());
        let mut design = Design::default();
        let mut world = BTreeSet::new();
        for (key, name) in applied.iter().enumerate() {
            if let Some(name) = name {
                // Two addresses of one thing are what an earlier version may have left.
                state.resources.insert(address(key), record(*name));
                world.insert(format!("n{name}"));
            }
        }
        for (key, name) in wanted.iter().enumerate() {
            if let Some(name) = name {
                let desired = Desired {
                    address: address(key),
                    mode: Mode::Managed,
                    spec: spec(*name),
                    after: Vec::new(),
                    protect: false,
                    place: None,
                    answers: BTreeMap::new(),
                    is_named: false,
                    waits: Default::default(),
                };
                design.resources.insert(address(key), desired);
            }
        }
        for (key, name) in deposed {
            state.deposed.push((address(key), record(name)));
            world.insert(format!("n{name}"));
        }
        for name in gone {
            world.remove(&format!("n{name}"));
        }
        Case { world, state, design }
    })
}

/// What a look shows: what state remembers first, else what is asked for, as the kinds look.
fn survey(case: &Case, state: &State) -> Survey {
    let mut survey = Survey::default();
    let addresses: BTreeSet<&Address> = case
        .design
        .resources
        .keys()
        .chain(state.resources.keys())
        .collect();
    for address in addresses {
        let remembered = state.resources.get(address).map(|record| record.id.clone());
        let wanted = case.design.resources.get(address);
        let wanted = wanted.and_then(|desired| desired.spec["name"].as_str().map(str::to_owned));
        let found = remembered
            .into_iter()
            .chain(wanted)
            .find(|name| case.world.contains(name));
        let observation = match found {
            None => Observation::Absent,
            Some(name) => {
                let stack = StackLive {
                    name: Some(name.clone()),
                    ..StackLive::default()
                };
                let live = Live::of(&name, "ACTIVE", stack).output("name", &name);
                Observation::Present(live.tagged([(tag::LINEAGE.into(), LINEAGE.into())].into()))
            }
        };
        survey.observations.insert(address.clone(), observation);
    }
    survey
}

fn planned(case: &Case) -> (Plan, Survey, Vec<Diagnostic>) {
    let moved = headset_engine::state::moves(&case.state, &case.design);
    let survey = survey(case, &moved.state);
    let (plan, mut findings) = plan(&PlanInput {
        design: &case.design,
        state: &moved.state,
        moved: &moved.renames,
        others: &Default::default(),
        survey: &survey,
        as_of: "2026-01-01T00:00:00Z",
        with_deposed: false,
        scope: &Default::default(),
    });
    findings.extend(moved.findings);
    findings.extend(moved.refused);
    (plan, survey, findings)
}

fn id(survey: &Survey, address: &Address) -> Option<String> {
    match survey.observations.get(address) {
        Some(Observation::Present(live)) => Some(live.id.clone()),
        _ => None,
    }
}

fn takes_nothing_that_is_kept(plan: &Plan, survey: &Survey) {
    let kept: BTreeMap<String, &Address> = plan
        .steps
        .values()
        .filter(|step| step.action.keeps())
        .filter_map(|step| Some((id(survey, &step.address)?, &step.address)))
        .collect();
    for step in plan.steps.values() {
        let takes = matches!(
            step.action,
            Action::Delete | Action::Release | Action::Replace { .. }
        );
        if let Some(id) = id(survey, &step.address).filter(|_| takes) {
            assert!(
                !kept.contains_key(&id),
                "{} takes {id} from {}",
                step.address,
                kept[&id]
            );
        }
    }
    for (address, id) in &plan.deposed {
        assert!(
            !kept.contains_key(id),
            "a predecessor of {address} is {id} of {}",
            kept[id]
        );
    }
}

/// The world after the plan, as `apply` carries it out.
fn carried_out(case: &Case, plan: &Plan, survey: &Survey) -> Case {
    let mut case = case.clone();
    if !plan.moved.is_empty() {
        case.state.apply(Entry::Relocated {
            moves: plan.moved.clone(),
        });
    }
    let mut deposed = plan.deposed.clone();
    for step in plan.steps.values() {
        let address = step.address.clone();
        let there = id(survey, &address);
        match &step.action {
            Action::Forget => case.state.apply(Entry::Gone { address }),
            Action::Delete => {
                case.world.remove(&there.unwrap());
                case.state.apply(Entry::Gone { address });
            }
            Action::Create | Action::Replace { .. } => {
                let name = step.want["name"].as_str().unwrap().to_owned();
                let other = case
                    .state
                    .resources
                    .get(&address)
                    .is_some_and(|record| record.id != name);
                if other {
                    case.state.apply(Entry::Depose {
                        address: address.clone(),
                    });
                }
                let record = record(number(&name));
                case.world.insert(name);
                case.state.apply(Entry::Done { address, record });
            }
            Action::Keep | Action::Adopt { .. } | Action::Update { .. } => {
                let record = record(number(&there.unwrap()));
                case.state.apply(Entry::Done { address, record });
            }
            other => panic!("{other:?}"),
        }
    }
    deposed.extend(
        case.state
            .deposed
            .iter()
            .map(|(address, record)| (address.clone(), record.id.clone())),
    );
    for (address, id) in deposed {
        let still = |(of, record): &(Address, Record)| *of == address && record.id == id;
        if case.state.deposed.iter().any(still) {
            assert!(
                case.state.holders(address.kind, &id).is_empty(),
                "{address}: {id} is in use"
            );
            case.world.remove(&id);
            case.state.apply(Entry::DeposedGone { address, id });
        }
    }
    case
}

proptest! {
    #![proptest_config(crate::support::effort::random_cases(256, 2048))]

    #[test]
    fn what_one_address_keeps_no_other_takes_away(case in case()) {
        let (mut case, wanted) = (case.clone(), case.design);
        for round in 0.. {
            let (plan, survey, findings) = planned(&case);
            takes_nothing_that_is_kept(&plan, &survey);
            // Two that ask for one thing, and a blueprint from before a move, are refused.
            if has_errors(&findings) || plan.is_empty() {
                if !has_errors(&findings) {
                    for desired in wanted.resources.values() {
                        let name = desired.spec["name"].as_str().unwrap();
                        prop_assert!(case.world.contains(name), "{} is not there", name);
                        prop_assert_eq!(&case.state.resources[&desired.address].id, name);
                    }
                }
                break;
            }
            prop_assert!(round < 4, "it does not settle: {:#?}", plan.steps);
            case = carried_out(&case, &plan, &survey);
        }
    }
}
