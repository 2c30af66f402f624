//! Tags of parameters, with the operations that all of Systems Manager shares.

use serde_json::{Value, json};

use super::{Answer, Call, Fault, Tags, invalid, key, place};
use crate::service::tags::{self, Broken, Rules};
use crate::world::World;

const RULES: Rules = Rules::USUAL;

fn refusal(broken: Broken) -> Fault {
    match broken {
        Broken::Count => Fault::new(
            "TooManyTagsError",
            format!("A parameter can have {} tags.", RULES.most),
        ),
        _ => invalid("Tag keys must not begin with aws:."),
    }
}

/// The tags of a new parameter.
pub(super) fn read(given: &Value) -> Result<Tags, Fault> {
    RULES.read(given).map_err(refusal)
}

/// The tags of the resource that a call is about. Of Systems Manager's resources, there are parameters.
fn find<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Tags, Fault> {
    let no_such = || Fault::new("InvalidResourceId", "The resource ID isn't valid.");
    if call.text("ResourceType") != Some("Parameter") {
        return Err(no_such());
    }
    let name = call.text("ResourceId").unwrap_or_default();
    let parameters = world.parameter_store.parameters.get_mut(&place(call));
    let parameter = parameters.and_then(|parameters| parameters.get_mut(key(name)));
    Ok(&mut parameter.ok_or_else(no_such)?.tags)
}

/// AddTagsToResource.
pub(super) fn add(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    RULES
        .add(find(world, call)?, &call.input["Tags"])
        .map_err(refusal)?;
    Ok(Answer::empty())
}

/// RemoveTagsFromResource.
pub(super) fn remove(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    RULES.remove(find(world, call)?, &call.input["TagKeys"]);
    Ok(Answer::empty())
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(json!({ "TagList": tags::list(find(world, call)?) })))
}
