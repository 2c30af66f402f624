//! Instance profiles: what hands a role to an EC2 instance, and holds the role while it does.

use serde_json::{Value, json};

use super::tag::{self, Tags};
use super::{Account, Answer, Call, Fault, PAGER, exists, limit, no_such, required, role, stamp, unique_id};
use crate::world::World;
pub(crate) use crate::world::iam::InstanceProfile;

impl InstanceProfile {
    /// Whether it holds the role of this lower-case name.
    pub(super) fn holds(&self, role: &str) -> bool {
        self.role.as_deref() == Some(role)
    }

    fn shown(&self, world: &World, account: &str, with_tags: bool) -> Value {
        let roles = world.iam.accounts.get(account).map(|account| &account.roles);
        let held = self.role.as_ref().and_then(|key| roles?.get(key));
        let mut out = json!({
            "Path": self.path,
            "InstanceProfileName": self.name,
            "InstanceProfileId": self.id,
            "Arn": self.arn,
            "CreateDate": stamp(self.created),
            "Roles": held.into_iter().map(|role| role.brief(&world.iam)).collect::<Vec<_>>(),
        });
        if with_tags && !self.tags.is_empty() {
            out["Tags"] = tag::list(&self.tags).into();
        }
        out
    }
}

fn account<'a>(world: &'a mut World, call: &Call) -> &'a mut Account {
    world.iam.accounts.entry(call.caller.account.clone()).or_default()
}

fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut InstanceProfile, Fault> {
    let name = required(call, "InstanceProfileName")?;
    account(world, call)
        .instance_profiles
        .get_mut(&name.to_lowercase())
        .filter(|profile| profile.name == name)
        .ok_or_else(|| no_such("instance profile", name))
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "InstanceProfileName")?.to_owned();
    let path = call.text("Path").unwrap_or("/").to_owned();
    let mut tags = Tags::new();
    tag::add(call, &mut tags)?;
    let id = unique_id(world, "AIPA");
    let most = world.quota("iam.instance-profiles", 1000);
    let profiles = &mut account(world, call).instance_profiles;
    if profiles.contains_key(&name.to_lowercase()) {
        return Err(exists("Instance Profile", &name));
    }
    if profiles.len() as u64 >= most {
        return Err(limit("InstanceProfilesPerAccount", most));
    }
    let profile = InstanceProfile {
        arn: format!(
            "arn:aws:iam::{}:instance-profile{path}{name}",
            call.caller.account
        ),
        name: name.clone(),
        id,
        path,
        role: None,
        tags,
        created: call.now,
    };
    profiles.insert(name.to_lowercase(), profile.clone());
    let shown = profile.shown(world, &call.caller.account, true);
    Ok(Answer::of(json!({ "InstanceProfile": shown })))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let profile = find(world, call)?.clone();
    let shown = profile.shown(world, &call.caller.account, true);
    Ok(Answer::of(json!({ "InstanceProfile": shown })))
}

/// A profile that holds a role cannot go ("Make sure that the instance profile does not have an associated role").
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let profile = find(world, call)?;
    if profile.role.is_some() {
        return Err(Fault::new(
            "DeleteConflict",
            "Cannot delete entity, must remove roles from instance profile first.",
        ));
    }
    let key = profile.name.to_lowercase();
    account(world, call).instance_profiles.remove(&key);
    Ok(Answer::empty())
}

/// One role a profile: that quota cannot be raised.
pub(super) fn add_role(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let role = role::find_to_change(world, call)?.name.to_lowercase();
    let profile = find(world, call)?;
    if profile.role.is_some() {
        return Err(limit("InstanceSessionsPerInstanceProfile", 1));
    }
    profile.role = Some(role);
    Ok(Answer::empty())
}

pub(super) fn remove_role(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "RoleName")?;
    let profile = find(world, call)?;
    if !profile.holds(&name.to_lowercase()) {
        return Err(no_such("role", name));
    }
    profile.role = None;
    Ok(Answer::empty())
}

/// Profiles below a path; for ListInstanceProfilesForRole those that hold the role.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let role = match call.text("RoleName") {
        Some(_) => Some(role::find(world, call)?.name.to_lowercase()),
        None => None,
    };
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let profiles = account(world, call).instance_profiles.clone();
    let shown = profiles
        .values()
        .filter(|profile| profile.path.starts_with(prefix))
        .filter(|profile| role.as_deref().is_none_or(|role| profile.holds(role)))
        .map(|profile| profile.shown(world, &call.caller.account, false))
        .collect();
    PAGER.page(world, call, "InstanceProfiles", shown)
}

pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    tag::add(call, &mut find(world, call)?.tags)?;
    Ok(Answer::empty())
}

pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    tag::remove(call, &mut find(world, call)?.tags);
    Ok(Answer::empty())
}

pub(super) fn tags(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let list = tag::list(&find(world, call)?.tags);
    PAGER.page(world, call, "Tags", list)
}
