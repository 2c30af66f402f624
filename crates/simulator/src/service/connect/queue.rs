//! Queues.

use serde_json::{Map, Value, json};

use super::active_instance;
use super::entity::{self, Kind};
use super::instance::Instance;
use crate::service::{Answer, Call, Fault};
use crate::world::World;

fn check(one: &Instance, call: &Call) -> Result<(), Fault> {
    if let Some(id) = call.text("HoursOfOperationId") {
        entity::find(one, Kind::Hours, id)?;
    }
    for id in super::quick_connect::given(call) {
        entity::find(one, Kind::QuickConnect, id)?;
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
    let mut hidden = Map::new();
    let quick_connects: Vec<&str> = super::quick_connect::given(call).collect();
    hidden.insert("QuickConnects".to_owned(), json!(quick_connects));
    let (id, arn) = entity::insert(world, call, Kind::Queue, name, body, hidden)?;
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
