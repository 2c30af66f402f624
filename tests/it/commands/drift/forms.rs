//! The forms in which `drift` and `plan` report, as pipelines read them.

use serde_json::{Value, json};

use super::SHIFTS;
use super::output::fleet;
use crate::support::desk::{Desk, Said};

/// A desk whose fleet was changed outside.
pub(crate) fn drifted() -> Desk {
    let desk = Desk::with(SHIFTS);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.edit(|world| {
        fleet(world, "acme-shifts-agents")["DisconnectTimeoutInSeconds"] = json!(60);
    });
    desk
}

fn drift(desk: &Desk, form: &str) -> Said {
    let said = desk.run(&["drift", "center.yaml", "--sim", "--format", form]);
    assert_eq!(said.code, Some(2), "{form}: {}{}", said.data, said.talk);
    said
}

#[test]
fn each_form_of_drift_has_the_same_finding_at_its_line() {
    let desk = drifted();
    let line = SHIFTS.lines().position(|line| line == "    agents:").unwrap() + 1;
    let json: Value = serde_json::from_str(&drift(&desk, "json").data).unwrap();
    assert_eq!(json["drift"], 1);

    let sarif: Value = serde_json::from_str(&drift(&desk, "sarif").data).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&json!("drift"), &json!("error"))
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "center.yaml");
    assert_eq!(place["region"]["startLine"], line);

    let junit = drift(&desk, "junit").data;
    let junit = roxmltree::Document::parse(&junit).unwrap();
    let suite = junit
        .descendants()
        .find(|node| node.has_tag_name("testsuite"))
        .unwrap();
    assert_eq!(
        (
            suite.attribute("name"),
            suite.attribute("failures"),
            suite.attribute("errors")
        ),
        (Some("acme-shifts"), Some("1"), Some("0"))
    );
    // What is as wanted passes.
    let cases = suite
        .children()
        .filter(|node| node.has_tag_name("testcase"))
        .count();
    assert_eq!(suite.attribute("tests"), Some(cases.to_string().as_str()));
    assert!(cases >= 3, "{cases}");

    let markdown = drift(&desk, "markdown").data;
    assert!(markdown.starts_with("<!-- headset drift -->\n"), "{markdown}");
    assert!(
        markdown.contains("disconnect: 900 → 60 (wanted 900)"),
        "{markdown}"
    );
    let html = drift(&desk, "html").data;
    assert!(html.contains("disconnect: 900 → 60 (wanted 900)"), "{html}");
    assert!(
        !html.contains("http://") && !html.contains("https://"),
        "it needs nothing else"
    );
}

#[test]
fn on_github_lines_are_annotated_and_the_step_has_a_summary() {
    let desk = drifted();
    let summary = desk.path().join("summary.md");
    std::fs::write(&summary, "of an earlier step\n").unwrap();
    let said = desk.run_with(
        &["drift", "center.yaml", "--sim", "--format", "github"],
        &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())],
    );
    assert_eq!(said.code, Some(2), "{}", said.talk);
    let annotation = said.data.lines().next().unwrap();
    assert!(
        annotation.starts_with("::error file=center.yaml,line=")
            && annotation.contains("appstream.fleet/agents"),
        "{annotation}"
    );
    let written = std::fs::read_to_string(&summary).unwrap();
    assert!(
        written.starts_with("of an earlier step\n<!-- headset drift -->")
            && written.contains("appstream.fleet/agents"),
        "{written}"
    );
    // Outside of a step there is no summary, and one that cannot be written is no success.
    assert_eq!(drift(&desk, "github").data, said.data);
    let said = desk.run_with(
        &["drift", "center.yaml", "--sim", "--format", "github"],
        &[("GITHUB_STEP_SUMMARY", "/nowhere/summary.md")],
    );
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(said.talk.contains("GITHUB_STEP_SUMMARY"), "{}", said.talk);
}

