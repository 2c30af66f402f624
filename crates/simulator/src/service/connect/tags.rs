//! Tags of instances, of what is in them, and of phone numbers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{invalid_parameter, not_found};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// The most tags that a resource may have.
const MOST: usize = 50;

/// Reads the tag map of an input; keys and values were checked by the wire layer.
///
/// An empty map is refused: AWS's model says at least one tag, and callers are to leave the member out.
pub(super) fn read(tags: Option<&Value>) -> Result<BTreeMap<String, String>, Fault> {
    let Some(tags) = tags.filter(|tags| !tags.is_null()) else {
        return Ok(BTreeMap::new());
    };
    let tags = tags
        .as_object()
        .filter(|tags| !tags.is_empty() && tags.len() <= MOST)
        .ok_or_else(|| invalid_parameter("between 1 and 50 tags must be given"))?;
    if tags.keys().any(|key| key.starts_with("aws:")) {
        return Err(invalid_parameter("tag keys must not begin with aws:"));
    }
    Ok(tags
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect())
}

/// The tags of the resource with this ARN.
fn find<'world>(
    world: &'world mut World,
    call: &Call,
    arn: &str,
) -> Result<&'world mut BTreeMap<String, String>, Fault> {
    let numbers = world.connect.numbers.values_mut();
    let mut numbers = numbers.filter(|one| one.visible_to(call) && one.arn() == arn);
    if let Some(number) = numbers.next() {
        return Ok(&mut number.tags);
    }
    world
        .connect
        .instances
        .values_mut()
        .filter(|one| one.visible_to(call))
        .find_map(|one| {
            if one.arn() == arn {
                return Some(&mut one.tags);
            }
            let entity = one.entities.values_mut().find(|entity| entity.arn == arn);
            entity.map(|entity| &mut entity.tags)
        })
        .ok_or_else(|| not_found("the resource"))
}

pub(super) fn call(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let tags = find(world, call, call.text("resourceArn").unwrap_or_default())?;
    match call.operation.as_str() {
        "TagResource" => {
            let mut merged = tags.clone();
            merged.extend(read(call.input.get("tags"))?);
            if merged.len() > MOST {
                return Err(invalid_parameter("a resource may have 50 tags at most"));
            }
            *tags = merged;
            Ok(Answer::empty())
        }
        "UntagResource" => {
            let keys = call.input.get("tagKeys").and_then(Value::as_array);
            for key in keys.into_iter().flatten().filter_map(Value::as_str) {
                tags.remove(key);
            }
            Ok(Answer::empty())
        }
        _ => Ok(Answer::of(json!({ "tags": tags }))),
    }
}
