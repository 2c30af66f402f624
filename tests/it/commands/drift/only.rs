//! `--only drift`: what others changed is put back, and what the blueprint changed waits.

use serde_json::{Value, json};

use super::SHIFTS;
use super::forms::drifted;
use super::output::fleet;
use crate::support::desk::Desk;

/// A desk whose fleet was changed outside, and whose blueprint asks for something else of it and for another stack.
fn pending() -> Desk {
    let desk = drifted();
    let text = SHIFTS
        .replace(
            "      tags: { team: desk }\n",
            "      tags: { team: desk }\n      display_name: Night desk\n",
        )
        .replace(
            "  stacks: { agents: { fleet: agents } }",
            "  stacks: { agents: { fleet: agents }, more: { fleet: agents } }",
        );
    desk.write(&text);
    desk
}

fn disconnect(desk: &Desk) -> Value {
    let mut saved = desk.saved();
    fleet(&mut saved, "acme-shifts-agents")["DisconnectTimeoutInSeconds"].clone()
}

/// The fields that a plan changes of the fleet, and what it leaves out.
fn planned(desk: &Desk, options: &[&str]) -> (Vec<String>, Value) {
    let command = [&["plan", "center.yaml", "--sim", "--json"], options].concat();
    let document: Value = serde_json::from_str(&desk.ok(&command).data).unwrap();
    let plan = &document["plans"][0];
    let steps = plan["steps"].as_array().unwrap();
    let fleet = steps
        .iter()
        .find(|step| step["address"] == "appstream.fleet/agents")
        .unwrap();
    let changes = fleet["diff"].as_array().unwrap();
    let fields = changes
        .iter()
        .map(|change| change["field"].as_str().unwrap().to_owned());
    let mut fields: Vec<String> = fields.collect();
    fields.sort();
    (fields, plan["partial"]["left_out"].clone())
}

#[test]
fn what_others_changed_is_put_back_and_what_the_blueprint_changed_is_left_out() {
    let desk = pending();
    let (fields, _) = planned(&desk, &[]);
    assert_eq!(fields, ["disconnect", "display_name"]);
    let (fields, left_out) = planned(&desk, &["--only", "drift"]);
    assert_eq!(fields, ["disconnect"]);
    let left: Vec<&str> = left_out
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect();
    assert_eq!(
        left,
        [
            "appstream.fleet/agents",
            "appstream.fleet_association/more:agents",
            "appstream.stack/more"
        ]
    );
    let said = desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--only", "drift"]);
    assert!(
        said.talk.contains("only what others changed is put back"),
        "{}",
        said.talk
    );
    assert_eq!(disconnect(&desk), json!(900));
    let (fields, _) = planned(&desk, &[]);
    assert_eq!(fields, ["display_name"]);
    assert!(!desk.saved().to_string().contains("acme-shifts-more"));
}

#[test]
fn a_saved_plan_of_it_is_carried_out_as_it_was_shown() {
    let desk = pending();
    desk.ok(&[
        "plan",
        "center.yaml",
        "--sim",
        "--only",
        "drift",
        "--out",
        "fix.plan",
    ]);
    let said = desk.run(&["apply", "fix.plan", "--sim", "--only", "drift"]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    desk.ok(&["apply", "fix.plan", "--sim"]);
    assert_eq!(disconnect(&desk), json!(900));
    assert_eq!(planned(&desk, &[]).0, ["display_name"]);
}

#[test]
fn what_the_blueprint_no_longer_asks_for_stays() {
    let desk = drifted();
    let (head, _) = SHIFTS.split_once("  stacks:").unwrap();
    desk.write(head);
    let said = desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--only", "drift"]);
    assert!(
        said.talk.contains("left out: ") && said.talk.contains("appstream.stack/agents"),
        "{}",
        said.talk
    );
    assert_eq!(disconnect(&desk), json!(900));
    assert!(desk.saved().to_string().contains("acme-shifts-agents"));
}
