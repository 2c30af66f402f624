//! Changes that come too soon after another one of the same thing.
//!
//! ConcurrentModificationException is declared by most operations that change something ("an API error occurred. Wait a
//! few minutes and try again"). When it occurs, no source says: by quirk, for a moment after each change, but for what
//! Terraform's provider does in one go on AWS.

use std::time::Duration;

use super::fleet::Fleet;
use super::place;
use crate::service::{Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::LastChange;

/// How long after a change another one of the same thing is refused.
const REFUSES_FOR: Duration = Duration::from_secs(8);

/// Operations that declare the error, what they change, and the member that names it.
const CHANGES: &[(&str, &[(&str, &str)])] = &[
    (
        "AssociateFleet",
        &[("fleet", "FleetName"), ("stack", "StackName")],
    ),
    ("AssociateApplicationFleet", &[("fleet", "FleetName")]),
    ("CreateThemeForStack", &[("stack", "StackName")]),
    ("DeleteAppBlock", &[("app-block", "Name")]),
    ("DeleteApplication", &[("application", "Name")]),
    ("DeleteFleet", &[("fleet", "Name")]),
    ("DeleteImageBuilder", &[("image-builder", "Name")]),
    ("DeleteStack", &[("stack", "Name")]),
    ("DeleteThemeForStack", &[("stack", "StackName")]),
    (
        "DisassociateFleet",
        &[("fleet", "FleetName"), ("stack", "StackName")],
    ),
    ("DisassociateApplicationFleet", &[("fleet", "FleetName")]),
    ("StartFleet", &[("fleet", "Name")]),
    ("StartImageBuilder", &[("image-builder", "Name")]),
    ("StopFleet", &[("fleet", "Name")]),
    ("StopImageBuilder", &[("image-builder", "Name")]),
    ("UpdateApplication", &[("application", "Name")]),
    ("UpdateFleet", &[("fleet", "Name")]),
    ("UpdateImageBuilder", &[("image-builder", "Name")]),
    ("UpdateStack", &[("stack", "Name")]),
    ("UpdateThemeForStack", &[("stack", "StackName")]),
];

/// Deletions of the thing itself: what is gone refuses no change, and a new thing of its name has not changed yet.
const GONE: &[&str] = &[
    "DeleteAppBlock",
    "DeleteApplication",
    "DeleteFleet",
    "DeleteImageBuilder",
    "DeleteStack",
];

/// What Terraform's provider does right after something else, without looking at this error, as its acceptance tests do
/// on AWS: it starts a fleet that it has updated, and stops a fleet or deletes a stack that it has disassociated.
const IN_ONE_GO: &[(&str, &str)] = &[
    ("UpdateFleet", "StartFleet"),
    ("DisassociateFleet", "StopFleet"),
    ("DisassociateFleet", "DeleteStack"),
];

/// What a call changes, such as `fleet/agents`.
fn changed(call: &Call) -> Vec<String> {
    CHANGES
        .iter()
        .find(|(operation, _)| *operation == call.operation)
        .into_iter()
        .flat_map(|(_, things)| things.iter())
        .filter_map(|(kind, member)| Some(format!("{kind}/{}", call.text(member)?)))
        .collect()
}

/// Refuses a change of something that was changed a moment ago.
pub(super) fn check(world: &mut World, call: &Call) -> Result<(), Fault> {
    if !world.quirk("appstream.busy-after-change") {
        return Ok(());
    }
    let place = place(world, call);
    let changing = changed(call).into_iter().find(|thing| {
        place.changed.get(thing).is_some_and(|last| {
            call.now < last.at.after(REFUSES_FOR) && !IN_ONE_GO.contains(&(&last.by, &call.operation))
        })
    });
    match changing {
        Some(thing) => Err(Fault::new(
            "ConcurrentModificationException",
            format!("{thing} is being changed. Wait a few minutes and try again."),
        )),
        None => Ok(()),
    }
}

/// Whether a call asks for what is so already. Then nothing changes: a client that stops a stopped fleet again and again
/// does not keep another one from deleting it.
pub(super) fn changes_nothing(world: &mut World, call: &Call) -> bool {
    let name = call.text("Name").unwrap_or_default();
    let fleet = place(world, call).fleets.get(name);
    match call.operation.as_str() {
        "StopFleet" => fleet.is_some_and(|fleet| !fleet.is_on()),
        "StartFleet" => fleet.is_some_and(Fleet::is_on),
        _ => false,
    }
}

/// Notes that a change was made.
pub(super) fn note(world: &mut World, call: &Call) {
    let things = changed(call);
    if !things.is_empty() {
        let place = place(world, call);
        place
            .changed
            .retain(|_, last| call.now < last.at.after(REFUSES_FOR));
        let last = LastChange {
            at: call.now,
            by: call.operation.clone(),
        };
        if GONE.contains(&call.operation.as_str()) {
            place.changed.retain(|thing, _| !things.contains(thing));
        } else {
            let changes = things.into_iter().map(|thing| (thing, last.clone()));
            place.changed.extend(changes);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Lab;

    #[test]
    fn a_second_change_at_once_may_have_to_wait() {
        let mut lab = Lab::quirky("appstream.busy-after-change", &["appstream.slow-reads"]);
        lab.ok("CreateStack", json!({ "Name": "agents" }));
        let update = json!({ "Name": "agents", "Description": "one" });
        lab.ok("UpdateStack", update.clone());
        assert_eq!(
            lab.code("UpdateStack", update.clone()),
            "ConcurrentModificationException"
        );
        lab.ok("DescribeStacks", json!({}));
        lab.seconds(8);
        lab.ok("UpdateStack", update);
        // A call that was refused changed nothing.
        assert_eq!(
            lab.code("DeleteFleet", json!({ "Name": "no" })),
            "ResourceNotFoundException"
        );
        assert_eq!(
            lab.code("DeleteFleet", json!({ "Name": "no" })),
            "ResourceNotFoundException"
        );
    }

    #[test]
    fn what_terraform_does_in_one_go_is_never_too_soon() {
        let plain = ["appstream.slow-reads", "appstream.disassociation-lingers"];
        let mut lab = Lab::quirky("appstream.busy-after-change", &plain);
        let fleet = lab.fleet(json!({}));
        lab.ok("CreateFleet", fleet);
        lab.ok("CreateStack", json!({ "Name": "agents" }));
        let pair = json!({ "FleetName": "agents", "StackName": "agents" });
        lab.ok("AssociateFleet", pair.clone());
        lab.seconds(8);
        lab.ok("UpdateFleet", json!({ "Name": "agents", "Description": "one" }));
        lab.ok("StartFleet", json!({ "Name": "agents" }));
        lab.wait(20);
        lab.ok("DisassociateFleet", pair);
        lab.ok("StopFleet", json!({ "Name": "agents" }));
        lab.ok("DeleteStack", json!({ "Name": "agents" }));
    }

    #[test]
    fn stopping_a_stopped_fleet_delays_no_other_change() {
        let plain = ["appstream.slow-reads", "appstream.no-stop-when-stopped"];
        let mut lab = Lab::quirky("appstream.busy-after-change", &plain);
        let fleet = lab.fleet(json!({}));
        lab.ok("CreateFleet", fleet);
        lab.ok("StopFleet", json!({ "Name": "agents" }));
        lab.ok("DeleteFleet", json!({ "Name": "agents" }));
    }

    #[test]
    fn a_new_thing_under_a_deleted_name_can_be_changed_at_once() {
        let mut lab = Lab::quirky("appstream.busy-after-change", &["appstream.slow-reads"]);
        for _ in 0..2 {
            let fleet = lab.fleet(json!({}));
            lab.ok("CreateFleet", fleet);
            lab.ok("StartFleet", json!({ "Name": "agents" }));
            lab.wait(20);
            lab.ok("StopFleet", json!({ "Name": "agents" }));
            lab.wait(20);
            lab.ok("DeleteFleet", json!({ "Name": "agents" }));
        }
    }
}
