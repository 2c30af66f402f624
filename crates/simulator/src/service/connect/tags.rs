//! Tags of instances, of what is in them, and of phone numbers.

use serde_json::{Value, json};

use super::{invalid_parameter, not_found};
use crate::service::tags::{Broken, Reserved, Rules, Tags};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

const RULES: Rules = Rules {
    reserved: Reserved::Lower,
    ..Rules::USUAL
};

fn refusal(broken: Broken) -> Fault {
    match broken {
        Broken::Count => invalid_parameter("a resource may have 50 tags at most"),
        _ => invalid_parameter("tag keys must not begin with aws:"),
    }
}

/// Reads the tag map of an input; keys and values were checked by the wire layer.
///
/// An empty map is refused: AWS's model says at least one tag, and callers are to leave the member out.
pub(super) fn read(tags: Option<&Value>) -> Result<Tags, Fault> {
    let mut read = Tags::new();
    add(&mut read, tags)?;
    Ok(read)
}

fn add(tags: &mut Tags, given: Option<&Value>) -> Result<(), Fault> {
    let Some(given) = given.filter(|given| !given.is_null()) else {
        return Ok(());
    };
    if given.as_object().is_none_or(|given| given.is_empty()) {
        return Err(invalid_parameter("between 1 and 50 tags must be given"));
    }
    RULES.add(tags, given).map_err(refusal)
}

/// The tags of the resource that the call names.
fn find<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Tags, Fault> {
    let arn = call.text("resourceArn").unwrap_or_default();
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

/// TagResource.
pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    add(find(world, call)?, call.input.get("tags"))?;
    Ok(Answer::empty())
}

/// UntagResource.
pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    RULES.remove(find(world, call)?, &call.input["tagKeys"]);
    Ok(Answer::empty())
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(json!({ "tags": find(world, call)? })))
}
