//! Fleets: created STOPPED, started, filled with capacity, stopped, deleted.

#[cfg(test)]
mod changeability;
pub(super) mod check;
pub(super) mod create;
pub(in crate::service) mod scaling;
#[cfg(test)]
mod tests;
pub(super) mod update;

use std::time::Duration;

use serde_json::{Value, json};

use super::account::Place;
use super::input::{required, texts};
use super::page::PAGER;
use super::session::Use;
use super::unset::Unset;
use super::{application, fault, instance_type, network, page, place, role, session};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Fleet;
use crate::world::appstream::State;

/// From StartFleet to RUNNING; capacity is there 10 to 20 minutes after the start.
const STARTING: Duration = Duration::from_secs(10 * 60);
/// From StopFleet to STOPPED (admin guide, set-up-stacks-fleets: about five minutes).
const STOPPING: Duration = Duration::from_secs(5 * 60);

impl Fleet {
    /// Whether it runs, or is about to.
    pub(super) fn is_on(&self) -> bool {
        matches!(self.state, State::Starting | State::Running)
    }

    /// The ARN of its image; Elastic fleets have none.
    pub(super) fn image_arn(&self) -> Option<&str> {
        self.fields["ImageArn"].as_str()
    }

    /// Whether it is RUNNING (which does not mean that it has capacity).
    pub(super) fn running(&self) -> bool {
        self.state == State::Running
    }

    /// Whether it is STARTING.
    pub(super) fn starting(&self) -> bool {
        self.state == State::Starting
    }

    /// How long one session may last.
    pub(super) fn session_limit(&self) -> Duration {
        Duration::from_secs(self.fields["MaxUserDurationInSeconds"].as_u64().unwrap_or(57_600))
    }

    fn text(&self, member: &str) -> &str {
        self.fields[member].as_str().unwrap_or_default()
    }

    /// Whether it is an Elastic one.
    pub(super) fn elastic(&self) -> bool {
        self.text("FleetType") == "ELASTIC"
    }

    /// Instances that could still be used.
    pub(super) fn free(&self, usage: Use) -> bool {
        let slots = match self.fields["MaxConcurrentSessions"].as_u64() {
            Some(most) => most,
            None => self.capacity.slots(usage),
        };
        self.running() && usage.sessions < slots
    }

    /// How many sessions share an instance, where they do.
    pub(super) fn per_instance(&self) -> Option<u64> {
        self.capacity.per_instance
    }

    fn view(&self, arn: &str, usage: Use, quirks: Quirks) -> Value {
        let mut view = self.fields.clone();
        if let Some(members) = view.as_object_mut() {
            if quirks.volume && !self.elastic() {
                members
                    .entry("RootVolumeConfig")
                    .or_insert_with(|| json!({ "VolumeSizeInGb": 200 }));
            }
            quirks.unset.fill(
                members,
                &["UsbDeviceFilterStrings"],
                &["VpcConfig", "DomainJoinInfo"],
                &[
                    "Description",
                    "DisplayName",
                    "IamRoleArn",
                    "MaxConcurrentSessions",
                    "MaxSessionsPerInstance",
                    "DisableIMDSV1",
                    "RootVolumeConfig",
                    "SessionScriptS3Location",
                ],
            );
        }
        view["Name"] = json!(self.name);
        view["Arn"] = json!(arn);
        view["State"] = json!(self.state);
        view["CreatedTime"] = json!(self.created.epoch_seconds());
        view["FleetErrors"] = json!(self.errors);
        view["ComputeCapacityStatus"] = self.capacity.view(usage);
        view
    }

    /// What keeps it from starting. `lost`: its image cannot be used any more.
    fn blockers(&self, world: &World, account: &str, lost: bool) -> Vec<Value> {
        let mut errors = Vec::new();
        let mut add = |code: &str, message: &str| {
            errors.push(json!({ "ErrorCode": code, "ErrorMessage": message }));
        };
        if role::service_role_missing(world, account) {
            add(
                "IAM_SERVICE_ROLE_IS_MISSING",
                "The role AmazonAppStreamServiceAccess does not exist.",
            );
        }
        if self.fields["IamRoleArn"]
            .as_str()
            .is_some_and(|arn| role::gone(world, arn))
        {
            add("MACHINE_ROLE_IS_MISSING", "The fleet's role does not exist.");
        }
        for (code, message) in network::errors(self.fields.get("VpcConfig")) {
            add(code, message);
        }
        if lost {
            add("IMAGE_NOT_FOUND", "The fleet's image does not exist any more.");
        }
        errors
    }
}

