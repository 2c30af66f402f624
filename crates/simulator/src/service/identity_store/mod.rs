//! Identity Store: the users and groups of IAM Identity Center.

mod calls;
mod directory;

#[cfg(test)]
mod tests;

pub(crate) use calls::IdentityStore;

use serde_json::{Map, Value, json};

use super::ask::{Directory, IdentityUser};
use super::page::Pager;
use super::{Answer, Call, Fault};
use crate::world::World;
use crate::world::identity_store::IDENTITY_STORE_ID;
use directory::{Group, Membership, User};

pub(crate) use crate::world::identity_store::Store;
pub(crate) use directory::console;

impl Directory for World {
    fn has_principal(&self, principal_type: &str, id: &str) -> bool {
        let store = &self.identity_store;
        match principal_type {
            "USER" => store.users.iter().any(|user| user.id == id),
            _ => store.groups.iter().any(|group| group.id == id),
        }
    }

    fn principal(&self, principal_type: &str, name: &str) -> Option<String> {
        let store = &self.identity_store;
        match principal_type {
            "USER" => {
                let found = store.users.iter().find(|user| user.has_name(name));
                found.map(|user| user.id.clone())
            }
            _ => {
                let found = store.groups.iter().find(|group| group.has_name(name));
                found.map(|group| group.id.clone())
            }
        }
    }

    fn groups_of(&self, user: &str) -> Vec<String> {
        let memberships = self.identity_store.memberships.iter();
        let of = memberships.filter(|one| one.user == user);
        of.map(|one| one.group.clone()).collect()
    }

    fn directory_user(&self, name: &str) -> Option<IdentityUser> {
        let mut users = self.identity_store.users.iter();
        let user = users.find(|user| user.has_name(name))?;
        let emails = user.body.get("Emails").and_then(Value::as_array);
        let primary = emails.into_iter().flatten().find(|one| one["Primary"] == true);
        Some(IdentityUser {
            name: user.name.clone(),
            email: primary.and_then(|one| one["Value"].as_str()).map(str::to_owned),
            ids: [vec![user.id.clone()], self.groups_of(&user.id)].concat(),
        })
    }
}

fn validation(message: &str) -> Fault {
    Fault::new("ValidationException", message)
}

fn not_found(what: &str) -> Fault {
    let mut fault = Fault::new("ResourceNotFoundException", format!("{what} not found"));
    fault.members = json!({ "ResourceType": what });
    fault
}

fn conflict(message: &str) -> Fault {
    let mut fault = Fault::new("ConflictException", message);
    fault.members = json!({ "Reason": "UNIQUENESS_CONSTRAINT_VIOLATION" });
    fault
}

/// The store belongs to one account and answers in one region.
fn check_store(world: &World, call: &Call) -> Result<(), Fault> {
    if !world.settings.administers_identity_center(&call.caller.account) {
        return Err(Fault::new(
            "AccessDeniedException",
            "the identity store belongs to another account",
        ));
    }
    let given = call.text("IdentityStoreId").unwrap_or_default();
    let id = given.rsplit('/').next().unwrap_or_default();
    if id != IDENTITY_STORE_ID || call.region != world.settings.identity_center_region {
        return Err(not_found("IDENTITY_STORE"));
    }
    Ok(())
}

/// The bare id of a resource that may be given by ARN, as the model's pattern allows.
fn bare(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

fn find_user<'world>(world: &'world World, call: &Call, member: &str) -> Result<&'world User, Fault> {
    let given = match member {
        "MemberId" => call.input.pointer("/MemberId/UserId").and_then(Value::as_str),
        member => call.text(member),
    };
    let id = bare(given.unwrap_or_default());
    let found = world.identity_store.users.iter().find(|user| user.id == id);
    found.ok_or_else(|| not_found("USER"))
}

fn find_group<'world>(world: &'world World, call: &Call) -> Result<&'world Group, Fault> {
    let id = bare(call.text("GroupId").unwrap_or_default());
    let found = world.identity_store.groups.iter().find(|group| group.id == id);
    found.ok_or_else(|| not_found("GROUP"))
}

fn find_membership<'world>(world: &'world World, call: &Call) -> Result<&'world Membership, Fault> {
    let id = bare(call.text("MembershipId").unwrap_or_default());
    let found = world.identity_store.memberships.iter().find(|one| one.id == id);
    found.ok_or_else(|| not_found("GROUP_MEMBERSHIP"))
}

/// Path and value of the unique attribute in `AlternateIdentifier`, of which exactly one kind must be given.
/// No user here comes from an external provider, so an external id finds nothing.
fn unique_attribute<'call>(call: &'call Call, what: &str) -> Result<(&'call str, &'call str), Fault> {
    let identifier = call.input.get("AlternateIdentifier").unwrap_or(&Value::Null);
    let unique = identifier.get("UniqueAttribute").filter(|one| !one.is_null());
    let external = identifier.get("ExternalId").filter(|one| !one.is_null());
    match (unique, external) {
        (Some(unique), None) => {
            let value = unique.get("AttributeValue").and_then(Value::as_str);
            let value = value.ok_or_else(|| validation("AttributeValue must be a string"))?;
            Ok((unique["AttributePath"].as_str().unwrap_or_default(), value))
        }
        (None, Some(_)) => Err(not_found(what)),
        _ => Err(validation("AlternateIdentifier must have exactly one member")),
    }
}

