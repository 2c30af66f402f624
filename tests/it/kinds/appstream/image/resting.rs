//! A builder runs as long as a person needs it.

use serde_json::{Value, json};

use super::captured::{APPLY, BUILDER, TEXT, answer, application};
use crate::support::desk::Desk;

fn state(desk: &Desk) -> String {
    let places = desk.saved()["world"]["appstream"]["places"].clone();
    let mut builders = places
        .as_object()
        .unwrap()
        .values()
        .map(|place| &place["builders"][BUILDER]);
    let builder = builders.find(|builder| builder.is_object()).unwrap();
    builder["state"].as_str().unwrap().to_owned()
}

/// A person starts the builder, as the console can.
fn start(desk: &Desk) {
    desk.edit(|world| {
        let places = world["world"]["appstream"]["places"].as_object_mut().unwrap();
        for place in places.values_mut() {
            if let Some(builder) = place["builders"].get_mut(BUILDER) {
                builder["state"] = json!("RUNNING");
                builder["due"] = Value::Null;
            }
        }
    });
}

#[test]
fn a_builder_is_stopped_once_its_checkpoint_is_answered_and_never_while_a_person_may_work_on_it() {
    let desk = Desk::with(TEXT);
    let warned = |desk: &Desk| {
        let plan = desk.run(&["plan", "center.yaml", "--sim"]);
        let all = format!("{}{}", plan.data, plan.talk);
        let all = all.split_whitespace().collect::<Vec<_>>().join(" ");
        let warns = all.contains("runs and costs money");
        assert!(!warns || all.contains("headset image stop acme-desk"), "{all}");
        warns
    };
    assert_eq!(desk.run(&APPLY).code, Some(3));
    assert_eq!(state(&desk), "RUNNING");
    assert!(!warned(&desk), "an image waits to be captured on it");

    // Captured under another name, and started again before that is reported.
    let input = json!({
        "name": "my-desk", "removed": ["crm"],
        "applications": [application("crm", "chrome", "https://crm.example.com")],
    });
    desk.console(3600, &format!("image-builder/{BUILDER}/capture"), &input);
    desk.days_pass(1);
    start(&desk);
    let said = answer(&desk, "image=my-desk");
    assert_eq!(said.code, Some(0), "{}{}", said.data, said.talk);
    desk.ok(&APPLY);
    assert_ne!(state(&desk), "RUNNING");
    desk.days_pass(1);
    assert!(!warned(&desk));

    // Nothing stops one that a person started since: AWS does not say whether that person works on it.
    start(&desk);
    assert!(warned(&desk));
    desk.ok(&APPLY);
    assert_eq!(state(&desk), "RUNNING");
    let stop = ["image", "stop", BUILDER, "--region", "eu-west-1", "--sim"];
    let said = desk.ok(&stop);
    assert!(said.talk.contains("is being stopped"), "{}", said.talk);
    desk.days_pass(1);
    assert!(!warned(&desk));
    assert!(desk.ok(&stop).talk.contains("stopped already"));
    assert_eq!(state(&desk), "STOPPED");
    let said = desk.run(&["image", "stop", "other", "--region", "eu-west-1", "--sim"]);
    assert!(
        said.code == Some(1) && said.talk.contains("no image builder `other`"),
        "{}",
        said.talk
    );
}
