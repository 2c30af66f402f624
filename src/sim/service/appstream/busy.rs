//! Changes that come too soon after another one of the same thing.
//!
//! ConcurrentModificationException is declared by most operations that change something ("an API error occurred. Wait a
//! few minutes and try again"). When it occurs, no source says: by quirk, for a moment after each change.

use std::time::Duration;

use super::place;
use crate::sim::service::{Call, Fault};
use crate::sim::world::World;

/// How long a thing is busy after a change.
const BUSY: Duration = Duration::from_secs(8);

/// Operations that declare the error, what they change, and the member that names it.
const CHANGES: &[(&str, &[(&str, &str)])] = &[
    (
        "AssociateFleet",
        &[("fleet", "FleetName"), ("stack", "StackName")],
    ),
    ("CreateThemeForStack", &[("stack", "StackName")]),
    ("DeleteFleet", &[("fleet", "Name")]),
    ("DeleteImageBuilder", &[("image-builder", "Name")]),
    ("DeleteStack", &[("stack", "Name")]),
    ("DeleteThemeForStack", &[("stack", "StackName")]),
    (
        "DisassociateFleet",
        &[("fleet", "FleetName"), ("stack", "StackName")],
    ),
    ("StartFleet", &[("fleet", "Name")]),
    ("StartImageBuilder", &[("image-builder", "Name")]),
    ("StopFleet", &[("fleet", "Name")]),
    ("StopImageBuilder", &[("image-builder", "Name")]),
    ("UpdateFleet", &[("fleet", "Name")]),
    ("UpdateImageBuilder", &[("image-builder", "Name")]),
    ("UpdateStack", &[("stack", "Name")]),
    ("UpdateThemeForStack", &[("stack", "StackName")]),
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
    let busy = changed(call).into_iter().find(|thing| {
        place
            .changed
            .get(thing)
            .is_some_and(|at| call.now < at.after(BUSY))
    });
    match busy {
        Some(thing) => Err(Fault::new(
            "ConcurrentModificationException",
            format!("{thing} is being changed. Wait a few minutes and try again."),
        )),
        None => Ok(()),
    }
}

/// Notes that a change was made.
pub(super) fn note(world: &mut World, call: &Call) {
    let things = changed(call);
    if !things.is_empty() {
        let place = place(world, call);
        place.changed.retain(|_, at| call.now < at.after(BUSY));
        place
            .changed
            .extend(things.into_iter().map(|thing| (thing, call.now)));
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
}