fn get_user_id(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (path, value) = unique_attribute(call, "USER")?;
    let users = world.identity_store.users.iter();
    let found = match path.to_ascii_lowercase().as_str() {
        "username" => users.into_iter().find(|user| user.has_name(value)),
        "emails.value" => users.into_iter().find(|user| user.has_email(value)),
        _ => return Err(validation("the attribute path is not supported for users")),
    };
    let user = found.ok_or_else(|| not_found("USER"))?;
    Ok(Answer::of(json!({
        "IdentityStoreId": IDENTITY_STORE_ID, "UserId": user.id, "UserArn": user.arn(),
    })))
}

fn get_group_id(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (path, value) = unique_attribute(call, "GROUP")?;
    if !path.eq_ignore_ascii_case("displayName") {
        return Err(validation("the attribute path is not supported for groups"));
    }
    let found = world
        .identity_store
        .groups
        .iter()
        .find(|group| group.has_name(value));
    let group = found.ok_or_else(|| not_found("GROUP"))?;
    Ok(Answer::of(json!({
        "IdentityStoreId": IDENTITY_STORE_ID, "GroupId": group.id, "GroupArn": group.arn(),
    })))
}

/// The one attribute and value that a list is filtered by. The service takes one filter per request.
fn filter<'call>(call: &'call Call, path: &str) -> Result<Option<&'call str>, Fault> {
    let filters = call.input.get("Filters").and_then(Value::as_array);
    match filters.map(Vec::as_slice).unwrap_or_default() {
        [] => Ok(None),
        [one]
            if one["AttributePath"]
                .as_str()
                .is_some_and(|of| of.eq_ignore_ascii_case(path)) =>
        {
            Ok(one["AttributeValue"].as_str())
        }
        [_] => Err(validation("the attribute path is not supported in filters")),
        _ => Err(validation("one filter at most may be given")),
    }
}

const PAGER: Pager = Pager {
    parents: &["/GroupId", "/MemberId/UserId"],
    wrong_token: || validation("the NextToken is not valid"),
    ..Pager::USUAL
};

fn list_users(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let wanted = filter(call, "UserName")?;
    let users = world.identity_store.users.iter();
    let items = users
        .filter(|user| wanted.is_none_or(|name| user.has_name(name)))
        .map(User::shown)
        .collect();
    PAGER.page(world, call, "Users", items)
}

fn list_groups(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let wanted = filter(call, "DisplayName")?;
    let groups = world.identity_store.groups.iter();
    let items = groups
        .filter(|group| wanted.is_none_or(|name| group.has_name(name)))
        .map(Group::shown)
        .collect();
    PAGER.page(world, call, "Groups", items)
}

fn list_memberships(
    world: &World,
    call: &Call,
    chosen: impl Fn(&Membership) -> bool,
) -> Result<Answer, Fault> {
    let memberships = world.identity_store.memberships.iter();
    let items = memberships
        .filter(|one| chosen(one))
        .map(Membership::shown)
        .collect();
    PAGER.page(world, call, "GroupMemberships", items)
}

fn get_membership_id(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let group = find_group(world, call)?;
    let user = find_user(world, call, "MemberId")?;
    let mut memberships = world.identity_store.memberships.iter();
    let found = memberships.find(|one| one.group == group.id && one.user == user.id);
    let found = found.ok_or_else(|| not_found("GROUP_MEMBERSHIP"))?;
    Ok(Answer::of(json!({
        "IdentityStoreId": IDENTITY_STORE_ID, "MembershipId": found.id, "MembershipArn": found.arn(),
    })))
}

fn is_member(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let user = find_user(world, call, "MemberId")?;
    let held = world.groups_of(&user.id);
    let asked = call.input.get("GroupIds").and_then(Value::as_array);
    let mut results = Vec::new();
    for id in asked.into_iter().flatten().filter_map(Value::as_str) {
        if !world.has_principal("GROUP", bare(id)) {
            return Err(not_found("GROUP"));
        }
        results.push(json!({
            "GroupId": bare(id),
            "MemberId": { "UserId": user.id },
            "MembershipExists": held.iter().any(|group| group == bare(id)),
        }));
    }
    let mut output = Map::new();
    output.insert("Results".to_owned(), Value::Array(results));
    Ok(Answer::of(Value::Object(output)))
}

fn delete_user(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = find_user(world, call, "UserId")?.id.clone();
    world.identity_store.users.retain(|user| user.id != id);
    world.identity_store.memberships.retain(|one| one.user != id);
    Ok(Answer::empty())
}

fn delete_group(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = find_group(world, call)?.id.clone();
    world.identity_store.groups.retain(|group| group.id != id);
    world.identity_store.memberships.retain(|one| one.group != id);
    Ok(Answer::empty())
}

fn describe_user(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(find_user(world, call, "UserId")?.shown()))
}

fn describe_group(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(find_group(world, call)?.shown()))
}

fn describe_membership(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(find_membership(world, call)?.shown()))
}

fn delete_membership(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = find_membership(world, call)?.id.clone();
    world.identity_store.memberships.retain(|one| one.id != id);
    Ok(Answer::empty())
}

fn list_memberships_of_group(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let group = find_group(world, call)?.id.clone();
    list_memberships(world, call, |one| one.group == group)
}

fn list_memberships_of_user(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let user = find_user(world, call, "MemberId")?.id.clone();
    list_memberships(world, call, |one| one.user == user)
}
