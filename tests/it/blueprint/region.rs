//! Regions: another one in the blueprint is not taken for a new environment.

use serde_json::Value;

use crate::invariants::state_file::{change_state, told};
use crate::support::desk::{APPLY, Desk};

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
            "exists in eu-west-2 (",
            "and this command would work in us-west-2",
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
        "of AppStream 2.0 in eu-west-1, and this command would work in eu-central-1",
        "`aws.regions.appstream`",
    ];
    for command in ["plan", "apply", "drift", "destroy", "status", "import"] {
        refused(command, "aws.regions.appstream=eu-central-1", &of_appstream);
        refused(
            command,
            "aws.identity_center.region=eu-west-1",
            &[
                "[other-region]",
                "of IAM Identity Center in us-east-1, and this command would work in eu-west-1",
                "`aws.identity_center.region`",
            ],
        );
    }
    // An earlier version kept no places: the ARNs tell.
    change_state(&desk, |state| state["places"] = Value::Null);
    refused("destroy", "aws.regions.appstream=eu-central-1", &of_appstream);
    assert_eq!(desk.saved()["world"]["appstream"], before["world"]["appstream"]);
    // Without its blueprint, it is looked for there as well; that does not say where Identity Center is.
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
