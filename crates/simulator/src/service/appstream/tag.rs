//! Tags of image builders, images, fleets, stacks, app blocks and applications. Nothing else here can be tagged.

use serde_json::json;

use super::account::{Place, Tags};
use super::input::{required, tags, texts};
use super::{answer, fault, place};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// Tags a resource may have.
const MOST: usize = 50;

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
    let mut all = existing.clone();
    all.extend(tags(&call.input, "Tags"));
    if all.len() > MOST {
        return Err(fault::limit(format!("A resource can have {MOST} tags.")));
    }
    *existing = all;
    Ok(Answer::empty())
}

/// UntagResource: keys that are not there do not matter.
pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = required(&call.input, "ResourceArn")?;
    let keys = texts(&call.input, "TagKeys").unwrap_or_default();
    target(place(world, call), &arn)?.retain(|key, _| !keys.contains(key));
    Ok(Answer::empty())
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = required(&call.input, "ResourceArn")?;
    let tags = target(place(world, call), &arn)?;
    Ok(answer("Tags", json!(tags)))
}
