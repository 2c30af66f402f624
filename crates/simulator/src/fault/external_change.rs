//! What another client of the account does to things, unknown to the client under test.

use crate::resource_type::ResourceType;
use crate::wire::table::Table;
use crate::wire::{table, validate};
use serde_json::{Map, Value};

/// What another client does, and to what.
#[derive(Clone, Debug)]
pub(crate) struct ExternalChange {
    pub(crate) resource_type: &'static ResourceType,
    /// The name, with `*` for anything: everything that matches is meant.
    pub(crate) name: String,
    /// Only there; wherever the service was called so far, where it is missing.
    pub(crate) region: Option<String>,
    pub(crate) action: Action,
}

/// Changes it, or takes it away.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Change {
        operation: &'static str,
        members: Map<String, Value>,
    },
    Delete,
}

/// The operation that changes these members of a thing.
///
/// # Errors
/// If none does, or if AWS's model forbids a value.
pub(crate) fn operation_for(
    resource_type: &ResourceType,
    members: &Map<String, Value>,
) -> Result<&'static str, String> {
    if resource_type.changes.is_empty() {
        return Err(format!("{} cannot be changed, only deleted", resource_type.name));
    }
    if members.is_empty() {
        return Err("`members` is empty: say what to change, by AWS's names".to_owned());
    }
    let table = table::table(resource_type.service()).ok_or("no such service")?;
    let takes = |operation: &str, member: &str| {
        input_of(table, operation).is_some_and(|(_, shape)| shape.members.contains_key(member))
    };
    let all = |operation: &&&str| members.keys().all(|member| takes(operation, member));
    let Some(operation) = resource_type.changes.iter().find(all) else {
        let alien = members.keys().find(|member| {
            !resource_type
                .changes
                .iter()
                .any(|operation| takes(operation, member))
        });
        return Err(match alien {
            Some(member) => format!(
                "no operation changes `{member}` of {}; there are {}",
                resource_type.name,
                resource_type.changes.join(", ")
            ),
            None => format!(
                "no single operation changes all of these members of {}; use a rule for each of {}",
                resource_type.name,
                resource_type.changes.join(", ")
            ),
        });
    };
    // The key is filled in later; whatever else the model forbids is a mistake of the rule.
    let keys: Vec<String> = resource_type
        .key
        .iter()
        .chain(resource_type.within.iter().flat_map(|(_, members)| *members))
        .map(|(name, _)| (*name).to_owned())
        .collect();
    if let Some((shape, _)) = input_of(table, operation) {
        let broken = validate::check(table, shape, &Value::Object(members.clone()));
        let own = |path: &str| keys.iter().any(|key| key.eq_ignore_ascii_case(path));
        if let Some(one) = broken.iter().find(|one| !own(&one.path)) {
            return Err(format!(
                "`members` of {operation}: {}: {}",
                one.path, one.constraint
            ));
        }
    }
    Ok(operation)
}

pub(crate) fn input_of(
    table: &'static Table,
    operation: &str,
) -> Option<(&'static str, &'static table::Shape)> {
    let input = table.operations.get(operation)?.input.as_deref()?;
    Some((input, table.shape(input)))
}
