//! All environments of an account.

use serde_json::Value;

use crate::support::desk::{APPLY, Desk};

fn listed(desk: &Desk) -> Vec<Value> {
    let said = desk.ok(&["env", "list", "--sim", "--json"]);
    let document: Value = serde_json::from_str(&said.data).unwrap();
    assert!(document["searched"].is_object(), "{document}");
    document["environments"].as_array().unwrap().clone()
}

#[test]
fn the_environments_of_an_account_are_listed() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.ok(&["env", "list", "--sim"]);
    assert!(said.data.contains("There is no environment"), "{}", said.data);
    desk.ok(&APPLY);
    let other = [
        "apply",
        "center.yaml",
        "--sim",
        "--yes",
        "--set",
        "name=acme-second",
        "--set",
        "connect.alias=acme-second",
        "--set",
        "sign_in.idp.identity_center.application=acme-second",
    ];
    let second = desk.run(&other);
    assert_eq!(second.code, Some(0), "{}\n{}", second.data, second.talk);
    let all = listed(&desk);
    assert_eq!(all.len(), 2, "{all:?}");
    for (one, name) in all.iter().zip(["acme-second", "acme-support"]) {
        assert_eq!(one["environment"], name);
        assert_eq!(one["lineage"], desk.lineage(name));
        assert!(one["state"].as_str().unwrap().contains(name), "{one}");
        let known = desk.state(name)["resources"].as_object().unwrap().len();
        assert_eq!(one["resources"], known);
    }
    // Without state, tags tell; and nothing is written.
    let lineage = desk.lineage("acme-second");
    desk.lose_state();
    let all = listed(&desk);
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all[0]["lineage"], lineage);
    assert_eq!(all[0]["state"], Value::Null);
    // The index of tags is read, and not the tags of one fleet and stack after the other.
    desk.days_pass(1);
    desk.ok(&["env", "list", "--sim", "--record", "calls.jsonl"]);
    let calls = std::fs::read_to_string(desk.path().join("calls.jsonl")).unwrap();
    let calls: Vec<Value> = calls
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let times = |service: &str, operation: &str| {
        let meant = |call: &&Value| call["service"] == service && call["operation"] == operation;
        calls.iter().filter(meant).count()
    };
    assert!(
        times("resourcegroupstaggingapi", "GetResources") > 0,
        "{calls:#?}"
    );
    assert_eq!(times("appstream", "ListTagsForResource"), 0, "{calls:#?}");
    let said = desk.ok(&["env", "list", "--sim"]);
    assert!(
        said.data
            .contains(&format!("known by its tags alone, lineage {lineage}")),
        "{}",
        said.data
    );
    assert!(
        said.talk.contains("headset destroy --lineage ID --sim"),
        "{}",
        said.talk
    );
    assert!(!desk.path().join(".headset/acme-second").exists());
}
