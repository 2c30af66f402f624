//! An image that a person captured under another name than the worksheet says.

use std::time::Duration;

use headset_simulator::console;
use headset_simulator::world::{Settings, World};
use serde_json::{Value, json};

use crate::support::desk::{Desk, Said};
use crate::support::{Sandbox, of_earlier_format, on_virtual_time};

pub(super) const TEXT: &str = "\
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
      browser: chrome
      apps: { crm: { open: \"https://crm.example.com\" } }
  fleets:
    agents: { image: desk, instance: stream.standard.medium, capacity: 1, power: off }
  stacks:
    agents: { fleet: agents }
";
pub(super) const IMAGE: &str = "appstream.image/desk";
pub(super) const BUILDER: &str = "acme-desk";
pub(super) const APPLY: [&str; 6] = ["apply", "center.yaml", "--sim", "--yes", "--operator", "off"];

fn json_of(desk: &Desk, command: &[&str]) -> Value {
    serde_json::from_str(&desk.run(&[command, &["--sim", "--json"]].concat()).data).unwrap()
}

/// The application that an entry of the blueprint asks for, as Image Assistant registers it.
pub(super) fn application(name: &str, browser: &str, address: &str) -> Value {
    let path = match browser {
        "edge" => r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        _ => r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    };
    json!({
        "name": name, "absolute_app_path": path,
        "launch_parameters": format!("{address} --no-first-run --start-maximized"),
    })
}

/// Captures an image in the session of a builder, by Image Assistant's own form: without tags.
fn capture(desk: &Desk, builder: &str, name: &str) {
    let blueprint = std::fs::read_to_string(desk.path().join("center.yaml")).unwrap();
    let browser = if blueprint.contains("browser: edge") {
        "edge"
    } else {
        "chrome"
    };
    let application = match builder {
        BUILDER => application("crm", browser, "https://crm.example.com"),
        _ => application("wiki", browser, "https://wiki.example.com"),
    };
    let input = json!({ "name": name, "removed": ["crm", "wiki"], "applications": [application] });
    desk.console(3600, &format!("image-builder/{builder}/capture"), &input);
}

pub(super) fn answer(desk: &Desk, given: &str) -> Said {
    desk.run(&["checkpoint", "answer", "center.yaml", IMAGE, given, "--sim"])
}

/// The image of the fleet, and the names of all images of the account.
pub(super) fn images(desk: &Desk) -> (String, Vec<String>) {
    let world: Value = serde_json::from_str(&std::fs::read_to_string(desk.world()).unwrap()).unwrap();
    let mut own = Vec::new();
    let mut fleet = String::new();
    let places = world["world"]["appstream"]["places"].clone();
    for place in places.as_object().unwrap().values() {
        own.extend(place["images"].as_object().unwrap().keys().cloned());
        for one in place["fleets"].as_object().unwrap().values() {
            fleet = one["fields"]["ImageName"].as_str().unwrap().to_owned();
        }
    }
    (fleet, own)
}

#[test]
fn an_image_under_another_name_is_noticed_and_taken_by_an_answer() {
    let desk = Desk::with(TEXT);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]).data;
    assert!(!list.contains("note:"), "{list}");
    capture(&desk, BUILDER, "my-desk");
    desk.days_pass(1);

    // Everywhere where the checkpoint is reported, with the options of the command that reports it.
    let command = format!("`headset checkpoint answer center.yaml {IMAGE} image=my-desk --sim");
    for (told, code) in [
        (&["checkpoint", "list", "center.yaml", "--sim"][..], 3),
        (&["plan", "center.yaml", "--sim"], 0),
        (&["status", "center.yaml", "--sim"], 0),
        (&APPLY, 3),
    ] {
        let said = desk.run(told);
        assert_eq!(said.code, Some(code), "{}{}", said.data, said.talk);
        let all = format!("{}{}", said.data, said.talk);
        let note = all.lines().any(|line| line.contains("note: an image `my-desk`"));
        assert!(note && all.contains(&command), "{told:?}\n{all}");
    }
    let sheet = desk
        .ok(&["checkpoint", "show", "center.yaml", IMAGE, "--sim"])
        .data;
    assert!(sheet.contains("- Captured image: `my-desk`"), "{sheet}");
    let sheet = json_of(&desk, &["checkpoint", "show", "center.yaml", IMAGE]);
    assert_eq!(sheet["schema_version"], 1, "{sheet}");
    assert!(
        sheet["notices"][0].as_str().unwrap().contains("`my-desk`"),
        "{sheet}"
    );

    let said = answer(&desk, "image=my-desk");
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert_eq!(said.data, "", "a blueprint has no place for it");
    let list = json_of(&desk, &["checkpoint", "list", "center.yaml"]);
    assert_eq!(list["checkpoints"][0]["state"], "answered", "{list}");
    desk.ok(&APPLY);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    desk.ok(&["drift", "center.yaml", "--sim"]);
    assert_eq!(images(&desk), ("my-desk".to_owned(), vec!["my-desk".to_owned()]));

    // Another recipe is another image: the answer was about the old one, whose tag says so.
    desk.write(&TEXT.replace("chrome", "edge"));
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]).data;
    assert!(list.contains("open") && !list.contains("note:"), "{list}");
    let said = answer(&desk, "image=my-desk");
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("`my-desk` was made from another recipe"),
        "{}",
        said.talk
    );
    desk.run(&APPLY);
    capture(&desk, BUILDER, "my-second-desk");
    desk.days_pass(1);
    assert_eq!(answer(&desk, "image=my-second-desk").code, Some(0));
    let list = json_of(&desk, &["checkpoint", "list", "center.yaml"]);
    assert_eq!(list["checkpoints"][0]["state"], "answered", "{list}");
    // The plan sees that it is there, and what follows from that.
    let detailed = ["plan", "center.yaml", "--sim", "--detailed-exitcode"];
    let will_change_to = |name: &str| {
        let said = desk.run(&detailed);
        assert_eq!(said.code, Some(2), "{}{}", said.data, said.talk);
        assert!(!said.data.contains(&format!("? {IMAGE}")), "{}", said.data);
        assert!(said.data.contains("takes the place of `"), "{}", said.data);
        let fleet = said
            .data
            .lines()
            .any(|line| line.contains("image") && line.contains(&format!("→ {name}")));
        assert!(fleet, "{}", said.data);
        desk.ok(&["drift", "center.yaml", "--sim"]);
    };
    will_change_to("my-second-desk");
    desk.ok(&APPLY);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    let both = vec!["my-desk".to_owned(), "my-second-desk".to_owned()];
    assert_eq!(images(&desk), ("my-second-desk".to_owned(), both.clone()));

    // The recipe of before has its image: it is not asked for again, in either direction.
    for (text, name) in [
        (TEXT.to_owned(), "my-desk"),
        (TEXT.replace("chrome", "edge"), "my-second-desk"),
    ] {
        desk.write(&text);
        let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]);
        assert!(
            list.data.contains("answered") && !list.data.contains("note:"),
            "{}",
            list.data
        );
        assert_eq!(list.code, Some(0), "{}", list.data);
        will_change_to(name);
        desk.ok(&APPLY);
        desk.ok(&detailed);
        assert_eq!(images(&desk), (name.to_owned(), both.clone()));
    }

    // An entry that is renamed takes its image and its answer along.
    desk.write(&TEXT.replace("chrome", "edge").replace("desk", "desktop"));
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(!plan.contains("- appstream.image/"), "{plan}");
    desk.write(&TEXT.replace("chrome", "edge"));

    // Both carry this environment's tags by now, and go with it.
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    let world = std::fs::read_to_string(desk.world()).unwrap();
    assert!(!world.contains("my-desk") && !world.contains("my-second-desk"));
}

