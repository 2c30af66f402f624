//! The user pool, and which users may stream from which stacks. Neither can be tagged.

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::account::Place;
use super::input::{keep, member, required};
use super::page::PAGER;
use super::{answer, fault, place};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::{User, UserStack};

/// A new user is not listed at once ...
const UNLISTED: Duration = Duration::from_secs(10);
/// ... or, by quirk, for almost as long as clients wait: four minutes (terraform-provider-aws, appstream user).
const LONG_UNLISTED: Duration = Duration::from_secs(210);
/// So long a new user may be unknown to the batch operations, by quirk: no longer than it is unlisted, since Terraform's
/// provider assigns whom it has found listed.
const UNKNOWN: Duration = Duration::from_secs(20);

fn pool_only(call: &Call) -> Result<(), Fault> {
    match call.text("AuthenticationType") {
        Some("USERPOOL") => Ok(()),
        _ => Err(fault::combination("The authentication type must be USERPOOL.")),
    }
}

/// CreateUser.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    pool_only(call)?;
    let name = required(&call.input, "UserName")?;
    let quota = world.quota("appstream.users", 50);
    // Assumption: appstream.parameters-without-code. The name is an e-mail address; of the declared errors the one about
    // parameters fits best.
    let is_address = name
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'));
    if !is_address {
        return Err(fault::combination("The user name must be an e-mail address."));
    }
    let place = place(world, call);
    if call.text("MessageAction") == Some("RESEND") {
        // The model: RESEND sends the welcome mail of an existing user again, and forbids names.
        if member(&call.input, "FirstName").is_some() || member(&call.input, "LastName").is_some() {
            return Err(fault::combination("RESEND takes no names."));
        }
        return match place.users.get_mut(&name) {
            Some(user) => {
                user.mailed = Some(call.now);
                Ok(Answer::empty())
            }
            None => Err(fault::not_permitted("There is no such user to write to.")),
        };
    }
    if place.users.contains_key(&name) {
        return Err(fault::exists("user", &name));
    }
    if place.users.len() as u64 >= quota {
        return Err(fault::limit(format!("You can have {quota} users.")));
    }
    let mut fields = Map::new();
    keep(&call.input, &["FirstName", "LastName"], &mut fields);
    place.users.insert(
        name.clone(),
        User {
            name,
            enabled: true,
            created: call.now,
            mailed: (call.text("MessageAction") != Some("SUPPRESS")).then_some(call.now),
            confirmed: false,
            fields,
        },
    );
    Ok(Answer::empty())
}

/// How long a temporary password is good.
const PASSWORD: Duration = Duration::from_secs(7 * 86_400);

/// A user signs in: with the temporary password of the mail, for which a new one is set, or with that one.
pub(super) fn sign_in(place: &mut Place, name: &str, now: Moment) -> Result<Value, Fault> {
    let user = place
        .users
        .get_mut(name)
        .ok_or_else(|| fault::not_found("user", name))?;
    let mailed = user.mailed.is_some_and(|at| now < at.after(PASSWORD));
    if !user.enabled {
        return Err(fault::not_permitted("The user is disabled."));
    }
    if !user.confirmed && !mailed {
        return Err(fault::not_permitted(
            "There is no temporary password, or it is no longer valid.",
        ));
    }
    user.confirmed = true;
    Ok(json!({}))
}

/// DeleteUser.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "UserName")?;
    let place = place(world, call);
    match place.users.remove(&name) {
        Some(_) => {
            place.user_stacks.retain(|it| it.user != name);
            Ok(Answer::empty())
        }
        None => Err(fault::not_found("user", &name)),
    }
}

/// EnableUser.
pub(super) fn enable(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    switch(world, call, true)
}

/// DisableUser.
pub(super) fn disable(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    switch(world, call, false)
}

fn switch(world: &mut World, call: &Call, enabled: bool) -> Result<Answer, Fault> {
    let name = required(&call.input, "UserName")?;
    let user = place(world, call)
        .users
        .get_mut(&name)
        .ok_or_else(|| fault::not_found("user", &name))?;
    user.enabled = enabled;
    Ok(Answer::empty())
}

/// How long a new user is not listed in this world.
fn unlisted(world: &World) -> Duration {
    match world.quirk("appstream.users-listed-late") {
        true => LONG_UNLISTED,
        false => UNLISTED,
    }
}

