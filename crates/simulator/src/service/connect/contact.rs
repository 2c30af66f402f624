//! Contacts: calls that customers have made.

use std::time::Duration;

use serde_json::{Value, json};

use super::instance::Instance;
use super::{active_instance, not_found};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::connect::{Contact, Kind};

/// How long a call lasts.
const LASTS: Duration = Duration::from_secs(60);

/// A call as DescribeContact shows it.
fn shown(instance: &Instance, id: &str, one: &Contact) -> Value {
    let mut contact = json!({
        "Arn": format!("{}/contact/{id}", instance.arn()),
        "Id": id,
        "InitiationMethod": "INBOUND",
        "Channel": "VOICE",
        "InitiationTimestamp": one.begun.epoch_seconds(),
        "ConnectedToSystemTimestamp": one.begun.epoch_seconds(),
        "DisconnectTimestamp": one.ended.epoch_seconds(),
        "LastUpdateTimestamp": one.ended.epoch_seconds(),
    });
    if let Some(agent) = &one.agent {
        contact["AgentInfo"] = json!({ "Id": agent, "ConnectedToAgentTimestamp": one.begun.epoch_seconds() });
    }
    contact
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("ContactId").unwrap_or_default();
    let instance = active_instance(world, call)?;
    let contact = instance
        .contacts
        .get(id)
        .ok_or_else(|| not_found("the contact"))?;
    Ok(Answer::of(json!({ "Contact": shown(instance, id, contact) })))
}

/// What people do at telephones. `["call"]` with `alias` and optionally `user` calls the instance of that alias: the user of
/// that name takes the call, or no agent does, and it is over a minute later. Output: `contact_id`.
///
/// # Errors
/// Where there is no such instance or user.
pub(crate) fn console(world: &mut World, path: &[&str], input: &Value, now: Moment) -> Result<Value, Fault> {
    let ["call"] = path else {
        return Err(Fault::not_implemented("telephone", &path.join("/")));
    };
    let id = world.uuid();
    let mut instances = world.connect.instances.values_mut();
    let instance = instances.find(|one| one.alias.as_deref() == input["alias"].as_str() && one.is_active());
    let instance = instance.ok_or_else(|| not_found("the instance"))?;
    let agent = match input["user"].as_str() {
        None => None,
        Some(name) => {
            let mut users = instance.entities.values().filter(|one| one.kind == Kind::User);
            let user = users.find(|one| one.name == name);
            Some(user.ok_or_else(|| not_found("the user"))?.id.clone())
        }
    };
    let contact = Contact {
        begun: now,
        ended: now.after(LASTS),
        agent,
    };
    instance.contacts.insert(id.clone(), contact);
    Ok(json!({ "contact_id": id }))
}
