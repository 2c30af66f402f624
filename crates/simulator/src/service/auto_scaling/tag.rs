//! Tags of scalable targets. Policies and scheduled actions cannot be tagged.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, Call, Fault, invalid, place};
use crate::world::World;

/// The most tags of a target.
const MOST: usize = 50;

/// The tags in an input, checked as far as the model does not.
pub(super) fn read(input: &Value) -> Result<BTreeMap<String, String>, Fault> {
    let given = input.get("Tags").and_then(Value::as_object);
    let tags: BTreeMap<String, String> = given
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    if tags
        .keys()
        .any(|key| key.to_ascii_lowercase().starts_with("aws:"))
    {
        return Err(invalid("Tag keys must not begin with aws:."));
    }
    if tags.len() > MOST {
        return Err(invalid(format!("A target can have {MOST} tags.")));
    }
    Ok(tags)
}

fn find<'world>(
    world: &'world mut World,
    call: &Call,
) -> Result<&'world mut BTreeMap<String, String>, Fault> {
    let arn = call.text("ResourceARN").unwrap_or_default();
    let targets = world.auto_scaling.targets.get_mut(&place(call));
    targets
        .into_iter()
        .flat_map(BTreeMap::values_mut)
        .find(|target| target.arn == arn)
        .map(|target| &mut target.tags)
        .ok_or_else(|| missing(arn))
}

fn missing(arn: &str) -> Fault {
    let mut fault = Fault::new(
        "ResourceNotFoundException",
        format!("The resource {arn} was not found."),
    );
    fault.members = json!({ "ResourceName": arn });
    fault
}

/// TagResource.
pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let added = read(&call.input)?;
    let tags = find(world, call)?;
    let mut all = tags.clone();
    all.extend(added);
    if all.len() > MOST {
        let mut fault = Fault::new("TooManyTagsException", format!("A target can have {MOST} tags."));
        fault.members = json!({ "ResourceName": call.text("ResourceARN") });
        return Err(fault);
    }
    *tags = all;
    Ok(Answer::empty())
}

/// UntagResource: keys that are not there do not matter.
pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let tags = find(world, call)?;
    let keys = call.input.get("TagKeys").and_then(Value::as_array);
    for key in keys.into_iter().flatten().filter_map(Value::as_str) {
        tags.remove(key);
    }
    Ok(Answer::empty())
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let tags = find(world, call)?;
    Ok(Answer::of(json!({ "Tags": tags })))
}