/// What the quirks of this world decide about the answer for a fleet.
#[derive(Clone, Copy, Debug)]
struct Quirks {
    unset: Unset,
    /// The default root volume is answered where none was given (the model names the default, not the answer).
    volume: bool,
}

impl Quirks {
    fn of(world: &World) -> Quirks {
        Quirks {
            unset: Unset::of(world),
            volume: world.quirk("appstream.default-volume-answered"),
        }
    }
}

/// The named fleet as it is described now.
fn described(place: &Place, name: &str, quirks: Quirks) -> Result<Value, Fault> {
    let fleet = place
        .fleets
        .get(name)
        .ok_or_else(|| fault::not_found("fleet", name))?;
    Ok(fleet.view(&place.arn("fleet", name), session::usage(place, name), quirks))
}

/// DescribeFleets.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let names = texts(&call.input, "Names").filter(|names| !names.is_empty());
    let quirks = Quirks::of(world);
    let here = place(world, call);
    let seen = |name: &String| {
        here.fleets
            .get(name)
            .is_some_and(|it| it.visible_from <= call.now)
    };
    let missing: Vec<String> = names
        .iter()
        .flatten()
        .filter(|name| !seen(name))
        .cloned()
        .collect();
    let views: Vec<Value> = here
        .fleets
        .values()
        .filter(|it| {
            it.visible_from <= call.now && names.as_ref().is_none_or(|names| names.contains(&it.name))
        })
        .map(|it| {
            it.view(
                &here.arn("fleet", &it.name),
                session::usage(here, &it.name),
                quirks,
            )
        })
        .collect();
    page::missing(world, call, "fleet", &missing)?;
    PAGER.page(world, call, "Fleets", views)
}

/// StartFleet: only a STOPPED fleet, and only inside the quota of its instance type.
pub(super) fn start(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let here = place(world, call);
    let fleet = here
        .fleets
        .get(&name)
        .ok_or_else(|| fault::not_found("fleet", &name))?
        .clone();
    if fleet.state != State::Stopped {
        return Err(fault::not_permitted(format!("The fleet {name} is not stopped.")));
    }
    if let Some(role) = fleet.fields["IamRoleArn"].as_str()
        && role::gone(world, role)
        && world.quirk("appstream.start-checks-role")
    {
        return Err(role::invalid(role));
    }
    let (instance_type, wanted) = (fleet.text("InstanceType").to_owned(), fleet.capacity.instances());
    let here = (call.caller.account.as_str(), call.region.as_str());
    instances_allowed(world, here, &name, &instance_type, wanted)?;
    if let Some(fleet) = place(world, call).fleets.get_mut(&name) {
        fleet.state = State::Starting;
        fleet.due = Some(call.now.after(STARTING));
        fleet.errors.clear();
    }
    Ok(Answer::empty())
}

/// Refuses more instances of a type than the account may run, over all its active fleets.
fn instances_allowed(
    world: &mut World,
    (account, region): (&str, &str),
    name: &str,
    instance_type: &str,
    wanted: u64,
) -> Result<(), Fault> {
    let quota = world.quota(
        &format!("appstream.fleet-instances.{instance_type}"),
        instance_type::default_quota(instance_type),
    );
    let others: u64 = world
        .appstream
        .place(account, region)
        .fleets
        .values()
        .filter(|it| {
            it.name != name && it.state != State::Stopped && it.text("InstanceType") == instance_type
        })
        .map(|it| it.capacity.instances())
        .sum();
    if others + wanted > quota {
        return Err(fault::limit(format!(
            "You can run {quota} instances of {instance_type}."
        )));
    }
    Ok(())
}

