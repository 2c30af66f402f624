//! A blueprint of what exists, written by `headset import FILE --alias ALIAS --stack NAME`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::without_our_tags;
use crate::support::desk::{Desk, Said};
use crate::support::example;
use crate::support::fixtures::{CENTER, with};

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
        // What a person made at an identity provider is there by an answer, and nothing of it differs.
        .filter(|(_, action, fields)| action != "adopt" || !fields.is_empty())
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
        "--yes",
    ];
    desk.ok(&[&words[..], &["--region", "eu-west-2"]].concat());
    let text = std::fs::read_to_string(desk.path().join("found.yaml")).unwrap();
    for line in [
        "contactflow_logs: true",
        "auto_accept: true",
        "after_call_work: 30s",
        "first: Ada",
        "provider: acme-support-idp",
        "bucket: acme-support-ccp-123456789012-eu-west-2",
        "application: acme-support",
        "application_arn: arn:aws:sso::",
        "groups:\n      - agents",
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
    // What cannot be a file's name, and a question that cannot be asked, leave nothing behind.
    let before = std::fs::read_dir(desk.path()).unwrap().count();
    for (file, yes, why) in [
        ("-", "--yes", "`-` is standard input"),
        ("a\nb.yaml", "--yes", "has a line break"),
        ("other.yaml", "--json", "there is no terminal to ask on"),
    ] {
        let said = desk.run(&[
            "import",
            file,
            "--sim",
            "--alias",
            "acme-support",
            "--region",
            "eu-west-2",
            yes,
        ]);
        assert!(
            said.code == Some(64) && told(&said).contains(why),
            "{}",
            told(&said)
        );
    }
    assert_eq!(std::fs::read_dir(desk.path()).unwrap().count(), before);
    // A file that is there is never touched, and what is not there is named.
    let said = desk.run(&words);
    assert!(
        told(&said).contains("found.yaml is there already"),
        "{}",
        told(&said)
    );
    let none = |words: &[&str], why: &str| {
        let all = [
            &["import", "none.yaml", "--sim", "--region", "eu-west-2", "--yes"],
            words,
        ]
        .concat();
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

/// Users of Connect's own directory have passwords, which are theirs and not the blueprint's.
#[test]
fn users_of_connects_own_directory_keep_their_passwords() {
    let users = "  identity: connect-managed\n  users:\n    agent1: { first: Agent, last: One, security: [Agent], \
                 password: { env: PASSWORD }, email: agent1@example.com }\n";
    let desk = Desk::with(&with(CENTER, &[("  identity: connect-managed\n", users)]));
    let password = [("PASSWORD", "Spring2026pass")];
    let said = desk.run_with(&["apply", "center.yaml", "--sim", "--yes"], &password);
    assert_eq!(said.code, Some(0), "{}", told(&said));
    std::fs::remove_dir_all(desk.path().join(".headset/acme-center")).unwrap();
    desk.edit(without_our_tags);
    let words = ["import", "found.yaml", "--sim", "--region", "eu-west-2", "--yes"];
    desk.ok(&[&words[..], &["--alias", "acme-center"]].concat());
    let text = std::fs::read_to_string(desk.path().join("found.yaml")).unwrap();
    for line in [
        "identity: connect-managed",
        "existing: true",
        "email: agent1@example.com",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let plan = desk.run(&["plan", "found.yaml", "--sim", "--json"]);
    let plan: Value = serde_json::from_str(&plan.data).unwrap();
    let tags = BTreeSet::from(["tags".to_owned()]);
    let steps = steps(&plan);
    assert_eq!(steps.len(), 2, "{plan:#}");
    assert!(
        steps
            .iter()
            .all(|(_, action, fields)| action == "update" && *fields == tags),
        "{plan:#}"
    );
    // What state here knows already has a blueprint.
    let again = [
        "import",
        "again.yaml",
        "--sim",
        "--region",
        "eu-west-2",
        "--yes",
        "--alias",
        "acme-center",
    ];
    let said = desk.run(&again);
    assert!(
        said.code == Some(1) && told(&said).contains("state here knows an environment `acme-center` already"),
        "{}",
        told(&said)
    );
    assert!(!desk.path().join("again.yaml").exists());
    // One who is not there is not made, since nothing says with which password.
    let more = text.replace("agent1:", "agent2:");
    std::fs::write(desk.path().join("found.yaml"), more).unwrap();
    let said = desk.run(&["plan", "found.yaml", "--sim"]);
    assert!(
        said.code == Some(1) && told(&said).contains("`agent2` is not there, and the blueprint says"),
        "{}",
        told(&said)
    );
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

/// What an import writes changes nothing but tags.
fn adds_tags_alone(desk: &Desk) {
    let plan = desk.run(&["plan", "found.yaml", "--sim", "--json"]);
    let plan: Value = serde_json::from_str(&plan.data).unwrap();
    let tags = BTreeSet::from(["tags".to_owned()]);
    let steps = steps(&plan);
    assert!(!steps.is_empty());
    for (address, action, fields) in &steps {
        assert_eq!(
            (action.as_str(), fields),
            ("update", &tags),
            "{address}\n{plan:#}"
        );
    }
}

#[test]
fn entitlements_a_theme_and_usage_reports_are_written_down() {
    let desk = Desk::with(
        "\
version: 1
name: acme
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718], internet: nat }
  images: { plain: { newest: AppStream-WinServer2022 } }
  fleets: { agents: { image: plain, instance: stream.standard.medium, capacity: 1, power: off } }
  usage_reports: true
  stacks:
    agents:
      fleet: agents
      theme:
        title: Acme Support
        colour: light-blue
        logo: { bucket: acme-brand, key: logo.png }
        favicon: { bucket: acme-brand, key: icon.png }
      entitlements:
        sales: { attributes: { department: [sales, presales] }, applications: [crm], description: What sales sees }
        leads: { attributes: { groups: leads }, applications: all }
",
    );
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    std::fs::remove_dir_all(desk.path().join(".headset/acme")).unwrap();
    desk.edit(without_our_tags);
    let words = [
        "import",
        "found.yaml",
        "--sim",
        "--discover",
        "--all-regions",
        "--yes",
    ];
    let said = desk.run_with(&words, &[]);
    assert_eq!(said.code, Some(0), "{}", told(&said));
    let text = std::fs::read_to_string(desk.path().join("found.yaml")).unwrap();
    for line in [
        "appstream: eu-west-1",
        "description: What sales sees",
        "groups: leads",
        "applications: all",
        "usage_reports: true",
        // Who made it knows of which pictures.
        "#   colour: light-blue",
        "AWS does not tell of which objects",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    adds_tags_alone(&desk);
}

/// The application that a person made says by which role and provider people come to their desktops.
#[test]
fn a_sign_in_to_desktops_is_written_down() {
    let text = example("ephemeral.yaml").1;
    let idp = text
        .lines()
        .find(|line| line.trim_start().starts_with("idp:"))
        .unwrap();
    let okta = "  idp: { okta: { application: Acme, groups: [agents] } }";
    let text = text
        .replace(idp, okta)
        .replace("existing: acme-tiny", "alias: acme-test");
    let desk = Desk::with(&text);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    std::fs::remove_dir_all(desk.path().join(".headset/acme-test")).unwrap();
    desk.edit(without_our_tags);
    let (alias, stack) = ("acme-test", "acme-test-desk@eu-west-1");
    let words = [
        "import",
        "found.yaml",
        "--sim",
        "--alias",
        alias,
        "--stack",
        stack,
        "--yes",
    ];
    desk.ok(&[&words[..], &["--region", "eu-west-2"]].concat());
    let text = std::fs::read_to_string(desk.path().join("found.yaml")).unwrap();
    for line in [
        // What its document says is not enough to tell the product.
        "other:",
        "appstream:\n    stacks:",
        "provider: acme-test-desktop-desk-idp",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}
