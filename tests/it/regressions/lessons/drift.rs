//! Drift: it only reads, it does not cry wolf, and it tells what will end.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use headset::report::drift_view::differences;
use headset_aws::{CallHook, Gate};
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use super::{DESKS, applies, desks, edit, example_with, inject, only_reads, shown};
use crate::support::desk::Desk;
use crate::support::{examples, on_virtual_time, ready_for, seeds};

/// Every file of Headset's own, but for the simulated cloud.
fn files(folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("sim") {
            files(&path, found);
        } else if path.is_file() {
            found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
}

/// Fails the test at the first call that is no look.
#[derive(Debug)]
struct DenyWrites(Arc<Mutex<Vec<String>>>);

impl CallHook for DenyWrites {
    fn before(&self, _: u64, service: &str, operation: &str) -> Gate {
        // Taking a role changes nothing: it is how Identity Center of another account is looked at.
        if !only_reads(operation) && operation != "AssumeRole" {
            self.0.lock().unwrap().push(format!("{service}.{operation}"));
        }
        Gate::Pass
    }

    fn after(&self, _: u64, _: &str, _: &str) -> Gate {
        Gate::Pass
    }
}

/// Lesson 39 (pu#10967, pu#20798): looking for drift wrote state, or the cloud.
#[test]
fn looking_for_drift_changes_neither_the_cloud_nor_state() {
    for name in examples() {
        on_virtual_time(async {
            let sandbox = ready_for(&name, Settings::default()).await;
            let writes = Arc::new(Mutex::new(Vec::new()));
            // Before anything is there, after it is there, and after it was changed outside.
            for round in 0..3 {
                let aws = sandbox.aws(Some(Box::new(DenyWrites(writes.clone())))).await;
                let state = sandbox.state();
                let design = sandbox.design(&aws, &state);
                drop(sandbox.assess(&aws, &design, &state).await);
                drop(sandbox.drift(&aws).await);
                assert_eq!(sandbox.state(), state);
                assert_eq!(
                    *writes.lock().unwrap(),
                    Vec::<String>::new(),
                    "{name}, round {round}"
                );
                match round {
                    0 => drop(sandbox.apply(None).await),
                    _ => edit(&sandbox.simulator, |world| {
                        world["connect"]["instances"] = json!({});
                    }),
                }
            }
        });
    }
    let desk = Desk::example("split-ccp.yaml");
    let kept = |desk: &Desk| {
        let mut found = BTreeMap::new();
        files(desk.path(), &mut found);
        found
    };
    let before = kept(&desk);
    assert_eq!(desk.run(&["drift", "center.yaml", "--sim"]).code, Some(0));
    assert_eq!(kept(&desk), before, "nothing was applied yet");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let before = kept(&desk);
    assert!(before.len() > 2, "{:?}", before.keys());
    for arguments in [
        &["drift", "center.yaml", "--sim"][..],
        &["plan", "center.yaml", "--sim"],
        &["status", "center.yaml", "--sim"],
    ] {
        desk.ok(arguments);
        assert_eq!(kept(&desk), before, "{arguments:?}");
    }
}

/// Lesson 19 (cfn#1258, cfn#1204, cfn#1026): what AWS does by itself was drift. Forty days pass: capacity follows the
/// clock, sessions come and go, lists take another order.
#[test]
fn time_alone_is_no_drift() {
    for name in examples() {
        for seed in seeds().into_iter().take(4) {
            on_virtual_time(async {
                let settings = Settings {
                    quirks: seed,
                    ..Settings::default()
                };
                let sandbox = ready_for(&name, settings).await;
                applies(&sandbox, &format!("{name}, seed {seed}")).await;
                for hours in [1, 9, 24, 24 * 7, 24 * 33] {
                    sandbox.simulator.skip(Duration::from_secs(hours * 3600));
                    let assessed = super::assessed(&sandbox).await;
                    let plan = &assessed.plan;
                    assert!(
                        plan.is_empty(),
                        "{name}, seed {seed}, {hours} hours on\n{}",
                        shown(plan)
                    );
                    let found = differences(&sandbox.drift(&sandbox.aws(None).await).await);
                    assert!(
                        found.is_empty(),
                        "{name}, seed {seed}, {hours} hours on: {found:#?}"
                    );
                }
            });
        }
    }
}

/// Lesson 19 again, from the other side: everything that is changed outside is drift, and reported by its field.
#[test]
fn what_somebody_changed_is_drift_and_what_the_blueprint_changed_is_not() {
    let desk = Desk::with(DESKS);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let drift = |desk: &Desk| {
        let said = desk.run(&["drift", "center.yaml", "--sim", "--format", "json"]);
        (
            said.code.unwrap(),
            serde_json::from_str::<Value>(&said.data).unwrap(),
        )
    };
    assert_eq!(drift(&desk).0, 0);
    desk.write(&DESKS.replace("view: desktop", "view: app"));
    let (code, found) = drift(&desk);
    assert_eq!(
        (code, &found["drift"], &found["pending"]),
        (0, &json!(0), &json!(1)),
        "{found}"
    );
    desk.write(DESKS);
    desk.edit(|world| {
        let fields = &mut desks(&mut world["world"], "eu-west-1")["fleets"]["acme-desks-agents"]["fields"];
        fields["DisplayName"] = json!("Mine");
        fields["DisconnectTimeoutInSeconds"] = json!(60);
    });
    let (code, found) = drift(&desk);
    assert_eq!((code, &found["drift"]), (2, &json!(1)), "{found}");
    let fields: Vec<&str> = found["differences"][0]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["field"].as_str().unwrap())
        .collect();
    // The blueprint says nothing about the name that people see: so Headset does not own it.
    assert_eq!(fields, ["disconnect"], "{found}");
}

