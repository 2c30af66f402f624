//! Routing profiles and their queues.

use serde_json::{Map, Value, json};

use super::entity::{self, Entity, Kind};
use super::instance::Instance;
use super::{PAGER, active_instance, invalid_parameter, invalid_request, not_found};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// Queues that one call may name, although a profile may have more (model: `RoutingProfileQueueConfigList`).
const QUEUES_PER_CALL: usize = 10;

fn queue_configs<'call>(call: &'call Call, member: &str) -> Result<&'call [Value], Fault> {
    let configs = call.input.get(member).and_then(Value::as_array);
    let configs = configs.map(Vec::as_slice).unwrap_or_default();
    if configs.len() > QUEUES_PER_CALL {
        return Err(invalid_parameter(format!("{member} may name 10 queues at most")));
    }
    Ok(configs)
}

fn check_queues(one: &Instance, call: &Call) -> Result<(), Fault> {
    if let Some(id) = call.text("DefaultOutboundQueueId") {
        entity::find(one, Kind::Queue, id)?;
    }
    for config in queue_configs(call, "QueueConfigs")? {
        let id = config["QueueReference"]["QueueId"].as_str().unwrap_or_default();
        entity::find(one, Kind::Queue, id)?;
    }
    let concurrencies = call.input.get("MediaConcurrencies").and_then(Value::as_array);
    for one in concurrencies.into_iter().flatten() {
        if one["Channel"] == "VOICE" && one["Concurrency"].as_u64().is_some_and(|limit| limit > 1) {
            return Err(invalid_parameter("the concurrency of VOICE is 1"));
        }
    }
    Ok(())
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    check_queues(one, call)?;
    let mut body = Map::new();
    body.insert("InstanceId".to_owned(), json!(one.id));
    body.insert("IsDefault".to_owned(), json!(false));
    body.insert(
        "AgentAvailabilityTimer".to_owned(),
        json!("TIME_SINCE_LAST_ACTIVITY"),
    );
    copy(&mut body, call);
    let mut hidden = Map::new();
    hidden.insert("Queues".to_owned(), json!(queue_configs(call, "QueueConfigs")?));
    let name = call.text("Name").unwrap_or_default();
    let (id, arn) = entity::insert(world, call, Kind::RoutingProfile, name, body, hidden)?;
    Ok(Answer::of(
        json!({ "RoutingProfileId": id, "RoutingProfileArn": arn }),
    ))
}

fn copy(body: &mut Map<String, Value>, call: &Call) {
    for member in [
        "Description",
        "DefaultOutboundQueueId",
        "MediaConcurrencies",
        "AgentAvailabilityTimer",
    ] {
        if let Some(value) = call.input.get(member).filter(|value| !value.is_null()) {
            body.insert(member.to_owned(), value.clone());
        }
    }
}

fn place(queues: &[Value], reference: &Value) -> Option<usize> {
    queues
        .iter()
        .position(|queue| queue["QueueReference"] == *reference)
}

/// Every change of a routing profile. A quota bounds the pairs of queue and channel, 50 by default.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let limit = world.quota("connect.routing-profile-queues", 50);
    let one = active_instance(world, call)?;
    let id = call.text("RoutingProfileId").unwrap_or_default();
    entity::find(one, Kind::RoutingProfile, id)?;
    check_queues(one, call)?;
    if let Some(name) = call.text("Name") {
        entity::refuse_duplicate(one, Kind::RoutingProfile, name, Some(id))?;
    }
    let profile: &mut Entity = entity::target(world, call, Kind::RoutingProfile)?;
    let mut queues = profile.hidden_list("Queues");
    match call.operation.as_str() {
        "AssociateRoutingProfileQueues" => {
            for config in queue_configs(call, "QueueConfigs")? {
                match place(&queues, &config["QueueReference"]) {
                    Some(at) => queues[at] = config.clone(),
                    None => queues.push(config.clone()),
                }
            }
        }
        "DisassociateRoutingProfileQueues" => {
            for reference in queue_configs(call, "QueueReferences")? {
                if let Some(at) = place(&queues, reference) {
                    queues.remove(at);
                }
            }
        }
        "UpdateRoutingProfileQueues" => {
            // Changes priority and delay of queues that are already there.
            for config in queue_configs(call, "QueueConfigs")? {
                let at = place(&queues, &config["QueueReference"]);
                queues[at.ok_or_else(|| not_found("the queue in the routing profile"))?] = config.clone();
            }
        }
        _ => {}
    }
    if queues.len() as u64 > limit {
        return Err(invalid_request(
            "the limit of queues in a routing profile is reached",
        ));
    }
    profile.hidden.insert("Queues".to_owned(), Value::Array(queues));
    if let Some(name) = call.text("Name") {
        profile.name = name.to_owned();
    }
    copy(&mut profile.body, call);
    Ok(Answer::empty())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("RoutingProfileId").unwrap_or_default();
    let profile = entity::find(one, Kind::RoutingProfile, id)?;
    if profile.built_in {
        return Err(invalid_request("the default routing profile cannot be deleted"));
    }
    let held = one
        .entities
        .values()
        .any(|user| user.kind == Kind::User && user.text("RoutingProfileId") == Some(id));
    if held {
        return Err(Fault::new(
            "ResourceInUseException",
            "users hold the routing profile",
        ));
    }
    one.entities.remove(id);
    Ok(Answer::empty())
}

pub(super) fn list_queues(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("RoutingProfileId").unwrap_or_default();
    let configs = entity::find(one, Kind::RoutingProfile, id)?.hidden_list("Queues");
    let mut items = Vec::new();
    for config in configs {
        let reference = &config["QueueReference"];
        let queue = entity::find(
            one,
            Kind::Queue,
            reference["QueueId"].as_str().unwrap_or_default(),
        )?;
        items.push(json!({
            "QueueId": queue.id,
            "QueueArn": queue.arn,
            "QueueName": queue.name,
            "Priority": config["Priority"],
            "Delay": config["Delay"],
            "Channel": reference["Channel"],
        }));
    }
    PAGER.page(world, call, "RoutingProfileQueueConfigSummaryList", items)
}
