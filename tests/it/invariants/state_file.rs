//! A state file that another version wrote, or that was changed.

use serde_json::Value;

use crate::support::desk::{APPLY, Desk, Said};
use crate::support::of_earlier_format;

/// The file in which the state of the one environment of a desk is.
fn state(desk: &Desk) -> std::path::PathBuf {
    let mut found = Vec::new();
    for environment in std::fs::read_dir(desk.path().join(".headset")).unwrap() {
        for place in std::fs::read_dir(environment.unwrap().path())
            .into_iter()
            .flatten()
        {
            let file = place.unwrap().path().join("state.json");
            if file.exists() {
                found.push(file);
            }
        }
    }
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

pub(crate) fn change_state(desk: &Desk, change: impl Fn(&mut Value)) {
    let path = state(desk);
    let mut state: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut state);
    std::fs::write(path, of_earlier_format(state)).unwrap();
}

pub(crate) fn told(said: &Said) -> String {
    // Long lines are broken for people.
    let words: Vec<&str> = said.talk.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn what_another_version_applied_is_said_to_be_another_version_s() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    // A field of another sort than this version knows.
    change_state(&desk, |state| {
        state["resources"]["identity_center.assignment/GROUP:agents"]["spec"]["principal_type"] = 7.into();
    });
    desk.write("extends: []\n");
    let said = desk.run(&["destroy", "--name", "acme-support", "--sim", "--yes"]);
    let told = told(&said) + &said.data;
    assert_eq!(said.code, Some(1), "{told}");
    assert!(told.contains("does not fit this version of Headset"), "{told}");
}

#[test]
fn an_id_in_state_that_was_changed_is_named() {
    let error = headset_core::AwsError::not_an_id("x y", "an assignment").to_string();
    assert_eq!(
        error,
        "state holds the id `x y` for it, which is not an id of an assignment: the state file was edited"
    );
}
