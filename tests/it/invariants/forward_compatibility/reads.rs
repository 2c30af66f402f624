//! A cloud that is newer than Headset, or sparing with what it tells: values that no model has, and nulls.
//!
//! What only reads passes them through, for every operation: the plan may then say that something differs, but it
//! is a plan.

use std::collections::BTreeSet;

use headset_core::Class;
use headset_engine::plan::Action;
use headset_simulator::world::Settings;

use crate::support::{Sandbox, on_virtual_time, ready_for};

/// The calls that a plan makes, by service and operation.
async fn reads(sandbox: &Sandbox) -> BTreeSet<(String, String)> {
    let before = sandbox.simulator.call_log().len();
    let plan = sandbox.plan().await;
    assert!(
        plan.steps
            .values()
            .all(|step| matches!(step.action, Action::Keep | Action::Read)),
        "{plan:#?}"
    );
    let log = sandbox.simulator.call_log();
    log.into_iter()
        .skip(before)
        .filter(|call| call.service != "s3")
        .map(|call| (call.service, call.operation))
        .collect()
}

/// Plans once for each read, which answers so, and returns what each plan would do other than keep things.
async fn plans(sandbox: &Sandbox, kind: &str) -> Vec<String> {
    let mut told = Vec::new();
    for (service, operation) in reads(sandbox).await {
        sandbox.simulator.inject(
            serde_json::from_value(serde_json::json!({
                "service": service, "operation": operation, "kind": kind, "times": u64::MAX,
            }))
            .unwrap(),
        );
        let plan = sandbox.plan().await;
        for step in plan.steps.values() {
            let stopped = step
                .action
                .diff()
                .iter()
                .any(|change| change.change == headset_core::Change::Stopped);
            let name = match &step.action {
                Action::Keep | Action::Read => continue,
                // Null where AWS always tells something proves nothing: it is not known then, and nothing is done.
                Action::Unknown { error } if error.class == Class::Unproven && kind == "nulls" => continue,
                Action::Unknown { error } => panic!("{operation}, {kind}: {}: {error}", step.address),
                Action::Create => "create",
                Action::Adopt { .. } => "adopt",
                Action::Update { .. } if stopped => "stop",
                Action::Update { .. } => "update",
                Action::Replace { .. } => "replace",
                Action::Delete => "delete",
                Action::Forget => "forget",
                Action::Release => "release",
                Action::Await { .. } => "await",
                Action::Refused { .. } => "refuse",
            };
            told.push(format!("{operation}: {name} {}", step.address));
        }
        sandbox.simulator.reseed(0);
    }
    told
}

/// The examples that use most of AWS.
const EXAMPLES: [&str; 2] = ["enterprise.yaml", "split-ccp.yaml"];

#[test]
fn values_that_no_model_has_pass_through_every_read() {
    for name in EXAMPLES {
        on_virtual_time(async {
            let sandbox = ready_for(name, Settings::default()).await;
            let outcome = sandbox.apply(None).await;
            assert!(outcome.failed.is_empty(), "{outcome:?}");
            let told = plans(&sandbox, "unknown-values").await;
            // Some of it shows: otherwise nothing was altered at all.
            assert!(
                told.iter().any(|line| line.starts_with("DescribeFleets: ")),
                "{told:#?}"
            );
        });
    }
}

#[test]
fn nulls_pass_through_every_read() {
    for name in EXAMPLES {
        on_virtual_time(async {
            let sandbox = ready_for(name, Settings::default()).await;
            let outcome = sandbox.apply(None).await;
            assert!(outcome.failed.is_empty(), "{outcome:?}");
            let told = plans(&sandbox, "nulls").await;
            assert!(
                told.iter().any(|line| line.starts_with("DescribeFleets: ")),
                "{told:#?}"
            );
            // Nothing is stopped or replaced because AWS did not tell what it always has a value for. (Of a builder's
            // network, role and texts, null may as well mean that there are none.)
            let destroyed: Vec<&String> = told
                .iter()
                .filter(|line| line.contains(": replace ") || line.contains(": delete "))
                .filter(|line| !line.contains("appstream.image_builder/"))
                .collect();
            assert!(destroyed.is_empty(), "{destroyed:#?}");
        });
    }
}