/// Captures an image on the builder after so long.
async fn captured_after(sandbox: &Sandbox, wait: Duration, name: &str) {
    tokio::time::sleep(wait).await;
    let application = application("crm", "chrome", "https://crm.example.com");
    let input = json!({ "name": name, "applications": [application] });
    let path = format!("image-builder/{BUILDER}/capture");
    let act = |world: &mut World, now| console::act(world, &path, &input, now);
    sandbox.simulator.with_world(act).unwrap();
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_waiting_apply_goes_on_when_the_image_appears() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("captured.yaml", TEXT, Settings::default());
        let aws = sandbox.aws(None).await;
        let design = sandbox.design(&aws, &sandbox.state());
        let name = design.resources[&IMAGE.parse().unwrap()].spec["name"]
            .as_str()
            .unwrap()
            .to_owned();
        let begun = tokio::time::Instant::now();
        let (outcome, ()) = tokio::join!(
            sandbox.apply_waiting(48 * HOUR),
            captured_after(&sandbox, 2 * HOUR, &name)
        );
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty() && outcome.unfinished.is_empty(),
            "{outcome:?}"
        );
        // It did not wait until its time was over.
        assert!(begun.elapsed() < 6 * HOUR, "{:?}", begun.elapsed());
        assert!(sandbox.plan().await.is_empty(), "{:#?}", sandbox.plan().await);
    });
}

