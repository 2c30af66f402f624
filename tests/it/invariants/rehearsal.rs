//! Rehearsals: what Headset does while AWS is slow, refuses, gets stuck, and while another client changes things.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use headset_aws::Why;
use headset_engine::apply::Outcome;
use headset_engine::plan::{Action, Plan};
use headset_simulator::world::Settings;
use headset_simulator::{Latency, SimOptions};
use serde_json::{Value, json};

use crate::support::program::Program;
use crate::support::{Sandbox, example, examples, listed, on_virtual_time, ready_in};

/// A cloud that enforces AWS's rates and takes AWS's time.
fn throttled() -> SimOptions {
    SimOptions {
        throttle: true,
        latency: Latency::Aws,
        ..SimOptions::default()
    }
}

fn sandbox(name: &str) -> Sandbox {
    let (file, text) = example(name);
    Sandbox::new(&file, &text, Settings::default())
}

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

fn rule(sandbox: &Sandbox, rule: Value) {
    sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
}

/// The operations that were refused because they came too fast, in order.
fn refused_for_speed(sandbox: &Sandbox) -> Vec<String> {
    let codes = [
        "TooManyRequestsException",
        "ThrottlingException",
        "Throttling",
        "SlowDown",
        "RequestLimitExceededException",
    ];
    sandbox
        .simulator
        .call_log()
        .into_iter()
        .filter(|call| call.code.as_deref().is_some_and(|code| codes.contains(&code)))
        .map(|call| format!("{}:{}", call.service, call.operation))
        .collect()
}

/// How often clients called this operation successfully.
fn done(sandbox: &Sandbox, operation: &str) -> usize {
    sandbox
        .simulator
        .call_log()
        .iter()
        .filter(|call| call.operation == operation && call.status < 300 && call.by.is_none())
        .count()
}

fn failed(outcome: &Outcome) -> Vec<String> {
    outcome.failed.iter().map(ToString::to_string).collect()
}

/// Everything is as the blueprint wants it.
async fn settled(sandbox: &Sandbox, what: &str) {
    let plan = sandbox.plan().await;
    assert!(plan.is_empty(), "{what}\n{}", shown(&plan));
}

/// The next apply finishes what an earlier one could not.
async fn finishes(sandbox: &Sandbox, what: &str) {
    let outcome = sandbox.apply(None).await;
    assert!(
        outcome.failed.is_empty() && outcome.open.is_empty(),
        "{what}: {outcome:?}\n{}",
        sandbox.told()
    );
    settled(sandbox, what).await;
}

#[test]
fn headset_s_own_budget_stays_below_the_rates_of_aws() {
    for name in examples() {
        on_virtual_time(async {
            let sandbox = ready_in(&name, throttled()).await;
            let before = refused_for_speed(&sandbox).len();
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{name}: {outcome:?}"
            );
            let refused = refused_for_speed(&sandbox);
            eprintln!(
                "{name}: {} calls of the apply came too fast for AWS",
                refused.len() - before
            );
            assert_eq!(refused.len(), before, "{name}: {refused:?}");
            settled(&sandbox, &name).await;
        });
    }
}

#[test]
fn a_client_without_a_budget_is_refused_and_one_with_a_neighbour_only_waits() {
    on_virtual_time(async {
        let sandbox = ready_in("minimal.yaml", throttled()).await;
        let hasty = sandbox.aws(None).await;
        let answers = join_all((0..20).map(|_| hasty.connect().list_instances().send())).await;
        let taken = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(taken, 5, "Connect's burst");

        // Three of Headset at once, each with a budget of its own: together they are too fast.
        let many = [
            sandbox.aws(None).await,
            sandbox.aws(None).await,
            sandbox.aws(None).await,
        ];
        let calls = many.iter().flat_map(|aws| {
            (0..15).map(move |_| async move {
                let request = aws.connect().list_instances();
                aws.call("connect", "ListInstances", || request.clone().send())
                    .await
            })
        });
        let answers = join_all(calls).await;
        let lost: Vec<_> = answers
            .iter()
            .filter_map(|answer| answer.as_ref().err())
            .collect();
        assert!(lost.is_empty(), "{lost:?}");
        let throttled: u32 = many
            .iter()
            .flat_map(|aws| aws.delays())
            .filter(|delay| delay.why == Why::Throttled)
            .map(|delay| delay.times)
            .sum();
        assert!(throttled > 0, "no call was refused");
    });
}

