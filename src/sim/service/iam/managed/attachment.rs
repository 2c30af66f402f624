//! Which roles a managed policy is attached to.

use serde_json::{Value, json};

use super::{absent, of};
use crate::sim::service::iam::role::{find, find_to_change};
use crate::sim::service::iam::{catalog, limit, paging, required};
use crate::sim::service::{Answer, Call, Fault};
use crate::sim::world::World;

pub(in super::super) fn attach(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = required(call, "PolicyArn")?.to_owned();
    let most = world.quota("iam.policies-per-role", 10);
    let known = catalog::known(&arn) || of(world, &call.caller.account, &arn).is_some();
    let role = find_to_change(world, call)?;
    if !known {
        return Err(absent(&arn));
    }
    if catalog::known(&arn) && !catalog::attachable(&arn) {
        return Err(Fault::new(
            "PolicyNotAttachable",
            "Cannot attach a Service Role Policy to a Customer Role.",
        ));
    }
    if role.attached.contains(&arn) {
        return Ok(Answer::empty());
    }
    if role.attached.len() as u64 >= most {
        return Err(limit("PoliciesPerRole", most));
    }
    role.attached.push(arn);
    Ok(Answer::empty())
}

pub(in super::super) fn detach(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = required(call, "PolicyArn")?.to_owned();
    let role = find_to_change(world, call)?;
    let before = role.attached.len();
    role.attached.retain(|attached| *attached != arn);
    match role.attached.len() < before {
        true => Ok(Answer::empty()),
        false => Err(Fault::new("NoSuchEntity", format!("Policy {arn} was not found."))),
    }
}

/// The path of a policy in its ARN, `/` at both ends.
fn path(arn: &str) -> &str {
    let start = arn.find(":policy/").map_or(0, |at| at + ":policy".len());
    let end = arn.rfind('/').map_or(arn.len(), |at| at + 1);
    arn.get(start..end).unwrap_or("/")
}

pub(in super::super) fn of_role(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let prefix = call.text("PathPrefix").unwrap_or("/").to_owned();
    let attached = find(world, call)?
        .attached
        .iter()
        .filter(|arn| path(arn).starts_with(&prefix))
        .map(|arn| json!({ "PolicyName": arn.rsplit('/').next().unwrap_or_default(), "PolicyArn": arn }))
        .collect();
    paging::page(call, "AttachedPolicies", attached)
}

pub(in super::super) fn of_policy(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = required(call, "PolicyArn")?;
    if !catalog::known(arn) && of(world, &call.caller.account, arn).is_none() {
        return Err(absent(arn));
    }
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let as_boundary = call.text("PolicyUsageFilter") == Some("PermissionsBoundary");
    let wanted = matches!(call.text("EntityFilter"), None | Some("Role"));
    let roles: Vec<Value> = world
        .iam
        .accounts
        .get(&call.caller.account)
        .into_iter()
        .flat_map(|account| account.roles.values())
        .filter(|role| wanted && role.path.starts_with(prefix))
        .filter(|role| match as_boundary {
            true => role.boundary.as_deref() == Some(arn),
            false => role.attached.iter().any(|attached| attached == arn),
        })
        .map(|role| json!({ "RoleName": role.name, "RoleId": role.id }))
        .collect();
    let mut answer = paging::page(call, "PolicyRoles", roles)?;
    answer.output["PolicyGroups"] = json!([]);
    answer.output["PolicyUsers"] = json!([]);
    Ok(answer)
}
