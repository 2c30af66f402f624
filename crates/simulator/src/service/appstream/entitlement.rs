//! Entitlements: which applications of a stack a federated user sees. They go with the stack.

use serde_json::{Map, Value, json};

use super::input::{keep, member, required};
use super::page::PAGER;
use super::{answer, fault, place};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Entitlement;

/// The attributes that can be matched (EntitlementAttribute, Name).
const ATTRIBUTES: &[&str] = &[
    "roles",
    "department",
    "organization",
    "groups",
    "title",
    "costCenter",
    "userType",
];

/// Entitlements of one stack (AppStream's quotas).
const MOST: u64 = 50;

impl Entitlement {
    fn view(&self, stack: &str, name: &str) -> Value {
        let mut view = self.fields.clone();
        view.insert("Name".to_owned(), json!(name));
        view.insert("StackName".to_owned(), json!(stack));
        view.insert("CreatedTime".to_owned(), json!(self.created.epoch_seconds()));
        view.insert(
            "LastModifiedTime".to_owned(),
            json!(self.modified.epoch_seconds()),
        );
        Value::Object(view)
    }
}

fn missing(name: &str) -> Fault {
    Fault::new(
        "EntitlementNotFoundException",
        format!("The entitlement {name} was not found."),
    )
}

/// The stack that the call names, which has to be there.
fn stack(world: &mut World, call: &Call) -> Result<String, Fault> {
    let stack = required(&call.input, "StackName")?;
    match place(world, call).stacks.contains_key(&stack) {
        true => Ok(stack),
        false => Err(fault::not_found("stack", &stack)),
    }
}

/// Refuses attributes that no sign-in carries.
fn check(call: &Call) -> Result<(), Fault> {
    let attributes = member(&call.input, "Attributes").and_then(Value::as_array);
    for attribute in attributes.into_iter().flatten() {
        let name = required(attribute, "Name")?;
        if !ATTRIBUTES.contains(&name.as_str()) {
            // Assumption: appstream.entitlement-attribute. The valid names are documented, the error is not.
            return Err(fault::not_permitted(format!(
                "{name} is not a supported attribute."
            )));
        }
    }
    Ok(())
}

/// CreateEntitlement.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let stack = stack(world, call)?;
    let name = required(&call.input, "Name")?;
    check(call)?;
    let quota = world.quota("appstream.entitlements", MOST);
    let here = &mut place(world, call).entitlements;
    let key = (stack.clone(), name.clone());
    if here.iter().any(|(it, _)| *it == key) {
        return Err(Fault::new(
            "EntitlementAlreadyExistsException",
            format!("The entitlement {name} already exists."),
        ));
    }
    if here.iter().filter(|((it, _), _)| *it == stack).count() as u64 >= quota {
        return Err(fault::limit(format!("A stack can have {quota} entitlements.")));
    }
    let mut fields = Map::new();
    keep(
        &call.input,
        &["Description", "AppVisibility", "Attributes"],
        &mut fields,
    );
    let made = Entitlement {
        created: call.now,
        modified: call.now,
        fields,
        applications: Vec::new(),
    };
    let view = made.view(&stack, &name);
    here.push((key, made));
    Ok(answer("Entitlement", view))
}

/// UpdateEntitlement: what is absent stays.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = (stack(world, call)?, required(&call.input, "Name")?);
    check(call)?;
    let here = &mut place(world, call).entitlements;
    let (_, found) = here
        .iter_mut()
        .find(|(it, _)| *it == key)
        .ok_or_else(|| missing(&key.1))?;
    keep(
        &call.input,
        &["Description", "AppVisibility", "Attributes"],
        &mut found.fields,
    );
    found.modified = call.now;
    Ok(answer("Entitlement", found.view(&key.0, &key.1)))
}

/// DescribeEntitlements: all of a stack, or one.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let stack = stack(world, call)?;
    let name = call.text("Name");
    let list: Vec<Value> = place(world, call)
        .entitlements
        .iter()
        .filter(|((it, other), _)| *it == stack && name.is_none_or(|name| name == other))
        .map(|((stack, name), it)| it.view(stack, name))
        .collect();
    if let Some(name) = name.filter(|_| list.is_empty()) {
        return Err(missing(name));
    }
    PAGER.page(world, call, "Entitlements", list)
}

/// DeleteEntitlement.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = (stack(world, call)?, required(&call.input, "Name")?);
    let here = &mut place(world, call).entitlements;
    let before = here.len();
    here.retain(|(it, _)| *it != key);
    if here.len() == before {
        return Err(missing(&key.1));
    }
    Ok(Answer::empty())
}

/// The entitlement that an operation on its applications is about.
fn about<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Entitlement, Fault> {
    let key = (stack(world, call)?, required(&call.input, "EntitlementName")?);
    let here = &mut place(world, call).entitlements;
    here.iter_mut()
        .find(|(it, _)| *it == key)
        .map(|(_, found)| found)
        .ok_or_else(|| missing(&key.1))
}

/// AssociateApplicationToEntitlement: once more changes nothing. Any identifier will do: applications of a dynamic
/// provider are not known before a user streams.
pub(super) fn associate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let identifier = required(&call.input, "ApplicationIdentifier")?;
    let found = about(world, call)?;
    if !found.applications.contains(&identifier) {
        found.applications.push(identifier);
    }
    Ok(Answer::empty())
}

/// DisassociateApplicationFromEntitlement.
pub(super) fn disassociate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let identifier = required(&call.input, "ApplicationIdentifier")?;
    let found = about(world, call)?;
    let before = found.applications.len();
    found.applications.retain(|it| *it != identifier);
    match found.applications.len() < before {
        true => Ok(Answer::empty()),
        false => Err(fault::not_found("application", &identifier)),
    }
}

/// ListEntitledApplications.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let found = about(world, call)?;
    let entry = |identifier: &String| json!({ "ApplicationIdentifier": identifier });
    let list = found.applications.iter().map(entry).collect();
    PAGER.page(world, call, "EntitledApplications", list)
}
