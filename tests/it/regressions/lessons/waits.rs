//! Waiting: when it ends, what it says, and what the next run does.

use aws_sdk_appstream::types::{ImageBuilderState, ImageState};
use headset_kinds::Condition;
use serde_json::json;

use super::{
    DESKS, applies, count, desks, edit, example_with, fails, inject, is_empty, live, sandbox, succeeded, with,
};
use crate::support::{on_virtual_time, seeds};

/// Lesson 1 (tfaws#20994): a fleet in a subnet without room stays STARTING for ever, and the waiter looked at its
/// state alone.
#[test]
fn a_bad_subnet_ends_the_wait_with_the_fleets_own_errors() {
    let bad = with(
        DESKS,
        &[("[subnet-0a1b2c3d4e5f60718, ", "[subnet-0a1b2c3d4e5f60bad, ")],
    );
    for seed in seeds() {
        on_virtual_time(async {
            let mut sandbox = sandbox(&bad, seed);
            let before = sandbox.simulator.now();
            assert_eq!(fails(&sandbox).await, ["appstream.fleet/agents"], "seed {seed}");
            let told = sandbox.told();
            assert!(
                told.contains("it stays STARTING: SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES: "),
                "seed {seed}: {told}"
            );
            let waited = (sandbox.simulator.now().0 - before.0) / 60_000;
            assert!(waited < 30, "seed {seed}: given up after {waited} minutes");

            // The next run goes on from there, without a new fleet.
            sandbox.rewrite(DESKS);
            applies(&sandbox, &format!("mended, seed {seed}")).await;
            assert_eq!(count(&sandbox, "CreateFleet"), 1, "seed {seed}");
        });
    }
}

/// Lesson 2 (boto/botocore#2059, aws/aws-sdk#423): waiters waited for states that do not exist, silently and for ever.
#[test]
fn a_state_that_nobody_knows_is_neither_waited_for_in_silence_nor_replaced() {
    let text = example_with("split-ccp.yaml", &[]);
    let impatient = with(
        &text,
        &[("      apps:\n", "      timeouts: { update: 20m }\n      apps:\n")],
    );
    on_virtual_time(async {
        let mut sandbox = sandbox(&text, 0);
        applies(&sandbox, "at first").await;
        sandbox.rewrite(&impatient);
        applies(&sandbox, "impatient").await;
        let state = |sandbox: &crate::support::Sandbox, state: &str| {
            edit(&sandbox.simulator, |world| {
                desks(world, "eu-west-1")["builders"]["acme-support-agent-desktop"]["state"] = json!(state);
            });
        };
        state(&sandbox, "HIBERNATING");
        let before = sandbox.simulator.now();
        assert_eq!(fails(&sandbox).await, ["appstream.image_builder/agent-desktop"]);
        let waited = (sandbox.simulator.now().0 - before.0) / 60_000;
        assert!((20..40).contains(&waited), "{waited} minutes");
        assert!(
            sandbox.told().contains("it is still HIBERNATING after"),
            "{}",
            sandbox.told()
        );
        state(&sandbox, "STOPPED");
        is_empty(&sandbox, "in a known state again").await;
        assert_eq!(count(&sandbox, "CreateImageBuilder"), 1);
    });
}