#[test]
fn a_waiting_apply_tells_of_an_image_under_another_name_and_takes_the_answer() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("captured.yaml", TEXT, Settings::default());
        let address = IMAGE.parse().unwrap();
        let person = async {
            captured_after(&sandbox, 2 * HOUR, "my-desk").await;
            tokio::time::sleep(2 * HOUR).await;
            sandbox.answer(&address, &[("image", "my-desk")]).await;
        };
        let (outcome, ()) = tokio::join!(sandbox.apply_waiting(48 * HOUR), person);
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty() && outcome.unfinished.is_empty(),
            "{outcome:?}"
        );
        let told = sandbox.told();
        assert!(
            told.contains("an image `my-desk` was captured on `acme-desk`"),
            "{told}"
        );
        assert_eq!(sandbox.state().resources[&address].id, "my-desk");
        assert!(sandbox.plan().await.is_empty(), "{:#?}", sandbox.plan().await);
    });
}

#[test]
fn an_answer_that_names_no_image_of_this_checkpoint_is_refused() {
    let desk = Desk::with(&TEXT.replace(
        "  fleets:",
        "    other:\n      base: { newest: AppStream-WinServer2022 }\n      builder: stream.standard.medium\n      \
         browser: chrome\n      apps: { wiki: { open: \"https://wiki.example.com\" } }\n  fleets:",
    ));
    assert_eq!(desk.run(&APPLY).code, Some(3));
    capture(&desk, "acme-other", "my-wiki");
    capture(&desk, BUILDER, "my-failure");
    desk.console(60, "image-builder/images/my-failure/fail", &json!({}));
    for (given, reason) in [
        (
            "image=no-such-image",
            "there is no image `no-such-image` in eu-west-1",
        ),
        ("image=AppStream-WinServer2022-06-17-2024", "is a public image"),
        ("image=my-wiki", "was captured on the image builder `acme-other`"),
        ("image=my-failure", "failed while it was made"),
        ("name=my-desk", "does not ask for `name`"),
        // A whole file is no name, and is not quoted whole.
        ("image=@center.yaml", "cannot be the name of an image"),
    ] {
        let said = answer(&desk, given);
        assert_eq!(said.code, Some(1), "{given}: {}", said.talk);
        assert!(said.talk.contains(reason), "{given}: {}", said.talk);
        assert!(
            !said.talk.contains(TEXT.trim().lines().last().unwrap()),
            "{given}: {}",
            said.talk
        );
    }
    let command = ["checkpoint", "answer", "center.yaml", IMAGE];
    let twice = desk.run(&[&command[..], &["image=a", "image=b", "--sim"]].concat());
    assert_eq!(twice.code, Some(64), "{}", twice.talk);
    let said = answer(&desk, "image=");
    assert!(said.talk.contains("is open again"), "{}", said.talk);
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]).data;
    assert!(!list.contains("my-failure"), "{list}");
    assert!(
        list.contains("an image `my-wiki` was captured on `acme-other`"),
        "{list}"
    );
}

#[test]
fn the_simulated_person_takes_what_was_captured_under_another_name() {
    let desk = Desk::with(TEXT);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    capture(&desk, BUILDER, "my-desk");
    desk.days_pass(1);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(images(&desk), ("my-desk".to_owned(), vec!["my-desk".to_owned()]));
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}

/// The image that the builder was started from, and what its tag says of the base.
fn base_of(desk: &Desk) -> (String, Value) {
    let places = desk.saved()["world"]["appstream"]["places"].clone();
    let builders = places.as_object().unwrap().values().flat_map(|place| {
        let builders = place["builders"].as_object().unwrap();
        builders.values().cloned().collect::<Vec<_>>()
    });
    let [builder] = &builders.collect::<Vec<_>>()[..] else {
        panic!("{places:#}")
    };
    let name = builder["image"]["name"].as_str().unwrap();
    (name.to_owned(), builder["tags"]["headset:base"].clone())
}

/// What the plan says of the builder's step, from its line to the next step's.
fn step_of(desk: &Desk, address: &str) -> Option<String> {
    let plan = desk.run(&["plan", "center.yaml", "--sim"]).data;
    let from = plan.find(&format!("{address} "))?;
    Some(plan[from..].split("\n\n").next().unwrap().to_owned())
}

