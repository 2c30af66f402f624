//! Security profiles.

use serde_json::{Map, Value, json};

use super::entity::{self, Kind};
use super::{PAGER, active_instance, denied};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// What Describe shows besides id and name.
const SHOWN: [&str; 5] = [
    "Description",
    "AllowedAccessControlTags",
    "TagRestrictedResources",
    "HierarchyRestrictedResources",
    "AllowedAccessControlHierarchyGroupId",
];

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let mut body = Map::new();
    body.insert("OrganizationResourceId".to_owned(), json!(one.id));
    body.insert("Type".to_owned(), json!("CUSTOMER_MANAGED"));
    copy(&mut body, call, &SHOWN);
    let mut hidden = Map::new();
    copy(&mut hidden, call, &["Permissions"]);
    let name = call.text("SecurityProfileName").unwrap_or_default();
    let (id, arn) = entity::insert(world, call, Kind::SecurityProfile, name, body, hidden)?;
    Ok(Answer::of(
        json!({ "SecurityProfileId": id, "SecurityProfileArn": arn }),
    ))
}

/// Changes what is given. The name cannot be changed: the operation has no member for it.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let profile = entity::target(world, call, Kind::SecurityProfile)?;
    copy(&mut profile.body, call, &SHOWN);
    copy(&mut profile.hidden, call, &["Permissions"]);
    Ok(Answer::empty())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("SecurityProfileId").unwrap_or_default();
    let profile = entity::find(one, Kind::SecurityProfile, id)?;
    if profile.built_in {
        return Err(denied("a default security profile cannot be deleted"));
    }
    let held = one.entities.values().any(|user| {
        let ids = user.body.get("SecurityProfileIds").and_then(Value::as_array);
        user.kind == Kind::User && ids.is_some_and(|ids| ids.iter().any(|held| held == id))
    });
    if held {
        return Err(Fault::new(
            "ResourceInUseException",
            "users hold the security profile",
        ));
    }
    one.entities.remove(id);
    Ok(Answer::empty())
}

/// Permissions have their own paged list: Describe does not show them.
pub(super) fn list_permissions(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("SecurityProfileId").unwrap_or_default();
    let items = entity::find(one, Kind::SecurityProfile, id)?.hidden_list("Permissions");
    PAGER.page(world, call, "Permissions", items)
}

fn copy(into: &mut Map<String, Value>, call: &Call, members: &[&str]) {
    for member in members {
        if let Some(value) = call.input.get(*member).filter(|value| !value.is_null()) {
            into.insert((*member).to_owned(), value.clone());
        }
    }
}
