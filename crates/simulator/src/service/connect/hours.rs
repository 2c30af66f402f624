//! Hours of operation.

use serde_json::{Map, Value, json};

use super::entity::{self, Kind};
use super::{active_instance, invalid_parameter, invalid_request, not_found};
use crate::service::{Answer, Call, Fault, zone};
use crate::world::World;

/// Zones of the IANA database that are not named after a place.
const ZONES_WITHOUT_PLACE: [&str; 13] = [
    "CET", "CST6CDT", "EET", "EST", "EST5EDT", "GMT", "HST", "MET", "MST", "MST7MDT", "PST8PDT", "UTC", "WET",
];

fn check(call: &Call) -> Result<(), Fault> {
    if let Some(name) = call.text("TimeZone") {
        // Assumption: connect.zone-aliases. Whether Connect takes all of the IANA database's old names is not
        // documented; it does take EST, which Terraform's acceptance tests use.
        let alias =
            ZONES_WITHOUT_PLACE.contains(&name) || name.starts_with("US/") || name.starts_with("Etc/");
        let known = alias || zone::named(name).is_some();
        if !known {
            return Err(invalid_parameter("TimeZone must be a name of the IANA database"));
        }
    }
    let parents = call
        .input
        .get("ParentHoursOfOperationConfigs")
        .and_then(Value::as_array);
    if parents.is_some_and(|parents| !parents.is_empty()) {
        // Parents are schedules of another sort, which the simulator does not have.
        return Err(not_found("the parent hours of operation"));
    }
    Ok(())
}

fn copy(body: &mut Map<String, Value>, call: &Call) {
    for member in ["Description", "TimeZone", "Config"] {
        if let Some(value) = call.input.get(member).filter(|value| !value.is_null()) {
            body.insert(member.to_owned(), value.clone());
        }
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(call)?;
    let mut body = Map::new();
    copy(&mut body, call);
    let name = call.text("Name").unwrap_or_default();
    let (id, arn) = entity::insert(world, call, Kind::Hours, name, body, Map::new())?;
    Ok(Answer::of(
        json!({ "HoursOfOperationId": id, "HoursOfOperationArn": arn }),
    ))
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(call)?;
    let one = active_instance(world, call)?;
    if let Some(name) = call.text("Name") {
        entity::refuse_duplicate(one, Kind::Hours, name, call.text("HoursOfOperationId"))?;
    }
    let hours = entity::target(world, call, Kind::Hours)?;
    if let Some(name) = call.text("Name") {
        hours.name = name.to_owned();
    }
    copy(&mut hours.body, call);
    Ok(Answer::empty())
}

/// Assumption: connect.hours-in-use. The operation declares no ResourceInUseException, so that hours which a
/// queue uses are refused as an invalid request.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("HoursOfOperationId").unwrap_or_default();
    entity::find(one, Kind::Hours, id)?;
    let held = one
        .entities
        .values()
        .any(|queue| queue.kind == Kind::Queue && queue.text("HoursOfOperationId") == Some(id));
    if held {
        return Err(invalid_request("a queue uses the hours of operation"));
    }
    one.entities.remove(id);
    Ok(Answer::empty())
}
