//! Access keys of users.

use serde_json::{Value, json};

use super::{Answer, Call, Fault, PAGER, Store, limit, no_such, required, stamp, user};
use crate::service::Caller;
use crate::world::World;
pub(crate) use crate::world::iam::AccessKey;

/// How many keys a user may have at once; the quota cannot be raised (IAM quotas).
const MOST: u64 = 2;

impl AccessKey {
    fn shown(&self, user: &str) -> Value {
        json!({
            "UserName": user,
            "AccessKeyId": self.id,
            "Status": if self.active { "Active" } else { "Inactive" },
            "CreateDate": stamp(self.created),
        })
    }
}

/// Whom a long-lived access key stands for. `None`: no user's key. An inactive key stands for no caller.
pub(crate) fn caller(store: &Store, key: &str) -> Option<Option<Caller>> {
    let users = store
        .accounts
        .iter()
        .flat_map(|(account, of)| of.users.values().map(move |user| (account, user)));
    let (account, user, found) = users
        .flat_map(|(account, user)| user.keys.iter().map(move |key| (account, user, key)))
        .find(|(_, _, one)| one.id == key)?;
    Some(found.active.then(|| Caller {
        account: account.clone(),
        arn: user.arn.clone(),
        access_key: Some(key.to_owned()),
        permissions: None,
    }))
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = format!("AKIA{}", world.hex(16).to_uppercase());
    let secret = world.hex(40);
    let user = user::find_or_caller(world, call)?;
    if user.keys.len() as u64 >= MOST {
        return Err(limit("AccessKeysPerUser", MOST));
    }
    let key = AccessKey {
        id,
        active: true,
        created: call.now,
    };
    let mut shown = key.shown(&user.name);
    shown["SecretAccessKey"] = secret.into();
    user.keys.push(key);
    Ok(Answer::of(json!({ "AccessKey": shown })))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = required(call, "AccessKeyId")?;
    let user = user::find_or_caller(world, call)?;
    let before = user.keys.len();
    user.keys.retain(|key| key.id != id);
    match user.keys.len() < before {
        true => Ok(Answer::empty()),
        false => Err(no_such("Access Key", id)),
    }
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = required(call, "AccessKeyId")?;
    let active = required(call, "Status")? == "Active";
    let user = user::find_or_caller(world, call)?;
    match user.keys.iter_mut().find(|key| key.id == id) {
        Some(key) => {
            key.active = active;
            Ok(Answer::empty())
        }
        None => Err(no_such("Access Key", id)),
    }
}

/// Keys without their secrets, which are shown once.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let user = user::find_or_caller(world, call)?;
    let name = user.name.clone();
    let keys = user.keys.iter().map(|key| key.shown(&name)).collect();
    PAGER.page(world, call, "AccessKeyMetadata", keys)
}

/// The simulator does not count uses: every key answers as one that was never used, with `N/A` as AWS documents.
pub(super) fn last_used(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = required(call, "AccessKeyId")?;
    let users = world
        .iam
        .accounts
        .get(&call.caller.account)
        .map(|account| &account.users);
    let owner = users
        .into_iter()
        .flat_map(|users| users.values())
        .find(|user| user.keys.iter().any(|key| key.id == id));
    match owner {
        Some(user) => Ok(Answer::of(json!({
            "UserName": user.name,
            "AccessKeyLastUsed": { "ServiceName": "N/A", "Region": "N/A" },
        }))),
        None => {
            let message = format!("{id} is not an access key of this account");
            Err(Fault::new("AccessDenied", message).with_status(403))
        }
    }
}
