//! Exit codes: one value behind the code and the text, and errors that are not changes.

use headset_engine::plan::Verdict;
use serde_json::Value;

use super::{CENTER, DESKS, applies, sandbox, shown, with};
use crate::support::desk::{Desk, Said};
use crate::support::on_virtual_time;

const PLAN: [&str; 4] = ["plan", "center.yaml", "--sim", "--detailed-exitcode"];

/// What the text of a plan claims, and the code beside it.
fn agrees(said: &Said) -> i32 {
    let nothing = said.data.contains("nothing to do");
    let code = said.code.unwrap();
    assert_eq!(nothing, code == 0, "{code}\n{}", said.data);
    code
}

/// Lesson 36 (tf#35117, tf#36403, tf#37406): the exit code said that there were changes, and the text that there were
/// none.
#[test]
fn the_code_of_a_plan_and_its_text_say_the_same() {
    let desk = Desk::with(DESKS);
    assert_eq!(agrees(&desk.run(&PLAN)), 2);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(agrees(&desk.run(&PLAN)), 0);
    // Moved: state alone changes.
    let moved = with(
        DESKS,
        &[
            (
                "    agents: { image",
                "    desks: { name: acme-desks-agents, image",
            ),
            ("    agents: { fleet: agents }", "    agents: { fleet: desks }"),
        ],
    ) + "moved: { appstream.fleet/agents: appstream.fleet/desks }\n";
    desk.write(&moved);
    let said = desk.run(&PLAN);
    assert_eq!(agrees(&said), 2, "{}", said.data);
    assert!(said.data.contains("to move in state"), "{}", said.data);
    let json: Value = serde_json::from_str(&desk.run(&[&PLAN[..], &["--json"]].concat()).data).unwrap();
    assert_eq!(json["verdicts"], serde_json::json!([Verdict::Changes]));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(agrees(&desk.run(&PLAN)), 0);
    // Only people can go on.
    let desk = Desk::example("minimal.yaml");
    desk.run(&["apply", "center.yaml", "--sim", "--operator", "off", "--yes"]);
    let said = desk.run(&[&PLAN[..], &["--operator", "off"]].concat());
    assert!(said.data.contains("for a person to do"), "{}", said.data);
    assert_eq!(
        agrees(&said),
        3,
        "what waits for a person cannot run now\n{}",
        said.data
    );
}

/// Lesson 37 (tf#9309, tf#12487, pu#5087): a change that only touches state or outputs was no change.
#[test]
fn what_only_state_has_to_learn_is_a_change() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER, 0);
        applies(&sandbox, "at first").await;
        assert_eq!(sandbox.plan().await.verdict(), Verdict::AsWanted);
        for file in ["state.json", "journal.jsonl"] {
            std::fs::remove_file(sandbox.state_directory().join(file)).unwrap();
        }
        // It is there and ours, and as wanted: all that is missing is the record.
        let plan = sandbox.plan().await;
        assert_eq!((plan.changes(), plan.verdict()), (0, Verdict::Changes));
        let text = shown(&plan);
        assert!(
            text.contains("1 to adopt") && !text.contains("nothing to do"),
            "{text}"
        );
        applies(&sandbox, "adopted").await;
    });
}

/// Lesson 38 (pu#8992, pu#5144): an error and a difference had the same code, and pipelines went on.
#[test]
fn an_error_is_no_drift_and_no_change() {
    let desk = Desk::with(DESKS);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let faults = serde_json::json!([
        { "operation": "DescribeFleets", "kind": "error", "code": "AccessDeniedException", "status": 400, "times": 1000 }
    ]);
    std::fs::write(desk.path().join("denied.json"), faults.to_string()).unwrap();
    let run = |arguments: &[&str]| {
        let said = desk.run(&[arguments, &["center.yaml", "--sim", "--faults", "denied.json"]].concat());
        (said.code.unwrap(), said.data)
    };
    let (code, text) = run(&["plan", "--detailed-exitcode"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("unknown"), "{text}");
    assert_eq!(run(&["drift"]).0, 1, "unknown is no drift, and not none either");
    assert_eq!(run(&["drift", "--allow-unknown"]).0, 0, "unless that is allowed");
    // A blueprint that cannot be read, a command line that makes no sense, an account that is another.
    desk.write("version: 1\nname: [\n");
    assert_eq!(desk.run(&PLAN).code, Some(1));
    assert_eq!(desk.run(&["drift", "center.yaml", "--sim"]).code, Some(1));
    assert_eq!(desk.run(&["plan", "--no-such-flag"]).code, Some(64));
    assert_eq!(desk.run(&["drift"]).code, Some(64));
    desk.write(&with(
        DESKS,
        &[("aws: { region", "aws: { account: \"111122223333\", region")],
    ));
    assert_eq!(desk.run(&PLAN).code, Some(5));
}
