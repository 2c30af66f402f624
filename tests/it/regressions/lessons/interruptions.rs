//! Interruptions: whenever a run ends, nothing is orphaned, nothing is made twice, and no file is edited by hand.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use super::{
    CENTER, DESKS, applies, carried_out, edit, example_with, fails, goes, inject, live, sandbox, step, with,
};
use crate::support::program::Program;
use headset_engine::plan::Reason;

use crate::support::served::{cloud, headset, send};
use crate::support::{listed, on_virtual_time, seeds};

/// Lesson 44 (carina#2950, juju/terraform-provider-juju#1333, ovh/terraform-provider-ovh PR 1339): reading back what had
/// just been made was refused, and its id was lost with it.
#[test]
fn what_was_made_and_could_not_be_read_back_is_not_lost() {
    for (create, look) in [
        ("CreateInstance", "DescribeInstance"),
        ("CreateUser", "DescribeUser"),
        ("CreateFleet", "DescribeFleets"),
        ("CreateStack", "DescribeStacks"),
        ("CreateRole", "GetRole"),
        ("CreateSAMLProvider", "GetSAMLProvider"),
        ("CreateBucket", "HeadBucket"),
        ("CreateImageBuilder", "DescribeImageBuilders"),
    ] {
        on_virtual_time(async {
            let sandbox = sandbox(&example_with("split-ccp.yaml", &[]), 0);
            let simulator = sandbox.simulator.clone();
            let refuse = super::Meanwhile(move |operation: &str| {
                if operation == create {
                    let rule = json!({ "operation": look, "kind": "error", "code": "AccessDenied", "status": 403, "times": 100_000 });
                    simulator.inject(serde_json::from_value(rule).unwrap());
                }
            });
            let outcome = sandbox.apply(Some(Box::new(refuse))).await;
            assert!(!outcome.failed.is_empty(), "{create}");
            // The id is in state, although nothing could be seen.
            let made = carried_out(&sandbox, create);
            sandbox.simulator.reseed(0);
            applies(&sandbox, create).await;
            let again = carried_out(&sandbox, create) - made;
            let all: usize = match create {
                "CreateUser" => 3,
                _ => 1,
            };
            assert_eq!(made + again, all, "{create}: {made} and then {again}");
            goes(&sandbox, create).await;
        });
    }
}

/// Lesson 44 again: between making it and having it ready, the blueprint gives it another name. The one that was made
/// is known by its id, and goes.
#[test]
fn what_was_begun_under_another_name_is_no_orphan() {
    let other = with(
        DESKS,
        &[("    agents: { image", "    agents: { name: acme-other, image")],
    );
    for seed in seeds() {
        on_virtual_time(async {
            let mut sandbox = sandbox(
                &with(
                    DESKS,
                    &[("view: desktop", "view: desktop, timeouts: { create: 1m }")],
                ),
                seed,
            );
            assert_eq!(fails(&sandbox).await, ["appstream.fleet/agents"], "seed {seed}");
            sandbox.rewrite(&other);
            applies(&sandbox, &format!("seed {seed}")).await;
            sandbox.simulator.skip(std::time::Duration::from_secs(3600));
            let aws = sandbox.aws(None).await;
            let fleets = listed::fleets(&aws).await;
            let names: Vec<String> = fleets.into_iter().filter_map(|fleet| fleet.name).collect();
            assert_eq!(names, ["acme-other"], "seed {seed}");
        });
    }
}

/// Lesson 45 (pu#4265, pu#5377, pu#8559): an operation that was pending when the program died had to be deleted from a
/// JSON file by hand. Here the answer to each call that makes something is lost, or the call itself.
#[test]
fn what_was_pending_is_settled_by_looking() {
    for kind in ["drop-before", "drop-after"] {
        for operation in [
            "CreateInstance",
            "CreateFleet",
            "CreateStack",
            "AssociateFleet",
            "CreateRole",
            "CreateUser",
        ] {
            on_virtual_time(async {
                let sandbox = sandbox(&example_with("split-ccp.yaml", &[]), 0);
                // As often as any client would try.
                inject(
                    &sandbox,
                    json!({ "operation": operation, "kind": kind, "times": 100 }),
                );
                let failed = fails(&sandbox).await;
                assert!(kind == "drop-after" || !failed.is_empty(), "{kind} {operation}");
                sandbox.simulator.reseed(0);
                applies(&sandbox, &format!("{kind} {operation}")).await;
                assert!(sandbox.state().intents.is_empty());
                goes(&sandbox, &format!("{kind} {operation}")).await;
            });
        }
    }
}

/// Lesson 45 again: a refusal says that nothing was made only where no call before it may have made something. Else the next
/// run waits until that shows, also if the blueprint asks for something else by then.
#[test]
fn a_refusal_after_a_call_that_may_have_made_something_proves_nothing() {
    for (operation, proves) in [("CreateBucket", true), ("PutPublicAccessBlock", false)] {
        on_virtual_time(async {
            let sandbox = sandbox(&example_with("split-ccp.yaml", &[]), 0);
            let refused =
                json!({ "operation": operation, "kind": "error", "code": "AccessDenied", "times": 9 });
            inject(&sandbox, refused);
            fails(&sandbox).await;
            let intent = &sandbox.state().intents[&"s3.bucket/ccp".parse().unwrap()];
            assert_eq!(intent.at.is_none(), proves, "{operation}");
        });
    }
}

