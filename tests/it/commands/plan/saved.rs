//! `headset plan --out PLAN` and `headset apply PLAN`: what was shown is done, or nothing is.

use aws_sdk_appstream::types::ComputeCapacity;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::commands::shared_state::{STORE, another, with_bucket};
use crate::invariants::lost_state::others;
use crate::invariants::state_file::told;
use crate::support::desk::Desk;
use crate::support::fixtures::{CENTER, DESKS, with};

const SAVE: [&str; 5] = ["plan", "center.yaml", "--sim", "--out", "center.plan"];
const CARRY_OUT: [&str; 3] = ["apply", "center.plan", "--sim"];

fn file(desk: &Desk) -> Value {
    serde_json::from_str(&std::fs::read_to_string(desk.path().join("center.plan")).unwrap()).unwrap()
}

/// Writes a saved plan with the checksum that belongs to it.
fn forge(desk: &Desk, mut document: Value) {
    document.as_object_mut().unwrap().remove("sum");
    document["sum"] = hex::encode(Sha256::digest(document.to_string())).into();
    std::fs::write(desk.path().join("center.plan"), document.to_string()).unwrap();
}

/// The lineage of a new environment and the end of its lifetime are made up when it is planned: what is carried out later
/// has the same ones.
#[test]
fn a_saved_plan_is_carried_out_without_a_question_and_only_once() {
    let desk = Desk::with(CENTER);
    let said = desk.ok(&[&SAVE[..], &["--set", "connect.calls.outbound=false"]].concat());
    assert!(
        said.talk.contains("headset apply center.plan --sim\n"),
        "what is in the plan is not said again: {}",
        said.talk
    );
    let saved = file(&desk);
    let shown: Value = serde_json::from_str(
        &desk
            .ok(&[
                "plan",
                "center.yaml",
                "--sim",
                "--json",
                "--set",
                "connect.calls.outbound=false",
            ])
            .data,
    )
    .unwrap();
    for member in ["schema_version", "verdicts", "refusals"] {
        assert_eq!(
            saved[member], shown[member],
            "tools read it as the JSON of a plan"
        );
    }
    assert_eq!(saved["plans"][0]["steps"][0]["do"], "create");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.path().join("center.plan"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    desk.days_pass(1);
    let said = desk.ok(&CARRY_OUT);
    assert!(said.talk.contains("acme-center: done"), "{}", said.talk);
    let state = desk.state("acme-center");
    assert_eq!(state["lineage"], saved["saved"]["bound"]["lineage"]);
    assert_eq!(state["expires"], saved["saved"]["planned"]["expires"]);
    desk.ok(&[
        "plan",
        "center.yaml",
        "--sim",
        "--detailed-exitcode",
        "--set",
        "connect.calls.outbound=false",
    ]);
    let again = desk.run(&CARRY_OUT);
    assert_eq!(again.code, Some(5), "{}", again.talk);
    let told = told(&again);
    assert!(told.contains("[stale-plan]"), "{told}");
    assert!(told.contains("changes of state: saved with 0, now"), "{told}");
}

/// Each thing that a plan is bound to, changed by itself in a file whose checksum is right.
#[test]
fn a_plan_for_something_else_is_refused_with_what_differs() {
    let desk = Desk::with(CENTER);
    desk.ok(&SAVE);
    let saved = file(&desk);
    for (member, other, words) in [
        (
            "headset",
            json!("9.9.9"),
            "Headset's version: saved with 9.9.9, now",
        ),
        (
            "environment",
            json!("other"),
            "the environment: saved with other, now acme-center",
        ),
        (
            "account",
            json!("111122223333"),
            "the account: saved with 111122223333, now 123456789012",
        ),
        (
            "endpoint",
            json!("AWS"),
            "the endpoint: saved with AWS, now the simulator",
        ),
        (
            "store",
            json!("s3://acme-state/x"),
            "where state is kept: saved with s3://acme-state/x",
        ),
        (
            "lineage",
            json!("6f1d0c1e-9999-4999-8999-999999999999"),
            "the lineage of state",
        ),
        ("serial", json!(7), "changes of state: saved with 7, now 0"),
        (
            "blueprint",
            json!("abc"),
            "the blueprint (digest): saved with abc, now",
        ),
    ] {
        let mut document = saved.clone();
        document["saved"]["bound"][member] = other;
        forge(&desk, document);
        let said = desk.run(&CARRY_OUT);
        assert_eq!(said.code, Some(5), "{member}: {}", said.talk);
        assert!(told(&said).contains(words), "{member}: {}", told(&said));
    }
    let mut document = saved.clone();
    document["saved"]["bound"]["places"]["regions"]["connect"] = "us-west-2".into();
    forge(&desk, document);
    let said = desk.run(&CARRY_OUT);
    assert!(
        told(&said).contains("the regions: saved with connect us-west-2"),
        "{}",
        told(&said)
    );
    // What is promised is not trusted either.
    let mut document = saved.clone();
    document["saved"]["steps"].as_object_mut().unwrap().clear();
    forge(&desk, document);
    let said = desk.run(&CARRY_OUT);
    assert_eq!(said.code, Some(5), "{}", said.talk);
    assert!(
        told(&said).contains("connect.instance/main: saved: nothing; now: create"),
        "{}",
        told(&said)
    );
    forge(&desk, saved);
    desk.write(&format!("{CENTER}  calls: {{ outbound: false }}\n"));
    let said = desk.run(&CARRY_OUT);
    assert!(told(&said).contains("the blueprint (digest)"), "{}", told(&said));
    assert!(
        !desk.saved()["world"].to_string().contains("acme-center"),
        "nothing was made"
    );
}

#[test]
fn a_damaged_plan_is_no_plan() {
    let desk = Desk::with(CENTER);
    desk.ok(&SAVE);
    let path = desk.path().join("center.plan");
    let text = std::fs::read_to_string(&path).unwrap();
    for damaged in [
        text.replacen("\"create\"", "\"keep\"", 1),
        text.replacen("\"sum\"", "\"sun\"", 1),
        text[..text.len() / 2].to_owned(),
        text.replacen("\"format\":1", "\"format\":2", 1),
    ] {
        assert_ne!(damaged, text);
        std::fs::write(&path, &damaged).unwrap();
        let said = desk.run(&CARRY_OUT);
        assert_eq!(said.code, Some(1), "{}", said.talk);
        assert!(
            told(&said).contains("center.plan is no saved plan"),
            "{}",
            told(&said)
        );
    }
}

/// What is there is looked at again, and another plan than the saved one is not carried out.
#[test]
fn what_another_hand_changes_meanwhile_is_not_overrun() {
    let desk = Desk::with(DESKS);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.ok(&[&SAVE[..], &["--set", "appstream.fleets.agents.capacity=4"]].concat());
    let name = file(&desk)["plans"][0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["address"] == "appstream.fleet/agents")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    others(&desk, "eu-west-1", async |aws| {
        let capacity = ComputeCapacity::builder().desired_instances(3).build();
        let request = aws
            .appstream()
            .update_fleet()
            .name(&name)
            .compute_capacity(capacity);
        request.send().await.unwrap();
    });
    let said = desk.run(&CARRY_OUT);
    assert_eq!(said.code, Some(5), "{}", said.talk);
    let told = told(&said);
    assert!(
        told.contains("appstream.fleet/agents: saved: update of"),
        "{told}"
    );
    assert!(told.contains("now: the same with other values"), "{told}");
    let world = desk.saved()["world"]["appstream"].to_string();
    assert!(!world.contains("\"Desired\":4"), "{world}");
}

#[test]
fn a_saved_plan_holds_no_secrets_and_takes_no_other_options() {
    let text = with(
        CENTER,
        &[(
            "  identity: connect-managed\n",
            "  identity: connect-managed\n  users:\n    agent1: { first: Agent, last: One, security: [Agent], \
             password: { file: password } }\n",
        )],
    );
    let desk = Desk::with(&text);
    std::fs::write(desk.path().join("password"), "Spring2026pass").unwrap();
    desk.ok(&SAVE);
    assert!(!file(&desk).to_string().contains("Spring2026pass"));
    for option in [
        &["--set", "connect.calls.outbound=false"][..],
        &["--target", "connect.instance/main"],
        &["--exclude", "connect.instance/main"],
        &["--allow-disruption"],
        &["--allow-irreversible", "connect.instance/main"],
    ] {
        let said = desk.run(&[&CARRY_OUT[..], option].concat());
        assert_eq!(said.code, Some(64), "{option:?}: {}", said.talk);
        assert!(
            told(&said).contains("center.plan is a saved plan"),
            "{}",
            told(&said)
        );
    }
    desk.ok(&CARRY_OUT);
}

/// A part of a plan stays one, and what was allowed when it was saved is allowed.
#[test]
fn a_saved_plan_keeps_its_part_and_what_was_allowed() {
    let both = format!("{DESKS}connect:\n  alias: acme-center\n  identity: connect-managed\n");
    let desk = Desk::with(&both);
    desk.ok(&[&SAVE[..], &["--target", "connect.instance/main"]].concat());
    let said = desk.ok(&CARRY_OUT);
    assert!(said.talk.contains("acme-desks: done in part"), "{}", said.talk);
    assert!(
        !desk.saved()["world"]["appstream"]
            .to_string()
            .contains("acme-desks-agents")
    );
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.write(DESKS);
    let said = desk.run(&SAVE);
    assert_eq!(said.code, Some(5), "{}", said.talk);
    assert!(told(&said).contains("the plan was not saved"), "{}", told(&said));
    desk.ok(&[&SAVE[..], &["--allow-irreversible", "connect.instance/main"]].concat());
    let said = desk.ok(&CARRY_OUT);
    assert!(
        said.talk.contains("connect.instance/main deleted"),
        "{}",
        said.talk
    );
}

#[test]
fn a_saved_way_down_is_carried_out_without_a_question_and_only_once() {
    let desk = Desk::with(CENTER);
    let save = ["plan", "center.yaml", "--destroy", "--sim", "--out", "down.plan"];
    let carry_out = ["apply", "down.plan", "--sim"];
    let said = desk.run(&save);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains("state holds nothing"), "{}", told(&said));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = desk.ok(&save);
    assert!(
        told(&said).contains("headset apply down.plan --sim"),
        "{}",
        told(&said)
    );
    let option = [&carry_out[..], &["--allow-disruption"]].concat();
    assert_eq!(desk.run(&option).code, Some(64));
    for command in ["destroy", "plan"] {
        let said = desk.run(&[command, "down.plan", "--sim"]);
        assert_eq!(said.code, Some(64), "{}", told(&said));
        let message = "down.plan is a saved plan, and not a blueprint";
        assert!(told(&said).contains(message), "{}", told(&said));
        assert!(
            told(&said).contains("`headset apply down.plan`"),
            "{}",
            told(&said)
        );
    }
    // What was applied since is not in it.
    desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--set", "lifetime=2d"]);
    let said = desk.run(&carry_out);
    assert_eq!(said.code, Some(5), "{}", told(&said));
    let advice = "headset plan center.yaml --destroy --out PLAN";
    assert!(
        told(&said).contains("changes of state: saved with"),
        "{}",
        told(&said)
    );
    assert!(told(&said).contains(advice), "{}", told(&said));
    desk.ok(&save);
    let said = desk.ok(&carry_out);
    assert!(told(&said).contains("acme-center: taken down"), "{}", told(&said));
    assert_eq!(desk.state("acme-center")["resources"], json!({}));
    assert_eq!(desk.run(&carry_out).code, Some(5));
}

