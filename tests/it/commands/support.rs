//! `headset support bundle`.

use std::process::Command;

use super::network_check::name_server;
use crate::support::desk::{APPLY, Desk};

/// What must be nowhere in an archive.
const PASSWORD: &str = "Correct-Horse-7-Battery";

const BLUEPRINT: &str = "\
version: 1
name: acme
aws: { region: eu-west-2 }
connect:
  alias: acme-support
  identity: connect-managed
  users:
    agent1:
      first: Agent
      last: One
      security: [Agent]
      password: { env: AGENT1_PASSWORD }
      email: agent1@example.com
";

#[test]
fn a_bundle_holds_what_a_case_needs_and_no_secret() {
    let desk = Desk::with(BLUEPRINT);
    let variables = [("AGENT1_PASSWORD", PASSWORD)];
    let applied = desk.run_with(&APPLY, &variables);
    assert_eq!(applied.code, Some(0), "{}", applied.talk);
    let log = format!("12:00 softphone error\n{{\"authToken\": \"abc123\", \"password\": \"{PASSWORD}\"}}\n");
    std::fs::write(desk.path().join("agent.log"), log).unwrap();
    let script = format!("http://ana:{PASSWORD}@wpad.example.com/proxy.pac");
    let found = serde_json::json!({
        "rows": [{ "verdict": "blocked", "name": "acme-support.my.connect.aws" }],
        "machine": [{ "about": "proxy", "found": format!("the script {script} decides") }],
        "system_proxy": { "pac": script },
    });
    std::fs::write(desk.path().join("found.json"), found.to_string()).unwrap();
    let server = name_server().to_string();
    let contact = "12345678-90ab-cdef-1234-567890abcdef";
    let line = [
        "support",
        "bundle",
        "center.yaml",
        "--sim",
        "--out",
        "case.tar.gz",
        "--contact",
        contact,
        "--ccp-log",
        "agent.log",
        "--network-result",
        "found.json",
        "--network",
        "--proxy",
        "none",
        "--resolver",
        &server,
    ];
    let said = desk.run_with(&line, &variables);
    assert_eq!(said.code, Some(0), "{}", said.talk);

    let unpacked = Command::new("tar")
        .args(["-xzf", "case.tar.gz"])
        .current_dir(desk.path())
        .status();
    assert!(unpacked.unwrap().success());
    let read = |name: &str| std::fs::read_to_string(desk.path().join("acme").join(name)).unwrap();
    let names = [
        "case.json",
        "verify.json",
        "quotas.json",
        "allow-list.json",
        "ccp-log-1.txt",
        "network-check.json",
        "network-check-1.json",
    ];
    for name in names {
        let text = read(name);
        assert!(
            !text.contains(PASSWORD) && !text.contains("abc123"),
            "{name}\n{text}"
        );
    }
    assert_eq!(
        std::fs::read_dir(desk.path().join("acme")).unwrap().count(),
        names.len()
    );
    let case: serde_json::Value = serde_json::from_str(&read("case.json")).unwrap();
    assert!(
        case["instance_arn"]
            .as_str()
            .unwrap()
            .starts_with("arn:aws:connect:eu-west-2:"),
        "{case}"
    );
    assert_eq!(case["contacts"][0], contact);
    assert_eq!(case["recordings"]["places"], serde_json::json!([]), "{case}");
    assert!(read("allow-list.json").contains("acme-support.my.connect.aws"));
    assert!(read("ccp-log-1.txt").starts_with("12:00 softphone error\n"));
    let made: serde_json::Value = serde_json::from_str(&read("network-check.json")).unwrap();
    assert_eq!(
        (&made["schema_version"], &made["side"]),
        (&1.into(), &"agent".into()),
        "{made}"
    );
    assert!(made["rows"].as_array().unwrap().len() > 5, "{made}");
    let given = read("network-check-1.json");
    assert!(
        given.contains("http://(taken out)@wpad.example.com/proxy.pac"),
        "{given}"
    );
    let entries = std::fs::read_dir(desk.path()).unwrap().flatten();
    let left: Vec<_> = entries
        .filter(|entry| entry.file_name().to_string_lossy().contains("new-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");

    let again = desk.run_with(&line, &variables);
    assert_eq!(again.code, Some(1));
    assert!(again.talk.contains("is there already"), "{}", again.talk);
}

/// A page or a blueprint in the place of a result says nothing to AWS's people, and may say more than it should.
#[test]
fn what_is_no_result_of_a_check_is_refused_before_anything_is_asked() {
    let desk = Desk::with(BLUEPRINT);
    for (text, complaint) in [
        ("<!doctype html>", "is no result of a check"),
        ("{\"rows\": []}", "is no result of a check"),
        (
            "{\"rows\": [{\"verdict\": \"open\"}, {\"name\": \"x\"}]}",
            "is no result of a check",
        ),
    ] {
        std::fs::write(desk.path().join("found.json"), text).unwrap();
        let line = [
            "support",
            "bundle",
            "center.yaml",
            "--sim",
            "--out",
            "case.tar.gz",
        ];
        let said = desk.run(&[&line[..], &["--network-result", "found.json"]].concat());
        assert_eq!(said.code, Some(1), "{text}");
        assert!(said.talk.contains(complaint), "{}", said.talk);
        assert!(!desk.path().join("case.tar.gz").exists());
    }
}
