//! Agent statuses. There is no operation that deletes one.

use serde_json::{Map, Value, json};

use super::entity::{self, Kind};
use super::{active_instance, invalid_request};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

fn copy(body: &mut Map<String, Value>, call: &Call) {
    for member in ["Description", "State", "DisplayOrder"] {
        if let Some(value) = call.input.get(member).filter(|value| !value.is_null()) {
            body.insert(member.to_owned(), value.clone());
        }
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    active_instance(world, call)?;
    let mut body = Map::new();
    body.insert("Type".to_owned(), json!("CUSTOM"));
    copy(&mut body, call);
    let name = call.text("Name").unwrap_or_default();
    let (id, arn) = entity::insert(world, call, Kind::AgentStatus, name, body, Map::new())?;
    Ok(Answer::of(json!({ "AgentStatusId": id, "AgentStatusARN": arn })))
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    if let Some(name) = call.text("Name") {
        entity::refuse_duplicate(one, Kind::AgentStatus, name, call.text("AgentStatusId"))?;
    }
    let status = entity::target(world, call, Kind::AgentStatus)?;
    // Assumption: connect.default-status. Available and Offline cannot be disabled.
    if status.built_in && call.text("State") == Some("DISABLED") {
        return Err(invalid_request("a default status cannot be disabled"));
    }
    if let Some(name) = call.text("Name") {
        status.name = name.to_owned();
    }
    if call.input.get("ResetOrderNumber") == Some(&json!(true)) {
        status.body.remove("DisplayOrder");
    }
    copy(&mut status.body, call);
    Ok(Answer::empty())
}
