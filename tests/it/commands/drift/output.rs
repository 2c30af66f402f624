//! What `headset drift` prints, and how it ends.

use serde_json::{Value, json};

use super::SHIFTS;
use crate::support::desk::{Desk, Said};

/// The name that a fleet has in the simulated world, and a region.
pub(crate) fn fleet<'a>(world: &'a mut Value, name: &str) -> &'a mut Value {
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

/// What is gone has no metadata that could be read: it is missing, and that is no reason to say that nothing is known.
#[test]
fn an_application_that_was_deleted_outside_is_missing() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    crate::invariants::lost_state::the_person_deletes_the_applications(&desk);
    let said = desk.run(&["drift", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(2), "{}{}", said.data, said.talk);
    let gone = "missing  identity_center.application/acme-support: it is gone, and";
    assert!(said.data.contains(gone), "{}", said.data);
    assert!(said.data.ends_with(", 0 unknown\n"), "{}", said.data);
    // The metadata in IAM is a document of many lines, and what is wanted is not known yet.
    assert!(!said.data.contains("\\n"), "{}", said.data);
    let reference = " lines) → (metadata of identity_center.application/acme-support)";
    assert!(said.data.contains(reference), "{}", said.data);
    for command in ["plan", "status"] {
        let said = desk.ok(&[command, "center.yaml", "--sim"]);
        assert!(
            !said.talk.contains("could not be fetched"),
            "{command}: {}",
            said.talk
        );
        assert!(!said.data.contains("\\n"), "{command}: {}", said.data);
    }
}

/// What counts as unknown is decided in one place, also for what is taken to be there: a shared role of the account.
#[test]
fn plan_and_drift_count_the_same_things_as_unknown() {
    let desk = desk();
    let denied = |operation: &str| json!({ "operation": operation, "kind": "error", "code": "AccessDenied", "status": 403, "times": 1000 });
    let unknown = |said: &str| -> usize {
        let before = said
            .trim_end()
            .strip_suffix(" unknown")
            .or_else(|| Some(said.split_once(" unknown, ")?.0));
        let count = before.and_then(|before| before.rsplit(' ').next()?.parse().ok());
        count.unwrap_or_else(|| panic!("it counts nothing as unknown: {said}"))
    };
    for (operations, least) in [(&["GetRole"][..], 2), (&["GetRole", "DescribeStacks"], 3)] {
        let rules: Vec<Value> = operations.iter().map(|operation| denied(operation)).collect();
        std::fs::write(desk.path().join("denied.json"), json!(rules).to_string()).unwrap();
        let faults = ["center.yaml", "--sim", "--faults", "denied.json"];
        let run = |command: &str, more: &[&str]| desk.run(&[&[command], &faults[..], more].concat());
        let counted = unknown(&run("drift", &[]).data);
        assert!(counted >= least, "{operations:?}: {counted}");
        assert_eq!(unknown(&run("plan", &[]).data), counted, "{operations:?}");
        let plan: Value = serde_json::from_str(&run("plan", &["--json"]).data).unwrap();
        let unread = plan["plans"][0]["unread"].as_array().unwrap();
        assert_eq!(unread.len(), counted, "{unread:?}");
    }
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