const BUILT_ON: &str = "appstream.image_builder/desk";

#[test]
fn a_builder_goes_with_the_base_that_the_blueprint_says() {
    let of_2019 = TEXT.replace("AppStream-WinServer2022", "AppStream-WinServer2019");
    let desk = Desk::with(TEXT);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    let (first, tag) = base_of(&desk);
    assert!(first.starts_with("AppStream-WinServer2022"), "{first}");
    assert_eq!(tag, "newest:AppStream-WinServer2022");

    // A newer image of the family is no other base.
    desk.console(
        3600,
        "image-builder/images/AppStream-WinServer2022-12-31-2026/publish",
        &json!({ "Platform": "WINDOWS_SERVER_2022" }),
    );
    desk.days_pass(1);
    assert_eq!(step_of(&desk, BUILT_ON), None);
    desk.run(&APPLY);
    assert_eq!(base_of(&desk).0, first);

    // Another base is another builder, before an image is captured on it. Whether a person works on one that runs, AWS
    // does not say.
    desk.write(&of_2019);
    let step = step_of(&desk, BUILT_ON).unwrap();
    let reason = "AWS cannot change its base in place";
    for words in [
        reason,
        "newest:AppStream-WinServer2022",
        "newest:AppStream-WinServer2019",
    ] {
        assert!(step.contains(words), "{step}");
    }
    let refused = desk.run(&APPLY);
    assert_eq!(refused.code, Some(5), "{}", refused.talk);
    assert_eq!(base_of(&desk).0, first);
    let said = desk.run(&[&APPLY[..], &["--allow-disruption"]].concat());
    assert_eq!(said.code, Some(3), "{}{}", said.data, said.talk);
    let (second, tag) = base_of(&desk);
    assert!(second.starts_with("AppStream-WinServer2019"), "{second}");
    assert_eq!(tag, "newest:AppStream-WinServer2019");
    assert_eq!(step_of(&desk, BUILT_ON), None);

    // Where state does not know it, the builder itself says what it was made from.
    let mut state = desk.state("acme");
    state["resources"]
        .as_object_mut()
        .unwrap()
        .remove(BUILT_ON)
        .unwrap();
    std::fs::write(desk.place("acme").join("state.json"), of_earlier_format(state)).unwrap();
    let step = step_of(&desk, BUILT_ON).unwrap();
    assert!(
        step.contains("it belongs to this environment, and state does not know it"),
        "{step}"
    );
    desk.write(TEXT);
    let step = step_of(&desk, BUILT_ON).unwrap();
    assert!(step.contains(reason), "{step}");
}

/// A link in place of a captured image leaves that in the account, where it costs: state knows it until it is gone.
#[test]
fn an_image_whose_entry_became_a_link_stays_known_and_goes_with_the_environment() {
    const PUBLIC: &str = "AppStream-WinServer2022-06-17-2024";
    let desk = Desk::with(TEXT);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let (fleet, own) = images(&desk);
    assert_eq!(own, [fleet.as_str()]);
    let (head, rest) = TEXT.split_once("    desk:\n").unwrap();
    let (_, tail) = rest.split_once("  fleets:").unwrap();
    let linked = |name: &str| format!("{head}    desk: {{ existing: {name} }}\n  fleets:{tail}");

    // To the very same image: it is the user's from then on, and that is said.
    desk.write(&linked(&own[0]));
    let said = desk.ok(&["plan", "center.yaml", "--sim"]);
    assert!(said.talk.contains("warning[let-go]"), "{}", said.talk);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let deposed = |desk: &Desk| desk.state("acme")["deposed"].as_array().map_or(0, Vec::len);
    assert_eq!(deposed(&desk), 0, "a predecessor would go with the environment");
    desk.write(TEXT);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);

    desk.write(&linked(PUBLIC));
    let said = desk.ok(&["plan", "center.yaml", "--sim"]);
    assert!(
        said.talk.contains("warning[kept-beside]") && said.talk.contains(&own[0]),
        "{}",
        said.talk
    );
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(images(&desk), (PUBLIC.to_owned(), own.clone()));
    assert_eq!(deposed(&desk), 1);
    let said = desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert!(!said.talk.contains("kept-beside"), "{}", said.talk);

    // The entry of before takes it up again, and no person is asked.
    desk.write(TEXT);
    let said = desk.run(&APPLY);
    assert_eq!(said.code, Some(0), "{}{}", said.data, said.talk);
    assert_eq!(images(&desk), (own[0].clone(), own.clone()));

    desk.write(&linked(PUBLIC));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert!(said.data.contains(&own[0]), "{}", said.data);
    assert_eq!(images(&desk).1, [""; 0]);
}

