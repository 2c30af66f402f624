//! What an earlier version kept is read by this one: state, answers and the simulated cloud that they are about.
//!
//! `tests/states/enterprise` was written on 2026-11-28 by the program as it was before specs became types
//! (`headset --sim apply center.yaml --yes`), and is never renewed: a later version that cannot read it has to migrate it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::desk::Desk;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/states/enterprise")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copied = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &copied),
            false => drop(std::fs::copy(&path, &copied).unwrap()),
        }
    }
}

fn desk() -> Desk {
    let desk = Desk::with(&std::fs::read_to_string(folder().join("center.yaml")).unwrap());
    for part in ["sim", "acme-enterprise"] {
        copy(&folder().join(part), &desk.path().join(".headset").join(part));
    }
    desk
}

#[test]
fn nothing_is_to_be_done_after_an_update_of_headset() {
    let desk = desk();
    let planned = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(planned.code, Some(0), "{}{}", planned.data, planned.talk);
    let drifted = desk.run(&["drift", "center.yaml", "--sim"]);
    assert_eq!(drifted.code, Some(0), "{}{}", drifted.data, drifted.talk);
}

#[test]
fn what_an_earlier_version_made_is_changed_and_taken_down() {
    let desk = desk();
    let change = "connect.users.\"agent1@example.com\".last=Changed";
    let planned = desk.run(&["plan", "center.yaml", "--sim", "--json", "--set", change]);
    let plan: Value = serde_json::from_str(&planned.data).unwrap();
    let steps = plan["plans"][0]["steps"].as_array().unwrap();
    let acts = |step: &&Value| !matches!(step["do"].as_str(), Some("keep" | "read"));
    let acting: Vec<&Value> = steps.iter().filter(acts).collect();
    assert_eq!(acting.len(), 1, "{acting:#?}");
    assert_eq!(acting[0]["do"], "update");
    let applied = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--set", change]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.data, applied.talk);
    let gone = desk.run(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(gone.code, Some(0), "{}{}", gone.data, gone.talk);
    assert!(gone.talk.contains("acme-enterprise: taken down"), "{}", gone.talk);
}
