//! Queues.

use serde_json::{Map, Value, json};

use super::entity::{self, Entity, Kind};
use super::instance::Instance;
use super::{active_instance, invalid_request, not_found};
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

/// What calls that agents make from the queue show and play: a number that is claimed for the instance, and a flow in it.
/// Either may be given by its id or its ARN.
fn check_caller(world: &World, call: &Call) -> Result<(), Fault> {
    let one = super::instance(world, call)?;
    let caller = call.input.get("OutboundCallerConfig");
    let id = |member: &str| {
        let text = caller
            .and_then(|caller| caller.get(member))
            .and_then(Value::as_str);
        text.map(|text| text.rsplit('/').next().unwrap_or(text))
    };
    if let Some(flow) = id("OutboundFlowId") {
        entity::find(one, Kind::ContactFlow, flow)?;
    }
    let claimed = |id: &str| {
        let number = world.connect.numbers.get(id);
        number.is_some_and(|number| number.instance == one.id)
    };
    match id("OutboundCallerIdNumberId") {
        Some(number) if !claimed(number) => Err(not_found("the phone number")),
        Some(_) | None => Ok(()),
    }
}

/// Whether this holds the queue: a routing profile that serves it or calls out from it, or a flow that names it.
fn holds(other: &Entity, queue: &str) -> bool {
    match other.kind {
        Kind::RoutingProfile => {
            let serves = |config: &Value| config["QueueReference"]["QueueId"] == queue;
            other.text("DefaultOutboundQueueId") == Some(queue)
                || other.hidden_list("Queues").iter().any(serves)
        }
        Kind::ContactFlow | Kind::ContactFlowModule => other
            .text("Content")
            .is_some_and(|content| content.contains(queue)),
        _ => false,
    }
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
    check_caller(world, call)?;
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
///
/// Assumption: connect.queue-name-or-description. "At least Name or Description must be provided" (UpdateQueueName), and
/// the operation declares two errors that fit.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    active_instance(world, call)?;
    check_caller(world, call)?;
    let named = call.text("Name").or(call.text("Description"));
    if call.operation == "UpdateQueueName" && named.is_none() {
        return Err(invalid_request("Name or Description must be given"));
    }
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
    if one.entities.values().any(|other| holds(other, id)) {
        return Err(Fault::new(
            "ResourceInUseException",
            "a routing profile or a flow uses the queue",
        ));
    }
    one.entities.remove(id);
    Ok(Answer::empty())
}
