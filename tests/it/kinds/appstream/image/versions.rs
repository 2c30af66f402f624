//! Earlier images of an entry: the way back, and how many of them stay.

use serde_json::{Value, json};

use super::captured::{APPLY, TEXT, images};
use crate::support::desk::Desk;

const BY_PERSON: [&str; 4] = ["apply", "center.yaml", "--sim", "--yes"];

/// The blueprint with another address to open, which is another recipe.
fn recipe(number: u32) -> String {
    TEXT.replace(
        "https://crm.example.com",
        &format!("https://crm{number}.example.com"),
    )
    .replace("browser: chrome", "browser: chrome\n      keep_versions: 2")
}

/// Captures an image of each recipe, one after the other, and gives the names in that order.
fn captured(desk: &Desk, numbers: std::ops::Range<u32>) -> Vec<String> {
    let mut names = Vec::new();
    for number in numbers {
        desk.write(&recipe(number));
        let said = desk.run(&BY_PERSON);
        assert_eq!(said.code, Some(0), "{}{}", said.data, said.talk);
        desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
        names.push(images(desk).0);
    }
    names
}

fn of_images(desk: &Desk, change: impl Fn(&str, &mut Value)) {
    desk.edit(|world| {
        let places = world["world"]["appstream"]["places"].as_object_mut().unwrap();
        for place in places.values_mut() {
            for (name, image) in place["images"].as_object_mut().unwrap() {
                change(name, image);
            }
        }
    });
}

#[test]
fn so_many_earlier_images_stay_and_the_way_back_takes_no_person() {
    let desk = Desk::with(&recipe(0));
    let names = captured(&desk, 0..4);
    let there = images(&desk).1;
    assert!(!there.contains(&names[0]), "the oldest has to go: {there:?}");
    assert_eq!(there.len(), 3, "{there:?}");

    // Back to the recipe before: the plan says that no person is needed, and one apply does it.
    desk.write(&recipe(2));
    let plan = desk.run(&["plan", "center.yaml", "--sim"]).data;
    let plan = plan.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        plan.contains(&format!(
            "it was used before, and takes the place of `{}` again: no person is needed",
            names[3]
        )),
        "{plan}"
    );
    desk.ok(&APPLY);
    assert_eq!(images(&desk).0, names[2]);
    assert_eq!(images(&desk).1.len(), 3, "nothing goes on the way back");
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert!(images(&desk).1.is_empty());
}

/// One that another account uses stays, and the run says why. One that the blueprint names is no surplus.
#[test]
fn an_earlier_image_that_is_used_stays() {
    let desk = Desk::with(&recipe(0));
    let names = captured(&desk, 0..3);
    of_images(&desk, |name, image| {
        if name == names[0] {
            image["permissions"] =
                json!({ "111122223333": { "allowFleet": true, "allowImageBuilder": false } });
        }
    });
    desk.write(&recipe(3));
    let said = desk.run(&BY_PERSON);
    let all = format!("{}{}", said.data, said.talk);
    assert!(
        said.code != Some(0) && all.contains("111122223333") && all.contains(&names[0]),
        "{all}"
    );
    assert!(images(&desk).1.contains(&names[0]), "{all}");
    // It is shared no more, and goes.
    of_images(&desk, |_, image| image["permissions"] = json!({}));
    desk.ok(&APPLY);
    assert!(!images(&desk).1.contains(&names[0]));

    let named = recipe(3).replace(
        "  fleets:",
        &format!("    before: {{ existing: {} }}\n  fleets:", names[1]),
    );
    desk.write(&named.replace("keep_versions: 2", "keep_versions: 1"));
    desk.ok(&APPLY);
    assert!(images(&desk).1.contains(&names[1]), "the blueprint names it");
    // What it was linked to outlives the link.
    desk.write(&recipe(3).replace("keep_versions: 2", "keep_versions: 1"));
    desk.ok(&APPLY);
    assert!(images(&desk).1.contains(&names[1]));
}

/// So it is where all is taken down. What the blueprint itself has shared goes all the same.
#[test]
fn an_earlier_image_that_is_used_stays_when_all_is_taken_down() {
    let desk = Desk::with(&recipe(0));
    let names = captured(&desk, 0..3);
    of_images(&desk, |name, image| {
        if name == names[0] {
            image["permissions"] =
                json!({ "111122223333": { "allowFleet": true, "allowImageBuilder": false } });
        }
    });
    let destroy = ["destroy", "center.yaml", "--sim", "--yes"];
    let said = desk.run(&destroy);
    let all = format!("{}{}", said.data, said.talk);
    assert!(
        said.code == Some(1) && all.contains("111122223333") && all.contains(&names[0]),
        "{all}"
    );
    assert_eq!(images(&desk).1, [names[0].clone()], "{all}");
    of_images(&desk, |_, image| image["permissions"] = json!({}));
    desk.ok(&destroy);
    assert!(images(&desk).1.is_empty());
}

/// State alone is no proof: an earlier image that carries another environment's tag by now stays, and state forgets it.
#[test]
fn an_earlier_image_that_is_another_environments_stays() {
    for way in [&BY_PERSON[..], &["destroy", "center.yaml", "--sim", "--yes"]] {
        let desk = Desk::with(&recipe(0));
        let names = captured(&desk, 0..3);
        of_images(&desk, |name, image| {
            if name == names[0] {
                image["tags"]["headset:id"] = json!("00000000-0000-4000-8000-000000000000");
            }
        });
        desk.write(&recipe(3));
        let said = desk.run(way);
        let all = format!("{}{}", said.data, said.talk);
        assert!(
            said.code == Some(1) && all.contains(&names[0]) && all.contains("another environment's"),
            "{all}"
        );
        let there = std::fs::read_to_string(desk.world()).unwrap();
        assert!(
            there.contains(&format!("\"{}\"", names[0])),
            "{way:?}: it is gone"
        );
    }
}

/// The plan says which earlier images go, and the run takes those and no others. No intent to delete is left at their successor.
#[test]
fn a_plan_shows_the_earlier_images_that_go() {
    let desk = Desk::with(&recipe(0));
    let names = captured(&desk, 0..3);
    desk.write(&recipe(3));
    let plan = desk.run(&["plan", "center.yaml", "--sim"]).data;
    assert!(
        plan.contains(&format!("delete predecessor {}", names[0])),
        "{plan}"
    );
    assert!(
        !plan.contains(&format!("delete predecessor {}", names[1])),
        "{plan}"
    );
    desk.ok(&BY_PERSON);
    assert!(!images(&desk).1.contains(&names[0]));
    let state = desk.state("acme").to_string();
    assert!(
        !state.contains("\"verb\":\"delete\""),
        "no intent is left at the successor's address: {state}"
    );
}

/// What the blueprint has shared stays: another account may run on it. Each apply goes on, and no plan shows that it goes.
#[test]
fn an_earlier_image_that_the_blueprint_has_shared_stays() {
    let shared = |number: u32| {
        recipe(number).replace(
            "keep_versions: 2",
            "keep_versions: 1\n      share: { \"111122223333\": { fleet: true } }",
        )
    };
    let desk = Desk::with(&shared(0));
    for number in 0..4 {
        desk.write(&shared(number));
        desk.ok(&BY_PERSON);
        desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    }
    assert_eq!(images(&desk).1.len(), 4);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert!(images(&desk).1.is_empty());
}
