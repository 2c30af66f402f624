//! Fleets: what changes where, what a replacement takes along, and that power is a field of its own.

use headset_core::Change;
use headset_engine::plan::Action;
use headset_simulator::evidence;
use serde_json::json;

use super::{
    DESKS, Meanwhile, applies, changed, count, desks, edit, goes, is_empty, live, operations, sandbox, shown,
    step, succeeded, with,
};
use crate::support::{Sandbox, on_virtual_time, seeds};

/// Lessons 9 and 18 (tfaws#28764, mondoohq/cnspec PR 3675): a fleet was replaced for what only needs a stop, and
/// updated while it ran for what AWS then refused.
#[test]
fn what_needs_a_stop_is_stopped_changed_and_started_again() {
    for (change, stops) in [
        ("timeouts: { session: 8h }", true),
        ("imds_v1: false", true),
        ("description: Agents", true),
        ("display_name: Agents", false),
        ("timeouts: { idle: 20m, disconnect: 10m }", false),
    ] {
        on_virtual_time(async {
            let mut sandbox = sandbox(DESKS, 0);
            applies(&sandbox, "at first").await;
            let since = sandbox.simulator.call_log().len();
            sandbox.rewrite(&with(
                DESKS,
                &[("view: desktop", &format!("view: desktop, {change}"))],
            ));
            applies(&sandbox, change).await;
            // What was refused because the fleet was busy is asked for again.
            let calls = sandbox.simulator.call_log().into_iter().skip(since);
            let writes: Vec<String> = calls
                .filter(|call| call.status < 300 && call.operation.ends_with("Fleet"))
                .map(|call| call.operation)
                .collect();
            let expected: &[&str] = if stops {
                &["StopFleet", "UpdateFleet", "StartFleet"]
            } else {
                &["UpdateFleet"]
            };
            assert_eq!(writes, expected, "{change}");
        });
    }
}

/// Lesson 12 (tfaws#42901): another type makes a new fleet, and its association with the stack was forgotten.
/// The same goes for what scales it.
#[test]
fn replacing_a_fleet_makes_its_association_and_its_scaling_anew() {
    let text = with(
        DESKS,
        &[(
            "capacity: 2",
            "type: on-demand, capacity: { min: 1, max: 4, target: 75 }",
        )],
    );
    for seed in seeds() {
        on_virtual_time(async {
            let mut sandbox = sandbox(&text, seed);
            applies(&sandbox, &format!("at first, seed {seed}")).await;
            sandbox.rewrite(&with(&text, &[("on-demand", "always-on")]));
            let plan = sandbox.plan().await;
            for (address, replaced) in [
                ("appstream.fleet/agents", true),
                ("appstream.fleet_association/agents:agents", true),
                ("autoscaling.fleet/agents", true),
                ("appstream.stack/agents", false),
            ] {
                let is = matches!(step(&plan, address).action, Action::Replace { .. });
                assert_eq!(is, replaced, "{address}, seed {seed}\n{}", shown(&plan));
            }
            applies(&sandbox, &format!("as another type, seed {seed}")).await;
            let fleet = live(&sandbox, "appstream.fleet/agents").await;
            assert_eq!(*fleet.reported("fleet_type"), "ALWAYS_ON");
            goes(&sandbox, &format!("seed {seed}")).await;
        });
    }
}

/// Lesson 13 (tfaws#42900): a new fleet is STOPPED, and nothing ever started it.
#[test]
fn a_fleet_is_born_stopped_and_its_power_is_a_wish_of_its_own() {
    let off = with(DESKS, &[("view: desktop", "view: desktop, power: off")]);
    on_virtual_time(async {
        let mut sandbox = sandbox(&off, 0);
        applies(&sandbox, "off").await;
        assert_eq!(
            live(&sandbox, "appstream.fleet/agents").await.condition.state(),
            "STOPPED"
        );
        assert_eq!(count(&sandbox, "StartFleet"), 0);
        sandbox.rewrite(DESKS);
        applies(&sandbox, "on").await;
        assert_eq!(
            live(&sandbox, "appstream.fleet/agents").await.condition.state(),
            "RUNNING"
        );

        // It is stopped outside: that is drift, and the next apply starts it.
        let aws = sandbox.aws(None).await;
        aws.appstream()
            .stop_fleet()
            .name("acme-desks-agents")
            .send()
            .await
            .unwrap();
        sandbox.simulator.skip(std::time::Duration::from_secs(3600));
        let plan = sandbox.plan().await;
        let fleet = step(&plan, "appstream.fleet/agents");
        assert_eq!(changed(fleet), ["power"].into());
        assert_eq!(fleet.causes[0].cause, headset_engine::plan::Cause::Drift);
        applies(&sandbox, "on again").await;
    });
}

