//! Amazon Connect: instances and what lives in them.
//!
//! Layout: `instance` (lifecycle of an instance, attributes), `origin` (approved origins), `entity` (what users,
//! queues, profiles, hours, statuses, flows and quick connects have in common: lists, descriptions, tags,
//! searches), one file for each of those kinds that can be made and changed, `storage` and `function` (what an
//! instance is linked to), `phone` (the numbers that are claimed for it), and `contact` (calls that were made).

mod agent_status;
mod authentication_profile;
mod built_in;
mod calls;
mod contact;
mod contact_flow;
mod description;
mod entity;
mod federation;
mod function;
mod hierarchy;
mod hours;
mod hours_override;
mod instance;
mod origin;
mod phone;
mod queue;
mod quick_connect;
mod routing_profile;
mod search;
mod security_profile;
mod storage;
mod tags;
mod user;

#[cfg(test)]
mod tests;

pub(crate) use calls::Connect;
pub(crate) use contact::console;

use super::ask::Instances;
use super::page::Pager;
use super::{Call, Fault};
use crate::clock::Moment;
use crate::world::World;
pub(crate) use crate::world::connect::Store;
use instance::Instance;

impl Store {
    /// What AWS has there from the beginning: no instance.
    pub fn initial(_settings: &crate::world::Settings, _now: Moment) -> Store {
        Store::default()
    }
}

impl Instances for World {
    fn instances_with_role(&self, role: &str) -> Vec<String> {
        let instances = self.connect.instances.values();
        instances
            .filter(|one| one.service_role() == role)
            .map(Instance::arn)
            .collect()
    }
}

fn invalid_request(message: impl Into<String>) -> Fault {
    Fault::new("InvalidRequestException", message)
}

fn invalid_parameter(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterException", message)
}

fn not_found(what: &str) -> Fault {
    Fault::new("ResourceNotFoundException", format!("{what} was not found"))
}

fn denied(message: &str) -> Fault {
    Fault::new("AccessDeniedException", message).with_status(403)
}

/// The instance that the call is about. One of another account or region does not exist for the caller.
fn instance<'world>(world: &'world World, call: &Call) -> Result<&'world Instance, Fault> {
    let id = call.text("InstanceId").unwrap_or_default();
    world
        .connect
        .instances
        .get(id)
        .filter(|instance| instance.visible_to(call))
        .ok_or_else(|| not_found("the instance"))
}

/// The instance that the call wants to look into or change, which must be ACTIVE.
///
/// Assumption: connect.creating-instance. What an instance under creation answers to calls about its
/// contents is not documented; it is refused here.
fn active_instance<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Instance, Fault> {
    if !instance(world, call)?.is_active() {
        return Err(invalid_request("the instance is not active"));
    }
    let id = call.text("InstanceId").unwrap_or_default();
    world
        .connect
        .instances
        .get_mut(id)
        .ok_or_else(|| not_found("the instance"))
}

/// Pages of a list that belongs to the call's instance, or to the account for `ListInstances`: of 100 entries where AWS's
/// reference says nothing else.
const PAGER: Pager = Pager {
    parents: &[
        "/InstanceId",
        "/HoursOfOperationId",
        "/RoutingProfileId",
        "/SecurityProfileId",
        "/QueueId",
        "/ResourceType",
        "/TargetArn",
    ],
    wrong_token: || invalid_request("the NextToken is not valid"),
    ..Pager::USUAL
};
