//! Origin access controls: how distributions sign what they ask of an origin.

use serde_json::json;

use super::kept::{self, Names};
use super::{check_version, invalid, own};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

const NAMES: Names = Names {
    thing: "OriginAccessControl",
    config: "OriginAccessControlConfig",
    absent: "NoSuchOriginAccessControl",
    of: |account| &mut account.access_controls,
};

/// Refuses a configuration that CloudFront does not take, or whose name another one has.
fn check(world: &mut World, call: &Call, except: Option<&str>) -> Result<(), Fault> {
    let config = &call.input[NAMES.config];
    let name = config["Name"].as_str().unwrap_or_default();
    if name.is_empty() || name.chars().count() > 64 {
        return Err(invalid("Name has to have 1 to 64 characters"));
    }
    let description = config["Description"].as_str().unwrap_or_default();
    if description.chars().count() > 256 {
        return Err(invalid("Description has to have at most 256 characters"));
    }
    let others = own(world, call).access_controls.iter();
    let mut others = others.filter(|(id, _)| Some(id.as_str()) != except);
    match others.any(|(_, other)| other.config["Name"] == name) {
        true => Err(Fault::new(
            "OriginAccessControlAlreadyExists",
            "An origin access control with the specified parameters already exists.",
        )),
        false => Ok(()),
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(world, call, None)?;
    let most = world.quota("cloudfront.origin-access-controls", 100);
    if own(world, call).access_controls.len() as u64 >= most {
        return Err(Fault::new(
            "TooManyOriginAccessControls",
            "The number of origin access controls in your Amazon Web Services account exceeds the maximum allowed.",
        ));
    }
    Ok(kept::create(&NAMES, world, call))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    kept::get(&NAMES, world, call)
}

pub(super) fn get_config(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    kept::get_config(&NAMES, world, call)
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(world, call, call.text("Id"))?;
    kept::update(&NAMES, world, call)
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("Id").unwrap_or_default();
    let account = own(world, call);
    let found = account
        .access_controls
        .get(id)
        .ok_or_else(|| kept::absent(&NAMES))?;
    check_version(call, &found.etag)?;
    let uses = |config: &serde_json::Value| {
        let origins = config["Origins"]["Items"].as_array().into_iter().flatten();
        origins
            .into_iter()
            .any(|origin| origin["OriginAccessControlId"] == id)
    };
    if account.distributions.values().any(|one| uses(&one.config)) {
        return Err(Fault::new(
            "OriginAccessControlInUse",
            "Cannot delete the origin access control because it's in use by one or more distributions.",
        ));
    }
    account.access_controls.remove(id);
    Ok(Answer::empty())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let account = own(world, call);
    let all = account.access_controls.iter().map(|(id, found)| {
        let mut item = found.config.clone();
        item["Id"] = id.as_str().into();
        if item["Description"].is_null() {
            item["Description"] = "".into();
        }
        (id.clone(), item)
    });
    let list = kept::page(call, all.collect())?;
    Ok(Answer::of(json!({ "OriginAccessControlList": list })))
}
