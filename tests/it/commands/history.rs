//! Who changed what when.

use serde_json::Value;

use crate::support::desk::{APPLY, Desk};

fn runs(desk: &Desk) -> Vec<Value> {
    let told = desk.ok(&["history", "center.yaml", "--sim", "--json"]).data;
    let document: Value = serde_json::from_str(&told).unwrap();
    document["runs"].as_array().unwrap().clone()
}

fn told(desk: &Desk, words: &[&str]) -> String {
    desk.ok(words)
        .data
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn each_run_that_changes_something_has_a_record() {
    let desk = Desk::example("split-ccp.yaml");
    assert_eq!(runs(&desk), Vec::<Value>::new());
    desk.ok(&APPLY);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--set", "lifetime=9d"]);
    // A look changes nothing.
    desk.ok(&["plan", "center.yaml", "--sim", "--set", "lifetime=9d"]);
    let kept = runs(&desk);
    assert_eq!(kept.len(), 2, "{kept:?}");
    let (newest, first) = (&kept[0], &kept[1]);
    for run in [newest, first] {
        assert_eq!(run["purpose"], "apply");
        assert_eq!(run["end"]["is"], "done", "{run}");
        assert!(run["caller"].as_str().unwrap().starts_with("arn:aws:"), "{run}");
        assert!(run["on"].as_str().unwrap().contains("process"), "{run}");
        assert_eq!(run["headset"], env!("CARGO_PKG_VERSION"));
    }
    assert_ne!(first["plan"], newest["plan"]);
    assert!(first["changes"]["created"].as_u64().unwrap() > 10, "{first}");
    assert_eq!(first["serial"], 0);
    assert!(
        newest["serial"].as_u64() >= first["end"]["serial"].as_u64(),
        "{newest}"
    );
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(runs(&desk)[0]["purpose"], "destroy");
    let shown = told(&desk, &["history", "center.yaml", "--sim", "--last", "1"]);
    for part in [
        "destroy done, after",
        "to delete",
        "by arn:aws:",
        "2 runs before these",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

/// What fails is in it, and what a process that died has begun.
#[test]
fn a_run_that_fails_says_so_and_one_that_died_has_no_end() {
    let desk = Desk::example("split-ccp.yaml");
    let faults = serde_json::json!([
        { "operation": "CreateInstance", "kind": "error", "code": "ServiceQuotaExceededException", "status": 402, "times": 1000 }
    ]);
    std::fs::write(desk.path().join("faults.json"), faults.to_string()).unwrap();
    let said = desk.run(&[
        "apply",
        "center.yaml",
        "--sim",
        "--yes",
        "--faults",
        "faults.json",
    ]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let kept = runs(&desk);
    assert_eq!(kept[0]["end"]["is"], "failed", "{kept:?}");
    let folder = desk.place("acme-support").join("history");
    let file = std::fs::read_dir(&folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut record: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    record["end"] = Value::Null;
    std::fs::write(&file, record.to_string()).unwrap();
    std::fs::write(folder.join("20260101T000000Z-old.json"), "{}").unwrap();
    let shown = told(&desk, &["history", "center.yaml", "--sim"]);
    assert!(shown.contains("has not ended"), "{shown}");
    assert!(
        shown.contains("20260101T000000Z-old.json is no record"),
        "{shown}"
    );
}
