//! Overrides of hours of operation.

use serde_json::{Map, Value, json};

use super::entity::{self, Kind};
use super::{PAGER, active_instance, invalid_parameter, not_found};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// Administrator guide, "Set overrides for extended, reduced, and holiday hours": 50, and that cannot be raised.
const MOST: usize = 50;

/// Where the hours keep them.
const OVERRIDES: &str = "Overrides";

/// The members that a call gives and a description shows.
const SHOWN: [&str; 7] = [
    "Name",
    "Description",
    "Config",
    "EffectiveFrom",
    "EffectiveTill",
    "RecurrenceConfig",
    "OverrideType",
];

/// What the model says of its members in words: dates in order, one value in each list of a recurrence, and days of a month or
/// weekdays of it.
///
/// Assumption: connect.override-checks. Of the two errors that fit, the model does not say which one comes.
fn check(body: &Map<String, Value>) -> Result<(), Fault> {
    let date = |member: &str| -> Result<jiff::civil::Date, Fault> {
        let text = body.get(member).and_then(Value::as_str).unwrap_or_default();
        text.parse()
            .map_err(|_| invalid_parameter(format!("{member} is no date")))
    };
    if date("EffectiveTill")? < date("EffectiveFrom")? {
        return Err(invalid_parameter("EffectiveTill is before EffectiveFrom"));
    }
    let Some(pattern) = body
        .get("RecurrenceConfig")
        .and_then(|config| config.get("RecurrencePattern"))
    else {
        return Ok(());
    };
    let count = |member: &str| pattern.get(member).and_then(Value::as_array).map_or(0, Vec::len);
    for member in ["ByMonth", "ByMonthDay", "ByWeekdayOccurrence"] {
        if count(member) > 1 {
            return Err(invalid_parameter(format!("{member} takes one value")));
        }
    }
    if count("ByMonthDay") > 0 && count("ByWeekdayOccurrence") > 0 {
        return Err(invalid_parameter(
            "ByMonthDay and ByWeekdayOccurrence exclude each other",
        ));
    }
    if pattern["Frequency"] == "WEEKLY" && count("ByMonthDay") + count("ByWeekdayOccurrence") > 0 {
        return Err(invalid_parameter("a week has no days of a month"));
    }
    Ok(())
}

fn copy(body: &mut Map<String, Value>, call: &Call) {
    for member in SHOWN {
        if let Some(value) = call.input.get(member).filter(|value| !value.is_null()) {
            body.insert(member.to_owned(), value.clone());
        }
    }
}

/// The overrides of the hours that the call names.
fn all(world: &mut World, call: &Call) -> Result<Vec<Value>, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("HoursOfOperationId").unwrap_or_default();
    Ok(entity::find(one, Kind::Hours, id)?.hidden_list(OVERRIDES))
}

fn keep(world: &mut World, call: &Call, overrides: Vec<Value>) -> Result<(), Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("HoursOfOperationId").unwrap_or_default();
    let hours = one.entities.get_mut(id).ok_or_else(|| not_found("the hours"))?;
    hours.hidden.insert(OVERRIDES.to_owned(), Value::Array(overrides));
    Ok(())
}

/// Where the override stands that the call names.
fn place(overrides: &[Value], call: &Call) -> Result<usize, Fault> {
    let id = call.text("HoursOfOperationOverrideId");
    let mut places = overrides.iter();
    places
        .position(|one| one["HoursOfOperationOverrideId"].as_str() == id)
        .ok_or_else(|| not_found("the override"))
}

fn refuse_duplicate(overrides: &[Value], call: &Call, own: Option<usize>) -> Result<(), Fault> {
    let name = call.text("Name");
    let mut others = overrides.iter().enumerate();
    if name.is_some() && others.any(|(at, one)| Some(at) != own && one["Name"].as_str() == name) {
        return Err(Fault::new(
            "DuplicateResourceException",
            "an override of these hours has this name",
        ));
    }
    Ok(())
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut overrides = all(world, call)?;
    refuse_duplicate(&overrides, call, None)?;
    if overrides.len() >= MOST {
        return Err(Fault::new(
            "LimitExceededException",
            "the limit of overrides is reached",
        ));
    }
    let mut body = Map::new();
    copy(&mut body, call);
    body.entry("OverrideType").or_insert(json!("STANDARD"));
    check(&body)?;
    let id = world.uuid();
    body.insert("HoursOfOperationOverrideId".to_owned(), json!(id));
    overrides.push(Value::Object(body));
    keep(world, call, overrides)?;
    Ok(Answer::of(json!({ "HoursOfOperationOverrideId": id })))
}

/// Changes what is given.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut overrides = all(world, call)?;
    let at = place(&overrides, call)?;
    refuse_duplicate(&overrides, call, Some(at))?;
    let mut body = overrides[at].as_object().cloned().unwrap_or_default();
    copy(&mut body, call);
    check(&body)?;
    overrides[at] = Value::Object(body);
    keep(world, call, overrides)?;
    Ok(Answer::empty())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut overrides = all(world, call)?;
    let at = place(&overrides, call)?;
    overrides.remove(at);
    keep(world, call, overrides)?;
    Ok(Answer::empty())
}

/// An override with the hours that it belongs to.
fn shown(world: &mut World, call: &Call, mut body: Value) -> Result<Value, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("HoursOfOperationId").unwrap_or_default();
    let hours = entity::find(one, Kind::Hours, id)?;
    body["HoursOfOperationId"] = json!(hours.id);
    body["HoursOfOperationArn"] = json!(hours.arn);
    Ok(body)
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let overrides = all(world, call)?;
    let at = place(&overrides, call)?;
    let body = shown(world, call, overrides[at].clone())?;
    Ok(Answer::of(json!({ "HoursOfOperationOverride": body })))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut items = Vec::new();
    for one in all(world, call)? {
        items.push(shown(world, call, one)?);
    }
    PAGER.page(world, call, "HoursOfOperationOverrideList", items)
}
