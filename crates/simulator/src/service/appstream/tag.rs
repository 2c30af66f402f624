//! Tags of image builders, images, fleets, stacks, app blocks and applications. Nothing else here can be tagged.

use serde_json::json;

use super::account::{Place, Tags};
use super::input::required;
use super::{answer, fault, place};
use crate::service::tags::{Reserved, Rules};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

const RULES: Rules = Rules {
    reserved: Reserved::None,
    ..Rules::USUAL
};

fn target<'place>(place: &'place mut Place, arn: &str) -> Result<&'place mut Tags, Fault> {
    let missing = || fault::not_found("resource", arn);
    let own = format!("arn:aws:appstream:{}:{}:", place.region, place.account);
    let (kind, name) = arn
        .strip_prefix(&own)
        .and_then(|rest| rest.split_once('/'))
        .ok_or_else(missing)?;
    let found = match kind {
        "fleet" => place.fleets.get_mut(name).map(|it| &mut it.tags),
        "stack" => place.stacks.get_mut(name).map(|it| &mut it.tags),
        "image" => place.images.get_mut(name).map(|it| &mut it.tags),
        "app-block" => place.app_blocks.get_mut(name).map(|it| &mut it.tags),
        "application" => place.applications.get_mut(name).map(|it| &mut it.tags),
        "image-builder" => place.builders.get_mut(name).map(|it| &mut it.tags),
        _ => None,
    };
    found.ok_or_else(missing)
}

/// TagResource: adds and replaces, never removes.
pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = required(&call.input, "ResourceArn")?;
    let existing = target(place(world, call), &arn)?;
    let added = RULES.add(existing, &call.input["Tags"]);
    added.map_err(|_| fault::limit(format!("A resource can have {} tags.", RULES.most)))?;
    Ok(Answer::empty())
}

/// UntagResource: keys that are not there do not matter.
pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = required(&call.input, "ResourceArn")?;
    RULES.remove(target(place(world, call), &arn)?, &call.input["TagKeys"]);
    Ok(Answer::empty())
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = required(&call.input, "ResourceArn")?;
    let tags = target(place(world, call), &arn)?;
    Ok(answer("Tags", json!(tags)))
}
