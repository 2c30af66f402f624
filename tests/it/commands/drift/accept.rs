//! `drift --accept`: the edit by which what is live is what the blueprint asks for.

use serde_json::json;

use super::SHIFTS;
use super::output::fleet;
use crate::support::desk::Desk;

const FLEET: &str = "appstream.fleet/agents";

/// A desk with this blueprint, whose fleet has another value in this field.
fn changed(text: &str, field: &str, value: &serde_json::Value) -> Desk {
    let desk = Desk::with(text);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.edit(|world| fleet(world, "acme-shifts-agents")[field] = value.clone());
    desk
}

fn text_of(desk: &Desk) -> String {
    std::fs::read_to_string(desk.path().join("center.yaml")).unwrap()
}

#[test]
fn a_value_that_is_there_is_replaced_and_comments_stay() {
    let text = SHIFTS.replace(
        "      tags: { team: desk }\n",
        "      tags: { team: desk }\n      timeouts: { disconnect: 15m } # as agreed\n",
    );
    let desk = changed(&text, "DisconnectTimeoutInSeconds", &json!(600));
    let said = desk.ok(&["drift", "center.yaml", "--sim", "--accept", FLEET]);
    for line in [
        "--- center.yaml",
        "-      timeouts: { disconnect: 15m } # as agreed",
        "+      timeouts: { disconnect: \"10m\" } # as agreed",
    ] {
        assert!(said.data.lines().any(|one| one == line), "{line}\n{}", said.data);
    }
    assert_eq!(text_of(&desk), text, "nothing is written without being asked for");
    desk.ok(&["drift", "center.yaml", "--sim", "--accept", FLEET, "--write"]);
    assert_eq!(
        text_of(&desk),
        text.replace("disconnect: 15m", "disconnect: \"10m\"")
    );
    // What is live is what is asked for; until an apply records it, it is drift.
    let said = desk.run(&["drift", "center.yaml", "--sim"]);
    assert!(
        said.data.contains("to what the blueprint asks for"),
        "{}",
        said.data
    );
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = desk.ok(&["drift", "center.yaml", "--sim"]);
    assert!(said.data.contains("0 drifts"), "{}", said.data);
}

#[test]
fn a_key_that_is_not_there_is_added_where_it_says_just_that() {
    let desk = changed(SHIFTS, "DisconnectTimeoutInSeconds", &json!(600));
    desk.ok(&["drift", "center.yaml", "--sim", "--accept", FLEET, "--write"]);
    let line = "      timeouts: { disconnect: \"10m\" }\n      image: plain\n";
    assert_eq!(text_of(&desk), SHIFTS.replace("      image: plain\n", line));
}

#[test]
fn a_word_of_the_blueprint_is_found_for_a_word_of_aws() {
    let text = SHIFTS.replace(
        "      tags: { team: desk }\n",
        "      view: app # what they see\n",
    );
    let desk = changed(&text, "StreamView", &json!("DESKTOP"));
    desk.ok(&["drift", "center.yaml", "--sim", "--accept", FLEET, "--write"]);
    assert_eq!(text_of(&desk), text.replace("view: app", "view: desktop"));
}

#[test]
fn what_comes_from_elsewhere_is_refused_and_its_place_is_named() {
    let anchored = SHIFTS.replace(
        "      tags: { team: desk }\n",
        "      timeouts: { disconnect: &time 15m, idle: *time }\n",
    );
    let desk = changed(&anchored, "DisconnectTimeoutInSeconds", &json!(600));
    let said = desk.run(&["drift", "center.yaml", "--sim", "--accept", FLEET, "--write"]);
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    for why in ["an anchor gives it to other keys", "by hand"] {
        assert!(said.talk.contains(why), "{}", said.talk);
    }
    assert_eq!(text_of(&desk), anchored);
    let desk = changed(SHIFTS, "DisconnectTimeoutInSeconds", &json!(900));
    let said = desk.run(&["drift", "center.yaml", "--sim", "--accept", FLEET]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk
            .contains("nothing of appstream.fleet/agents was changed"),
        "{}",
        said.talk
    );
}

/// What `--set` says goes over the file: an edit of the file would change nothing.
#[test]
fn a_value_that_an_option_sets_is_not_edited_in_the_file() {
    let set = "appstream.fleets.agents.timeouts.disconnect=15m";
    let desk = Desk::with(SHIFTS);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--set", set]);
    desk.edit(|world| fleet(world, "acme-shifts-agents")["DisconnectTimeoutInSeconds"] = json!(600));
    let command = [
        "drift",
        "center.yaml",
        "--sim",
        "--accept",
        FLEET,
        "--write",
        "--set",
        set,
    ];
    let said = desk.run(&command);
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    assert!(
        said.talk.contains("from a variable or from `--set`"),
        "{}",
        said.talk
    );
    assert_eq!(text_of(&desk), SHIFTS);
}

#[test]
fn a_base_is_not_edited_through_the_blueprint_that_extends_it() {
    let (head, rest) = SHIFTS.split_once("appstream:\n").unwrap();
    let desk = Desk::with(&format!("extends: base.yaml\n{head}"));
    let base = format!("appstream:\n{rest}").replace(
        "      tags: { team: desk }\n",
        "      timeouts: { disconnect: 15m }\n",
    );
    std::fs::write(desk.path().join("base.yaml"), &base).unwrap();
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.edit(|world| fleet(world, "acme-shifts-agents")["DisconnectTimeoutInSeconds"] = json!(600));
    let said = desk.run(&["drift", "center.yaml", "--sim", "--accept", FLEET, "--write"]);
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    assert!(said.talk.contains("is in base.yaml:"), "{}", said.talk);
    assert_eq!(
        std::fs::read_to_string(desk.path().join("base.yaml")).unwrap(),
        base
    );
}

#[cfg(unix)]
#[test]
fn an_edit_keeps_the_file_that_a_link_leads_to_and_who_may_read_it() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let desk = changed(SHIFTS, "DisconnectTimeoutInSeconds", &json!(600));
    let (link, real) = (desk.path().join("center.yaml"), desk.path().join("real.yaml"));
    std::fs::rename(&link, &real).unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.yaml", &link).unwrap();
    desk.ok(&["drift", "center.yaml", "--sim", "--accept", FLEET, "--write"]);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        std::fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(std::fs::read_to_string(&real).unwrap().contains("10m"));
    let left = std::fs::read_dir(desk.path()).unwrap().flatten();
    assert!(
        left.map(|entry| entry.file_name())
            .all(|name| !name.to_string_lossy().ends_with(".new"))
    );
}
