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

/// The steps of a plan that change something, each with what it does and the fields that differ.
fn acting(desk: &Desk, more: &[&str]) -> Vec<(String, String, Vec<String>)> {
    let mut line = vec!["plan", "center.yaml", "--sim", "--json"];
    line.extend(more);
    let planned = desk.run(&line);
    let plan: Value = serde_json::from_str(&planned.data).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let steps = plan["plans"][0]["steps"].as_array().unwrap();
    let steps = steps
        .iter()
        .filter(|step| !matches!(step["do"].as_str(), Some("keep" | "read")));
    steps
        .map(|step| {
            let changes = step["diff"].as_array().into_iter().flatten();
            let fields = changes.map(|change| text(&change["field"])).collect();
            (text(&step["address"]), text(&step["do"]), fields)
        })
        .collect()
}

/// Since then the roles say which session tags they take, which is changed in place; the pages are others, which are
/// published beside the old scripts before those go; and applications are registered otherwise in the image, so that it is
/// captured again and goes to the fleets. That is all that is new.
#[test]
fn after_an_update_of_headset_the_trust_of_roles_the_pages_and_the_image_are_to_be_done() {
    let desk = desk();
    let changed =
        |address: &str, field: &str| (address.to_owned(), "update".to_owned(), vec![field.to_owned()]);
    let expected = [
        changed("appstream.fleet/agents", "image"),
        changed("appstream.fleet/supervisors", "image"),
        (
            "appstream.image/desktop".to_owned(),
            "await".to_owned(),
            Vec::new(),
        ),
        changed("iam.role/connect", "trust"),
        changed("iam.role/desktop", "trust"),
    ];
    let (pages, others): (Vec<_>, Vec<_>) = acting(&desk, &[])
        .into_iter()
        .partition(|(address, ..)| address.starts_with("s3."));
    assert_eq!(others, expected);
    for (address, what, _) in pages {
        let is_script = address.ends_with(".js") || address.ends_with(".css");
        assert!(is_script || what == "update", "{address}: {what}");
    }
    let drifted = desk.run(&["drift", "center.yaml", "--sim"]);
    assert_eq!(drifted.code, Some(0), "{}{}", drifted.data, drifted.talk);
    let applied = desk.run(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.data, applied.talk);
    let planned = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(planned.code, Some(0), "{}{}", planned.data, planned.talk);
}

#[test]
fn what_an_earlier_version_made_is_changed_and_taken_down() {
    let desk = desk();
    let change = "connect.users.\"agent1@example.com\".last=Changed";
    let acting = acting(&desk, &["--set", change]);
    let users: Vec<_> = acting
        .iter()
        .filter(|(address, ..)| address.starts_with("connect."))
        .collect();
    assert_eq!(users.len(), 1, "{acting:#?}");
    assert_eq!(users[0].1, "update");
    let applied = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--set", change]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.data, applied.talk);
    let gone = desk.run(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(gone.code, Some(0), "{}{}", gone.data, gone.talk);
    assert!(gone.talk.contains("acme-enterprise: taken down"), "{}", gone.talk);
}
