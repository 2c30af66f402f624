//! `--json` of commands that come to one thing: one document on standard output, and nothing beside it.

use serde_json::Value;

use crate::support::desk::{APPLY, Desk};

fn document(desk: &Desk, words: &[&str]) -> Value {
    let said = desk.ok(&[words, &["--json"]].concat());
    let document: Value =
        serde_json::from_str(&said.data).unwrap_or_else(|error| panic!("{error}: {}", said.data));
    assert_eq!(document["schema_version"], 1, "{document}");
    document
}

#[test]
fn what_a_command_comes_to_is_one_document() {
    let desk = Desk::example("minimal.yaml");
    let templates = document(&desk, &["init", "--list"]);
    let split = |one: &Value| {
        one["name"] == "split-ccp" && one["about"].as_str().is_some_and(|about| !about.is_empty())
    };
    assert!(
        templates["templates"].as_array().unwrap().iter().any(split),
        "{templates}"
    );
    let written = document(&desk, &["init", "new.yaml"]);
    assert_eq!(written["next"][0], "headset validate new.yaml");
    let key = document(&desk, &["explain", "connect.alias"]);
    assert!(key["text"].as_str().unwrap().contains("alias"), "{key}");
    assert!(document(&desk, &["sim", "quirks"])["quirks"][0]["id"].is_string());
    let graph = document(&desk, &["graph", "center.yaml"]);
    let resources = graph["resources"].as_array().unwrap();
    let user = resources
        .iter()
        .find(|one| one["address"] == "connect.user/agent1@example.com")
        .unwrap();
    assert_eq!(user["made"], "headset");
    desk.ok(&APPLY);
    let forgotten = document(
        &desk,
        &[
            "state",
            "rm",
            "center.yaml",
            "connect.user/agent1@example.com",
            "--yes",
            "--sim",
        ],
    );
    assert_eq!(
        forgotten["forgotten"][0]["address"],
        "connect.user/agent1@example.com"
    );
    let resource = document(
        &desk,
        &["explain", "connect.instance/main", "center.yaml", "--sim"],
    );
    assert_eq!(resource["sort"], "resource");
}
