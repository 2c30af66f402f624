//! `headset support bundle`.

use std::process::Command;

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
    let entries = std::fs::read_dir(desk.path()).unwrap().flatten();
    let left: Vec<_> = entries
        .filter(|entry| entry.file_name().to_string_lossy().contains("new-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");

    let again = desk.run_with(&line, &variables);
    assert_eq!(again.code, Some(1));
    assert!(again.talk.contains("is there already"), "{}", again.talk);
}
