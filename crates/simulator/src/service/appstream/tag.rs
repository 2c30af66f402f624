//! Tags of image builders, images, fleets, stacks, app blocks and applications. Nothing else here can be tagged.

use std::time::Duration;

use serde_json::json;

use super::account::{Place, Tags};
use super::input::required;
use super::{answer, fault, place};
use crate::clock::Moment;
use crate::service::ask::Tagged;
use crate::service::tags::{Reserved, Rules};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

const RULES: Rules = Rules {
    reserved: Reserved::None,
    ..Rules::USUAL
};

/// How long the index of tags may not have what was made.
const LAG: Duration = Duration::from_secs(60);

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

impl Tagged for World {
    fn tagged(&self, account: &str, region: &str, now: Moment) -> Vec<(&'static str, String, Tags)> {
        let places = self.appstream.places.values();
        let place = places
            .into_iter()
            .find(|it| it.account == account && it.region == region);
        let Some(place) = place else {
            return Vec::new();
        };
        let builders = place.builders.values();
        let builders = builders.map(|it| ("appstream:image-builder", &it.name, it.created, &it.tags));
        let images = place.images.values();
        let images = images.map(|it| ("appstream:image", &it.name, it.created, &it.tags));
        let fleets = place.fleets.values();
        let fleets = fleets.map(|it| ("appstream:fleet", &it.name, it.created, &it.tags));
        let stacks = place.stacks.values();
        let stacks = stacks.map(|it| ("appstream:stack", &it.name, it.created, &it.tags));
        let lags = self.quirk("tagging.at-once");
        builders
            .chain(images)
            .chain(fleets)
            .chain(stacks)
            .filter(|(_, _, _, tags)| !tags.is_empty())
            .filter(|(_, _, created, _)| !lags || created.after(LAG) <= now)
            .map(|(kind, name, _, tags)| {
                let (_, of) = kind.split_once(':').unwrap_or(("", kind));
                (kind, place.arn(of, name), tags.clone())
            })
            .collect()
    }
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
