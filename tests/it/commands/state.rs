//! A state that is not what Headset wrote is refused, and the last good one comes back by one command.

use crate::support::desk::{APPLY, Desk};

#[test]
fn an_edited_state_deletes_nothing_and_is_restored() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    // A second snapshot, so that there is one of before.
    desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--set", "lifetime=9d"]);
    let place = desk.place("acme-support");
    let file = place.join("state.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let edited = text.replace(
        &desk.lineage("acme-support"),
        "11111111-2222-3333-4444-555555555555",
    );
    assert_ne!(text, edited);
    std::fs::write(&file, edited).unwrap();
    let cloud = desk.saved();
    for command in ["plan", "drift", "apply", "destroy", "status"] {
        let said = desk.run(&[command, "center.yaml", "--sim"]);
        assert_eq!(said.code, Some(1), "{command}: {}\n{}", said.data, said.talk);
        let told = said.talk.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("does not fit its checksum"), "{told}");
        assert!(
            told.contains("headset state restore .headset/acme-support/"),
            "{told}"
        );
    }
    let directory = place.strip_prefix(desk.path()).unwrap().display().to_string();
    let said = desk.ok(&["state", "restore", &directory]);
    assert!(said.data.contains("damaged-1"), "{}", said.data);
    let again = desk.ok(&["state", "restore", &directory]);
    assert!(again.data.contains("no damaged state"), "{}", again.data);
    assert_eq!(desk.saved()["services"], cloud["services"]);
    let set = ["--sim", "--set", "lifetime=9d"];
    let plan = desk.run(&[
        "plan",
        "center.yaml",
        "--detailed-exitcode",
        set[0],
        set[1],
        set[2],
    ]);
    assert_eq!(plan.code, Some(0), "{}\n{}", plan.data, plan.talk);
    desk.ok(&["destroy", "center.yaml", "--yes", set[0], set[1], set[2]]);
}

#[test]
fn a_state_of_a_newer_version_is_left_alone() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let file = desk.place("acme-support").join("state.json");
    let newer = std::fs::read_to_string(&file)
        .unwrap()
        .replace("\"version\": 2", "\"version\": 3");
    std::fs::write(&file, &newer).unwrap();
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let told = said.talk.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("another version of Headset wrote"), "{told}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), newer);
}
