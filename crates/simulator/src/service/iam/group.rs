//! Groups of users.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Account, Answer, Call, Fault, PAGER, exists, limit, no_such, required, stamp, unique_id, user};
use crate::world::World;
pub(crate) use crate::world::iam::Group;

impl Group {
    fn shown(&self) -> Value {
        json!({
            "Path": self.path,
            "GroupName": self.name,
            "GroupId": self.id,
            "Arn": self.arn,
            "CreateDate": stamp(self.created),
        })
    }
}

fn account<'a>(world: &'a mut World, call: &Call) -> &'a mut Account {
    world.iam.accounts.entry(call.caller.account.clone()).or_default()
}

/// The group that the call's `GroupName` names.
pub(super) fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Group, Fault> {
    let name = required(call, "GroupName")?;
    account(world, call)
        .groups
        .get_mut(&name.to_lowercase())
        .filter(|group| group.name == name)
        .ok_or_else(|| no_such("group", name))
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "GroupName")?.to_owned();
    let path = call.text("Path").unwrap_or("/").to_owned();
    let most = world.quota("iam.groups", 300);
    let id = unique_id(world, "AGPA");
    let groups = &mut account(world, call).groups;
    if groups.contains_key(&name.to_lowercase()) {
        return Err(exists("Group", &name));
    }
    if groups.len() as u64 >= most {
        return Err(limit("GroupsPerAccount", most));
    }
    let group = Group {
        arn: format!("arn:aws:iam::{}:group{path}{name}", call.caller.account),
        name: name.clone(),
        id,
        path,
        inline: BTreeMap::new(),
        attached: Vec::new(),
        created: call.now,
    };
    let output = json!({ "Group": group.shown() });
    groups.insert(name.to_lowercase(), group);
    Ok(Answer::of(output))
}

/// The group with its users.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let group = find(world, call)?.clone();
    let key = group.name.to_lowercase();
    let users = account(world, call)
        .users
        .values()
        .filter(|user| user.groups.contains(&key))
        .map(user::User::shown)
        .collect();
    let mut answer = PAGER.page(world, call, "Users", users)?;
    answer.output["Group"] = group.shown();
    Ok(answer)
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let prefix = call.text("PathPrefix").unwrap_or("/").to_owned();
    let groups = account(world, call)
        .groups
        .values()
        .filter(|group| group.path.starts_with(&prefix))
        .map(Group::shown)
        .collect();
    PAGER.page(world, call, "Groups", groups)
}

/// A group goes once it has neither users nor policies.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let group = find(world, call)?;
    let key = group.name.to_lowercase();
    let conflict = |what: &str| {
        Err(Fault::new(
            "DeleteConflict",
            format!("Cannot delete entity, {what}"),
        ))
    };
    if !group.attached.is_empty() {
        return conflict("must detach all policies first.");
    }
    if !group.inline.is_empty() {
        return conflict("must delete policies first.");
    }
    let account = account(world, call);
    if account.users.values().any(|user| user.groups.contains(&key)) {
        return conflict("must remove users from group first.");
    }
    account.groups.remove(&key);
    Ok(Answer::empty())
}

/// Puts a user in: one who is in already is no mistake.
pub(super) fn add_user(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = find(world, call)?.name.to_lowercase();
    let most = world.quota("iam.groups-per-user", 10);
    let user = user::find(world, call)?;
    if !user.groups.contains(&key) && user.groups.len() as u64 >= most {
        return Err(limit("GroupsPerUser", most));
    }
    user.groups.insert(key);
    Ok(Answer::empty())
}

pub(super) fn remove_user(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = find(world, call)?.name.to_lowercase();
    user::find(world, call)?.groups.remove(&key);
    Ok(Answer::empty())
}

/// The groups that a user is in.
pub(super) fn of_user(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let keys = user::find(world, call)?.groups.clone();
    let groups = account(world, call)
        .groups
        .iter()
        .filter(|(key, _)| keys.contains(*key))
        .map(|(_, group)| group.shown())
        .collect();
    PAGER.page(world, call, "Groups", groups)
}
