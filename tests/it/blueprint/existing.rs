//! What lives outside: the blueprint says which one, even if state remembers another.

use crate::support::desk::{Desk, Said};

/// A desk with two instances, and an environment that is linked to the first.
fn linked() -> Desk {
    let desk = Desk::example("ephemeral.yaml");
    let minimal = crate::support::example("minimal.yaml").1;
    std::fs::write(desk.path().join("tiny.yaml"), &minimal).unwrap();
    std::fs::write(
        desk.path().join("other.yaml"),
        minimal.replace("acme-tiny", "acme-other"),
    )
    .unwrap();
    for file in ["tiny.yaml", "other.yaml", "center.yaml"] {
        desk.ok(&["apply", file, "--sim", "--yes"]);
    }
    desk
}

/// The aliases of the instances that have the blueprint's user, and of those that approve its origin.
fn inside(desk: &Desk) -> [Vec<String>; 2] {
    let saved = desk.saved();
    let mut found = [Vec::new(), Vec::new()];
    let instances = saved["world"]["connect"]["instances"].as_object().unwrap();
    assert_eq!(instances.len(), 2);
    for instance in instances.values() {
        let alias = instance["alias"].as_str().unwrap().to_owned();
        let text = instance.to_string();
        for (index, what) in ["agent2@example.com", "acme-test-ccp"].into_iter().enumerate() {
            if text.contains(what) {
                found[index].push(alias.clone());
            }
        }
    }
    found
}

fn with(desk: &Desk, command: &str, alias: &str, further: &[&str]) -> Said {
    let set = format!("connect.existing={alias}");
    let arguments = [&[command, "center.yaml", "--sim", "--set", &set], further].concat();
    desk.run(&arguments)
}

#[test]
fn another_existing_instance_is_seen_and_what_is_in_it_follows() {
    let desk = linked();
    let both = |alias: &str| [vec![alias.to_owned()], vec![alias.to_owned()]];
    assert_eq!(inside(&desk), both("acme-tiny"));
    let same = with(&desk, "plan", "acme-tiny", &["--detailed-exitcode"]);
    assert_eq!(same.code, Some(0), "{}{}", same.data, same.talk);

    let changed = with(&desk, "plan", "acme-other", &["--detailed-exitcode"]);
    assert_eq!(changed.code, Some(2), "{}{}", changed.data, changed.talk);
    assert!(
        changed.data.contains("connect.user/agent2@example.com"),
        "{}",
        changed.data
    );
    assert!(!changed.data.contains("deleted outside"), "{}", changed.data);
    let drift = with(&desk, "drift", "acme-other", &[]);
    assert!(!drift.data.contains("deleted outside"), "{}", drift.data);
    assert!(
        drift.data.contains("connect.user/agent2@example.com"),
        "{}",
        drift.data
    );

    let applied = with(&desk, "apply", "acme-other", &["--yes"]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.data, applied.talk);
    assert_eq!(inside(&desk), both("acme-other"));
    let same = with(&desk, "plan", "acme-other", &["--detailed-exitcode"]);
    assert_eq!(same.code, Some(0), "{}{}", same.data, same.talk);
    // And back, as the file says; then everything goes.
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(inside(&desk), both("acme-tiny"));
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(inside(&desk), [Vec::<String>::new(), Vec::new()]);
}

#[test]
fn an_existing_instance_that_is_not_there_is_an_error_whatever_state_knows() {
    let desk = linked();
    let before = inside(&desk);
    for (command, further) in [("plan", &["--detailed-exitcode"][..]), ("apply", &["--yes"])] {
        let said = with(&desk, command, "does-not-exist", further);
        let told = said.data + &said.talk;
        assert!(told.contains("existing-not-found"), "{command}: {told}");
        assert!(
            !matches!(said.code, Some(0 | 2)),
            "{command} {:?}: {told}",
            said.code
        );
    }
    let drift = with(&desk, "drift", "does-not-exist", &[]);
    assert_ne!(drift.code, Some(0), "{}{}", drift.data, drift.talk);
    assert!(!drift.data.contains("deleted outside"), "{}", drift.data);
    assert_eq!(inside(&desk), before);
}

/// A link in place of what Headset made would leave that behind, unknown to all.
#[test]
fn a_link_in_place_of_what_was_made_is_refused() {
    let desk = linked();
    let minimal = crate::support::example("minimal.yaml").1;
    let linked = minimal.replace("alias: acme-tiny", "existing: acme-other");
    assert_ne!(minimal, linked);
    std::fs::write(desk.path().join("tiny.yaml"), linked).unwrap();
    let said = desk.run(&["plan", "tiny.yaml", "--sim"]);
    let told = said.data + &said.talk;
    assert!(told.contains("made-before"), "{told}");
}
