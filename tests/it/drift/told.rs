//! What `headset drift` prints, and how it ends.

use serde_json::{Value, json};

use super::SHIFTS;
use crate::commands::{Desk, Said};

/// The name that a fleet has in the simulated world, and a region.
fn fleet<'a>(world: &'a mut Value, name: &str) -> &'a mut Value {
    &mut world["world"]["appstream"]["places"]["123456789012/eu-west-1"]["fleets"][name]["fields"]
}

fn desk() -> Desk {
    let desk = Desk::with(SHIFTS);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk
}

fn has(said: &Said, line: &str) {
    assert!(
        said.data.lines().any(|one| one == line),
        "no line `{line}`\n{}\n{}",
        said.data,
        said.talk
    );
}

#[test]
fn each_line_says_what_was_what_is_and_what_is_wanted() {
    let desk = desk();
    let said = desk.ok(&["drift", "center.yaml", "--sim"]);
    assert_eq!(
        said.data,
        "acme-shifts: 0 drifts, 0 pending, 0 following, 0 unknown\n"
    );
    desk.edit(|world| {
        fleet(world, "acme-shifts-agents")["DisconnectTimeoutInSeconds"] = json!(60);
    });
    let said = desk.run(&["drift", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(2));
    has(
        &said,
        "drift    appstream.fleet/agents: it was changed outside of Headset",
    );
    has(&said, "         disconnect: 900 → 60 (wanted 900)");
    has(&said, "acme-shifts: 1 drift, 0 pending, 0 following, 0 unknown");
}

#[test]
fn of_several_environments_each_is_named() {
    let desk = desk();
    let other = SHIFTS.replace("acme-shifts", "acme-other");
    std::fs::write(desk.path().join("other.yaml"), other).unwrap();
    desk.ok(&["apply", "other.yaml", "--sim", "--yes"]);
    desk.edit(|world| {
        fleet(world, "acme-other-agents")["DisconnectTimeoutInSeconds"] = json!(60);
    });
    let said = desk.run(&["drift", "center.yaml", "other.yaml", "--sim"]);
    assert_eq!(said.code, Some(2));
    let lines: Vec<&str> = said.data.lines().collect();
    assert_eq!(
        lines,
        [
            "acme-shifts",
            "acme-shifts: 0 drifts, 0 pending, 0 following, 0 unknown",
            "acme-other",
            "drift    appstream.fleet/agents: it was changed outside of Headset",
            "         disconnect: 900 → 60 (wanted 900)",
            "acme-other: 1 drift, 0 pending, 0 following, 0 unknown",
        ]
    );
    let said = desk.run(&["drift", "center.yaml", "other.yaml", "--sim", "--format", "json"]);
    let document: Value = serde_json::from_str(&said.data).unwrap();
    assert_eq!(
        (&document["drift"], &document["differences"][0]["environment"]),
        (&json!(1), &json!("acme-other"))
    );
    let difference = &document["differences"][0];
    assert_eq!(
        (&difference["because"], &difference["what"]),
        (
            &json!({ "id": "changed-outside" }),
            &json!("it was changed outside of Headset")
        )
    );
}

/// What could not be read says nothing about drift, so it must not look like none.
#[test]
fn what_could_not_be_read_is_an_error_unless_that_is_allowed() {
    let desk = desk();
    let denied = |operation: &str| json!([{ "operation": operation, "kind": "error", "code": "AccessDeniedException", "status": 400, "times": 1000 }]);
    std::fs::write(
        desk.path().join("denied.json"),
        denied("DescribeStacks").to_string(),
    )
    .unwrap();
    let run = |flags: &[&str]| {
        desk.run(
            &[
                &["drift", "center.yaml", "--sim", "--faults", "denied.json"],
                flags,
            ]
            .concat(),
        )
    };
    let said = run(&[]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    assert!(
        said.data.contains("unknown  appstream.stack/agents: "),
        "{}",
        said.data
    );
    assert!(said.talk.contains("--allow-unknown"), "{}", said.talk);
    let said = run(&["--allow-unknown"]);
    assert_eq!(said.code, Some(0), "{}", said.data);
    assert!(
        said.data.contains("unknown  appstream.stack/agents: "),
        "{}",
        said.data
    );
    // Drift stays drift, and an error beats it.
    desk.edit(|world| {
        fleet(world, "acme-shifts-agents")["DisconnectTimeoutInSeconds"] = json!(60);
    });
    assert_eq!(run(&["--allow-unknown"]).code, Some(2));
    assert_eq!(run(&[]).code, Some(1));
    // What the account shares is looked at, too.
    std::fs::write(desk.path().join("denied.json"), denied("GetRole").to_string()).unwrap();
    let said = run(&[]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    assert!(said.data.contains("unknown  iam.service_role/"), "{}", said.data);
}
