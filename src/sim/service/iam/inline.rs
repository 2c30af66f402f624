//! A role's inline policies.

use serde_json::json;

use super::role::{find, find_to_change};
use super::{Answer, Call, Fault, document, no_such, paging, required};
use crate::sim::policy::Kind;
use crate::sim::world::World;

/// All inline policies of one role together, in characters without white space (IAM quotas).
const MOST: usize = 10_240;

pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "PolicyName")?.to_owned();
    let text = required(call, "PolicyDocument")?.to_owned();
    let role = find_to_change(world, call)?;
    document::parse(&text, Kind::Identity)?;
    let others: usize = role
        .inline
        .iter()
        .filter(|(other, _)| **other != name)
        .map(|(_, text)| document::counted(text))
        .sum();
    if others + document::counted(&text) > MOST {
        let message = format!(
            "Maximum policy size of {MOST} bytes exceeded for role {}",
            role.name
        );
        return Err(Fault::new("LimitExceeded", message));
    }
    role.inline.insert(name, text);
    Ok(Answer::empty())
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "PolicyName")?;
    let role = find(world, call)?;
    let text = role
        .inline
        .get(name)
        .ok_or_else(|| no_such("role policy", name))?;
    Ok(Answer::of(json!({
        "RoleName": role.name,
        "PolicyName": name,
        "PolicyDocument": document::encoded(text),
    })))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "PolicyName")?;
    match find_to_change(world, call)?.inline.remove(name) {
        Some(_) => Ok(Answer::empty()),
        None => Err(no_such("role policy", name)),
    }
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let names = find(world, call)?.inline.keys().map(|name| json!(name)).collect();
    paging::page(call, "PolicyNames", names)
}
