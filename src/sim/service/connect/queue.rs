//! Queues.

use serde_json::{Map, Value, json};

use super::entity::{self, Kind};
use super::instance::Instance;
use super::{active_instance, not_found};
use crate::sim::service::{Answer, Call, Fault};
use crate::sim::world::World;

fn check(one: &Instance, call: &Call) -> Result<(), Fault> {
    if let Some(id) = call.text("HoursOfOperationId") {
        entity::find(one, Kind::Hours, id)?;
    }
    let quick_connects = call.input.get("QuickConnectIds").and_then(Value::as_array);
    if quick_connects.is_some_and(|ids| !ids.is_empty()) {
        // The simulator has no quick connects, so none can be found.
        return Err(not_found("the quick connect"));
    }
    Ok(())
}

fn copy(body: &mut Map<String, Value>, call: &Call) {
    for member in [
        "Description",
        "OutboundCallerConfig",
        "HoursOfOperationId",
        "MaxContacts",
        "Status",
    ] {
        if let Some(value) = call.input.get(member).filter(|value| !value.is_null()) {
            body.insert(member.to_owned(), value.clone());
        }
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(active_instance(world, call)?, call)?;
    let mut body = Map::new();
    copy(&mut body, call);
    // A new queue is enabled: CreateQueue has no member for the status.
    body.insert("Status".to_owned(), json!("ENABLED"));
    let name = call.text("Name").unwrap_or_default();
    let (id, arn) = entity::insert(world, call, Kind::Queue, name, body, Map::new())?;
    Ok(Answer::of(json!({ "QueueId": id, "QueueArn": arn })))
}

/// Every `UpdateQueue...`.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    check(one, call)?;
    if let Some(name) = call.text("Name") {
        entity::refuse_duplicate(one, Kind::Queue, name, call.text("QueueId"))?;
    }
    let queue = entity::target(world, call, Kind::Queue)?;
    if let Some(name) = call.text("Name") {
        queue.name = name.to_owned();
    }
    if call.operation == "UpdateQueueMaxContacts" && call.input.get("MaxContacts").is_none() {
        queue.body.remove("MaxContacts");
    }
    copy(&mut queue.body, call);
    Ok(Answer::empty())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("QueueId").unwrap_or_default();
    entity::find(one, Kind::Queue, id)?;
    let held = one.entities.values().any(|profile| {
        let serves = |config: &Value| config["QueueReference"]["QueueId"] == id;
        profile.kind == Kind::RoutingProfile
            && (profile.text("DefaultOutboundQueueId") == Some(id)
                || profile.hidden_list("Queues").iter().any(serves))
    });
    if held {
        return Err(Fault::new(
            "ResourceInUseException",
            "a routing profile uses the queue",
        ));
    }
    one.entities.remove(id);
    Ok(Answer::empty())
}
