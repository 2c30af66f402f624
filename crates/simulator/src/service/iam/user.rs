//! Users.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::tag::{self, Tags};
use super::{Answer, Call, Fault, PAGER, exists, no_such, required, stamp, unique_id};
use crate::clock::Moment;
use crate::world::World;
pub(crate) use crate::world::iam::User;

impl User {
    /// The user whom the simulator's fixed credentials belong to.
    pub(super) fn deployer(account: &str, created: Moment) -> User {
        User {
            name: "deployer".to_owned(),
            id: "AIDA0DEPLOYER00000001".to_owned(),
            arn: format!("arn:aws:iam::{account}:user/deployer"),
            path: "/".to_owned(),
            tags: Tags::new(),
            created,
            inline: BTreeMap::new(),
            attached: Vec::new(),
            groups: BTreeSet::new(),
            keys: Vec::new(),
        }
    }

    /// The user as lists show it: without tags.
    fn brief(&self) -> Value {
        json!({
            "Path": self.path,
            "UserName": self.name,
            "UserId": self.id,
            "Arn": self.arn,
            "CreateDate": stamp(self.created),
        })
    }

    pub(super) fn shown(&self) -> Value {
        let mut out = self.brief();
        if !self.tags.is_empty() {
            out["Tags"] = tag::list(&self.tags).into();
        }
        out
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "UserName")?.to_owned();
    let path = call.text("Path").unwrap_or("/").to_owned();
    let mut tags = Tags::new();
    tag::add(call, &mut tags)?;
    let id = unique_id(world, "AIDA");
    let account = world.iam.accounts.entry(call.caller.account.clone()).or_default();
    if account.users.contains_key(&name.to_lowercase()) {
        return Err(exists("User", &name));
    }
    let arn = format!("arn:aws:iam::{}:user{path}{name}", call.caller.account);
    let user = User {
        name: name.clone(),
        id,
        arn,
        path,
        tags,
        created: call.now,
        inline: BTreeMap::new(),
        attached: Vec::new(),
        groups: BTreeSet::new(),
        keys: Vec::new(),
    };
    let output = json!({ "User": user.shown() });
    account.users.insert(name.to_lowercase(), user);
    Ok(Answer::of(output))
}

/// Without a name: the calling user. The root user has neither name nor path of its own; a role session has
/// no user, which IAM answers with a validation error.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let account = world.iam.accounts.entry(call.caller.account.clone()).or_default();
    let arn = &call.caller.arn;
    let name = match call.text("UserName") {
        Some(name) => name,
        None if arn.ends_with(":root") => {
            return Ok(Answer::of(json!({ "User": {
                "Path": "/",
                "UserName": "root",
                "UserId": call.caller.account,
                "Arn": arn,
                "CreateDate": stamp(Moment(0)),
            }})));
        }
        None if arn.contains(":user/") => arn.rsplit('/').next().unwrap_or_default(),
        None => {
            return Err(Fault::new(
                "ValidationError",
                "Must specify userName when calling with non-User credentials",
            )
            .with_status(400));
        }
    };
    match account
        .users
        .get(&name.to_lowercase())
        .filter(|user| user.name == name)
    {
        Some(user) => Ok(Answer::of(json!({ "User": user.shown() }))),
        None => Err(no_such("user", name)),
    }
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let user = find(world, call)?;
    let key = user.name.to_lowercase();
    let in_the_way = [
        (!user.groups.is_empty(), "must remove users from group first."),
        (!user.attached.is_empty(), "must detach all policies first."),
        (!user.inline.is_empty(), "must delete policies first."),
        (!user.keys.is_empty(), "must delete access keys first."),
    ];
    if let Some((_, what)) = in_the_way.into_iter().find(|(is, _)| *is) {
        let message = format!("Cannot delete entity, {what}");
        return Err(Fault::new("DeleteConflict", message));
    }
    if let Some(account) = world.iam.accounts.get_mut(&call.caller.account) {
        account.users.remove(&key);
    }
    Ok(Answer::empty())
}

/// The user that the call's `UserName` names.
pub(super) fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut User, Fault> {
    named(world, call, required(call, "UserName")?)
}

/// The user that the call's `UserName` names, or the one that calls.
pub(super) fn find_or_caller<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut User, Fault> {
    let arn = &call.caller.arn;
    let name = match call.text("UserName") {
        Some(name) => name,
        None if arn.contains(":user/") => arn.rsplit('/').next().unwrap_or_default(),
        None => {
            let message = "Must specify userName when calling with non-User credentials";
            return Err(Fault::new("ValidationError", message).with_status(400));
        }
    };
    named(world, call, name)
}

fn named<'a>(world: &'a mut World, call: &Call, name: &str) -> Result<&'a mut User, Fault> {
    world
        .iam
        .accounts
        .get_mut(&call.caller.account)
        .and_then(|account| account.users.get_mut(&name.to_lowercase()))
        .filter(|user| user.name == name)
        .ok_or_else(|| no_such("user", name))
}

/// Lists of what a user has that no operation of the simulator makes (devices): empty, for a user that is
/// there. The user of the credentials is meant where a call may leave the name out, and is always there.
pub(super) fn list_nothing(world: &World, call: &Call, member: &str) -> Result<Answer, Fault> {
    if let Some(name) = call.text("UserName") {
        let account = world.iam.accounts.get(&call.caller.account);
        let user = account.and_then(|account| account.users.get(&name.to_lowercase()));
        if user.is_none_or(|user| user.name != name) {
            return Err(no_such("user", name));
        }
    }
    PAGER.page(world, call, member, Vec::new())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let users = world
        .iam
        .accounts
        .get(&call.caller.account)
        .into_iter()
        .flat_map(|account| account.users.values())
        .filter(|user| user.path.starts_with(prefix))
        .map(User::brief)
        .collect();
    PAGER.page(world, call, "Users", users)
}