#[test]
fn a_busy_account_delays_an_apply_and_does_not_fail_it() {
    on_virtual_time(async {
        let sandbox = sandbox("split-ccp.yaml");
        for (service, code, status) in [
            ("connect", "TooManyRequestsException", 429),
            ("appstream", "ThrottlingException", 400),
            ("iam", "Throttling", 400),
            ("s3", "SlowDown", 503),
            ("sso-admin", "ThrottlingException", 400),
            ("identitystore", "ThrottlingException", 400),
        ] {
            rule(
                &sandbox,
                json!({ "kind": "error", "service": service, "code": code, "status": status, "percent": 30 }),
            );
        }
        finishes(&sandbox, "a busy account").await;
        assert!(refused_for_speed(&sandbox).len() > 20);
        let outcome = sandbox.destroy(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
    });
}

#[test]
fn a_fleet_that_stays_starting_ends_the_wait_with_the_reason_and_the_next_run_goes_on() {
    for (code, expected) in [
        (
            Some("SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES"),
            "it stays STARTING: SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES: no addresses left",
        ),
        (None, "it is still STARTING after"),
    ] {
        on_virtual_time(async {
            let sandbox = sandbox("split-ccp.yaml");
            let mut stuck =
                json!({ "kind": "stick", "resource": "appstream.fleet", "message": "no addresses left" });
            if let Some(code) = code {
                stuck["code"] = json!(code);
            }
            rule(&sandbox, stuck);
            let outcome = sandbox.apply(None).await;
            assert_eq!(failed(&outcome), ["appstream.fleet/agents"]);
            assert!(sandbox.told().contains(expected), "{}", sandbox.told());
            // As long as it is stuck, nothing else is tried either.
            let plan = sandbox.plan().await;
            let step = &plan.steps[&"appstream.fleet/agents".parse().unwrap()];
            assert!(matches!(step.action, Action::Update { .. }), "{}", shown(&plan));
            sandbox.simulator.clear_faults();
            finishes(&sandbox, expected).await;
            assert_eq!(done(&sandbox, "CreateFleet"), 1);
            assert_eq!(done(&sandbox, "DeleteFleet"), 0);
        });
    }
}

#[test]
fn a_builder_that_stays_pending_is_waited_for_again_and_not_made_twice() {
    on_virtual_time(async {
        let sandbox = sandbox("split-ccp.yaml");
        rule(
            &sandbox,
            json!({
                "kind": "stick", "resource": "appstream.image-builder", "state": "PENDING",
                "code": "DOMAIN_JOIN_ERROR_ACCESS_DENIED", "message": "the account may not join",
            }),
        );
        let outcome = sandbox.apply(None).await;
        assert_eq!(failed(&outcome), ["appstream.image_builder/agent-desktop"]);
        assert!(
            sandbox
                .told()
                .contains("it stays PENDING: DOMAIN_JOIN_ERROR_ACCESS_DENIED: the account may not join"),
            "{}",
            sandbox.told()
        );
        sandbox.simulator.clear_faults();
        finishes(&sandbox, "a builder").await;
        assert_eq!(done(&sandbox, "CreateImageBuilder"), 1);
    });
}

#[test]
fn an_image_that_fails_is_named_with_its_reason_and_captured_anew() {
    on_virtual_time(async {
        let sandbox = sandbox("split-ccp.yaml");
        rule(
            &sandbox,
            json!({
                "kind": "fail", "resource": "appstream.image", "code": "IMAGE_BUILDER_NOT_AVAILABLE",
                "message": "the builder went away",
            }),
        );
        let outcome = sandbox.apply(None).await;
        assert_eq!(failed(&outcome), ["appstream.image/agent-desktop"]);
        assert!(
            sandbox.told().contains("the builder went away"),
            "{}",
            sandbox.told()
        );
        sandbox.simulator.clear_faults();
        finishes(&sandbox, "an image").await;
        assert_eq!(done(&sandbox, "CreateImageBuilder"), 1);
    });
}

#[test]
fn an_image_that_stays_pending_is_waited_for_again() {
    on_virtual_time(async {
        let sandbox = sandbox("split-ccp.yaml");
        rule(
            &sandbox,
            json!({ "kind": "stick", "resource": "appstream.image" }),
        );
        let outcome = sandbox.apply(None).await;
        assert_eq!(failed(&outcome), ["appstream.image/agent-desktop"]);
        assert!(
            sandbox.told().contains("it is still PENDING after"),
            "{}",
            sandbox.told()
        );
        sandbox.simulator.clear_faults();
        finishes(&sandbox, "an image").await;
    });
}

#[test]
fn an_instance_whose_creation_fails_is_replaced_by_the_next_run() {
    for quirks in [0, 7] {
        on_virtual_time(async {
            let (file, text) = example("minimal.yaml");
            let settings = Settings {
                quirks,
                ..Settings::default()
            };
            let sandbox = Sandbox::new(&file, &text, settings);
            rule(
                &sandbox,
                json!({ "kind": "fail", "resource": "connect.instance", "message": "the directory could not be made" }),
            );
            let outcome = sandbox.apply(None).await;
            assert_eq!(failed(&outcome).len(), 1, "{outcome:?}");
            assert!(
                sandbox
                    .told()
                    .contains("it is CREATION_FAILED: the directory could not be made"),
                "{}",
                sandbox.told()
            );
            let plan = sandbox.plan().await;
            let step = &plan.steps[&outcome.failed[0]];
            assert!(matches!(step.action, Action::Replace { .. }), "{}", shown(&plan));
            finishes(&sandbox, "an instance").await;
            let aws = sandbox.aws(None).await;
            let mut pages = aws.connect().list_instances().into_paginator().items().send();
            let mut states = Vec::new();
            while let Some(one) = pages.next().await {
                states.push(one.unwrap().instance_status().unwrap().as_str().to_owned());
            }
            assert_eq!(states, ["ACTIVE"]);
        });
    }
}

/// Everything that AWS holds of an environment, by sort: the number of each.
async fn inventory(sandbox: &Sandbox) -> BTreeMap<&'static str, usize> {
    let aws = sandbox.aws(None).await;
    let instances = aws.connect().list_instances().send().await.unwrap();
    let mut users = 0;
    for instance in instances.instance_summary_list() {
        let request = aws.connect().list_users().instance_id(instance.id().unwrap());
        users += request.send().await.unwrap().user_summary_list().len();
    }
    let roles = aws.iam().list_roles().path_prefix("/").send().await.unwrap();
    let providers = aws.iam().list_saml_providers().send().await.unwrap();
    let buckets = aws.s3().list_buckets().send().await.unwrap();
    BTreeMap::from([
        ("fleets", listed::fleets(&aws).await.len()),
        ("stacks", listed::stacks(&aws).await.len()),
        ("builders", listed::builders(&aws).await.len()),
        ("instances", instances.instance_summary_list().len()),
        ("users", users),
        ("roles", roles.roles().len()),
        ("providers", providers.saml_provider_list().len()),
        ("buckets", buckets.buckets().len()),
    ])
}

