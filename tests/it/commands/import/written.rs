//! A blueprint of what exists, written by `headset import FILE --alias ALIAS --stack NAME`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::without_our_tags;
use crate::support::desk::{Desk, Said};
use crate::support::example;

/// A center as others would have made it: it is there, and nothing says that it is Headset's. With the answer that says where
/// people start.
fn made_by_others(example: &str, name: &str) -> (Desk, String) {
    let desk = Desk::example(example);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let outputs = desk.ok(&["output", "center.yaml", "--sim", "--json"]).data;
    let outputs: Value = serde_json::from_str(&outputs).unwrap();
    std::fs::remove_dir_all(desk.path().join(".headset").join(name)).unwrap();
    desk.edit(without_our_tags);
    assert!(!desk.saved().to_string().contains("headset:id"));
    (desk, format!("start_url={}", start_url(&outputs)))
}

/// Where people start, among the outputs.
fn start_url(outputs: &Value) -> &str {
    let start = &outputs["outputs"]["sign_in"];
    start.as_str().unwrap_or_else(|| panic!("{outputs:#}"))
}

fn told(said: &Said) -> String {
    let words = format!("{} {}", said.data, said.talk);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The steps of a plan that change something, with the fields that they change.
pub(crate) fn steps(plan: &Value) -> Vec<(String, String, BTreeSet<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let steps = plan["plans"][0]["steps"].as_array().unwrap().iter();
    let fields = |step: &Value| {
        let changes = step["diff"].as_array().into_iter().flatten();
        changes
            .map(|change| text(&change["field"]))
            .collect::<BTreeSet<String>>()
    };
    steps
        .map(|step| (text(&step["address"]), text(&step["do"]), fields(step)))
        .filter(|(_, action, _)| !["keep", "read"].contains(&action.as_str()))
        // What only the identity provider tells is asked for.
        .filter(|(address, _, _)| !address.starts_with("identity_center."))
        .collect()
}

#[test]
fn what_others_made_is_written_down_and_the_plan_adds_tags_alone() {
    let (desk, start_url) = made_by_others("split-ccp.yaml", "acme-support");
    let words = [
        "import",
        "found.yaml",
        "--sim",
        "--alias",
        "acme-support",
        "--stack",
        "acme-support-agents@eu-west-1",
    ];
    desk.ok(&[&words[..], &["--region", "eu-west-2", "--yes"]].concat());
    let text = std::fs::read_to_string(desk.path().join("found.yaml")).unwrap();
    for line in [
        "contactflow_logs: true",
        "auto_accept: true",
        "after_call_work: 30s",
        "first: Ada",
        "provider: acme-support-idp",
        "bucket: acme-support-ccp-123456789012-eu-west-2",
        "tags:\n  team: support",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // What only the identity provider shows, and the pages link to.
    let link = "identity_center.link/acme-support";
    desk.ok(&["checkpoint", "answer", "found.yaml", link, &start_url, "--sim"]);
    let plan = desk.run(&["plan", "found.yaml", "--sim", "--json"]);
    let plan: Value = serde_json::from_str(&plan.data).unwrap();
    let steps = steps(&plan);
    assert!(!steps.is_empty());
    for (address, action, fields) in &steps {
        let tags = BTreeSet::from(["tags".to_owned()]);
        assert_eq!(
            (action.as_str(), fields),
            ("update", &tags),
            "{address}\n{plan:#}"
        );
    }
    // A file that is there is never touched, and what is not there is named.
    let said = desk.run(&words);
    assert!(
        told(&said).contains("found.yaml is there already"),
        "{}",
        told(&said)
    );
    let none = |words: &[&str], why: &str| {
        let all = [&["import", "none.yaml", "--sim", "--region", "eu-west-2"], words].concat();
        let said = desk.run(&all);
        assert_eq!(said.code, Some(1), "{}", told(&said));
        assert!(told(&said).contains(why), "{}", told(&said));
        assert!(!desk.path().join("none.yaml").exists());
    };
    none(
        &["--alias", "acme-none"],
        "no instance of Amazon Connect has this alias in eu-west-2",
    );
    none(&["--stack", "none"], "there is no stack `none` in eu-west-2");
    desk.ok(&["apply", "found.yaml", "--sim", "--yes"]);
    let said = desk.run(&["plan", "found.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(said.code, Some(0), "{}", told(&said));
}

#[test]
fn what_an_environment_made_whose_state_is_lost_is_written_down_under_its_name() {
    let text = example("minimal.yaml").1;
    let desk = Desk::with(&text.replacen("name: acme-tiny", "name: acme-lost", 1));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.lose_state();
    let words = [
        "import",
        "found.yaml",
        "--sim",
        "--region",
        "eu-west-2",
        "--yes",
        "--alias",
    ];
    let said = desk.ok(&[&words[..], &["acme-tiny"]].concat());
    assert!(told(&said).contains("found again by its tags"), "{}", told(&said));
    let text = std::fs::read_to_string(desk.path().join("found.yaml")).unwrap();
    // Its users are its own.
    for line in [
        "name: acme-lost",
        "agent1@example.com:",
        "bucket: acme-lost-ccp-123456789012-eu-west-2",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}