/// Lesson 15 (tfaws PR 35173 for tfaws#34453; St3ffn's fleet provider): AWS rounds idle timeouts to minutes, and the
/// plan was never empty again; and bounds that a client had copied years ago refused what AWS takes.
#[test]
fn timeouts_are_whole_minutes_and_go_as_far_as_aws_lets_them() {
    let fleet = |timeouts: &str| {
        with(
            DESKS,
            &[(
                "view: desktop",
                &format!("view: desktop, timeouts: {{ {timeouts} }}"),
            )],
        )
    };
    let (_, findings) = headset_blueprint::read(&headset_blueprint::Sources::alone(
        "odd.yaml",
        &fleet("idle: 90s"),
    ));
    let said: Vec<String> = findings
        .iter()
        .filter_map(|finding| finding.help.clone())
        .collect();
    assert_eq!(said, ["AppStream rounds to minutes. Write `idle: 2m`."]);
    for seed in seeds() {
        on_virtual_time(async {
            let mut sandbox = sandbox(DESKS, seed);
            applies(&sandbox, &format!("at first, seed {seed}")).await;
            for timeouts in [
                "idle: 1m",
                "idle: 10h",
                "idle: 0s",
                "disconnect: 10h",
                "disconnect: 1m",
                "session: 10m",
                "session: 5d",
            ] {
                sandbox.rewrite(&fleet(timeouts));
                applies(&sandbox, &format!("{timeouts}, seed {seed}")).await;
            }
        });
    }
}

/// Lesson 17 (cfn#1017, cfn#1018): the role of a stopped fleet was changed, AWS said yes, and it was not.
#[test]
fn a_change_that_aws_takes_and_ignores_is_told_with_its_field() {
    let text = with(DESKS, &[("view: desktop", "view: desktop, display_name: Agents")]);
    on_virtual_time(async {
        let mut sandbox = sandbox(DESKS, 0);
        applies(&sandbox, "at first").await;
        sandbox.rewrite(&text);
        let simulator = sandbox.simulator.clone();
        let ignore = Meanwhile(move |operation: &str| {
            if operation == "UpdateFleet" {
                edit(&simulator, |world| {
                    let fields = &mut desks(world, "eu-west-1")["fleets"]["acme-desks-agents"]["fields"];
                    fields.as_object_mut().unwrap().remove("DisplayName");
                });
            }
        });
        let outcome = sandbox.apply(Some(Box::new(ignore))).await;
        assert_eq!(outcome.failed.len(), 1);
        let told = sandbox.told();
        assert!(
            told.contains(
                "AWS accepted every change, but display_name still differs from what was asked for"
            ),
            "{told}"
        );
        applies(&sandbox, "AWS listens again").await;
    });
}