/// Lesson 19 once more: an apply that was cut off leaves work to do, and that is not a change from outside.
#[test]
fn what_an_interrupted_apply_left_is_pending_and_no_drift() {
    on_virtual_time(async {
        let sandbox = super::sandbox(DESKS, 0);
        // The fleet is made, and then it cannot be started.
        inject(
            &sandbox,
            json!({ "operation": "StartFleet", "kind": "error", "code": "AccessDeniedException", "status": 400, "times": 9 }),
        );
        assert_eq!(super::fails(&sandbox).await, ["appstream.fleet/agents"]);
        let plan = sandbox.plan().await;
        let fleet = super::step(&plan, "appstream.fleet/agents");
        assert_eq!(super::changed(fleet), ["power"].into());
        assert_eq!(fleet.causes[0].cause, headset_engine::plan::Cause::Pending);
        assert_eq!(fleet.reason, headset_engine::plan::Reason::ChangeUnfinished);
        sandbox.simulator.reseed(0);
        applies(&sandbox, "allowed").await;
    });
}

/// Lesson 30 (smsilva/wasp-idp#51): the identity provider's certificate ended one night, and no user could sign in.
#[test]
fn a_certificate_that_ends_soon_is_told_with_the_days_that_are_left() {
    let desk = Desk::with(&example_with("minimal.yaml", &[("lifetime: 1d\n", "")]));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let drift = |desk: &Desk| -> Value {
        serde_json::from_str(
            &desk
                .ok(&["drift", "center.yaml", "--sim", "--format", "json"])
                .data,
        )
        .unwrap()
    };
    let days = |found: &Value| found["certificates"][0]["days"].as_i64().unwrap();
    let left = days(&drift(&desk));
    assert!(left > 40, "{left}");
    assert!(
        !desk
            .ok(&["drift", "center.yaml", "--sim"])
            .data
            .contains("expiry")
    );
    desk.days_pass(u64::try_from(left - 10).unwrap());
    let found = drift(&desk);
    assert!((8..=10).contains(&days(&found)), "{found}");
    assert_eq!(found["certificates"][0]["address"], "iam.saml_provider/idp");
    let text = desk.ok(&["drift", "center.yaml", "--sim"]).data;
    assert!(
        text.contains("expiry   iam.saml_provider/idp: its certificate ends in"),
        "{text}"
    );
    desk.days_pass(20);
    assert!(days(&drift(&desk)) < 0);
    let text = desk.ok(&["drift", "center.yaml", "--sim"]).data;
    assert!(text.contains("its certificate ended on"), "{text}");
}
