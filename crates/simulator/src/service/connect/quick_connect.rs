//! Quick connects: whom agents can hand a contact to, and which queues offer them.

use serde_json::{Map, Value, json};

use super::entity::{self, Entity, Kind};
use super::instance::Instance;
use super::{PAGER, active_instance, invalid_parameter, invalid_request};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// Quick connects that one call may name (model: `QuickConnectsList` of 50).
const PER_QUEUE: (&str, u64) = ("connect.queue-quick-connects", 700);

/// The ids in the call's `QuickConnectIds`.
pub(super) fn given(call: &Call) -> impl Iterator<Item = &str> {
    let ids = call.input.get("QuickConnectIds").and_then(Value::as_array);
    ids.into_iter().flatten().filter_map(Value::as_str)
}

/// The configuration must be the one that the type asks for, and what it names must be there.
fn check(one: &Instance, config: &Value) -> Result<(), Fault> {
    let kind = config["QuickConnectType"].as_str().unwrap_or_default();
    let member = match kind {
        "USER" => "UserConfig",
        "QUEUE" => "QueueConfig",
        "FLOW" => "FlowConfig",
        _ => "PhoneConfig",
    };
    let details = &config[member];
    if details.is_null() {
        return Err(invalid_parameter(format!("{member} is required for {kind}")));
    }
    if let Some(id) = details["UserId"].as_str() {
        entity::find(one, Kind::User, id)?;
    }
    if let Some(id) = details["QueueId"].as_str() {
        entity::find(one, Kind::Queue, id)?;
    }
    if let Some(id) = details["ContactFlowId"].as_str() {
        entity::find(one, Kind::ContactFlow, id)?;
    }
    Ok(())
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(active_instance(world, call)?, &call.input["QuickConnectConfig"])?;
    let mut body = Map::new();
    copy(&mut body, call);
    let name = call.text("Name").unwrap_or_default();
    let (id, arn) = entity::insert(world, call, Kind::QuickConnect, name, body, Map::new())?;
    Ok(Answer::of(
        json!({ "QuickConnectId": id, "QuickConnectARN": arn }),
    ))
}

fn copy(body: &mut Map<String, Value>, call: &Call) {
    for member in ["Description", "QuickConnectConfig"] {
        if let Some(value) = call.input.get(member).filter(|value| !value.is_null()) {
            body.insert(member.to_owned(), value.clone());
        }
    }
}

/// `UpdateQuickConnectName` (which changes the description too) and `UpdateQuickConnectConfig`.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    if let Some(config) = call.input.get("QuickConnectConfig") {
        check(one, config)?;
    }
    if let Some(name) = call.text("Name") {
        // Assumption: connect.quick-connect-name. The operation declares no DuplicateResourceException.
        entity::refuse_duplicate(one, Kind::QuickConnect, name, call.text("QuickConnectId"))
            .map_err(|fault| invalid_request(fault.message))?;
    }
    let quick_connect = entity::target(world, call, Kind::QuickConnect)?;
    if let Some(name) = call.text("Name") {
        quick_connect.name = name.to_owned();
    }
    copy(&mut quick_connect.body, call);
    Ok(Answer::empty())
}

/// Queues stop offering it.
///
/// Assumption: connect.quick-connect-deletion. The operation declares no ResourceInUseException.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("QuickConnectId").unwrap_or_default();
    entity::find(one, Kind::QuickConnect, id)?;
    one.entities.remove(id);
    for queue in one
        .entities
        .values_mut()
        .filter(|entity| entity.kind == Kind::Queue)
    {
        let mut offered = offered(queue);
        offered.retain(|held| held != id);
        queue.hidden.insert("QuickConnects".to_owned(), json!(offered));
    }
    Ok(Answer::empty())
}

fn offered(queue: &Entity) -> Vec<String> {
    let list = queue.hidden_list("QuickConnects");
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Adds quick connects to a queue, or takes them from it. Those that are there, or are not, do not matter.
pub(super) fn link(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let limit = world.quota(PER_QUEUE.0, PER_QUEUE.1);
    let one = active_instance(world, call)?;
    for id in given(call) {
        entity::find(one, Kind::QuickConnect, id)?;
    }
    let queue = entity::target(world, call, Kind::Queue)?;
    let mut offered = offered(queue);
    offered.retain(|held| !given(call).any(|id| id == held));
    if call.operation == "AssociateQueueQuickConnects" {
        offered.extend(given(call).map(str::to_owned));
    }
    if offered.len() as u64 > limit {
        return Err(Fault::new(
            "LimitExceededException",
            "the limit of quick connects of a queue is reached",
        ));
    }
    queue.hidden.insert("QuickConnects".to_owned(), json!(offered));
    Ok(Answer::empty())
}

pub(super) fn list_of_queue(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let queue = entity::find(one, Kind::Queue, call.text("QueueId").unwrap_or_default())?;
    let (modified, region) = (queue.modified, queue.region.clone());
    let items = offered(queue)
        .iter()
        .map(|id| entity::find(one, Kind::QuickConnect, id).map(Entity::summary))
        .collect::<Result<Vec<Value>, Fault>>()?;
    let mut answer = PAGER.page(world, call, "QuickConnectSummaryList", items)?;
    answer.output["LastModifiedTime"] = json!(modified.epoch_seconds());
    answer.output["LastModifiedRegion"] = json!(region);
    Ok(answer)
}
