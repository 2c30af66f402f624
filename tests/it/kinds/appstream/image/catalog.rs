//! The applications of an image's catalog are those of its recipe, or no fleet takes it.

use serde_json::json;

use super::captured::{APPLY, BUILDER, IMAGE, TEXT, answer, application, images};
use crate::support::desk::Desk;

/// Image Assistant captures also where it has refused an application before. No fleet takes such an image, and no answer.
#[test]
fn an_image_without_its_applications_is_taken_by_no_fleet() {
    let desk = Desk::with(TEXT);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    let sheet = desk
        .ok(&["checkpoint", "show", "center.yaml", IMAGE, "--sim"])
        .data;
    let line = sheet
        .lines()
        .find(|line| line.starts_with("- Image name: `"))
        .unwrap();
    let name = line.split('`').nth(1).unwrap();
    let notes = json!({ "name": "notes", "absolute_app_path": "C:\\Windows\\notepad.exe" });
    let other = application("crm", "chrome", "https://other.example.com");
    let path = format!("image-builder/{BUILDER}/capture");
    for (image, app, says) in [
        ("my-desk", &notes, "has no application `crm` in its catalog"),
        (
            name,
            &other,
            "starts application `crm` with the parameters `https://other.example.com ",
        ),
    ] {
        let input = json!({ "name": image, "removed": ["crm", "notes"], "applications": [app] });
        desk.console(3600, &path, &input);
        desk.days_pass(1);
        if image != name {
            let said = answer(&desk, "image=my-desk");
            assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
            assert!(said.talk.contains(says), "{}", said.talk);
            let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]).data;
            assert!(!list.contains("my-desk"), "{list}");
            desk.run(&APPLY);
            continue;
        }
        let said = desk.run(&APPLY);
        assert_ne!(said.code, Some(0), "{}{}", said.data, said.talk);
        let all = format!("{}{}", said.data, said.talk);
        assert!(
            all.contains(says) && all.contains("has to be made again"),
            "{all}"
        );
        assert_eq!(images(&desk).0, "", "the fleet has no image: {all}");
    }
}

/// One of ours goes, and is captured anew.
#[test]
fn an_image_without_its_applications_is_captured_again() {
    let (without_fleets, _) = TEXT.split_once("  fleets:").unwrap();
    let desk = Desk::with(without_fleets);
    let apply = ["apply", "center.yaml", "--sim", "--yes"];
    desk.ok(&apply);
    let change = |parameters: &str| {
        desk.edit(|world| {
            let places = world["world"]["appstream"]["places"].as_object_mut().unwrap();
            for place in places.values_mut() {
                for image in place["images"].as_object_mut().unwrap().values_mut() {
                    image["applications"][0]["LaunchParameters"] = parameters.into();
                }
            }
        });
    };
    change("https://other.example.com");
    let said = desk.run(&apply);
    assert_eq!(
        said.code,
        Some(5),
        "it cannot be undone: {}{}",
        said.data,
        said.talk
    );
    let plan = desk.run(&["plan", "center.yaml", "--sim"]).data;
    assert!(
        plan.contains("starts application `crm` with the parameters `https://other.example.com`"),
        "{plan}"
    );
    desk.run(&[&apply[..], &["--allow-irreversible", IMAGE]].concat());
    desk.ok(&apply);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    let world = desk.saved().to_string();
    assert!(
        world.contains("https://crm.example.com --no-first-run") && !world.contains("other.example.com"),
        "{world}"
    );
}

/// What AWS could not make holds nothing: the next apply takes it away, and it is captured again.
#[test]
fn a_capture_that_fails_is_replaced_by_the_next_apply() {
    let desk = Desk::with(TEXT);
    let rule = json!({
        "kind": "fail", "resource": "appstream.image", "code": "IMAGE_BUILDER_NOT_AVAILABLE",
        "message": "the builder went away",
    });
    std::fs::write(desk.path().join("failing.json"), json!([rule]).to_string()).unwrap();
    let apply = ["apply", "center.yaml", "--sim", "--yes"];
    let said = desk.run(&[&apply[..], &["--faults", "failing.json"]].concat());
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    let talk = said.talk.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        talk.contains("the builder went away") && talk.contains("captured again, by its worksheet"),
        "{talk}"
    );
    desk.ok(&apply);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}

/// A program whose arguments begin with a hyphen arrives with them.
#[test]
fn arguments_that_begin_with_a_hyphen_arrive() {
    let apps = "apps: { crm: { program: 'C:\\Apps\\crm.exe', arguments: '--kiosk --url=https://crm.example.com/?a=1&b=2' } }";
    let desk = Desk::with(&TEXT.replace("apps: { crm: { open: \"https://crm.example.com\" } }", apps));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let places = desk.saved()["world"]["appstream"]["places"].to_string();
    assert!(
        places.contains("\"LaunchParameters\":\"--kiosk --url=https://crm.example.com/?a=1&b=2\""),
        "{places}"
    );
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}
