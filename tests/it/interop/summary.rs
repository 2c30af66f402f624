//! The summary at the end of every run with `--json`.

use std::process::Command;

use serde_json::{Value, json};

use super::{documents, python, root, told};
use crate::support::desk::{APPLY, Desk, Said};

/// The last event of a run.
fn last(said: &Said) -> Value {
    let line = said.data.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// The summary of a document.
fn within(said: &Said) -> Value {
    let document: Value = serde_json::from_str(&said.data).unwrap();
    document["summary"].clone()
}

/// A run's summary without its time, held to its schema and to how the run ended.
fn checked(desk: &Desk, said: &Said, mut summary: Value) -> Value {
    assert_eq!(
        summary["exit_code"].as_i64().map(|code| code as i32),
        said.code,
        "{summary}"
    );
    let file = desk.path().join("summary.json");
    std::fs::write(&file, summary.to_string()).unwrap();
    let output = Command::new(python().with_file_name("check-jsonschema"))
        .arg("--schemafile")
        .arg(root().join("docs/reference/summary.schema.json"))
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{summary}\n{}", told(&output));
    std::fs::remove_file(file).unwrap();
    assert!(summary["milliseconds"].take().is_u64());
    summary
}

fn event(desk: &Desk, line: &[&str]) -> Value {
    let said = desk.run(&[line, &["--json"]].concat());
    checked(desk, &said, last(&said))
}

fn member(desk: &Desk, line: &[&str]) -> Value {
    let said = desk.run(line);
    if let ["plan" | "drift", ..] = line {
        let file = desk.path().join("document.json");
        std::fs::write(&file, &said.data).unwrap();
        documents::hold(&documents::schema(line[0]), std::slice::from_ref(&file), None);
        std::fs::remove_file(file).unwrap();
    }
    checked(desk, &said, within(&said))
}

#[test]
fn every_run_for_programs_ends_with_what_it_came_to() {
    let desk = Desk::example("split-ccp.yaml");
    let plan = ["plan", "center.yaml", "--sim", "--json"];
    let planned = member(&desk, &plan);
    assert_eq!(planned["environments"][0]["environment"], "acme-support");
    assert_eq!(
        planned["environments"][0]["next"],
        json!(["headset apply center.yaml --sim"])
    );
    assert!(planned["counts"]["create"].as_u64().unwrap() > 10, "{planned}");
    let waits = event(&desk, &[&APPLY[..], &["--operator", "off"]].concat());
    assert_eq!(
        (&waits["event"], &waits["outcome"], &waits["exit_code"]),
        (&json!("summary"), &json!("checkpoints"), &json!(3)),
        "{waits}"
    );
    assert!(
        waits["counts"]["open-checkpoints"].as_u64().unwrap() > 0,
        "{waits}"
    );
    assert!(waits["counts"]["not-begun"].as_u64().unwrap() > 0, "{waits}");
    let next = waits["environments"][0]["next"].as_array().unwrap();
    assert!(
        next.contains(&json!("headset apply center.yaml --sim --operator off")),
        "{waits}"
    );
    let done = event(&desk, &APPLY);
    assert_eq!(
        (&done["outcome"], &done["exit_code"]),
        (&json!("done"), &json!(0)),
        "{done}"
    );
    assert_eq!(done["environments"][0]["next"], json!([]));
    assert!(done["counts"]["create"].as_u64().unwrap() > 3, "{done}");
    // What was done before and what was done now are all that was planned.
    let made = |summary: &Value| summary["counts"]["create"].as_u64().unwrap();
    assert_eq!(
        made(&waits) + made(&done),
        made(&planned),
        "{waits} {done} {planned}"
    );
    assert_eq!(event(&desk, &APPLY)["counts"], json!({}));
    let nothing = member(&desk, &plan);
    assert_eq!(
        (&nothing["counts"], &nothing["outcome"]),
        (&json!({}), &json!("done"))
    );
    let none = member(&desk, &["drift", "center.yaml", "--sim", "--format", "json"]);
    assert_eq!((&none["counts"], &none["command"]), (&json!({}), &json!("drift")));
    let verified = member(&desk, &["verify", "center.yaml", "--sim", "--format", "json"]);
    assert!(verified["counts"]["passed"].as_u64().unwrap() > 5, "{verified}");
    desk.lose_state();
    let found = member(&desk, &["import", "center.yaml", "--sim", "--yes", "--json"]);
    assert!(found["counts"]["imported"].as_u64().unwrap() > 10, "{found}");
    assert_eq!(
        found["environments"][0]["next"],
        json!(["headset plan center.yaml --sim"])
    );
    let down = event(&desk, &["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(down["command"], "destroy");
    assert!(down["counts"]["delete"].as_u64().unwrap() > 10, "{down}");
}

#[test]
fn a_run_that_fails_says_so_in_its_summary() {
    let desk = Desk::example("minimal.yaml");
    let rule =
        "- { kind: error, service: connect, operation: CreateInstance, code: AccessDeniedException }\n";
    std::fs::write(desk.path().join("faults.yaml"), rule).unwrap();
    let failed = event(&desk, &[&APPLY[..], &["--faults", "faults.yaml"]].concat());
    assert_eq!(failed["outcome"], "error");
    assert_eq!(failed["counts"]["failed"], 1);
    // What comes to no run at all.
    let asks = event(&desk, &["apply", "center.yaml", "--sim"]);
    assert_eq!(
        (&asks["outcome"], &asks["environments"]),
        (&json!("usage"), &json!([])),
        "{asks}"
    );
    let missing = event(&desk, &["apply", "missing.yaml", "--sim", "--yes"]);
    assert_eq!(missing["outcome"], "error");
    // Nothing else writes one.
    let human = desk.run(&APPLY);
    assert!(!human.data.contains("\"summary\""), "{}", human.data);
}

#[test]
fn drift_is_counted_by_its_classes() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    desk.edit(|world| {
        let place = &mut world["world"]["appstream"]["places"]["123456789012/eu-west-1"];
        place["fleets"]["acme-support-agents"]["fields"]["DisconnectTimeoutInSeconds"] = json!(600);
    });
    let drifted = member(&desk, &["drift", "center.yaml", "--sim", "--format", "json"]);
    assert_eq!(drifted["outcome"], "changes", "{drifted}");
    // `--json` is the same.
    assert_eq!(
        member(&desk, &["drift", "center.yaml", "--sim", "--json"])["counts"],
        drifted["counts"]
    );
    assert!(drifted["counts"]["drift"].as_u64().unwrap() > 0, "{drifted}");
    assert_eq!(
        drifted["environments"][0]["next"],
        json!(["headset plan center.yaml --sim"])
    );
}