/// Lesson 45 again: what an unfinished call should have made never came to be, and the plan says so.
#[test]
fn what_never_came_to_be_is_made_and_the_plan_says_why() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER, 0);
        inject(
            &sandbox,
            json!({ "operation": "CreateInstance", "kind": "drop-before", "times": 20 }),
        );
        assert_eq!(fails(&sandbox).await, ["connect.instance/main"]);
        let plan = sandbox.plan().await;
        assert_eq!(
            step(&plan, "connect.instance/main").reason,
            Reason::CreationUnfinished
        );
        sandbox.simulator.reseed(0);
        applies(&sandbox, "reachable again").await;
        // What was there and is gone is another matter.
        edit(&sandbox.simulator, |world| {
            world["connect"]["instances"] = json!({});
        });
        let plan = sandbox.plan().await;
        assert_eq!(
            step(&plan, "connect.instance/main").reason,
            Reason::DeletedOutside
        );
    });
}

/// Lesson 47 (tf#32062, tf#1007): a step by hand was asked for at every run.
#[test]
fn a_step_by_hand_is_asked_for_once() {
    on_virtual_time(async {
        let sandbox = sandbox(&example_with("minimal.yaml", &[]), 0);
        assert_eq!(sandbox.apply_alone().await.open.len(), 1);
        applies(&sandbox, "with a person at hand").await;
        let again = sandbox.apply_alone().await;
        assert!(again.open.is_empty() && again.failed.is_empty(), "{again:?}");
        // Not even after state was lost: the answer is kept beside it.
        for file in ["state.json", "journal.jsonl"] {
            std::fs::remove_file(sandbox.state_directory().join(file)).unwrap();
        }
        let again = sandbox.apply_alone().await;
        assert!(again.open.is_empty() && again.failed.is_empty(), "{again:?}");
        assert!(
            live(&sandbox, "identity_center.application/acme-tiny")
                .await
                .outputs
                .contains_key("metadata")
        );
    });
}

/// Runs `apply --json`, sends the signal at the first event that is meant, and returns the exit code.
fn interrupted_at(
    folder: &Path,
    endpoint: &str,
    signal: &str,
    meant: impl Fn(&Value) -> bool,
) -> Option<i32> {
    let mut child = headset(folder, endpoint)
        .args(["apply", "center.yaml", "--yes", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut sent = false;
    for line in lines {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if !sent && meant(&event) {
            send(&child, signal);
            sent = true;
        }
    }
    assert!(sent, "the moment never came");
    child.wait().unwrap().code()
}

/// Lesson 43 (carina#3498, tf#13851, tf#30266, tf#35386, tfaws#18051, Azure/terraform-provider-azapi#1110,
/// cloudposse/docs#358): Ctrl-C, a cancelled pipeline or the end of a runner left orphans behind, or an empty state.
#[cfg(unix)]
#[test]
fn a_signal_at_any_moment_ends_with_130_and_the_next_apply_goes_on() {
    let is = |event: &Value, name: &str, address: &str| event["event"] == name && event["address"] == address;
    type Moment<'a> = (&'a str, Box<dyn Fn(&Value) -> bool + Send + 'a>);
    let moments: Vec<Moment<'_>> = vec![
        ("-INT", Box::new(|event| event["event"] == "begun")),
        (
            "-TERM",
            Box::new(|event| is(event, "started", "appstream.fleet/agents")),
        ),
        (
            "-INT",
            Box::new(|event| is(event, "observed", "appstream.fleet/agents")),
        ),
        (
            "-TERM",
            Box::new(|event| is(event, "finished", "appstream.stack/agents")),
        ),
    ];
    let interrupted = |round: usize, signal: &str, meant: Box<dyn Fn(&Value) -> bool + Send + '_>| {
        let (_cloud, endpoint) = cloud();
        let folder = tempfile::tempdir().unwrap();
        let text = with(
            DESKS,
            &[("name: acme-desks", &format!("name: acme-desks{round}"))],
        );
        std::fs::write(folder.path().join("center.yaml"), text).unwrap();
        assert_eq!(
            interrupted_at(folder.path(), &endpoint, signal, meant),
            Some(130),
            "{signal}, round {round}"
        );
        let run = |arguments: &[&str]| {
            let output = headset(folder.path(), &endpoint).args(arguments).said();
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stdout).into_owned()
                    + &String::from_utf8_lossy(&output.stderr),
            )
        };
        let (code, text) = run(&["apply", "center.yaml", "--yes"]);
        assert_eq!(code, Some(0), "round {round}\n{text}");
        let (code, text) = run(&["plan", "center.yaml", "--detailed-exitcode"]);
        assert_eq!(code, Some(0), "round {round}\n{text}");
        // Nothing was made beside it: everything goes, and then nothing of it exists.
        let (code, text) = run(&["destroy", "center.yaml", "--yes"]);
        assert_eq!(code, Some(0), "round {round}\n{text}");
        let (code, text) = run(&[
            "destroy",
            "--name",
            &format!("acme-desks{round}"),
            "--region",
            "eu-west-1",
            "--yes",
        ]);
        assert!(
            code == Some(0) && text.contains("nothing of it exists"),
            "round {round}\n{text}"
        );
    };
    std::thread::scope(|scope| {
        for (round, (signal, meant)) in moments.into_iter().enumerate() {
            scope.spawn(move || interrupted(round, signal, meant));
        }
    });
}
