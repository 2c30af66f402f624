//! Who may use an application.

use serde_json::{Value, json};

use super::application::{Application, find};
use super::{PAGER, conflict, not_found, validation};
use crate::service::ask::Directory;
use crate::service::{Answer, Call, Fault};
use crate::world::World;

fn target<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Application, Fault> {
    let arn = call.text("ApplicationArn").unwrap_or_default();
    let application = world.sso_admin.applications.get_mut(arn);
    application.ok_or_else(|| not_found("the application"))
}

fn principal(call: &Call) -> (String, String) {
    let text = |member: &str| call.text(member).unwrap_or_default().to_owned();
    (text("PrincipalType"), text("PrincipalId"))
}

fn shown(arn: &str, (principal_type, id): &(String, String)) -> Value {
    json!({ "ApplicationArn": arn, "PrincipalType": principal_type, "PrincipalId": id })
}

pub(super) fn put_configuration(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let required = call.input.get("AssignmentRequired").and_then(Value::as_bool);
    target(world, call)?.assignment_required = required.unwrap_or(true);
    Ok(Answer::empty())
}

pub(super) fn get_configuration(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let required = find(world, call)?.assignment_required;
    Ok(Answer::of(json!({ "AssignmentRequired": required })))
}

/// Assigns a user or a group.
///
/// Quirk `sso.assignment-on-saml`. That the API takes assignments on SAML applications made in the console
/// is expected (Terraform users asked for it and were content) but documented nowhere; the quirk
/// `sso.assignment-on-saml` refuses them.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let refused = world.quirk("sso.assignment-on-saml");
    let (principal_type, id) = principal(call);
    let is_there = world.has_principal(&principal_type, &id);
    let application = target(world, call)?;
    if application.saml.is_some() && refused {
        return Err(validation("the application does not support this operation"));
    }
    if !is_there {
        return Err(not_found("the principal"));
    }
    if application
        .assignments
        .contains(&(principal_type.clone(), id.clone()))
    {
        return Err(conflict("the assignment exists"));
    }
    application.assignments.push((principal_type, id));
    Ok(Answer::empty())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    // Quirk `sso.missing-assignment-goes`. The operation declares ResourceNotFoundException and does not say whether the
    // assignment is such a resource; the quirk `sso.missing-assignment-goes` lets its deletion succeed.
    let silent = world.quirk("sso.missing-assignment-goes");
    let wanted = principal(call);
    let application = target(world, call)?;
    match application.assignments.iter().position(|one| *one == wanted) {
        Some(place) => {
            application.assignments.remove(place);
            Ok(Answer::empty())
        }
        None if silent => Ok(Answer::empty()),
        None => Err(not_found("the assignment")),
    }
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let wanted = principal(call);
    let application = find(world, call)?;
    if !application.assignments.contains(&wanted) {
        return Err(not_found("the assignment"));
    }
    Ok(Answer::of(shown(&application.arn, &wanted)))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let application = find(world, call)?;
    let assignments = application.assignments.iter();
    let items = assignments.map(|one| shown(&application.arn, one)).collect();
    PAGER.page(world, call, "ApplicationAssignments", items)
}

/// Assignments of a principal; those of a user include what comes through groups.
pub(super) fn list_for_principal(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (principal_type, id) = principal(call);
    let mut wanted = vec![(principal_type.clone(), id.clone())];
    if principal_type == "USER" {
        let groups = world.groups_of(&id);
        wanted.extend(groups.into_iter().map(|group| ("GROUP".to_owned(), group)));
    }
    let only = call
        .input
        .pointer("/Filter/ApplicationArn")
        .and_then(Value::as_str);
    let mut items = Vec::new();
    for application in world.sso_admin.applications.values() {
        if only.is_some_and(|arn| arn != application.arn) {
            continue;
        }
        let held = application.assignments.iter().filter(|one| wanted.contains(one));
        items.extend(held.map(|one| shown(&application.arn, one)));
    }
    PAGER.page(world, call, "ApplicationAssignments", items)
}