/// Lesson 3 (boto/boto3#2783): there are no waiters for builders and images, and error messages speak of a state that
/// the enum does not have.
#[test]
fn every_state_of_builders_and_images_is_rest_movement_or_failure() {
    let rest = |state: &str| Condition::settled(state);
    let expected = |state: &str| match state {
        "RUNNING" | "STOPPED" | "AVAILABLE" => Some(rest(state)),
        "FAILED" => None,
        _ => Some(Condition::Moving {
            state: state.to_owned(),
            detail: String::new(),
            error: None,
        }),
    };
    let builders = [
        "PENDING",
        "UPDATING_AGENT",
        "RUNNING",
        "STOPPING",
        "STOPPED",
        "REBOOTING",
        "SNAPSHOTTING",
        "DELETING",
        "FAILED",
        "UPDATING",
        "PENDING_QUALIFICATION",
        "PENDING_SYNCING_APPS",
        "SYNCING_APPS",
        "PENDING_IMAGE_IMPORT",
    ];
    let images = [
        "PENDING",
        "AVAILABLE",
        "FAILED",
        "COPYING",
        "DELETING",
        "CREATING",
        "IMPORTING",
        "VALIDATING",
    ];
    // What the SDK knows is among them; DEPRECATED, of which AWS's messages speak, is no state.
    assert!(
        ImageBuilderState::values()
            .iter()
            .all(|state| builders.contains(state))
    );
    assert!(ImageState::values().iter().all(|state| images.contains(state)));
    on_virtual_time(async {
        let sandbox = sandbox(&example_with("split-ccp.yaml", &[]), 0);
        applies(&sandbox, "at first").await;
        let address = "appstream.image_builder/agent-desktop";
        for state in builders {
            edit(&sandbox.simulator, |world| {
                desks(world, "eu-west-1")["builders"]["acme-support-agent-desktop"]["state"] = json!(state);
            });
            let condition = live(&sandbox, address).await.condition;
            match expected(state) {
                Some(expected) => assert_eq!(condition, expected),
                None => assert!(matches!(condition, Condition::Failed { .. }), "{condition:?}"),
            }
        }
        for state in images {
            edit(&sandbox.simulator, |world| {
                for (_, image) in desks(world, "eu-west-1")["images"].as_object_mut().unwrap() {
                    image["state"] = json!(state);
                }
            });
            let condition = live(&sandbox, "appstream.image/agent-desktop").await.condition;
            match expected(state) {
                Some(expected) => assert_eq!(condition, expected),
                None => assert!(matches!(condition, Condition::Failed { .. }), "{condition:?}"),
            }
        }
    });
}

/// Lesson 4 (tfaws#25388, tfaws#28128): AppStream does not see a role that IAM has just made, and calls it invalid.
#[test]
fn a_role_that_is_not_visible_yet_is_waited_for_and_one_that_never_comes_is_told() {
    let role = "role: \"arn:aws:iam::123456789012:role/machine\"";
    let text = example_with(
        "split-ccp.yaml",
        &[
            (
                "      browser: chrome\n",
                &format!("      browser: chrome\n      {role}\n"),
            ),
            (
                "      view: desktop\n",
                &format!("      view: desktop\n      {role}\n"),
            ),
        ],
    );
    on_virtual_time(async {
        let sandbox = sandbox(&text, 0);
        let aws = sandbox.aws(None).await;
        let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
            "Principal": { "Service": "appstream.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
        let made = aws
            .iam()
            .create_role()
            .role_name("machine")
            .assume_role_policy_document(trust.to_string());
        made.send().await.unwrap();
        for operation in ["CreateFleet", "CreateImageBuilder"] {
            inject(
                &sandbox,
                json!({ "operation": operation, "kind": "error", "code": "InvalidRoleException", "times": 3 }),
            );
        }
        let outcome = sandbox.apply(None).await;
        succeeded(&outcome, "a role that comes late");
        // Three refusals each, and more if the simulated cloud itself takes its time.
        assert!(count(&sandbox, "CreateFleet") >= 4 && count(&sandbox, "CreateImageBuilder") >= 4);
    });
    on_virtual_time(async {
        let sandbox = sandbox(&with(&text, &[("role/machine", "role/nobody")]), 0);
        assert_eq!(fails(&sandbox).await, ["appstream.image_builder/agent-desktop"]);
        assert!(
            sandbox.told().contains("InvalidRoleException"),
            "{}",
            sandbox.told()
        );
        assert!((2..20).contains(&count(&sandbox, "CreateImageBuilder")));
    });
}

/// Lesson 13 and 46 (tfaws#36757, tfaws#37026, stackitcloud/terraform-provider-stackit#1737): a wait that timed out
/// tainted the thing, and the next run replaced what had long been ready.
#[test]
fn a_wait_that_was_given_up_is_resumed_and_not_one_thing_is_made_again() {
    let text = with(
        DESKS,
        &[("view: desktop", "view: desktop, timeouts: { create: 1m }")],
    );
    on_virtual_time(async {
        let sandbox = sandbox(&text, 0);
        assert_eq!(fails(&sandbox).await, ["appstream.fleet/agents"]);
        assert!(
            sandbox.told().contains("apply again to go on waiting"),
            "{}",
            sandbox.told()
        );
        let mut runs = 0;
        // Each run waits its minute; the fleet becomes RUNNING meanwhile.
        while !fails(&sandbox).await.is_empty() {
            runs += 1;
            assert!(runs < 60, "it never arrives");
        }
        is_empty(&sandbox, "after some runs").await;
        assert_eq!(
            (count(&sandbox, "CreateFleet"), count(&sandbox, "DeleteFleet")),
            (1, 0)
        );
    });
}
