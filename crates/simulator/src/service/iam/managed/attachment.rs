//! Which roles, users and groups a managed policy is attached to.

use serde_json::{Value, json};

use super::{absent, of};
use crate::service::iam::holder::Holder;
use crate::service::iam::{PAGER, catalog, limit, policy_arn, visible};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

pub(in super::super) fn attach(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = policy_arn(call)?.to_owned();
    let holder = Holder::of(&call.operation);
    let (quota, shown) = holder.attachments();
    let most = world.quota(quota, 10);
    // Quirk `iam.policy-lags`.
    let lags = world.quirk("iam.policy-lags");
    let own = of(world, &call.caller.account, &arn);
    let is_seen = own.is_some_and(|policy| !lags || visible(policy.created, call.now));
    let known = catalog::known(&arn) || is_seen;
    let policies = holder.policies(world, call, true)?;
    if !known {
        return Err(absent(&arn));
    }
    if catalog::known(&arn) && !catalog::attachable(&arn) {
        return Err(Fault::new(
            "PolicyNotAttachable",
            "Cannot attach a Service Role Policy to a Customer Role.",
        ));
    }
    if policies.attached.contains(&arn) {
        return Ok(Answer::empty());
    }
    if policies.attached.len() as u64 >= most {
        return Err(limit(shown, most));
    }
    policies.attached.push(arn);
    Ok(Answer::empty())
}

pub(in super::super) fn detach(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = policy_arn(call)?.to_owned();
    let policies = Holder::of(&call.operation).policies(world, call, true)?;
    let before = policies.attached.len();
    policies.attached.retain(|attached| *attached != arn);
    match policies.attached.len() < before {
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

pub(in super::super) fn of_holder(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let prefix = call.text("PathPrefix").unwrap_or("/").to_owned();
    let attached = Holder::of(&call.operation)
        .policies(world, call, false)?
        .attached
        .iter()
        .filter(|arn| path(arn).starts_with(&prefix))
        .map(|arn| json!({ "PolicyName": arn.rsplit('/').next().unwrap_or_default(), "PolicyArn": arn }))
        .collect();
    PAGER.page(world, call, "AttachedPolicies", attached)
}

pub(in super::super) fn of_policy(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = policy_arn(call)?;
    if !catalog::known(arn) && of(world, &call.caller.account, arn).is_none() {
        return Err(absent(arn));
    }
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let as_boundary = call.text("PolicyUsageFilter") == Some("PermissionsBoundary");
    let wanted = |sort: &str| call.text("EntityFilter").is_none_or(|only| only == sort);
    let has = |attached: &[String]| !as_boundary && attached.iter().any(|attached| attached == arn);
    let account = world.iam.accounts.get(&call.caller.account);
    let roles: Vec<Value> = account
        .into_iter()
        .flat_map(|account| account.roles.values())
        .filter(|role| wanted("Role") && role.path.starts_with(prefix))
        .filter(|role| has(&role.attached) || (as_boundary && role.boundary.as_deref() == Some(arn)))
        .map(|role| json!({ "RoleName": role.name, "RoleId": role.id }))
        .collect();
    let groups: Vec<Value> = account
        .into_iter()
        .flat_map(|account| account.groups.values())
        .filter(|group| wanted("Group") && group.path.starts_with(prefix) && has(&group.attached))
        .map(|group| json!({ "GroupName": group.name, "GroupId": group.id }))
        .collect();
    let users: Vec<Value> = account
        .into_iter()
        .flat_map(|account| account.users.values())
        .filter(|user| wanted("User") && user.path.starts_with(prefix) && has(&user.attached))
        .map(|user| json!({ "UserName": user.name, "UserId": user.id }))
        .collect();
    // One page holds entities of all three sorts.
    let sorts = [
        ("PolicyGroups", groups),
        ("PolicyUsers", users),
        ("PolicyRoles", roles),
    ];
    let tagged = sorts
        .into_iter()
        .flat_map(|(sort, items)| items.into_iter().map(move |item| json!([sort, item])))
        .collect();
    let mut answer = PAGER.page(world, call, "Entities", tagged)?;
    let entities = answer.output["Entities"].take();
    for sort in ["PolicyGroups", "PolicyUsers", "PolicyRoles"] {
        let of_sort = entities
            .as_array()
            .into_iter()
            .flatten()
            .filter(|one| one[0] == sort);
        answer.output[sort] = of_sort.map(|one| one[1].clone()).collect();
    }
    if let Some(members) = answer.output.as_object_mut() {
        members.remove("Entities");
    }
    Ok(answer)
}
