//! `headset image update`: AWS makes an image with a newer base and agent out of the one that is there.

use serde_json::Value;

use crate::support::desk::Desk;

const TEXT: &str = "\
version: 1
name: acme
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718], internet: nat }
  images:
    desk:
      base: { newest: AppStream-WinServer2022 }
      builder: stream.standard.medium
      apps: { crm: { open: \"https://crm.example.com\" } }
  fleets:
    agents: { image: desk, instance: stream.standard.medium, capacity: 1, power: off }
  stacks:
    agents: { fleet: agents }
";
const APPLY: [&str; 6] = ["apply", "center.yaml", "--sim", "--yes", "--operator", "off"];

/// Changes every image of the account.
fn change(desk: &Desk, change: impl Fn(&mut Value)) {
    desk.edit(|world| {
        let places = world["world"]["appstream"]["places"].as_object_mut().unwrap();
        let images = places
            .values_mut()
            .flat_map(|place| place["images"].as_object_mut().unwrap().values_mut());
        images.for_each(&change);
    });
}

/// The image of the fleet, and the names of all images of the account.
fn images(desk: &Desk) -> (String, Vec<String>) {
    let places = desk.saved()["world"]["appstream"]["places"].clone();
    let place = places
        .as_object()
        .unwrap()
        .values()
        .find(|place| place["fleets"]["acme-agents"].is_object())
        .unwrap();
    let fleet = place["fleets"]["acme-agents"]["fields"]["ImageName"]
        .as_str()
        .unwrap();
    (
        fleet.to_owned(),
        place["images"].as_object().unwrap().keys().cloned().collect(),
    )
}

/// A blueprint asks for an update by a day: AWS makes it without a person, fleets move on to it, and another day is another image.
#[test]
fn a_day_in_the_blueprint_is_an_update() {
    let patched = |day: &str| {
        let fleet = "  fleets:\n    agents: { image: desk,";
        assert!(TEXT.contains(fleet));
        let entry = format!("    patched: {{ update: {{ image: desk, day: {day} }} }}\n");
        TEXT.replace(fleet, &(entry + &fleet.replace("image: desk", "image: patched")))
    };
    let desk = Desk::with(TEXT);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let (captured, _) = images(&desk);
    let plan = ["plan", "center.yaml", "--sim", "--detailed-exitcode"];

    // Nothing is newer than what was just captured: fleets use that, and it is decided for the day.
    let alone = (captured.clone(), vec![captured.clone()]);
    let nothing_newer = |day: &str| {
        desk.write(&patched(day));
        let said = desk.ok(&APPLY).talk;
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&format!("nothing newer than {captured}")), "{said}");
        assert_eq!(images(&desk), alone);
        desk.ok(&plan);
    };
    nothing_newer("2026-11-03");
    change(&desk, |image| image["agent"] = "10-05-2024".into());
    desk.ok(&plan);

    desk.write(&patched("2026-11-04"));
    let shown = desk.run(&plan).data;
    assert!(!shown.contains("deleted outside"), "{shown}");
    desk.ok(&APPLY);
    let (first, all) = images(&desk);
    assert_ne!(first, captured);
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.contains(&captured), "{all:?}");
    desk.ok(&plan);

    desk.write(&patched("2026-12-01"));
    assert_eq!(desk.run(&plan).code, Some(2));
    desk.ok(&APPLY);
    let (second, all) = images(&desk);
    assert!(second != first && second != captured, "{second}");
    assert!(!all.contains(&first) && all.contains(&captured), "{all:?}");
    desk.ok(&plan);
    assert!(
        desk.ok(&["drift", "center.yaml", "--sim"])
            .data
            .contains(": 0 drifts")
    );

    // What an earlier day made goes where there is nothing newer any more.
    change(&desk, |image| image["agent"] = "05-12-2026".into());
    nothing_newer("2026-12-02");
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
}

#[test]
fn an_update_makes_another_image_which_fleets_take_without_a_person() {
    let desk = Desk::with(TEXT);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let (old, _) = images(&desk);
    let update = ["image", "update", "center.yaml", "desk", "--sim"];
    let status = ["status", "center.yaml", "--sim"];

    // The newest agent came with the capture.
    let said = desk.ok(&update);
    assert!(said.talk.contains("is up to date"), "{}", said.talk);
    // Lines are wrapped.
    let shown = || {
        let text = desk.ok(&status).data;
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(
        shown().contains("its AppStream agent is 05-12-2026, the newest"),
        "{}",
        shown()
    );
    assert_eq!(images(&desk), (old.clone(), vec![old.clone()]));

    change(&desk, |image| image["agent"] = "10-05-2024".into());
    let shown = shown();
    assert!(
        shown.contains("its AppStream agent is 10-05-2024; there is a newer one"),
        "{shown}"
    );
    assert!(shown.contains("its base is of 2026-05-12 ("), "{shown}");
    let said = desk.ok(&update);
    assert!(said.talk.contains(&format!("out of `{old}`")), "{}", said.talk);
    // It is the same update, however often it is asked for on one day.
    let again = desk.run(&update);
    assert_eq!(
        again.code,
        Some(1),
        "it is not ready: {}{}",
        again.data,
        again.talk
    );
    desk.ok(&APPLY);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    desk.ok(&["drift", "center.yaml", "--sim"]);
    let (new, mut both) = images(&desk);
    assert!(
        new.starts_with("acme-desk-") && new != old && new.ends_with(&old[old.len() - 8..]),
        "{new}"
    );
    both.sort();
    let mut expected = vec![old.clone(), new.clone()];
    expected.sort();
    assert_eq!(both, expected);

    // Back to the one before: one answer, one apply, no person.
    desk.ok(&[
        "checkpoint",
        "answer",
        "center.yaml",
        "appstream.image/desk",
        &format!("image={old}"),
        "--sim",
    ]);
    let plan = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert!(
        plan.code == Some(2) && plan.data.contains("takes the place of"),
        "{}{}",
        plan.data,
        plan.talk
    );
    desk.ok(&APPLY);
    assert_eq!(images(&desk).0, old);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
}

/// What AWS made out of another image without its recipe is not taken for it.
#[test]
fn an_updated_image_needs_the_tag_of_its_recipe() {
    let desk = Desk::with(TEXT);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let (old, _) = images(&desk);
    desk.edit(|world| {
        let places = world["world"]["appstream"]["places"].as_object_mut().unwrap();
        for place in places.values_mut() {
            let images = place["images"].as_object_mut().unwrap();
            let Some(mut image) = images.get(&old).cloned() else {
                continue;
            };
            image["name"] = "theirs".into();
            image["tags"] = serde_json::json!({});
            image["fields"]
                .as_object_mut()
                .unwrap()
                .remove("ImageBuilderName");
            images.insert("theirs".to_owned(), image);
        }
    });
    let said = desk.run(&[
        "checkpoint",
        "answer",
        "center.yaml",
        "appstream.image/desk",
        "image=theirs",
        "--sim",
    ]);
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    assert!(said.talk.contains("copied, imported or updated"), "{}", said.talk);
}
