//! Service-linked roles: made for a service, by it or on its behalf.

use std::collections::BTreeMap;

use serde_json::json;

use super::role::{Role, find};
use super::{Answer, Call, Fault, required, unique_id};
use crate::sim::clock::Moment;
use crate::sim::world::World;

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
pub fn ensure(
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

/// Deletion is a task. Here it is done at once: none of the services keeps resources that hold its role.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let role = find(world, call)?;
    let Some(service) = role.service_linked.clone() else {
        return Err(Fault::new(
            "NoSuchEntity",
            format!("{} is not a service-linked role", role.name),
        ));
    };
    let name = role.name.clone();
    let task = format!("task/aws-service-role/{service}/{name}/{}", world.uuid());
    if let Some(account) = world.iam.accounts.get_mut(&call.caller.account) {
        account.roles.remove(&name.to_lowercase());
        account.deletions.insert(task.clone(), "SUCCEEDED".to_owned());
    }
    Ok(Answer::of(json!({ "DeletionTaskId": task })))
}

pub(super) fn status(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let task = required(call, "DeletionTaskId")?;
    world
        .iam
        .accounts
        .get(&call.caller.account)
        .and_then(|account| account.deletions.get(task))
        .map(|status| Answer::of(json!({ "Status": status })))
        .ok_or_else(|| Fault::new("NoSuchEntity", format!("No deletion task {task}")))
}
