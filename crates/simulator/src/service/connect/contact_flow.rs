//! Flows and the modules that they share: documents in the Amazon Connect Flow language.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::entity::{self, Kind};
use super::{active_instance, denied, invalid_request};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// The default flows of every instance (administrator guide, "Default flows") and one of its samples.
pub(super) const BUILT_IN: [(&str, &str); 9] = [
    ("Default agent hold", "AGENT_HOLD"),
    ("Default agent transfer", "AGENT_TRANSFER"),
    ("Default agent whisper", "AGENT_WHISPER"),
    ("Default customer hold", "CUSTOMER_HOLD"),
    ("Default customer queue", "CUSTOMER_QUEUE"),
    ("Default customer whisper", "CUSTOMER_WHISPER"),
    ("Default outbound", "OUTBOUND_WHISPER"),
    ("Default queue transfer", "QUEUE_TRANSFER"),
    ("Sample inbound flow (first contact experience)", "CONTACT_FLOW"),
];

/// What a built-in flow says: the shortest flow there is.
pub(super) fn built_in(kind: &str) -> Value {
    let content = json!({
        "Version": "2019-10-30",
        "StartAction": "end",
        "Actions": [{ "Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {} }],
    })
    .to_string();
    json!({
        "Type": kind,
        "State": "ACTIVE",
        "Status": "PUBLISHED",
        "FlowContentSha256": hash(&content),
        "Content": content,
    })
}

fn hash(content: &str) -> String {
    hex::encode(Sha256::digest(content.as_bytes()))
}

/// Whether a document is one of the Flow language: a version, and a first action that is among its actions.
fn check(content: &str, kind: Kind) -> Result<(), Fault> {
    let (code, members) = match kind {
        Kind::ContactFlow => ("InvalidContactFlowException", "problems"),
        _ => ("InvalidContactFlowModuleException", "Problems"),
    };
    let refuse = |message: &str| {
        let mut fault = Fault::new(code, message);
        fault.members = json!({ members: [{ "message": message }] });
        fault
    };
    let flow: Value = serde_json::from_str(content).map_err(|_| refuse("the content is not JSON"))?;
    if flow["Version"].as_str().is_none() {
        return Err(refuse("Version is missing"));
    }
    let start = flow["StartAction"]
        .as_str()
        .ok_or_else(|| refuse("StartAction is missing"))?;
    let actions = flow["Actions"].as_array();
    let starts = actions
        .into_iter()
        .flatten()
        .any(|action| action["Identifier"] == start);
    if starts {
        Ok(())
    } else {
        Err(refuse("StartAction is not among the actions"))
    }
}

fn copy(body: &mut Map<String, Value>, call: &Call, kind: Kind) {
    for member in ["Description", "Content", "Type", "Status"] {
        if let Some(value) = call.input.get(member).filter(|value| !value.is_null()) {
            body.insert(member.to_owned(), value.clone());
        }
    }
    if let Some(state) = call.text("ContactFlowState").or(call.text("State")) {
        body.insert("State".to_owned(), json!(state));
    }
    if let Some(content) = call.text("Content") {
        let member = match kind {
            Kind::ContactFlow => "FlowContentSha256",
            _ => "FlowModuleContentSha256",
        };
        body.insert(member.to_owned(), json!(hash(content)));
    }
}

pub(super) fn create(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Fault> {
    active_instance(world, call)?;
    // A draft need not be complete.
    if call.text("Status") != Some("SAVED") {
        check(call.text("Content").unwrap_or_default(), kind)?;
    }
    let mut body = Map::new();
    body.insert("State".to_owned(), json!("ACTIVE"));
    body.insert("Status".to_owned(), json!("PUBLISHED"));
    copy(&mut body, call, kind);
    let content_hash = body.get("FlowContentSha256").cloned();
    let name = call.text("Name").unwrap_or_default();
    let (id, arn) = entity::insert(world, call, kind, name, body, Map::new())?;
    Ok(Answer::of(match kind {
        Kind::ContactFlow => {
            json!({ "ContactFlowId": id, "ContactFlowArn": arn, "FlowContentSha256": content_hash })
        }
        _ => json!({ "Id": id, "Arn": arn }),
    }))
}

/// Every `UpdateContactFlow...` and `UpdateContactFlowModule...`: each changes what it is given.
pub(super) fn update(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    if let Some(content) = call.text("Content") {
        check(content, kind)?;
    }
    if let Some(name) = call.text("Name") {
        let own = call.text(&format!("{}Id", kind.structure()));
        entity::refuse_duplicate(one, kind, name, own)?;
    }
    let flow = entity::target(world, call, kind)?;
    if let Some(name) = call.text("Name") {
        flow.name = name.to_owned();
    }
    copy(&mut flow.body, call, kind);
    Ok(Answer::empty())
}

pub(super) fn delete(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text(&format!("{}Id", kind.structure())).unwrap_or_default();
    let flow = entity::find(one, kind, id)?;
    // The default flows cannot be deleted (administrator guide).
    if flow.built_in && flow.name.starts_with("Default ") {
        return Err(denied("a default flow cannot be deleted"));
    }
    let held = one.entities.values().any(|other| {
        let config = other.body.get("QuickConnectConfig");
        other.kind == Kind::QuickConnect
            && config.is_some_and(|config| {
                ["UserConfig", "QueueConfig", "FlowConfig"]
                    .iter()
                    .any(|member| config[*member]["ContactFlowId"] == id)
            })
    });
    if held {
        return Err(invalid_request("a quick connect uses the flow"));
    }
    one.entities.remove(id);
    Ok(Answer::empty())
}