/// Lesson 17 again: another role needs a stop, and is read back after it.
#[test]
fn another_role_takes_a_stop_and_is_read_back() {
    let with_role = |name: &str| {
        let role = format!("view: desktop, role: \"arn:aws:iam::123456789012:role/{name}\"");
        with(DESKS, &[("view: desktop", &role)])
    };
    on_virtual_time(async {
        let mut sandbox = sandbox(&with_role("one"), 0);
        let aws = sandbox.aws(None).await;
        let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
            "Principal": { "Service": "appstream.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
        for name in ["one", "two"] {
            let made = aws
                .iam()
                .create_role()
                .role_name(name)
                .assume_role_policy_document(trust.to_string());
            made.send().await.unwrap();
        }
        applies(&sandbox, "with one").await;
        sandbox.rewrite(&with_role("two"));
        let plan = sandbox.plan().await;
        let diff = step(&plan, "appstream.fleet/agents").action.diff();
        assert_eq!(
            (diff[0].field.as_str(), diff[0].change),
            ("role", Change::Stopped)
        );
        applies(&sandbox, "with two").await;
        let fleet = live(&sandbox, "appstream.fleet/agents").await;
        assert_eq!(*fleet.reported("role"), "arn:aws:iam::123456789012:role/two");
    });
}

/// Every sort of fleet by its members: type, sessions, capacity, internet, power, view, volume.
fn fleets() -> Vec<String> {
    let mut all = Vec::new();
    for kind in ["on-demand", "always-on"] {
        for capacity in [
            "capacity: 1",
            "capacity: 120",
            "capacity: { min: 1, max: 3 }",
            "capacity: { min: 0, max: 120, target: 50 }",
            "capacity: 4, sessions_per_instance: 2",
            "capacity: 5, sessions_per_instance: 2",
            "capacity: { min: 2, max: 8, target: 75 }, sessions_per_instance: 4",
        ] {
            for network in ["internet: nat", "internet: default"] {
                for rest in [
                    "view: desktop",
                    "view: app, root_volume: 300",
                    "power: off, imds_v1: false",
                ] {
                    let subnets = "subnets: [subnet-0a1b2c3d4e5f60718]";
                    all.push(format!(
                        "{{ image: windows, instance: stream.standard.medium, type: {kind}, {capacity}, network: {{ \
                         {subnets}, {network} }}, {rest} }}"
                    ));
                }
            }
        }
    }
    all
}

/// Lesson 16 (tfaws#34245, tfaws#22587, tfaws#41965, pa#6056): which members go together depends on the fleet's type,
/// and clients found out one refused call after the other. What Headset calls valid, AWS takes.
#[test]
fn a_fleet_that_is_valid_is_one_that_aws_takes() {
    let one = "{ image: windows, instance: stream.standard.medium, capacity: 2, view: desktop }";
    let mut valid = 0;
    for fleet in fleets() {
        let text = with(DESKS, &[(one, &fleet)]);
        let (blueprint, findings) =
            headset_blueprint::read(&headset_blueprint::Sources::alone("fleet.yaml", &text));
        if blueprint.is_none() || headset_core::diagnostic::has_errors(&findings) {
            continue;
        }
        valid += 1;
        on_virtual_time(async {
            let settings = headset_simulator::world::Settings {
                quotas: [(
                    "appstream.fleet-instances.stream.standard.medium".to_owned(),
                    1000,
                )]
                .into(),
                ..Default::default()
            };
            let sandbox = Sandbox::new("fleet.yaml", &text, settings);
            succeeded(&sandbox.apply(None).await, &fleet);
            is_empty(&sandbox, &fleet).await;
        });
    }
    assert!(valid >= fleets().len() / 2, "{valid} of {}", fleets().len());
}

/// Lesson 11 (tfaws#25354, pa#1966, pulumi/pulumi#9557): a stack with a fleet cannot go, nor a fleet that runs, and the
/// order of a destroy was that of the file.
#[test]
fn a_fleet_is_let_go_stopped_and_deleted_in_whatever_order_it_was_declared() {
    let stacks_first = {
        let (before, rest) = DESKS.split_once("  fleets:\n").unwrap();
        let (fleets, stacks) = rest.split_once("  stacks:\n").unwrap();
        format!("{before}  stacks:\n{stacks}  fleets:\n{fleets}")
    };
    let texts = [
        DESKS.to_owned(),
        with(
            DESKS,
            &[(
                "    agents: { fleet: agents }",
                "    a: { fleet: agents }\n    z: { fleet: agents }",
            )],
        ),
        with(
            &stacks_first,
            &[
                ("    agents: { image", "    zz: { image"),
                ("fleet: agents", "fleet: zz"),
            ],
        ),
        with(
            DESKS,
            &[
                ("    agents: { image", "    aa: { image"),
                ("fleet: agents", "fleet: aa"),
            ],
        ),
    ];
    for text in texts {
        // Where calls have to be tried again, those about different pairs overtake each other.
        let refuses = |seed: &u64| evidence::is_on(*seed, "appstream.busy-after-change");
        for seed in seeds().into_iter().filter(|seed| !refuses(seed)) {
            on_virtual_time(async {
                let sandbox = sandbox(&text, seed);
                applies(&sandbox, "up").await;
                let since = sandbox.simulator.call_log().len();
                goes(&sandbox, &format!("seed {seed}\n{text}")).await;
                let called = operations(&sandbox, since);
                let first = |name: &str| called.iter().position(|one| one == name).unwrap();
                let last = |name: &str| called.iter().rposition(|one| one == name).unwrap();
                assert!(last("DisassociateFleet") < first("StopFleet"), "{called:?}");
                assert!(last("DisassociateFleet") < first("DeleteStack"), "{called:?}");
                assert!(first("StopFleet") < first("DeleteFleet"), "{called:?}");
            });
        }
    }
}
