//! What Application Auto Scaling sees of a fleet, and the one thing that it changes.

use super::super::session;
use super::{State, instances_allowed};
use crate::clock::Moment;
use crate::service::Fault;
use crate::service::ask::Scaled;
use crate::world::World;

pub(in super::super) fn capacity_of(
    world: &World,
    account: &str,
    region: &str,
    name: &str,
) -> Option<Scaled> {
    let place = world.appstream.existing_place(account, region)?;
    let fleet = place.fleets.get(name)?;
    let capacity = &fleet.capacity;
    Some(Scaled {
        elastic: fleet.elastic(),
        active: fleet.state == State::Running,
        desired: capacity.desired,
        actual: capacity.running * capacity.per_instance.unwrap_or(1),
        in_use: session::usage(place, name).sessions,
    })
}

pub(in super::super) fn ask_for(
    world: &mut World,
    account: &str,
    region: &str,
    name: &str,
    desired: u64,
    now: Moment,
) -> Result<(), Fault> {
    let missing = || super::fault::not_found("fleet", name);
    let place = world.appstream.place(account, region);
    let fleet = place.fleets.get(name).ok_or_else(missing)?;
    if fleet.state != State::Running {
        return Err(super::fault::not_permitted(format!(
            "The fleet {name} is not running."
        )));
    }
    let kind = fleet.text("InstanceType").to_owned();
    let mut capacity = fleet.capacity.clone();
    capacity.desired = desired;
    instances_allowed(world, (account, region), name, &kind, capacity.instances())?;
    capacity.begin(now);
    let place = world.appstream.place(account, region);
    place.fleets.get_mut(name).ok_or_else(missing)?.capacity = capacity;
    Ok(())
}
