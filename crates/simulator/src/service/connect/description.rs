//! What Describe answers, whatever the kind.

use crate::service::connect::active_instance;
use crate::service::connect::entity::find;
use crate::service::connect::instance::Instance;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::connect::{Entity, Kind};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Describe of a kind.
pub(super) fn describe(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Fault> {
    active_instance(world, call)?;
    let world = &*world;
    let one = super::instance(world, call)?;
    let id = call.text(&format!("{}Id", kind.structure())).unwrap_or_default();
    let shown = complete(world, one, find(one, kind, id)?);
    let mut output = Map::new();
    output.insert(kind.structure().to_owned(), Value::Object(shown));
    Ok(Answer::of(Value::Object(output)))
}

/// Describe's structure with what is counted or derived rather than kept.
pub(super) fn complete(world: &World, one: &Instance, entity: &Entity) -> Map<String, Value> {
    let mut shown = entity.described();
    match entity.kind {
        Kind::RoutingProfile => {
            let users = one.entities.values().filter(|other| {
                other.kind == Kind::User && other.text("RoutingProfileId") == Some(entity.id.as_str())
            });
            let queues = entity.hidden_list("Queues");
            // A queue is there once for each channel.
            let ids: BTreeSet<&str> = queues
                .iter()
                .filter_map(|queue| queue["QueueReference"]["QueueId"].as_str())
                .collect();
            shown.insert("AssociatedQueueIds".to_owned(), json!(ids));
            shown.insert("NumberOfAssociatedUsers".to_owned(), json!(users.count()));
            shown.insert("NumberOfAssociatedQueues".to_owned(), json!(queues.len()));
            shown.insert("NumberOfAssociatedManualAssignmentQueues".to_owned(), json!(0));
        }
        Kind::User => super::user::add_unwritten(world, &mut shown),
        Kind::HierarchyGroup => super::hierarchy::add_path(one, entity, &mut shown),
        _ => {}
    }
    shown
}