/// DescribeUsers: the whole pool, there is no filter by name.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    pool_only(call)?;
    let unlisted = unlisted(world);
    let place = place(world, call);
    let users: Vec<Value> = place
        .users
        .values()
        .filter(|user| user.created.after(unlisted) <= call.now)
        .map(|user| {
            let mut view = user.fields.clone();
            view.insert("Arn".to_owned(), json!(place.arn("user/userpool", &user.name)));
            view.insert("UserName".to_owned(), json!(user.name));
            view.insert("Enabled".to_owned(), json!(user.enabled));
            let status = if user.confirmed {
                "CONFIRMED"
            } else {
                "UNCONFIRMED"
            };
            view.insert("Status".to_owned(), json!(status));
            view.insert("CreatedTime".to_owned(), json!(user.created.epoch_seconds()));
            view.insert("AuthenticationType".to_owned(), json!("USERPOOL"));
            Value::Object(view)
        })
        .collect();
    PAGER.page(world, call, "Users", users)
}

/// BatchAssociateUserStack: HTTP 200 even where single items fail, which `errors` then lists.
pub(super) fn batch_associate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    batch(world, call, |place, link| {
        if !place
            .user_stacks
            .iter()
            .any(|it| it.user == link.user && it.stack == link.stack)
        {
            place.user_stacks.push(link);
        }
    })
}

/// BatchDisassociateUserStack: like its counterpart.
pub(super) fn batch_disassociate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    batch(world, call, |place, link| {
        place
            .user_stacks
            .retain(|it| !(it.user == link.user && it.stack == link.stack));
    })
}

fn batch(world: &mut World, call: &Call, act: impl Fn(&mut Place, UserStack)) -> Result<Answer, Fault> {
    let unknown = match world.quirk("appstream.new-user-unknown") {
        true => UNKNOWN.min(unlisted(world)),
        false => Duration::ZERO,
    };
    let place = place(world, call);
    let mut errors = Vec::new();
    let items = member(&call.input, "UserStackAssociations")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for item in items {
        let link = UserStack {
            user: required(&item, "UserName")?,
            stack: required(&item, "StackName")?,
            notify: item["SendEmailNotification"].as_bool().unwrap_or(false),
        };
        let code = if !place.stacks.contains_key(&link.stack) {
            Some("STACK_NOT_FOUND")
        } else if place
            .users
            .get(&link.user)
            .is_none_or(|user| user.created.after(unknown) > call.now)
        {
            Some("USER_NAME_NOT_FOUND")
        } else {
            None
        };
        if let Some(code) = code {
            errors.push(json!({ "UserStackAssociation": item, "ErrorCode": code, "ErrorMessage": code }));
            continue;
        }
        // Only assigning is forbidden (BatchAssociateUserStack): who was assigned before can be taken off.
        if call.operation == "BatchAssociateUserStack" && joined(place, &link.stack) {
            return Err(fault::not_permitted(
                "Users of the pool cannot use domain-joined fleets.",
            ));
        }
        act(place, link);
    }
    Ok(answer("errors", Value::Array(errors)))
}

/// Whether the stack's fleet is joined to a domain.
fn joined(place: &Place, stack: &str) -> bool {
    place
        .associations
        .iter()
        .filter(|link| link.stack == stack && link.lingers_until.is_none())
        .filter_map(|link| place.fleets.get(&link.fleet))
        .any(|fleet| member(&fleet.fields, "DomainJoinInfo").is_some())
}

/// DescribeUserStackAssociations: by stack, by user, or by both.
pub(super) fn describe_associations(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (stack, user) = (call.text("StackName"), call.text("UserName"));
    if user.is_some() != call.text("AuthenticationType").is_some() || (stack.is_none() && user.is_none()) {
        return Err(fault::combination(
            "Specify StackName, or UserName and AuthenticationType, or all.",
        ));
    }
    let list = place(world, call)
        .user_stacks
        .iter()
        .filter(|it| stack.is_none_or(|stack| it.stack == stack) && user.is_none_or(|user| it.user == user))
        .map(|it| {
            json!({
                "StackName": it.stack, "UserName": it.user, "AuthenticationType": "USERPOOL",
                "SendEmailNotification": it.notify,
            })
        })
        .collect();
    PAGER.by(500).page(world, call, "UserStackAssociations", list)
}
