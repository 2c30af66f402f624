//! `--replace` of `plan` and `apply`.

use std::collections::{BTreeMap, BTreeSet};

use headset_core::{Address, KindId};
use headset_engine::plan::{Action, Plan, Reason, Selection};
use serde_json::Value;

use crate::invariants::kill_sweeps::{Mode, killed, points};
use crate::support::attempt::{Asked, Attempt};
use crate::support::desk::{APPLY, Desk};
use crate::support::{Sandbox, applied, on_virtual_time};

fn replacing(address: &Address) -> Selection {
    Selection {
        replaces: BTreeSet::from([address.clone()]),
        ..Selection::default()
    }
}

/// The plan that replaces this, and the codes of what is wrong with it.
async fn planned(sandbox: &Sandbox, address: &Address) -> (Plan, Vec<String>) {
    let aws = sandbox.aws(None).await;
    let state = sandbox.state();
    let design = sandbox.design(&aws, &state);
    let mut session = sandbox.session(&aws, &design, &state);
    session.scope = replacing(address);
    let assessed = headset_engine::assess::assess(&session, &design, &state)
        .await
        .unwrap();
    let errors = assessed.findings.into_iter();
    let errors = errors.filter(|finding| finding.severity == headset_core::diagnostic::Severity::Error);
    (
        assessed.plan,
        errors.map(|finding| finding.code.to_owned()).collect(),
    )
}

/// A resource of each kind of an environment is replaced, or it is said why not. Afterwards everything is as wanted.
fn each_of(name: &str) {
    let addresses = on_virtual_time(async {
        let sandbox = applied(name).await;
        let state = sandbox.state();
        // One of each kind.
        let by_kind = state
            .resources
            .keys()
            .map(|address| (address.kind, address.clone()));
        by_kind.collect::<BTreeMap<KindId, Address>>()
    });
    let mut replaced = 0;
    for address in addresses.into_values() {
        on_virtual_time(async {
            let sandbox = applied(name).await;
            let (plan, errors) = planned(&sandbox, &address).await;
            let step = &plan.steps[&address];
            if !errors.is_empty() {
                assert!(
                    ["not-replaced", "kept"].contains(&errors[0].as_str()),
                    "{name} {address}: {errors:?}"
                );
                return;
            }
            assert!(
                matches!(step.action, Action::Replace { .. }),
                "{name} {address}: {:?}",
                step.action
            );
            assert_eq!(step.reason, Reason::ReplaceAsked, "{name} {address}");
            replaced += 1;
            let scope = replacing(&address);
            let asked = Asked {
                scope,
                ..Asked::default()
            };
            match sandbox.attempt(asked).await {
                Attempt::Ran(outcome) => assert!(outcome.is_done(), "{name} {address}: {outcome:?}"),
                Attempt::Refused(findings) => panic!("{name} {address}: {findings:?}"),
                Attempt::Stopped(why) => panic!("{name} {address}: {why}"),
            }
            let plan = sandbox.plan().await;
            assert!(
                plan.is_empty(),
                "{name} {address}\n{}",
                headset::report::plan_view::human(&plan)
            );
            assert!(sandbox.verified().is_ok(), "{name} {address}");
        });
    }
    assert!(replaced > 4, "{name}: {replaced}");
}

#[test]
fn a_resource_of_each_kind_of_a_small_environment_is_replaced() {
    each_of("minimal.yaml");
}

#[test]
fn a_resource_of_each_kind_of_a_split_ccp_is_replaced() {
    each_of("split-ccp.yaml");
}

