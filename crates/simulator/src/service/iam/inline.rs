//! Inline policies of roles, users and groups.

use serde_json::json;

use super::holder::Holder;
use super::{Answer, Call, Fault, PAGER, document, no_such, required};
use crate::policy::Kind;
use crate::world::World;

pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let holder = Holder::of(&call.operation);
    let name = required(call, "PolicyName")?.to_owned();
    let text = required(call, "PolicyDocument")?.to_owned();
    let policies = holder.policies(world, call, true)?;
    document::parse(&text, Kind::Identity)?;
    let others: usize = policies
        .inline
        .iter()
        .filter(|(other, _)| **other != name)
        .map(|(_, text)| document::counted(text))
        .sum();
    let most = holder.most_characters();
    if others + document::counted(&text) > most {
        let message = format!(
            "Maximum policy size of {most} bytes exceeded for {} {}",
            holder.word(),
            policies.name
        );
        return Err(Fault::new("LimitExceeded", message));
    }
    policies.inline.insert(name, text);
    Ok(Answer::empty())
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let holder = Holder::of(&call.operation);
    let name = required(call, "PolicyName")?;
    let policies = holder.policies(world, call, false)?;
    let text = policies
        .inline
        .get(name)
        .ok_or_else(|| no_such(&format!("{} policy", holder.word()), name))?;
    Ok(Answer::of(json!({
        holder.member(): policies.name,
        "PolicyName": name,
        "PolicyDocument": document::encoded(text),
    })))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let holder = Holder::of(&call.operation);
    let name = required(call, "PolicyName")?;
    match holder.policies(world, call, true)?.inline.remove(name) {
        Some(_) => Ok(Answer::empty()),
        None => Err(no_such(&format!("{} policy", holder.word()), name)),
    }
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let policies = Holder::of(&call.operation).policies(world, call, false)?;
    let names = policies.inline.keys().map(|name| json!(name)).collect();
    PAGER.page(world, call, "PolicyNames", names)
}
