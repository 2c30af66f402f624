//! Service-linked roles: made for a service, by it or on its behalf.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::role::{Role, find};
use super::{Answer, Call, Fault, required, unique_id};
use crate::clock::Moment;
use crate::service::ask::{Instances, Targets};
use crate::world::World;
pub(crate) use crate::world::iam::Deletion;

struct Linked {
    service: &'static str,
    role: &'static str,
    policy: &'static str,
    suffix: bool,
}

/// The services of this simulator that have such roles, with the names from their own documentation.
const LINKED: &[Linked] = &[
    Linked {
        service: "connect.amazonaws.com",
        role: "AWSServiceRoleForAmazonConnect",
        policy: "AmazonConnectServiceLinkedRolePolicy",
        suffix: true,
    },
    Linked {
        service: "appstream.application-autoscaling.amazonaws.com",
        role: "AWSServiceRoleForApplicationAutoScaling_AppStreamFleet",
        policy: "AWSApplicationAutoscalingAppStreamFleetPolicy",
        suffix: false,
    },
    Linked {
        service: "sso.amazonaws.com",
        role: "AWSServiceRoleForSSO",
        policy: "AWSSSOServiceRolePolicy",
        suffix: false,
    },
];

fn make(world: &mut World, account: &str, linked: &Linked, suffix: Option<&str>, now: Moment) -> Role {
    let name = match suffix {
        Some(suffix) => format!("{}_{suffix}", linked.role),
        None => linked.role.to_owned(),
    };
    let path = format!("/aws-service-role/{}/", linked.service);
    Role {
        arn: format!("arn:aws:iam::{account}:role{path}{name}"),
        name,
        id: unique_id(world, "AROA"),
        path,
        trust: json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": linked.service },
                "Action": "sts:AssumeRole",
            }],
        })
        .to_string(),
        trusted: BTreeMap::new(),
        description: None,
        session: 3600,
        boundary: None,
        tags: BTreeMap::new(),
        inline: BTreeMap::new(),
        attached: vec![format!(
            "arn:aws:iam::aws:policy/aws-service-role/{}",
            linked.policy
        )],
        created: now,
        service_linked: Some(linked.service.to_owned()),
    }
}

/// Makes the role that a service makes for itself (Connect with every instance, under a suffix of its own;
/// Application Auto Scaling with the first target), unless it is there. Returns its ARN; `None` for a
/// service that has no such role here.
pub(super) fn ensure(
    world: &mut World,
    account: &str,
    service: &str,
    suffix: Option<&str>,
    now: Moment,
) -> Option<String> {
    let linked = LINKED.iter().find(|linked| linked.service == service)?;
    let role = make(world, account, linked, suffix, now);
    let arn = role.arn.clone();
    let roles = &mut world.iam.accounts.entry(account.to_owned()).or_default().roles;
    roles.entry(role.name.to_lowercase()).or_insert(role);
    Some(arn)
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let service = required(call, "AWSServiceName")?;
    let suffix = call.text("CustomSuffix");
    let Some(linked) = LINKED.iter().find(|linked| linked.service == service) else {
        return Err(Fault::new(
            "InvalidInput",
            format!("Invalid service principal: {service}"),
        ));
    };
    if suffix.is_some() && !linked.suffix {
        return Err(Fault::new(
            "InvalidInput",
            format!("Custom suffix is not allowed for {service}"),
        ));
    }
    let mut role = make(world, &call.caller.account, linked, suffix, call.now);
    role.description = call.text("Description").map(str::to_owned);
    let roles = &mut world
        .iam
        .accounts
        .entry(call.caller.account.clone())
        .or_default()
        .roles;
    if roles.contains_key(&role.name.to_lowercase()) {
        let message = format!(
            "Service role name {} has been taken in this account, please try a different suffix.",
            role.name
        );
        // Measured by everybody who made one twice: the code is not EntityAlreadyExists.
        return Err(Fault::new("InvalidInput", message));
    }
    roles.insert(role.name.to_lowercase(), role.clone());
    Ok(Answer::of(json!({ "Role": role.full(&world.iam) })))
}

/// How long a deletion task takes.
///
/// Assumption: iam.service-linked-deletion-time. No figure is documented.
const DELETION: Duration = Duration::from_secs(5);

/// The resources that hold a role, by ARN or id.
fn holders(world: &World, account: &str, role: &Role) -> Vec<String> {
    match role.service_linked.as_deref() {
        Some("connect.amazonaws.com") => world.instances_with_role(&role.arn),
        Some("appstream.application-autoscaling.amazonaws.com") => world.targets_of(account),
        _ => Vec::new(),
    }
}

/// Lets deletion tasks end.
pub(super) fn tick(world: &mut World, now: Moment) {
    let mut due = Vec::new();
    for (account, kept) in &world.iam.accounts {
        for (id, task) in &kept.deletions {
            if task.ended.is_none() && task.until <= now {
                let role = kept.roles.get(&task.role.to_lowercase());
                let held = role.map_or_else(Vec::new, |role| holders(world, account, role));
                due.push((account.clone(), id.clone(), held));
            }
        }
    }
    for (account, id, held) in due {
        let Some(kept) = world.iam.accounts.get_mut(&account) else {
            continue;
        };
        let Some(task) = kept.deletions.get_mut(&id) else {
            continue;
        };
        if held.is_empty() {
            task.ended = Some(Ok(()));
            kept.roles.remove(&task.role.to_lowercase());
        } else {
            task.ended = Some(Err(held));
        }
    }
}

/// Takes away the role that a service made for itself, when the service has no use for it any more.
pub(super) fn release(world: &mut World, account: &str, arn: &str) {
    if let Some(account) = world.iam.accounts.get_mut(account) {
        account.roles.retain(|_, role| role.arn != arn);
    }
}

/// Begins a deletion task. While one is under way, asking again answers the same one.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let role = find(world, call)?;
    let Some(service) = role.service_linked.clone() else {
        return Err(Fault::new(
            "NoSuchEntity",
            format!("{} is not a service-linked role", role.name),
        ));
    };
    let name = role.name.clone();
    let fresh = format!("task/aws-service-role/{service}/{name}/{}", world.uuid());
    let deletions = &mut world
        .iam
        .accounts
        .entry(call.caller.account.clone())
        .or_default()
        .deletions;
    let pending = deletions
        .iter()
        .find(|(_, task)| task.role == name && task.ended.is_none())
        .map(|(id, _)| id.clone());
    let id = pending.unwrap_or_else(|| {
        let task = Deletion {
            role: name,
            until: call.now.after(DELETION),
            ended: None,
        };
        deletions.insert(fresh.clone(), task);
        fresh
    });
    Ok(Answer::of(json!({ "DeletionTaskId": id })))
}

pub(super) fn status(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let task = required(call, "DeletionTaskId")?;
    let account = world.iam.accounts.get(&call.caller.account);
    let deletion = account
        .and_then(|account| account.deletions.get(task))
        .ok_or_else(|| Fault::new("NoSuchEntity", format!("No deletion task {task}")))?;
    Ok(Answer::of(match &deletion.ended {
        None => json!({ "Status": "IN_PROGRESS" }),
        Some(Ok(())) => json!({ "Status": "SUCCEEDED" }),
        Some(Err(held)) => json!({
            "Status": "FAILED",
            "Reason": {
                "Reason": "A service resource is still using the role",
                "RoleUsageList": [{ "Resources": held }],
            },
        }),
    }))
}
