//! Tags of parameters, with the operations that all of Systems Manager shares.

use serde_json::{Value, json};

use super::{Answer, Call, Fault, Tags, invalid, key, place};
use crate::world::World;

/// Tags of a parameter, at most.
const MOST: usize = 50;

/// The tags of a call on top of these.
pub(super) fn merged(known: &Tags, given: &Value) -> Result<Tags, Fault> {
    let mut tags = known.clone();
    for tag in given.as_array().into_iter().flatten() {
        let (key, value) = (tag["Key"].as_str(), tag["Value"].as_str());
        let key = key.unwrap_or_default();
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys must not begin with aws:."));
        }
        tags.insert(key.to_owned(), value.unwrap_or_default().to_owned());
    }
    if tags.len() > MOST {
        return Err(Fault::new(
            "TooManyTagsError",
            format!("A parameter can have {MOST} tags."),
        ));
    }
    Ok(tags)
}

/// AddTagsToResource, RemoveTagsFromResource and ListTagsForResource. Of Systems Manager's resources, there are parameters.
pub(super) fn call(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let no_such = || Fault::new("InvalidResourceId", "The resource ID isn't valid.");
    if call.text("ResourceType") != Some("Parameter") {
        return Err(no_such());
    }
    let name = call.text("ResourceId").unwrap_or_default();
    let parameters = world.parameter_store.parameters.get_mut(&place(call));
    let parameter = parameters.and_then(|parameters| parameters.get_mut(key(name)));
    let tags = &mut parameter.ok_or_else(no_such)?.tags;
    match call.operation.as_str() {
        "AddTagsToResource" => *tags = merged(tags, &call.input["Tags"])?,
        "RemoveTagsFromResource" => {
            let keys = call.input["TagKeys"].as_array().into_iter().flatten();
            for key in keys.filter_map(Value::as_str) {
                tags.remove(key);
            }
        }
        _ => {
            let list: Vec<Value> = tags
                .iter()
                .map(|(key, value)| json!({ "Key": key, "Value": value }))
                .collect();
            return Ok(Answer::of(json!({ "TagList": list })));
        }
    }
    Ok(Answer::empty())
}
