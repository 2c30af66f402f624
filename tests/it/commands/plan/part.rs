//! `--target` and `--exclude` of `plan`, `apply` and `destroy`.

use serde_json::Value;

use crate::invariants::state_file::told;
use crate::support::desk::Desk;
use crate::support::fixtures::{CENTER, with};

/// A center with two users.
fn center() -> Desk {
    let users = "  identity: connect-managed\n  users:\n    agent1: { first: Agent, last: One, security: [Agent], \
                 password: { file: password } }\n    agent2: { first: Agent, last: Two, security: [Agent], password: { \
                 file: password } }\n";
    let desk = Desk::with(&with(CENTER, &[("  identity: connect-managed\n", users)]));
    std::fs::write(desk.path().join("password"), "Spring2026pass").unwrap();
    desk
}

/// A command on it.
fn on<'a>(command: &[&'a str], options: &[&'a str]) -> Vec<&'a str> {
    [command, &["center.yaml", "--sim"], options].concat()
}

/// The users that are there.
fn users(desk: &Desk) -> Vec<&'static str> {
    let world = desk.saved()["world"]["connect"].to_string();
    let is_there = |user: &&str| world.contains(&format!("\"{user}\""));
    ["agent1", "agent2"].into_iter().filter(is_there).collect()
}

#[test]
fn a_part_is_applied_and_said_to_be_one() {
    let desk = center();
    let target = ["--target", "connect.user/agent1"];
    let said = desk.ok(&on(&["plan"], &[&target[..], &["--json"]].concat()));
    assert!(said.talk.contains("[partial]"), "{}", said.talk);
    let plan: Value = serde_json::from_str(&said.data).unwrap();
    let partial = &plan["plans"][0]["partial"];
    assert_eq!(partial["targets"], serde_json::json!(["connect.user/agent1"]));
    assert!(
        partial["left_out"].to_string().contains("connect.user/agent2"),
        "{partial}"
    );
    let said = desk.ok(&on(&["plan"], &target));
    assert!(said.data.contains("only a part of the plan"), "{}", said.data);

    let said = desk.ok(&on(&["apply"], &[&target[..], &["--yes"]].concat()));
    assert!(said.talk.contains("acme-center: done in part"), "{}", said.talk);
    assert_eq!(users(&desk), ["agent1"]);
    let plan: Value = serde_json::from_str(&desk.ok(&on(&["plan"], &["--json"])).data).unwrap();
    assert!(plan["plans"][0]["partial"].is_null());
    let open: Vec<&str> = plan["plans"][0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| !["keep", "read"].contains(&step["do"].as_str().unwrap()))
        .map(|step| step["address"].as_str().unwrap())
        .collect();
    assert!(
        open.contains(&"connect.user/agent2") && !open.contains(&"connect.user/agent1"),
        "{open:?}"
    );
    assert!(!open.contains(&"connect.instance/main"), "{open:?}");
    desk.ok(&on(&["apply"], &["--yes"]));
    desk.ok(&on(&["plan"], &["--detailed-exitcode"]));
    // Where nothing is left out, it is no part.
    let said = desk.ok(&on(&["apply"], &[&target[..], &["--yes"]].concat()));
    assert!(!said.talk.contains("partial"), "{}", said.talk);
}

#[test]
fn what_is_excluded_waits_and_a_part_of_an_environment_can_be_taken_down() {
    let desk = center();
    let said = desk.ok(&on(
        &["apply"],
        &["--exclude", "connect.user/agent2", "--yes", "--json"],
    ));
    let partial = said
        .data
        .lines()
        .find(|line| line.contains("\"event\":\"partial\""))
        .unwrap();
    let partial: Value = serde_json::from_str(partial).unwrap();
    assert_eq!(
        partial["partial"]["excludes"],
        serde_json::json!(["connect.user/agent2"])
    );
    assert_eq!(users(&desk), ["agent1"]);
    desk.ok(&on(&["apply"], &["--yes"]));
    let said = desk.ok(&on(&["destroy"], &["--target", "connect.user/agent1", "--yes"]));
    assert!(
        said.talk.contains("acme-center: taken down in part"),
        "{}",
        said.talk
    );
    assert_eq!(users(&desk), ["agent2"]);
    // What stays still needs the instance.
    let said = desk.ok(&on(&["destroy"], &["--exclude", "connect.user/agent2", "--yes"]));
    assert!(said.talk.contains("in part"), "{}", said.talk);
    assert_eq!(users(&desk), ["agent2"]);
    let state = desk.state("acme-center");
    assert!(!state["expires"].is_null(), "the environment goes on: {state}");
    assert!(
        state["resources"].to_string().contains("connect.instance"),
        "{state}"
    );
    let said = desk.ok(&on(&["plan"], &[]));
    assert!(said.data.contains("+ connect.user/agent1"), "{}", said.data);
    let said = desk.ok(&[
        "destroy",
        "--name",
        "acme-center",
        "--sim",
        "--yes",
        "--target",
        "connect.user/agent2",
    ]);
    assert!(said.talk.contains("in part"), "{}", said.talk);
    let said = desk.ok(&on(&["destroy"], &["--yes"]));
    assert!(said.talk.contains("acme-center: taken down\n"), "{}", said.talk);
}

#[test]
fn an_address_that_is_nowhere_is_a_mistake() {
    let desk = center();
    for command in [&["plan"][..], &["apply", "--yes"]] {
        let said = desk.run(&on(command, &["--target", "connect.user/agent3"]));
        assert_eq!(said.code, Some(1), "{}", said.talk);
        let told = told(&said);
        assert!(
            told.contains("`acme-center` has no connect.user/agent3"),
            "{told}"
        );
        assert!(told.contains("did you mean connect.user/agent"), "{told}");
    }
    std::fs::copy(desk.path().join("center.yaml"), desk.path().join("other.yaml")).unwrap();
    let two = [
        "plan",
        "center.yaml",
        "other.yaml",
        "--sim",
        "--target",
        "connect.user/agent1",
    ];
    assert_eq!(desk.run(&two).code, Some(64));
    let expired = [
        "destroy",
        "--expired",
        "--sim",
        "--yes",
        "--target",
        "connect.user/agent1",
    ];
    assert_eq!(desk.run(&expired).code, Some(64));
}
