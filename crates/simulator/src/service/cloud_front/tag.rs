//! Tags of distributions, which alone can have some.

use serde_json::{Value, json};

use super::distribution;
use crate::service::tags::{Broken, Rules, Tags};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

fn broken(broken: Broken) -> Fault {
    let message = match broken {
        Broken::Reserved(key) => format!("The tag key {key} begins with aws:"),
        Broken::Twice(key) => format!("The tag key {key} is given twice"),
        Broken::Count => "A distribution has at most 50 tags".to_owned(),
    };
    Fault::new("InvalidTagging", message)
}

/// The tags that a new distribution is given.
pub(super) fn read(given: &Value) -> Result<Tags, Fault> {
    Rules::USUAL.read(&given["Items"]).map_err(broken)
}

/// The tags of what the call names.
fn named<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Tags, Fault> {
    let arn = call.text("Resource").unwrap_or_default();
    let own = format!("arn:aws:cloudfront::{}:distribution/", call.caller.account);
    let absent = || Fault::new("NoSuchResource", "A resource that was specified is not valid.");
    let id = arn.strip_prefix(&own).ok_or_else(absent)?.to_owned();
    let found = distribution(world, call, &id).map_err(|_| absent())?;
    Ok(&mut found.tags)
}

pub(super) fn add(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let tags = named(world, call)?;
    Rules::USUAL
        .add(tags, &call.input["Tags"]["Items"])
        .map_err(broken)?;
    Ok(Answer::empty())
}

pub(super) fn remove(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let tags = named(world, call)?;
    Rules::USUAL.remove(tags, &call.input["TagKeys"]["Items"]);
    Ok(Answer::empty())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let tags = named(world, call)?;
    let items: Vec<Value> = tags
        .iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    Ok(Answer::of(json!({ "Tags": { "Items": items } })))
}