/// StopFleet: open sessions are cut off. It declares only NotFound and ConcurrentModification.
pub(super) fn stop(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let not_while_starting = world.quirk("appstream.no-stop-while-starting");
    let not_when_stopped = world.quirk("appstream.no-stop-when-stopped");
    let here = place(world, call);
    let fleet = here
        .fleets
        .get_mut(&name)
        .ok_or_else(|| fault::not_found("fleet", &name))?;
    match fleet.state {
        // Quirk `appstream.no-stop-while-starting`. A stalled fleet can always be stopped, or it could not be removed.
        State::Starting if not_while_starting && fleet.errors.is_empty() => {
            return Err(Fault::new(
                "ConcurrentModificationException",
                "The fleet is starting. Try again later.",
            ));
        }
        State::Stopped if not_when_stopped => {
            return Err(fault::not_permitted(format!("The fleet {name} is not running.")));
        }
        State::Stopped | State::Stopping => return Ok(Answer::empty()),
        State::Starting | State::Running => {}
    }
    fleet.state = State::Stopping;
    fleet.due = Some(call.now.after(STOPPING));
    fleet.errors.clear();
    for session in &mut here.sessions {
        if session.fleet == name && session.open() {
            session.ended = Some(call.now);
        }
    }
    Ok(Answer::empty())
}

/// DeleteFleet: only a STOPPED one that serves no stack.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let here = place(world, call);
    let fleet = here
        .fleets
        .get(&name)
        .ok_or_else(|| fault::not_found("fleet", &name))?;
    if fleet.state != State::Stopped {
        return Err(fault::in_use(format!("The fleet {name} is not stopped.")));
    }
    if here.associations.iter().any(|link| link.fleet == name) {
        return Err(fault::in_use(format!(
            "The fleet {name} is associated with a stack."
        )));
    }
    here.fleets.remove(&name);
    application::forget(here, &name);
    Ok(Answer::empty())
}

/// Lets fleets start, stall, recover, gather capacity and stop. `lost` holds the images that this place's fleets can
/// no longer use.
pub(super) fn tick(world: &World, place: &mut Place, lost: &[String], now: Moment) {
    let flicker = world.quirk("appstream.fleet-errors-flicker");
    let stale = world.quirk("appstream.running-fleet-errors");
    let account = place.account.clone();
    let sessions: Vec<(String, u64)> = place
        .fleets
        .keys()
        .map(|name| (name.clone(), session::usage(place, name).instances))
        .collect();
    for (name, in_use) in sessions {
        let Some(fleet) = place.fleets.get_mut(&name) else {
            continue;
        };
        let state = match fleet.state {
            State::Starting => "STARTING",
            State::Stopping => "STOPPING",
            State::Running | State::Stopped => "",
        };
        if let Some(error) = world.resource_faults.holds("appstream.fleet", &name, state, now) {
            fleet.errors = error.errors();
            continue;
        }
        if fleet.state == State::Starting {
            let is_lost = fleet
                .image_arn()
                .is_some_and(|arn| lost.iter().any(|it| it == arn));
            let blockers = fleet.blockers(world, &account, is_lost);
            if !blockers.is_empty() {
                fleet.due = None;
                fleet.errors = blockers;
                continue;
            }
            // What blocked it is gone: it starts by itself.
            let due = *fleet.due.get_or_insert(now.after(STARTING));
            fleet.errors.clear();
            let left = due.0.saturating_sub(now.0);
            if flicker && (240_000..480_000).contains(&left) {
                // Fleet errors carry no time and may be stale; one that goes away must not fail a start.
                fleet.errors = vec![json!({
                    "ErrorCode": "INTERNAL_SERVICE_ERROR",
                    "ErrorMessage": "An instance could not be provisioned.",
                })];
            }
        }
        if let Some(due) = fleet.due.filter(|due| *due <= now) {
            fleet.due = None;
            match fleet.state {
                State::Starting => {
                    fleet.state = State::Running;
                    fleet.capacity.begin(due);
                    if stale {
                        // An instance did not come up and was replaced; the fleet is none the worse for it.
                        fleet.errors = vec![json!({
                            "ErrorCode": "FLEET_INSTANCE_PROVISIONING_FAILURE",
                            "ErrorMessage": "An instance could not be provisioned.",
                        })];
                    }
                }
                State::Stopping => {
                    fleet.state = State::Stopped;
                    fleet.capacity.end();
                }
                State::Running | State::Stopped => {}
            }
        }
        if fleet.state == State::Running {
            fleet.capacity.tick(now, in_use);
            if fleet.capacity.due.is_none() {
                fleet.errors.clear();
            }
        }
    }
}
