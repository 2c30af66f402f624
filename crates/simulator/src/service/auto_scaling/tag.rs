//! Tags of scalable targets. Policies and scheduled actions cannot be tagged.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, Call, Fault, invalid, place};
use crate::service::tags::{Broken, Rules, Tags};
use crate::world::World;

const RULES: Rules = Rules::USUAL;

/// The tags in an input, checked as far as the model does not.
pub(super) fn read(input: &Value) -> Result<Tags, Fault> {
    RULES.read(&input["Tags"]).map_err(|broken| match broken {
        Broken::Count => invalid(format!("A target can have {} tags.", RULES.most)),
        _ => invalid("Tag keys must not begin with aws:."),
    })
}

fn find<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Tags, Fault> {
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
    let given = read(&call.input)?;
    let given = given.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let added = RULES.add_pairs(find(world, call)?, given);
    added.map_err(|_| {
        let message = format!("A target can have {} tags.", RULES.most);
        let mut fault = Fault::new("TooManyTagsException", message);
        fault.members = json!({ "ResourceName": call.text("ResourceARN") });
        fault
    })?;
    Ok(Answer::empty())
}

/// UntagResource: keys that are not there do not matter.
pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    RULES.remove(find(world, call)?, &call.input["TagKeys"]);
    Ok(Answer::empty())
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let tags = find(world, call)?;
    Ok(Answer::of(json!({ "Tags": tags })))
}