#[test]
fn a_plan_reports_in_the_same_forms() {
    let desk = Desk::with(SHIFTS);
    let plan = |form: &str| desk.ok(&["plan", "center.yaml", "--sim", "--format", form]).data;
    let sarif: Value = serde_json::from_str(&plan("sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(
        results
            .iter()
            .any(|result| result["ruleId"] == "create" && result["level"] == "note"),
        "{sarif}"
    );
    assert_eq!(
        sarif["runs"][0]["automationDetails"]["id"],
        "headset/plan/acme-shifts/"
    );
    assert!(plan("markdown").contains("<code>appstream.fleet/agents</code>"));
    assert!(plan("junit").contains("classname=\"appstream.fleet/agents\""));
    assert!(plan("html").contains("<code>appstream.fleet/agents</code>"));
    assert!(plan("github").starts_with("::"));
    let parsed = |text: &str| -> Value {
        let mut document: Value = serde_json::from_str(text).unwrap();
        document["plans"][0]["as_of"].take();
        // Its lines have the moment of expiry, which is counted from now.
        document["report"]["chapters"].take();
        document["summary"]["milliseconds"].take();
        document
    };
    let json = desk.ok(&["plan", "center.yaml", "--sim", "--json"]).data;
    assert_eq!(parsed(&plan("json")), parsed(&json));
}

#[test]
fn what_cannot_be_looked_at_is_in_the_report_also_where_it_is_all() {
    let desk = Desk::with(&SHIFTS.replace("lifetime", "lifetmie"));
    for command in ["plan", "drift", "verify"] {
        for form in ["json", "sarif", "junit", "markdown", "github", "html"] {
            let said = desk.run(&[command, "center.yaml", "--sim", "--format", form]);
            if command == "verify" && !["json", "junit"].contains(&form) {
                continue;
            }
            assert_eq!(said.code, Some(1), "{command} {form}: {}", said.talk);
            assert!(
                said.data.contains("unknown-key") || said.data.contains("lifetmie"),
                "{command} {form}: {}",
                said.data
            );
            assert!(said.talk.contains("lifetmie"), "{command} {form}: {}", said.talk);
        }
    }
}

/// A waiver until the end of a day, of drift that is there.
fn waived(until: &str) -> String {
    format!(
        "{SHIFTS}waivers:\n  appstream.fleet/agents: {{ fields: [disconnect], reason: an incident, until: {until} }}\n"
    )
}

#[test]
fn what_is_waived_is_shown_and_is_no_reason_to_fail_until_its_time_is_over() {
    let desk = drifted();
    desk.write(&waived("2999-12-31"));
    let said = desk.ok(&["drift", "center.yaml", "--sim"]);
    for line in [
        "waived   appstream.fleet/agents: it was changed outside of Headset",
        "         waived until 2999-12-31: an incident",
        "acme-shifts: 0 drifts, 0 pending, 0 following, 0 unknown, 1 waived",
    ] {
        assert!(said.data.lines().any(|one| one == line), "{line}\n{}", said.data);
    }
    let junit = desk
        .ok(&["drift", "center.yaml", "--sim", "--format", "junit"])
        .data;
    assert!(
        junit.contains("skipped=\"1\"") || junit.contains("<skipped"),
        "{junit}"
    );
    let sarif: Value = serde_json::from_str(
        &desk
            .ok(&["drift", "center.yaml", "--sim", "--format", "sarif"])
            .data,
    )
    .unwrap();
    assert_eq!(
        sarif["runs"][0]["results"][0]["suppressions"][0]["justification"],
        "until 2999-12-31: an incident"
    );
    // Another field of the same thing is not waived.
    desk.edit(|world| fleet(world, "acme-shifts-agents")["IdleDisconnectTimeoutInSeconds"] = json!(1200));
    let said = desk.run(&["drift", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(2), "{}", said.data);
    assert!(
        said.data
            .contains("1 drift, 0 pending, 0 following, 0 unknown, 1 waived"),
        "{}",
        said.data
    );
    desk.write(&waived("2020-01-31"));
    let said = desk.run(&["drift", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    assert!(
        said.talk.contains("waiver-expired") && said.talk.contains("2020-01-31"),
        "{}",
        said.talk
    );
}

#[test]
fn a_waiver_of_what_is_not_there_is_a_mistake_with_a_place() {
    let of = |entry: &str| {
        let desk = Desk::with(&format!("{SHIFTS}waivers: {{ {entry} }}\n"));
        let said = desk.run(&["validate", "center.yaml"]);
        assert_eq!(said.code, Some(1), "{entry}: {}{}", said.data, said.talk);
        said.talk + &said.data
    };
    let rest = "reason: an incident, until: 2999-12-31";
    let said = of(&format!("appstream.fleet/agent: {{ {rest} }}"));
    assert!(
        said.contains("waiver-of-nothing") && said.contains("appstream.fleet/agents"),
        "{said}"
    );
    let said = of(&format!(
        "appstream.fleet/agents: {{ fields: [disconect], {rest} }}"
    ));
    assert!(
        said.contains("waiver-of-nothing") && said.contains("disconnect"),
        "{said}"
    );
    let said = of("appstream.fleet/agents: { reason: an incident, until: 2999-02-30 }");
    assert!(said.contains("There is no such day"), "{said}");
    let said = of(&format!("appstream.flet/agents: {{ {rest} }}"));
    assert!(said.contains("unknown-kind"), "{said}");
}

/// The reports of the others are not lost.
#[test]
fn a_file_that_cannot_be_opened_is_reported_beside_the_others() {
    let desk = drifted();
    std::fs::write(
        desk.path().join("bad.yaml"),
        "version: 1\nname: acme-bad\nconect: {}\n",
    )
    .unwrap();
    for command in ["drift", "plan"] {
        let said = desk.run(&[command, "bad.yaml", "center.yaml", "--sim", "--format", "junit"]);
        assert_eq!(said.code, Some(1), "{}", said.talk);
        let junit = roxmltree::Document::parse(&said.data).unwrap();
        let suites: Vec<&str> = junit
            .descendants()
            .filter(|node| node.has_tag_name("testsuite"))
            .filter_map(|node| node.attribute("name"))
            .collect();
        assert_eq!(suites, ["acme-shifts", "bad.yaml"], "{command}: {}", said.data);
        assert!(
            said.data.contains("unknown-key") && said.talk.contains("unknown-key"),
            "{command}"
        );
        let said = desk.run(&[command, "bad.yaml", "center.yaml", "--sim", "--format", "json"]);
        let json: Value = serde_json::from_str(&said.data).unwrap();
        assert_eq!(json["unopened"][0]["file"], "bad.yaml", "{command}");
        assert_eq!(
            json["unopened"][0]["findings"][0]["code"], "unknown-key",
            "{command}"
        );
    }
}

/// Code scanning finds a file by its path from the top of the repository, however it was named.
#[test]
fn files_are_named_from_the_top_of_the_repository() {
    let desk = drifted();
    let whole = desk.path().join("center.yaml").display().to_string();
    let said = desk.run(&["drift", &whole, "--sim", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&said.data).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"], "center.yaml",
        "an absolute path is one of here"
    );
}
