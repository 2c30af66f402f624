//! Sharing an image with other accounts of the same region.

use serde_json::{Value, json};

use super::super::input::{member, required, texts};
use super::super::page::PAGER;
use super::super::{fault, place};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// UpdateImagePermissions: one account at a time, 100 accounts an image.
pub(in super::super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let account = required(&call.input, "SharedAccountId")?;
    let quota = world.quota("appstream.image-shares", 100);
    let image = place(world, call)
        .images
        .get_mut(&name)
        .ok_or_else(|| fault::not_found("image", &name))?;
    image.usable()?;
    if !image.permissions.contains_key(&account) && image.permissions.len() as u64 >= quota {
        return Err(fault::limit(format!(
            "An image can be shared with {quota} accounts."
        )));
    }
    let permission = member(&call.input, "ImagePermissions")
        .cloned()
        .unwrap_or_else(|| json!({}));
    image.permissions.insert(account, permission);
    Ok(Answer::empty())
}

/// DeleteImagePermissions.
pub(in super::super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let account = required(&call.input, "SharedAccountId")?;
    let image = place(world, call)
        .images
        .get_mut(&name)
        .ok_or_else(|| fault::not_found("image", &name))?;
    // The model declares the error that its counterpart has for an image in another state.
    image.usable()?;
    match image.permissions.remove(&account) {
        Some(_) => Ok(Answer::empty()),
        None => Err(fault::not_found("image permission for account", &account)),
    }
}

/// DescribeImagePermissions.
pub(in super::super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let wanted = texts(&call.input, "SharedAwsAccountIds");
    let image = place(world, call)
        .images
        .get(&name)
        .ok_or_else(|| fault::not_found("image", &name))?;
    let list: Vec<Value> = image
        .permissions
        .iter()
        .filter(|(account, _)| wanted.as_ref().is_none_or(|wanted| wanted.contains(account)))
        .map(|(account, permission)| json!({ "sharedAccountId": account, "imagePermissions": permission }))
        .collect();
    let mut answer = PAGER
        .by(500)
        .page(world, call, "SharedImagePermissionsList", list)?;
    answer.output["Name"] = json!(name);
    Ok(answer)
}
