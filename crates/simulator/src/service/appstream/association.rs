//! Which fleet a stack streams from. A stack has one fleet, a fleet may serve several stacks.

use std::time::Duration;

use serde_json::{Value, json};

use super::account::Place;
use super::input::required;
use super::page::PAGER;
use super::{fault, place};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Association;

fn both(place: &Place, call: &Call) -> Result<(String, String), Fault> {
    let fleet = required(&call.input, "FleetName")?;
    let stack = required(&call.input, "StackName")?;
    if !place.fleets.contains_key(&fleet) {
        return Err(fault::not_found("fleet", &fleet));
    }
    if !place.stacks.contains_key(&stack) {
        return Err(fault::not_found("stack", &stack));
    }
    Ok((fleet, stack))
}

/// Whether this fleet serves this stack.
pub(super) fn linked(place: &Place, fleet: &str, stack: &str) -> bool {
    place
        .associations
        .iter()
        .any(|link| link.fleet == fleet && link.stack == stack && link.lingers_until.is_none())
}

/// AssociateFleet: works for stopped fleets.
pub(super) fn associate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let again_refused = world.quirk("appstream.association-again-refused");
    let is_limit = world.quirk("appstream.second-fleet-is-a-limit");
    let place = place(world, call);
    let (fleet, stack) = both(place, call)?;
    if linked(place, &fleet, &stack) {
        // Quirk `appstream.association-again-refused`. Whether it is an error, and which one of those declared.
        return match again_refused {
            true => Err(fault::not_permitted(format!("{fleet} already serves {stack}."))),
            false => Ok(Answer::empty()),
        };
    }
    let other = place
        .associations
        .iter()
        .any(|link| link.stack == stack && link.lingers_until.is_none());
    if other {
        // Quirk `appstream.second-fleet-is-a-limit`. The API speaks of "the" fleet of a stack; which of the declared
        // errors a second one gets is not said.
        let message = format!("The stack {stack} already has a fleet.");
        return Err(match is_limit {
            true => fault::limit(message),
            false => fault::not_permitted(message),
        });
    }
    place
        .associations
        .retain(|link| !(link.fleet == fleet && link.stack == stack));
    place.associations.push(Association {
        fleet,
        stack,
        lingers_until: None,
    });
    Ok(Answer::empty())
}

/// DisassociateFleet: not while a session is open. By quirk the fleet stays "in use" for ten seconds more; the stack does
/// not, which Terraform's provider deletes at once.
pub(super) fn disassociate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let lingers = world.quirk("appstream.disassociation-lingers");
    let absent_is_fine = world.quirk("appstream.disassociation-of-nothing");
    let place = place(world, call);
    let (fleet, stack) = both(place, call)?;
    if !linked(place, &fleet, &stack) {
        // Quirk `appstream.disassociation-of-nothing`. A link that is not there is not found, or its end is no news.
        if absent_is_fine {
            return Ok(Answer::empty());
        }
        return Err(fault::not_found(
            "association of",
            &format!("{fleet} and {stack}"),
        ));
    }
    let streaming = place
        .sessions
        .iter()
        .any(|it| it.open() && it.fleet == fleet && it.stack == stack);
    if streaming {
        return Err(fault::in_use(format!(
            "Users stream from {fleet} through {stack}."
        )));
    }
    if lingers {
        let until = call.now.after(Duration::from_secs(10));
        for link in &mut place.associations {
            if link.fleet == fleet && link.stack == stack {
                link.lingers_until = Some(until);
            }
        }
    } else {
        place
            .associations
            .retain(|link| !(link.fleet == fleet && link.stack == stack));
    }
    Ok(Answer::empty())
}

/// ListAssociatedFleets, by stack.
///
/// Assumption: appstream.unknown-without-error. It declares no errors: an unknown stack has no fleets.
pub(super) fn list_fleets(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let stack = required(&call.input, "StackName")?;
    let list = links(place(world, call), |link| link.stack == stack, |link| &link.fleet);
    PAGER.page(world, call, "Names", list)
}

/// ListAssociatedStacks, by fleet. It declares no errors: an unknown fleet has no stacks.
pub(super) fn list_stacks(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let fleet = required(&call.input, "FleetName")?;
    let list = links(place(world, call), |link| link.fleet == fleet, |link| &link.stack);
    PAGER.page(world, call, "Names", list)
}

fn links(
    place: &Place,
    wanted: impl Fn(&Association) -> bool,
    name: impl Fn(&Association) -> &String,
) -> Vec<Value> {
    place
        .associations
        .iter()
        .filter(|link| link.lingers_until.is_none() && wanted(link))
        .map(|link| json!(name(link)))
        .collect()
}

/// Lets disassociations take full effect.
pub(super) fn tick(place: &mut Place, now: Moment) {
    place
        .associations
        .retain(|link| link.lingers_until.is_none_or(|until| until > now));
}