#[test]
fn a_replacement_that_is_killed_goes_on_without_being_asked_again() {
    let address: Address = "appstream.fleet/agents".parse().unwrap();
    let calls = on_virtual_time(async {
        let sandbox = applied("split-ccp.yaml").await;
        let before = sandbox.simulator.call_log().len();
        let scope = replacing(&address);
        let asked = Asked {
            scope,
            ..Asked::default()
        };
        assert!(matches!(sandbox.attempt(asked).await, Attempt::Ran(outcome) if outcome.is_done()));
        (sandbox.simulator.call_log().len() - before) as u64
    });
    for mode in [Mode::BeforeTheCall, Mode::AfterItsEffect] {
        let points = points(1..=calls);
        for at in points.calls {
            on_virtual_time(async {
                let sandbox = applied("split-ccp.yaml").await;
                let scope = replacing(&address);
                let run = |hook| {
                    sandbox.attempt(Asked {
                        hook: Some(hook),
                        scope,
                        ..Asked::default()
                    })
                };
                if !killed(at, mode, run).await {
                    return;
                }
                let about = format!("{mode:?} {at}, {}", points.again);
                let outcome = sandbox.apply(None).await;
                assert!(outcome.is_done(), "{about}: {outcome:?}");
                assert!(sandbox.plan().await.is_empty(), "{about}");
                let places = sandbox.simulator.snapshot()["world"]["appstream"]["places"].clone();
                let fleets = places.as_object().into_iter().flat_map(|places| places.values());
                let fleets = fleets.filter_map(|place| place["fleets"].as_object());
                assert_eq!(
                    fleets.map(|fleets| fleets.len()).sum::<usize>(),
                    1,
                    "{about}: {places}"
                );
            });
        }
    }
}

#[test]
fn a_plan_says_what_is_replaced_and_a_saved_plan_does_it() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let fleet = ["center.yaml", "--sim", "--replace", "appstream.fleet/agents"];
    let said = desk.ok(&[&["plan"][..], &fleet].concat());
    assert!(
        said.data.contains("`--replace` asks for another one"),
        "{}",
        said.data
    );
    let said = desk.run(&[&["plan"][..], &fleet, &["--json", "--detailed-exitcode"]].concat());
    assert_eq!(said.code, Some(2), "{}", said.talk);
    let plan: Value = serde_json::from_str(&said.data).unwrap();
    let steps = plan["plans"][0]["steps"].as_array().unwrap();
    let step = |address: &str| {
        let is_it = |step: &&Value| {
            step["address"]
                .as_str()
                .is_some_and(|one| one.starts_with(address))
        };
        steps.iter().find(is_it).unwrap()
    };
    assert_eq!(step("appstream.fleet/agents")["do"], "replace");
    assert_eq!(step("appstream.fleet/agents")["because"]["id"], "replace-asked");
    // What hangs on it goes before it and comes back.
    assert_ne!(step("appstream.fleet_association/")["do"], "keep");
    assert_eq!(step("connect.instance/main")["do"], "keep");
    desk.ok(&[&["plan"][..], &fleet, &["--out", "p.plan"]].concat());
    let other = desk.run(&["apply", "p.plan", "--sim", "--replace", "appstream.fleet/agents"]);
    assert_eq!(other.code, Some(64), "{}", other.talk);
    let applied = desk.ok(&["apply", "p.plan", "--sim"]);
    assert!(
        applied.talk.contains("appstream.fleet/agents replaced"),
        "{}",
        applied.talk
    );
    let said = desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert!(!said.data.contains("--replace"), "{}", said.data);
}

#[test]
fn guards_ask_as_for_each_other_replacement() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    crate::support::desk::open_session(&desk);
    let fleet = [&APPLY[..], &["--replace", "appstream.fleet/agents"]].concat();
    let refused = desk.run(&fleet);
    assert_eq!(refused.code, Some(5), "{}", refused.talk);
    assert!(refused.talk.contains("[would-disrupt]"), "{}", refused.talk);
    desk.ok(&[&fleet[..], &["--allow-disruption"]].concat());
    let instance = [
        &APPLY[..],
        &["--replace", "connect.instance/main", "--allow-disruption"],
    ]
    .concat();
    let refused = desk.run(&instance);
    assert_eq!(refused.code, Some(5), "{}", refused.talk);
    assert!(
        refused
            .talk
            .contains("--allow-irreversible connect.instance/main"),
        "{}",
        refused.talk
    );
}

#[test]
fn what_cannot_be_replaced_is_refused_with_the_reason() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    for (address, why) in [
        (
            "appstream.image/agent-desktop",
            "only a person can make another one",
        ),
        ("appstream.fleet/agent", "did you mean appstream.fleet/agents?"),
    ] {
        let said = desk.run(&[&APPLY[..], &["--replace", address]].concat());
        assert_eq!(said.code, Some(1), "{address}: {}", said.talk);
        assert!(said.talk.contains(why), "{address}: {}", said.talk);
    }
    let said = desk.run(
        &[
            &APPLY[..],
            &[
                "--replace",
                "appstream.fleet/agents",
                "--target",
                "connect.instance/main",
            ],
        ]
        .concat(),
    );
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(said.talk.contains("leave it out"), "{}", said.talk);
}