/// What another client may delete meanwhile.
const DELETED: [&str; 11] = [
    "appstream.fleet",
    "appstream.stack",
    "appstream.fleet-association",
    "appstream.image-builder",
    "connect.instance",
    "connect.approved-origin",
    "connect.user",
    "iam.role",
    "iam.saml-provider",
    "s3.bucket",
    "s3.object",
];

#[test]
fn what_another_client_deletes_during_an_apply_is_there_after_this_run_or_the_next() {
    let (calls, wanted) = on_virtual_time(async {
        let sandbox = sandbox("split-ccp.yaml");
        finishes(&sandbox, "no other client").await;
        (sandbox.simulator.call_log().len(), inventory(&sandbox).await)
    });
    for resource in DELETED {
        let mut met = 0;
        let mut moments: Vec<Value> = (1..=5)
            .map(|moment| json!({ "nth": calls * moment / 6 }))
            .collect();
        // The last thing that is made.
        moments.push(json!({ "operation": "AssociateFleet" }));
        for moment in moments {
            met += on_virtual_time(async {
                let what = format!("{resource} deleted after {moment}");
                let sandbox = sandbox("split-ccp.yaml");
                // What AWS itself keeps for the account cannot be deleted by a client.
                let name = if resource == "iam.role" { "acme-*" } else { "*" };
                let mut deletion = moment.clone();
                deletion["kind"] = json!("delete");
                deletion["resource"] = json!(resource);
                deletion["name"] = json!(name);
                rule(&sandbox, deletion);
                let first = sandbox.apply(None).await;
                assert!(first.open.is_empty(), "{what}: {first:?}");
                // The deletion may take the other client a while.
                sandbox.simulator.skip(Duration::from_secs(1_200));
                let outcome = sandbox.apply(None).await;
                assert!(
                    outcome.failed.is_empty() && outcome.open.is_empty(),
                    "{what}: {outcome:?}\n{}",
                    sandbox.told()
                );
                settled(&sandbox, &what).await;
                assert_eq!(inventory(&sandbox).await, wanted, "{what}");
                let destroyed = sandbox.destroy(None).await;
                assert!(destroyed.failed.is_empty(), "{what}: {destroyed:?}");
                let log = sandbox.simulator.call_log();
                log.iter().filter(|call| call.by.is_some()).count()
            });
        }
        assert!(met > 0, "{resource} was never there to be deleted");
    }
}

