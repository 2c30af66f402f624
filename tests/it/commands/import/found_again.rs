//! An environment whose state was lost, as a whole or in part: what is taken over, what is said of it, how it goes.

use serde_json::{Value, json};

use crate::support::desk::{Desk, Said};
use crate::support::of_earlier_format;

const APPLY: [&str; 4] = ["apply", "center.yaml", "--sim", "--yes"];
const IMPORT: [&str; 4] = ["import", "center.yaml", "--sim", "--yes"];
const FAULTS: [&str; 2] = ["--faults", "faults.json"];

fn lost() -> Desk {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    desk.lose_state();
    desk
}

fn deny(desk: &Desk, rules: &[Value]) {
    let rule = |which: &Value| {
        let mut rule = json!({ "kind": "error", "code": "AccessDeniedException", "status": 403 });
        rule.as_object_mut()
            .unwrap()
            .extend(which.as_object().unwrap().clone());
        rule
    };
    let rules: Vec<Value> = rules.iter().map(rule).collect();
    std::fs::write(desk.path().join("faults.json"), json!(rules).to_string()).unwrap();
}

fn with_faults(desk: &Desk, command: &[&str]) -> Said {
    desk.run(&[command, &FAULTS[..]].concat())
}

#[test]
fn what_could_not_be_read_is_named_and_not_taken_for_absent() {
    let desk = lost();
    deny(
        &desk,
        &["appstream", "connect", "iam", "s3"].map(|service| json!({ "service": service })),
    );
    let said = with_faults(&desk, &IMPORT);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(!said.talk.contains("nothing to take over"), "{}", said.talk);
    for address in ["appstream.fleet/agents", "connect.instance/main", "s3.bucket/ccp"] {
        assert!(
            said.talk.contains(&format!("{address} could not be read: ")),
            "{address}\n{}",
            said.talk
        );
    }
}

/// Programs learn as much as people: what could not be read, and why.
#[test]
fn what_could_not_be_read_is_in_the_document_for_programs() {
    let desk = lost();
    deny(
        &desk,
        &[json!({ "service": "appstream", "operation": "DescribeFleets" })],
    );
    let document = |command: &[&str]| -> Value {
        let said = with_faults(&desk, &[command, &["--json"]].concat());
        assert_eq!(said.code, Some(1), "{}", said.talk);
        serde_json::from_str(&said.data).unwrap_or_else(|error| panic!("{error}: {}", said.data))
    };
    // What is named alone and could not be read: nothing is taken over.
    let of_one = document(&["import", "center.yaml", "appstream.fleet/agents", "--sim"]);
    let of_all = document(&IMPORT);
    for (told, taken) in [(&of_one, false), (&of_all, true)] {
        let hangs_on_it = json!([
            "appstream.fleet/agents",
            "appstream.fleet_association/agents:agents"
        ]);
        let unread = if taken {
            hangs_on_it
        } else {
            json!(["appstream.fleet/agents"])
        };
        assert_eq!(told["unread"], unread, "{told}");
        assert_eq!(told["imported"].as_array().unwrap().is_empty(), !taken, "{told}");
        let errors = told["diagnostics"].as_array().unwrap().iter();
        let errors: Vec<&Value> = errors.filter(|one| one["severity"] == "error").collect();
        assert_eq!(errors.len(), unread.as_array().unwrap().len(), "{told}");
        let message = errors[0]["message"].as_str().unwrap();
        assert!(
            message.starts_with("appstream.fleet/agents could not be read: "),
            "{told}"
        );
    }
    let said = desk.ok(&[&IMPORT[..], &["--json"]].concat());
    let told: Value = serde_json::from_str(&said.data).unwrap();
    assert_eq!(told["unread"], json!([]), "{told}");
}

#[test]
fn what_could_be_read_is_taken_over_beside_what_could_not() {
    let desk = lost();
    deny(
        &desk,
        &[json!({ "service": "appstream", "operation": "DescribeFleets" })],
    );
    let said = with_faults(&desk, &IMPORT);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(
        said.talk
            .contains("error[unknown]: appstream.fleet/agents could not be read: "),
        "{}",
        said.talk
    );
    assert!(said.talk.contains("found again by its tags"), "{}", said.talk);
    let state = desk.state("acme-support");
    assert_eq!(state["partial"], true, "{state}");
    let has = |address: &str| state["resources"].get(address).is_some();
    assert!(
        has("appstream.stack/agents") && !has("appstream.fleet/agents"),
        "{state}"
    );
    // Once it can be read, the rest follows.
    let said = desk.ok(&IMPORT);
    assert!(said.data.contains("appstream.fleet/agents"), "{}", said.data);
}

#[test]
fn what_was_found_again_is_not_said_to_have_been_changed() {
    let desk = lost();
    desk.ok(&IMPORT);
    for command in ["plan", "drift"] {
        let said = desk.run(&[command, "center.yaml", "--sim"]);
        let all = format!("{}{}", said.data, said.talk);
        assert!(!all.contains("the blueprint changed"), "{command}\n{all}");
        assert!(!all.contains("changed outside"), "{command}\n{all}");
        assert!(
            all.contains("it was found again, and is not as the blueprint says"),
            "{command}\n{all}"
        );
    }
    // What was applied since is known.
    desk.ok(&APPLY);
    let text = std::fs::read_to_string(desk.path().join("center.yaml")).unwrap();
    let changed = text.replacen("\ntags:", "\ntags:\n  since: import\n#", 1);
    assert_ne!(changed, text);
    desk.write(&changed);
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(plan.contains("the blueprint changed"), "{plan}");
    assert!(!plan.contains("found again"), "{plan}");
}

#[test]
fn what_state_has_forgotten_goes_before_what_it_depends_on() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let place = std::fs::read_dir(desk.path().join(".headset/acme-support")).unwrap();
    let file = place.last().unwrap().unwrap().path().join("state.json");
    let mut state = desk.state("acme-support");
    let forgotten = state["resources"]
        .as_object_mut()
        .unwrap()
        .remove("appstream.fleet/agents");
    assert!(forgotten.is_some());
    std::fs::write(&file, of_earlier_format(state)).unwrap();
    let said = desk.run(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.data, said.talk);
    assert!(said.data.contains("- appstream.fleet/agents"), "{}", said.data);
    assert!(!said.talk.contains("may be wrong"), "{}", said.talk);
}