/// What a blueprint only linked to is another's: a built image takes its place, and it stays.
#[test]
fn an_image_that_was_only_linked_to_stays_when_a_built_one_takes_its_place() {
    let desk = Desk::with(TEXT);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    capture(&desk, BUILDER, "theirs");
    desk.days_pass(1);
    let (head, rest) = TEXT.split_once("    desk:\n").unwrap();
    let (_, tail) = rest.split_once("  fleets:").unwrap();
    // Another environment links to it, and builds an image of its own later.
    let other = |text: &str| text.replace("name: acme\n", "name: beta\n");
    desk.write(&other(&format!(
        "{head}    desk: {{ existing: theirs }}\n  fleets:{tail}"
    )));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let linked = desk.state("beta")["resources"][IMAGE]["id"].clone();
    assert!(linked.as_str().unwrap().ends_with("image/theirs"), "{linked}");
    desk.write(&other(TEXT));
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.data, said.talk);
    assert!(images(&desk).1.contains(&"theirs".to_owned()), "{}", said.talk);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert!(images(&desk).1.contains(&"theirs".to_owned()));
}

/// Who captures by Image Assistant's own form writes no recipe on the image: what it was built on, the builder tells.
#[test]
fn an_image_of_a_builder_with_the_old_base_is_not_taken() {
    let of_2019 = TEXT.replace("AppStream-WinServer2022", "AppStream-WinServer2019");
    let desk = Desk::with(TEXT);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    desk.write(&of_2019);
    capture(&desk, BUILDER, "my-desk");
    desk.days_pass(1);
    let said = answer(&desk, "image=my-desk");
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    for words in [
        "newest:AppStream-WinServer2022",
        "newest:AppStream-WinServer2019",
        "capture the image again",
    ] {
        assert!(said.talk.contains(words), "{}", said.talk);
    }
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]).data;
    assert!(!list.contains("my-desk"), "{list}");
    // Of the base that it was built on, it is the image.
    desk.write(TEXT);
    assert_eq!(answer(&desk, "image=my-desk").code, Some(0));
}

/// What an earlier version made has no tag, and its state no field: nothing is known, and nothing is replaced. From the
/// next apply on, state knows.
#[test]
fn a_builder_of_an_earlier_version_is_replaced_only_once_its_base_is_known() {
    let of_2019 = TEXT.replace("AppStream-WinServer2022", "AppStream-WinServer2019");
    let desk = Desk::with(TEXT);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    desk.edit(|world| {
        for place in world["world"]["appstream"]["places"]
            .as_object_mut()
            .unwrap()
            .values_mut()
        {
            for builder in place["builders"].as_object_mut().unwrap().values_mut() {
                builder["tags"]
                    .as_object_mut()
                    .unwrap()
                    .remove("headset:base")
                    .unwrap();
            }
        }
    });
    let mut state = desk.state("acme");
    state["resources"][BUILT_ON]["spec"]
        .as_object_mut()
        .unwrap()
        .remove("base")
        .unwrap();
    std::fs::write(desk.place("acme").join("state.json"), of_earlier_format(state)).unwrap();

    desk.write(&of_2019);
    assert_eq!(step_of(&desk, BUILT_ON), None);
    desk.write(TEXT);
    assert_eq!(step_of(&desk, BUILT_ON), None);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    assert_eq!(base_of(&desk).1, Value::Null);
    desk.write(&of_2019);
    assert!(step_of(&desk, BUILT_ON).unwrap().contains("its base"));
}

#[test]
fn an_instance_type_that_the_image_rules_out_is_told_before_the_fleet_stops() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let graphics = "appstream.fleets.agents.instance=stream.graphics.g4dn.xlarge";
    for command in [&["plan"][..], &["apply", "--yes", "--allow-disruption"]] {
        let said = desk.run(&[command, &["center.yaml", "--sim", "--set", graphics]].concat());
        assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
        assert!(
            said.talk.contains("error[does-not-fit]: appstream.fleet/agents"),
            "{}",
            said.talk
        );
    }
    // Nothing was touched.
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}