#[test]
fn a_way_down_that_would_be_refused_is_not_saved() {
    let desk = Desk::with(&with(CENTER, &[("lifetime: 1d\n", "")]));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = desk.run(&["plan", "center.yaml", "--destroy", "--sim", "--out", "down.plan"]);
    assert_eq!(said.code, Some(5), "{}", told(&said));
    assert!(told(&said).contains("protected"), "{}", told(&said));
    assert!(!desk.path().join("down.plan").exists());
}

#[test]
fn no_other_file_is_overwritten() {
    let desk = Desk::with(CENTER);
    let said = desk.run(&["plan", "center.yaml", "--sim", "--out", "center.yaml"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(told(&said).contains("is no saved plan"), "{}", told(&said));
    assert_eq!(
        std::fs::read_to_string(desk.path().join("center.yaml")).unwrap(),
        CENTER
    );
    // A plan that was saved before is.
    desk.ok(&SAVE);
    desk.ok(&SAVE);
    std::fs::copy(desk.path().join("center.yaml"), desk.path().join("other.yaml")).unwrap();
    let said = desk.run(&["plan", "center.yaml", "other.yaml", "--sim", "--out", "both.plan"]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
}

/// One machine plans, another one carries out what was agreed to.
#[test]
fn a_plan_that_was_saved_on_another_machine_is_carried_out_with_shared_state() {
    let desk = with_bucket();
    let shared = ["--state", STORE];
    desk.ok(&[&SAVE[..], &shared].concat());
    let other = another(&desk);
    std::fs::copy(desk.path().join("center.plan"), other.path().join("center.plan")).unwrap();
    let said = other.run(&CARRY_OUT);
    assert_eq!(said.code, Some(5), "{}", said.talk);
    assert!(told(&said).contains("where state is kept"), "{}", told(&said));
    other.ok(&[&CARRY_OUT[..], &shared].concat());
    let said = other.run(&[&CARRY_OUT[..], &shared].concat());
    assert_eq!(said.code, Some(5), "{}", said.talk);
}
