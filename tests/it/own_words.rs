//! What a user can cause has a message of its own: what was tried, on what, why it failed, what to do.

use serde_json::Value;

use crate::commands::{Desk, Said};
use crate::support::of_earlier_format;

const APPLY: [&str; 4] = ["apply", "center.yaml", "--sim", "--yes"];

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

fn change_state(desk: &Desk, change: impl Fn(&mut Value)) {
    let path = state(desk);
    let mut state: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut state);
    std::fs::write(path, of_earlier_format(state)).unwrap();
}

fn told(said: &Said) -> String {
    // Long lines are broken for people.
    let words: Vec<&str> = said.talk.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn a_blueprint_that_names_another_region_is_not_taken_for_a_new_environment() {
    let desk = Desk::example("minimal.yaml");
    desk.ok(&APPLY);
    for command in ["plan", "apply", "drift", "destroy", "status"] {
        let yes = ["apply", "destroy"].contains(&command).then_some("--yes");
        let mut arguments = vec![command, "center.yaml", "--sim", "--set", "aws.region=us-west-2"];
        arguments.extend(yes);
        let said = desk.run(&arguments);
        assert_eq!(said.code, Some(5), "{command}: {}", said.talk);
        let told = told(&said);
        for words in [
            "[other-region]",
            "is known in eu-west-2 (",
            "and this would be us-west-2",
        ] {
            assert!(told.contains(words), "{command}: {words}\n{told}");
        }
    }
    // The place is that of the key which says it.
    let said = desk.run(&[
        "plan",
        "center.yaml",
        "--sim",
        "--set",
        "aws.regions.connect=us-west-2",
    ]);
    let told = told(&said);
    assert!(told.contains("(`aws.regions.connect`)"), "{told}");
    assert!(told.contains("--set:1:21 | 1 | aws.regions.connect="), "{told}");
    // Once it is gone there, it may be made here.
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    desk.ok(&["plan", "center.yaml", "--sim", "--set", "aws.region=us-west-2"]);
}

/// The things of one service in another region than the blueprint says from now on are not gone: they are not looked at.
#[test]
fn a_service_in_another_region_than_its_things_is_refused() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let before = desk.saved();
    let refused = |command: &str, set: &str, words: &[&str]| {
        let mut arguments = vec![command, "center.yaml", "--sim", "--set", set];
        arguments.extend(["apply", "destroy"].contains(&command).then_some("--yes"));
        let said = desk.run(&arguments);
        let told = told(&said);
        assert_eq!(said.code, Some(5), "{command} {set}: {}{told}", said.data);
        for words in words {
            assert!(told.contains(words), "{command} {set}: {words}\n{told}");
        }
    };
    let of_appstream = [
        "[other-region]",
        "of AppStream 2.0 in eu-west-1, and this would be eu-central-1",
        "`aws.regions.appstream`",
    ];
    for command in ["plan", "apply", "drift", "destroy", "status", "import"] {
        refused(command, "aws.regions.appstream=eu-central-1", &of_appstream);
        refused(
            command,
            "aws.identity_center.region=eu-west-1",
            &[
                "[other-region]",
                "of IAM Identity Center in us-east-1, and this would be eu-west-1",
                "`aws.identity_center.region`",
            ],
        );
    }
    // An earlier version kept no places: the ARNs tell.
    change_state(&desk, |state| state["places"] = Value::Null);
    refused("destroy", "aws.regions.appstream=eu-central-1", &of_appstream);
    assert_eq!(desk.saved()["world"]["appstream"], before["world"]["appstream"]);
    // Without its blueprint, it is looked for there as well; that does not tell where Identity Center is.
    let said = desk.run(&["destroy", "--name", "acme-support", "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    let left = desk.saved()["world"]["appstream"].to_string();
    assert!(!left.contains("acme-support-agents"), "{left}");
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    // Once nothing is known of it there, it may be made elsewhere.
    desk.ok(&[
        "plan",
        "center.yaml",
        "--sim",
        "--set",
        "aws.regions.appstream=eu-central-1",
    ]);
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
        "state has the id `x y` for it, which is no id of an assignment: the state file was changed"
    );
}
