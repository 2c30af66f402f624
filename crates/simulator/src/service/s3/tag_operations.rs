//! Tags of objects: read, put and deleted.

use crate::service::s3::tagging::{list, read};
use crate::service::s3::{bucket, object};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use serde_json::{Value, json};

pub(super) fn with_version(mut output: Value, shown: Option<String>) -> Answer {
    if let Some(id) = shown {
        output["VersionId"] = id.into();
    }
    Answer::of(output)
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let shown = bucket(world, call)?.versioning.is_some();
    let version = object::find(world, call)?;
    Ok(with_version(
        json!({ "TagSet": list(&version.tags) }),
        shown.then(|| version.id.clone()),
    ))
}

pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let tags = read(&call.input["Tagging"]["TagSet"], 10)?;
    let shown = bucket(world, call)?.versioning.is_some();
    let version = object::find(world, call)?;
    version.tags = tags;
    Ok(with_version(json!({}), shown.then(|| version.id.clone())))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let shown = bucket(world, call)?.versioning.is_some();
    let version = object::find(world, call)?;
    version.tags.clear();
    Ok(with_version(json!({}), shown.then(|| version.id.clone())))
}
