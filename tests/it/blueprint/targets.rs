//! `targets`: one definition, an environment in each of several accounts and regions.

use serde_json::{Value, json};

use crate::invariants::lost_state::others;
use crate::support::desk::Desk;

const DESKS: &str = "\
version: 1
name: acme-${target}
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  images: { plain: { newest: AppStream-WinServer2022 } }
  fleets:
    agents: { image: plain, instance: stream.standard.medium, capacity: 1 }
  stacks: { agents: { fleet: agents } }
targets:
  eu: {}
  us:
    account: \"123456789012\"
    region: us-east-1
    values: { appstream: { fleets: { agents: { display_name: America } } } }
";

#[test]
fn the_example_is_an_environment_in_each_of_its_targets() {
    let desk = Desk::with(include_str!("../../../blueprints/many/desks.yaml"));
    let said = desk.ok(&["validate", "center.yaml"]);
    assert!(!said.talk.contains("warning"), "{}", said.talk);
    let plans = document(&desk.ok(&["plan", "center.yaml", "--sim", "--json"]).data)["plans"].clone();
    let names = plans.as_array().unwrap().iter().map(|plan| &plan["environment"]);
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["acme-desks-london", "acme-desks-virginia"]
    );
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_file_stands_for_all_of_its_targets_and_one_of_them_is_named() {
    let desk = Desk::with(DESKS);
    let said = desk.ok(&["validate", "center.yaml"]);
    assert!(
        said.data.contains("center.yaml#eu: valid") && said.data.contains("center.yaml#us: valid"),
        "{}",
        said.data
    );
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    for (name, region) in [("acme-eu", "eu-west-1"), ("acme-us", "us-east-1")] {
        let state = desk.state(name);
        assert_eq!(state["region"], region);
        assert_eq!(
            state["resources"]["appstream.fleet/agents"]["origin"], "created",
            "{state}"
        );
    }
    let said = desk.ok(&["plan", "center.yaml#us", "--sim", "--json", "--detailed-exitcode"]);
    let plans = document(&said.data)["plans"].as_array().unwrap().clone();
    assert_eq!((plans.len(), &plans[0]["environment"]), (1, &json!("acme-us")));
    // What is advised is about the same target.
    let said = desk.run(&[
        "plan",
        "center.yaml#us",
        "--sim",
        "--out",
        "plan.json",
        "--set",
        "tags.team=desk",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    desk.ok(&["apply", "plan.json", "--sim"]);
    // A command on one environment needs to know which.
    let said = desk.run(&["output", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    assert!(
        said.talk.contains("targets eu, us") && said.talk.contains("center.yaml#eu"),
        "{}",
        said.talk
    );
    desk.ok(&["output", "center.yaml#eu", "--sim"]);
    let said = desk.run(&["plan", "center.yaml#uk", "--sim"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(said.talk.contains("no target `uk`"), "{}", said.talk);
    // What differs is at the place that says it: in the target's own values.
    let line = DESKS
        .lines()
        .position(|line| line.contains("display_name"))
        .unwrap()
        + 1;
    let said = desk.run(&[
        "plan",
        "center.yaml",
        "--sim",
        "--set",
        "appstream.fleets.agents.display_name=x y",
        "--format",
        "sarif",
    ]);
    let results = document(&said.data)["runs"][0]["results"]
        .as_array()
        .unwrap()
        .clone();
    let uri = |result: &Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert!(
        results.iter().all(|result| uri(result) == "center.yaml"),
        "{results:?}"
    );
    assert!(line > 10);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    let said = desk.run(&[
        "drift",
        "center.yaml#eu",
        "--sim",
        "--accept",
        "appstream.fleet/agents",
    ]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    assert!(said.talk.contains("targets.eu.values"), "{}", said.talk);
}

/// A role of the account that needs to be known by its external id.
fn role(desk: &Desk) {
    others(desk, "eu-west-1", async |aws| {
        let trust = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": { "AWS": "123456789012" }, "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "sts:ExternalId": "acme" } },
        }});
        let role = aws.iam().create_role().role_name("deployer");
        role.assume_role_policy_document(trust.to_string())
            .send()
            .await
            .unwrap();
        let attached = aws.iam().attach_role_policy().role_name("deployer");
        let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
        attached.policy_arn(policy).send().await.unwrap();
    });
    // IAM knows it everywhere some time later.
    desk.in_the_cloud(|simulator| simulator.skip(std::time::Duration::from_secs(60)));
}

#[test]
fn a_target_is_worked_on_with_its_role() {
    let assume = "assume_role: { arn: \"arn:aws:iam::123456789012:role/deployer\", external_id: acme }";
    let text = DESKS.replace(
        "    region: us-east-1",
        &format!("    region: us-east-1\n    {assume}"),
    );
    let desk = Desk::with(&text);
    desk.run(&["plan", "center.yaml", "--sim"]);
    role(&desk);
    let said = desk.run(&[
        "apply",
        "center.yaml",
        "--sim",
        "--yes",
        "--record",
        "calls.jsonl",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    let calls = std::fs::read_to_string(desk.path().join("calls.jsonl")).unwrap();
    let taken = calls
        .lines()
        .filter(|line| line.contains("\"AssumeRole\""))
        .count();
    assert_eq!(taken, 1, "{calls}");
    // Without what its trust asks for it cannot be taken: the other target goes on.
    desk.write(&text.replace("external_id: acme", "external_id: other"));
    let said = desk.run(&["plan", "center.yaml", "--sim", "--json"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let document = document(&said.data);
    assert_eq!(document["plans"].as_array().unwrap().len(), 1);
    assert_eq!(document["unopened"][0]["file"], "center.yaml#us");
    assert!(said.talk.contains("AssumeRole"), "{}", said.talk);
    // The account is a guard for every role: one of another account is refused before it is taken.
    desk.write(&text.replace("account: \"123456789012\"", "account: \"210987654321\""));
    let said = desk.run(&["plan", "center.yaml#us", "--sim"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let why = "a role is of the account in which Headset works";
    assert!(said.talk.contains(why), "{}", said.talk);
}
