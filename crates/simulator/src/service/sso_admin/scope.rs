//! What an OAuth application may ask for: access scopes, each with the targets that it is authorized for.

use serde_json::{Value, json};

use super::application::{Application, find};
use super::{PAGER, not_found};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// The most scopes on a page of ListApplicationAccessScopes (the model's `MaxResults`).
const PAGE: u64 = 10;

fn shown(scope: &str, targets: &[Value]) -> Value {
    let mut shown = json!({ "Scope": scope });
    if !targets.is_empty() {
        shown["AuthorizedTargets"] = json!(targets);
    }
    shown
}

fn scope(call: &Call) -> &str {
    call.text("Scope").unwrap_or_default()
}

fn target<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Application, Fault> {
    let arn = find(world, call)?.arn.clone();
    let application = world.sso_admin.applications.get_mut(&arn);
    application.ok_or_else(|| not_found("the application"))
}

/// PutApplicationAccessScope: adds the scope, or replaces its targets.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let targets = call.input["AuthorizedTargets"].as_array().cloned();
    let application = target(world, call)?;
    application
        .scopes
        .insert(scope(call).to_owned(), targets.unwrap_or_default());
    Ok(Answer::empty())
}

/// GetApplicationAccessScope.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let targets = find(world, call)?.scopes.get(scope(call));
    let targets = targets.ok_or_else(|| not_found("the access scope"))?;
    Ok(Answer::of(shown(scope(call), targets)))
}

/// DeleteApplicationAccessScope.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let removed = target(world, call)?.scopes.remove(scope(call));
    removed
        .map(|_| Answer::empty())
        .ok_or_else(|| not_found("the access scope"))
}

/// ListApplicationAccessScopes.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let scopes = &find(world, call)?.scopes;
    let items = scopes.iter().map(|(scope, targets)| shown(scope, targets));
    PAGER.by(PAGE).page(world, call, "Scopes", items.collect())
}
