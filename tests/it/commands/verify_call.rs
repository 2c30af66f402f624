//! `headset verify --call`: a person at a terminal answers, and nothing that was answered is lost.

use serde_json::Value;

use crate::support::desk::{Desk, Said};

const CALL: [&str; 6] = [
    "verify",
    "center.yaml",
    "--sim",
    "--call",
    "--record-result",
    "call.json",
];

fn record(desk: &Desk) -> Value {
    serde_json::from_str(&std::fs::read_to_string(desk.path().join("call.json")).unwrap()).unwrap()
}

/// Types these lines, one after the other.
fn typing(desk: &Desk, more: &[&str], lines: &[&str]) -> Said {
    let arguments: Vec<&str> = CALL.iter().chain(more).copied().collect();
    desk.typing(
        &arguments,
        &lines.iter().map(|line| format!("{line}\n")).collect::<String>(),
    )
}

#[test]
fn a_call_is_recorded_answer_by_answer_and_the_report_has_each() {
    let desk = Desk::example("split-ccp.yaml");
    let contact = "0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f";
    let mut lines = vec!["", "Tess", "perhaps"];
    lines.extend(["y"; 10]);
    lines.extend(["no id", contact]);
    let said = typing(&desk, &[], &lines);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(said.talk.contains("Close the audio page."), "{}", said.talk);
    assert!(said.talk.contains("10 passed, 0 failed"), "{}", said.talk);
    let record = record(&desk);
    assert_eq!(record["tester"], "Tess");
    assert_eq!(record["contact"], contact);
    assert_eq!(record["answers"].as_array().unwrap().len(), 10);
    assert!(record["ended"].is_string(), "{record}");
    // A call that is over is not asked about again.
    let said = typing(&desk, &[], &["y"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(said.talk.contains("holds a call that is over"), "{}", said.talk);
}

/// What the tester read off the page is held against Amazon Connect, as far as that may be read.
#[test]
fn the_contact_is_looked_up_where_the_instance_is_known() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let called = |input: &Value| {
        let done = desk.console(0, "telephone/call", input);
        done["contact_id"].as_str().unwrap().to_owned()
    };
    let taken = called(&serde_json::json!({ "alias": "acme-support", "user": "agent1@example.com" }));
    let missed = called(&serde_json::json!({ "alias": "acme-support" }));
    for (contact, code, says) in [
        (taken.as_str(), 0, "which agent1@example.com has taken"),
        (&missed, 1, "no agent has taken it"),
        (
            "0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f",
            1,
            "Amazon Connect has no such contact",
        ),
    ] {
        let mut lines = vec!["Tess"];
        lines.extend(["y"; 10]);
        lines.push(contact);
        let said = typing(&desk, &[], &lines);
        assert_eq!(said.code, Some(code), "{contact}: {}", said.talk);
        assert!(said.talk.contains(says), "{contact}: {}", said.talk);
        std::fs::remove_file(desk.path().join("call.json")).unwrap();
    }
    // Where it may not be read, a person looks.
    let rule = serde_json::json!({
        "service": "connect", "operation": "DescribeContact", "times": 20,
        "kind": "error", "code": "AccessDeniedException", "status": 403,
    });
    std::fs::write(
        desk.path().join("faults.json"),
        serde_json::json!([rule]).to_string(),
    )
    .unwrap();
    let mut lines = vec!["Tess"];
    lines.extend(["y"; 10]);
    lines.push(&taken);
    let said = typing(&desk, &["--faults", "faults.json"], &lines);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(said.talk.contains("it may not be read"), "{}", said.talk);
}

#[test]
fn what_fails_is_said_in_the_tester_s_words_and_what_hangs_on_it_is_left_out() {
    let desk = Desk::example("split-ccp.yaml");
    let said = typing(
        &desk,
        &["--format", "junit"],
        &["Tess", "y", "y", "n", "the light stays red"],
    );
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let report = said.talk.split("<?xml").nth(1).unwrap();
    let report = format!("<?xml{}", report.split("</testsuites>").next().unwrap()) + "</testsuites>";
    let document = roxmltree::Document::parse(&report).unwrap();
    let of = |name: &str| {
        document
            .descendants()
            .filter(|node| node.has_tag_name(name))
            .count()
    };
    assert_eq!(
        (of("testcase"), of("failure"), of("skipped")),
        (10, 1, 7),
        "{report}"
    );
    assert!(report.contains("the light stays red"), "{report}");
    let record = record(&desk);
    assert_eq!(record["answers"][2]["result"], "no");
    assert_eq!(record["contact"], Value::Null, "no call came");
}

#[test]
fn a_test_that_is_broken_off_goes_on_where_it_stopped() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.typing(&CALL, "Tess\ny\ny\n\u{4}");
    assert_eq!(said.code, Some(1), "not all was asked: {}", said.talk);
    let before = record(&desk);
    assert_eq!(before["answers"].as_array().unwrap().len(), 2);
    assert_eq!(before["ended"], Value::Null);
    let said = desk.typing_at(&CALL, "[y/n]", "\u{3}");
    assert_eq!(said.code, Some(130), "{}", said.talk);
    assert_eq!(record(&desk), before, "Ctrl-C takes nothing back");
    let mut lines = vec!["y"; 8];
    lines.push("");
    let said = typing(&desk, &[], &lines);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(said.talk.contains("which Tess began"), "{}", said.talk);
    let after = record(&desk);
    assert_eq!(after["answers"].as_array().unwrap().len(), 10);
    assert_eq!(after["answers"][1], before["answers"][1]);
    assert_eq!(after["contact"], "");
}

#[test]
fn without_a_terminal_or_for_several_environments_there_is_no_call() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.run(&CALL);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    assert!(said.talk.contains("there is no terminal"), "{}", said.talk);
    let mut two = CALL.to_vec();
    two.insert(1, "center.yaml");
    assert_eq!(desk.run(&two).code, Some(64));
    assert_eq!(
        desk.run(&["verify", "center.yaml", "--sim", "--call"]).code,
        Some(64),
        "no record"
    );
}

#[test]
fn where_no_page_carries_the_audio_there_is_none_to_close() {
    let desk = Desk::with(
        &crate::support::example("split-ccp.yaml")
            .1
            .replace("ccp: { hosting: s3 }", "ccp: { hosting: s3, audio: session }"),
    );
    let mut lines = vec!["Tess"];
    lines.extend(["y"; 7]);
    lines.push("");
    let said = typing(&desk, &[], &lines);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(!said.talk.contains("Close the audio page"), "{}", said.talk);
}
