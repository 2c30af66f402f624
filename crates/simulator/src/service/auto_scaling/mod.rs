//! Application Auto Scaling, for AppStream fleets: scalable targets, scaling policies, scheduled actions.
//!
//! Nothing here changes a fleet but [`tracking`]: when a target is registered, when a scheduled action is due, and
//! when a fleet's use has left the band around its target for long enough. All of it happens minute by minute on
//! the virtual clock, however far it jumps.

mod activity;
mod calls;
mod cron;
mod expression;
mod policy;
mod scheduled;
mod tag;
mod target;
#[cfg(test)]
mod tests;
mod tracking;

pub(crate) use calls::AutoScaling;
use std::collections::BTreeMap;

use serde_json::Value;

use super::ask::Targets;
use super::page::{Beyond, Pager};
use super::{Answer, Call, Fault};
use crate::clock::Moment;
pub(crate) use crate::world::auto_scaling::Store;
use crate::world::{Settings, World};
use target::Target;

/// The service's principal in IAM for AppStream fleets.
const PRINCIPAL: &str = "appstream.application-autoscaling.amazonaws.com";

/// The only dimension that fleets have.
const DIMENSION: &str = "appstream:fleet:DesiredCapacity";

impl Store {
    /// Nothing.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store::default()
    }

    fn find(&self, call: &Call) -> Option<&Target> {
        self.targets.get(&place(call))?.get(call.text("ResourceId")?)
    }

    fn find_mut(&mut self, call: &Call) -> Option<&mut Target> {
        self.targets
            .get_mut(&place(call))?
            .get_mut(call.text("ResourceId")?)
    }

    /// Every target of the caller, in the region of the call.
    fn here<'store>(&'store self, call: &Call) -> impl Iterator<Item = &'store Target> {
        self.targets
            .get(&place(call))
            .into_iter()
            .flat_map(BTreeMap::values)
    }
}

fn place(call: &Call) -> String {
    format!("{}/{}", call.caller.account, call.region)
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("ValidationException", message)
}

fn unregistered(call: &Call) -> Fault {
    let resource = call.text("ResourceId").unwrap_or_default();
    Fault::new(
        "ObjectNotFoundException",
        format!("No scalable target registered for {resource}."),
    )
}

/// Refuses a dimension that the namespace does not have; the two belong together by their first word.
fn dimension(call: &Call) -> Result<(), Fault> {
    let namespace = call.text("ServiceNamespace").unwrap_or_default();
    match call.text("ScalableDimension") {
        Some(dimension) if dimension.split(':').next() != Some(namespace) => {
            Err(invalid(format!("{dimension} is no dimension of {namespace}.")))
        }
        _ => Ok(()),
    }
}

/// The target that a call is about.
///
/// Quirk `auto-scaling.eventual`. "There might be a brief delay until the operation achieves eventual
/// consistency" (RegisterScalableTarget): by quirk, for two seconds.
fn registered<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Target, Fault> {
    dimension(call)?;
    let slow = world.quirk("auto-scaling.eventual");
    world
        .auto_scaling
        .find_mut(call)
        .filter(|target| !slow || call.now >= target.settled())
        .ok_or_else(|| unregistered(call))
}

/// Filters of the Describe operations: "if you specify a scalable dimension, you must also specify a resource ID".
fn filters(call: &Call) -> Result<(), Fault> {
    dimension(call)?;
    let named = call.text("ResourceId").is_some()
        || call
            .input
            .get("ResourceIds")
            .and_then(Value::as_array)
            .is_some_and(|ids| !ids.is_empty());
    if call.text("ScalableDimension").is_some() && !named {
        return Err(invalid("A scalable dimension needs a resource ID."));
    }
    Ok(())
}

/// Whether the call asks for this name under `member`; a list that is missing or empty asks for all.
fn asks_for(call: &Call, member: &str, name: &str) -> bool {
    match call.input.get(member).and_then(Value::as_array) {
        Some(names) if !names.is_empty() => names.iter().any(|it| it == name),
        _ => true,
    }
}

impl Targets for World {
    fn targets_of(&self, account: &str) -> Vec<String> {
        let places = self.auto_scaling.targets.iter();
        places
            .filter(|(place, _)| place.split('/').next() == Some(account))
            .flat_map(|(_, targets)| targets.keys().cloned())
            .collect()
    }
}

const PAGER: Pager = Pager {
    beyond: Beyond::Refused(|most| invalid(format!("MaxResults must be between 1 and {most}."))),
    ..Pager::USUAL.by(50)
};