#[test]
fn what_another_client_changes_during_an_apply_is_as_wanted_after_the_next_run() {
    for (resource, operation, members) in [
        (
            "appstream.stack",
            "CreateStack",
            json!({ "DisplayName": "Somebody's" }),
        ),
        (
            "appstream.fleet",
            "StartFleet",
            json!({ "DisplayName": "Somebody's" }),
        ),
        ("iam.role", "CreateRole", json!({ "MaxSessionDuration": 3600 })),
        (
            "connect.user",
            "CreateUser",
            json!({ "PhoneConfig": { "PhoneType": "SOFT_PHONE", "AutoAccept": true } }),
        ),
        (
            "s3.bucket",
            "PutBucketPolicy",
            json!({ "VersioningConfiguration": { "Status": "Enabled" } }),
        ),
    ] {
        for when in ["before", "after"] {
            on_virtual_time(async {
                let what = format!("{resource} {when} {operation}");
                let sandbox = sandbox("split-ccp.yaml");
                let mut rule_of = json!({
                    "kind": "change", "resource": resource, "operation": operation, "when": when, "members": members,
                });
                if resource == "iam.role" {
                    rule_of["name"] = json!("acme-*");
                }
                rule(&sandbox, rule_of);
                let outcome = sandbox.apply(None).await;
                assert!(outcome.failed.is_empty(), "{what}: {outcome:?}");
                finishes(&sandbox, &what).await;
            });
        }
    }
}

/// The program in an empty directory with an example in it.
fn headset(directory: &std::path::Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_headset"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("HOME", directory)
        .said();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

#[test]
fn options_of_the_simulation_are_refused_without_one() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("center.yaml"), example("minimal.yaml").1).unwrap();
    std::fs::write(directory.path().join("faults.yaml"), "[]").unwrap();
    for option in [
        &["--faults", "faults.yaml"][..],
        &["--throttle"],
        &["--latency", "aws"],
        &["--quirks", "3"],
    ] {
        let mut arguments = vec!["apply", "center.yaml", "--yes"];
        arguments.extend(option);
        let (code, said) = headset(directory.path(), &arguments);
        assert_eq!(code, Some(64), "{option:?}: {said}");
        assert!(
            said.contains(option[0]) && said.contains("--sim was not given"),
            "{said}"
        );
        arguments.push("--sim");
        arguments[0] = "plan";
        arguments.retain(|argument| *argument != "--yes");
        assert_eq!(headset(directory.path(), &arguments).0, Some(0), "{option:?}");
    }
}

#[test]
fn timings_tell_what_was_waited_for_because_of_rates() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("center.yaml"), example("split-ccp.yaml").1).unwrap();
    std::fs::write(
        directory.path().join("busy.json"),
        r#"[{"kind": "error", "service": "connect", "code": "TooManyRequestsException", "status": 429, "nth": 3, "times": 2}]"#,
    )
    .unwrap();
    let arguments = [
        "apply",
        "center.yaml",
        "--sim",
        "--yes",
        "--timings",
        "--throttle",
        "--latency",
        "aws",
        "--faults",
        "busy.json",
    ];
    let (code, said) = headset(directory.path(), &arguments);
    assert_eq!(code, Some(0), "{said}");
    let waits: Vec<&str> = said
        .lines()
        .skip_while(|line| !line.starts_with("waited before calls"))
        .collect();
    for why in ["rate budget", "throttled by AWS"] {
        assert!(
            waits
                .iter()
                .any(|line| line.trim_start().starts_with("connect.") && line.ends_with(why)),
            "{why}\n{said}"
        );
    }
}
