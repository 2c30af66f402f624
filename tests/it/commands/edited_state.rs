//! Single resources of a state: listed, shown, known by another address, forgotten.

use serde_json::Value;

use crate::support::desk::{APPLY, Desk};

const FLEET: &str = "appstream.fleet/agents";

fn applied() -> Desk {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    desk
}

fn listed(desk: &Desk) -> Value {
    let said = desk.ok(&["state", "list", "center.yaml", "--sim", "--json"]);
    serde_json::from_str(&said.data).unwrap()
}

fn addresses(list: &Value) -> Vec<&str> {
    let resources = list["resources"].as_array().unwrap();
    resources
        .iter()
        .map(|one| one["address"].as_str().unwrap())
        .collect()
}

#[test]
fn what_state_knows_is_listed_and_shown() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.ok(&["state", "list", "center.yaml", "--sim"]);
    assert!(
        said.data.contains("knows nothing of acme-support"),
        "{}",
        said.data
    );
    desk.ok(&APPLY);
    let said = desk.ok(&["state", "list", "center.yaml", "--sim"]);
    let known = desk.state("acme-support")["resources"]
        .as_object()
        .unwrap()
        .clone();
    assert!(known.len() > 10, "{known:?}");
    for (address, record) in &known {
        let id = record["id"].as_str().unwrap();
        let mut lines = said.data.lines();
        assert!(
            lines.any(|line| line.starts_with(address) && line.contains(id)),
            "{address}: {}",
            said.data
        );
    }
    let list = listed(&desk);
    assert_eq!(addresses(&list).len(), known.len());
    assert_eq!(list["unfinished"], serde_json::json!([]));

    let said = desk.ok(&["state", "show", "center.yaml", FLEET, "--sim"]);
    assert!(said.data.contains(&format!("# {FLEET}\nid: ")), "{}", said.data);
    assert!(said.data.contains("\nspec:\n"), "{}", said.data);
    let said = desk.ok(&["state", "show", "center.yaml", FLEET, "--sim", "--json"]);
    let shown: Value = serde_json::from_str(&said.data).unwrap();
    assert_eq!(shown["record"]["spec"], known[FLEET]["spec"]);
    let said = desk.run(&["state", "show", "center.yaml", "appstream.fleet/none", "--sim"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("state knows nothing at appstream.fleet/none"),
        "{}",
        said.talk
    );
    assert!(
        said.talk.contains("headset state list center.yaml --sim"),
        "{}",
        said.talk
    );
}

#[test]
fn a_thing_is_known_by_another_address_and_back() {
    let desk = applied();
    let cloud = desk.saved();
    let to = "appstream.fleet/desks";
    let mv = |from: &str, to: &str| desk.run(&["state", "mv", "center.yaml", from, to, "--sim"]);
    let said = mv(FLEET, to);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    let list = listed(&desk);
    assert!(addresses(&list).contains(&to) && !addresses(&list).contains(&FLEET));
    assert_eq!(desk.saved()["services"], cloud["services"], "AWS is not touched");
    for (from, to, why) in [
        (FLEET, to, "state knows nothing at appstream.fleet/agents"),
        (to, "appstream.stack/desks", "a thing stays of its kind"),
        (
            "connect.user/agent1@example.com",
            "connect.user/agent1@example.com",
            "state knows something else at connect.user/agent1@example.com",
        ),
    ] {
        let said = mv(from, to);
        assert_eq!(said.code, Some(1), "{from} {to}");
        let talk = said.talk.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(talk.contains(why), "{from} {to}: {talk}");
    }
    assert_eq!(mv(to, FLEET).code, Some(0));
    let plan = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(plan.code, Some(0), "{}\n{}", plan.data, plan.talk);
    let history = desk.ok(&["history", "center.yaml", "--sim", "--json"]).data;
    let history: Value = serde_json::from_str(&history).unwrap();
    assert_eq!(history["runs"][0]["purpose"], "edit");
    assert_eq!(history["runs"][0]["end"]["is"], "done");
}

#[test]
fn what_is_forgotten_stays_and_is_found_again() {
    let desk = applied();
    let cloud = desk.saved();
    let said = desk.run(&["state", "rm", "center.yaml", FLEET, "--sim"]);
    assert_eq!(said.code, Some(64), "it asks first: {}", said.talk);
    assert!(addresses(&listed(&desk)).contains(&FLEET));
    let said = desk.run(&[
        "state",
        "rm",
        "center.yaml",
        FLEET,
        "appstream.fleet/no",
        "--sim",
        "--yes",
    ]);
    assert_eq!(said.code, Some(1), "all of them or none: {}", said.data);
    assert!(addresses(&listed(&desk)).contains(&FLEET));
    let said = desk.ok(&["state", "rm", "center.yaml", FLEET, "--sim", "--yes"]);
    assert!(
        said.data.contains("State has forgotten 1 resource."),
        "{}",
        said.data
    );
    assert!(!addresses(&listed(&desk)).contains(&FLEET));
    assert_eq!(desk.saved()["services"], cloud["services"], "AWS is not touched");
    // Its tags say whose it is.
    desk.ok(&APPLY);
    assert!(addresses(&listed(&desk)).contains(&FLEET));
    let plan = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(plan.code, Some(0), "{}\n{}", plan.data, plan.talk);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(addresses(&listed(&desk)), Vec::<&str>::new());
}
