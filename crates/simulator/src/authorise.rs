//! Whether a caller may make a call at all, by the policies that speak for it.
//!
//! A caller without policies in this cloud (the fixed credentials) is an administrator. Users and roles of its IAM are held to
//! their policies: each call by the actions, resources and condition keys that the Service Authorization Reference has for
//! it (`authorise/reference.txt`). S3 decides for itself, since its buckets have policies of their own.

mod context;
mod reference;
mod resources;
#[cfg(test)]
mod tests;

use super::policy::{Context, Decision, Kind, Policy, Principal, Request};
use super::service::ask::Identities;
use super::service::{Call, Fault};
use super::world::World;

/// Calls that need no permission ("No permissions are required to perform this operation"; the assertion or the token is
/// the credential), and one that its service decides by a resource of a form of its own.
const FREE: &[(&str, &str)] = &[
    ("sts", "GetCallerIdentity"),
    ("sts", "GetSessionToken"),
    ("sts", "AssumeRoleWithSAML"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("connect", "GetFederationToken"),
    ("s3", ""),
];

/// One thing that a call needs: an action on a resource, with the keys that its conditions may ask for.
#[derive(Clone, Debug, PartialEq)]
struct Need {
    action: String,
    resource: String,
    context: Context,
}

/// Refuses a call that the caller's policies do not allow.
///
/// # Errors
/// `AccessDenied`, or what the service calls it.
pub(super) fn admit(world: &World, service: &str, call: &Call) -> Result<(), Fault> {
    let Some(permissions) = &call.caller.permissions else {
        return Ok(());
    };
    let free = |(of, operation): &(&str, &str)| {
        *of == service && (operation.is_empty() || *operation == call.operation)
    };
    if FREE.iter().any(free) {
        return Ok(());
    }
    let principal = Principal::Aws {
        arn: call.caller.arn.clone(),
        account: call.caller.account.clone(),
    };
    for need in needs(world, service, call) {
        let request = Request {
            principal: &principal,
            action: &need.action,
            resource: &need.resource,
            context: &need.context,
        };
        match permissions.decide(&request) {
            Decision::Allowed => {}
            Decision::Silent if trusted(world, call, &need) => {}
            decision => return Err(denied(service, call, &need, decision)),
        }
    }
    Ok(())
}

/// Whether a role of the caller's account names the caller itself in its trust policy, which is enough.
fn trusted(world: &World, call: &Call, need: &Need) -> bool {
    let own = need
        .resource
        .contains(&format!("::{}:role/", call.caller.account));
    if need.action != "sts:AssumeRole" || !own {
        return false;
    }
    let trust = world
        .role(&need.resource)
        .and_then(|role| Policy::parse(&world.trust_policy(role), Kind::Trust).ok());
    trust.is_some_and(|trust| trust.names(&call.caller.arn))
}

/// What a call needs: its own action on each resource that it is about, and what else it does on the caller's behalf.
fn needs(world: &World, service: &str, call: &Call) -> Vec<Need> {
    let prefix = reference::prefix(service);
    let mut needs = Vec::new();
    let mut add = |action: String, row: &reference::Action| {
        for (resource, keys) in resources::of(world, prefix, call, row) {
            let context = context::of(world, prefix, call, &resource, &keys);
            needs.push(Need {
                action: action.clone(),
                resource,
                context,
            });
        }
    };
    let action = reference::action_of(service, &call.operation);
    let row = reference::action(prefix, &action);
    let own = reference::Action::unknown();
    add(format!("{prefix}:{action}"), row.unwrap_or(own));
    // What is made with tags also needs the permission to tag such things.
    if let Some((tagging, made)) = context::tagging(prefix, call) {
        let keys = reference::action(prefix, tagging).map_or_else(Vec::new, |row| row.keys.clone());
        let types = vec![(made, true)];
        add(format!("{prefix}:{tagging}"), &reference::Action { types, keys });
    }
    // The private names of an endpoint are a hosted zone of AWS's, which the VPC gets.
    for resource in context::named(prefix, call) {
        let context = context::of(world, "route53", call, &resource, &[]);
        needs.push(Need {
            action: "route53:AssociateVPCWithHostedZone".to_owned(),
            resource,
            context,
        });
    }
    if let Some((role, service)) = context::passed(prefix, call) {
        let mut context = context::of(world, "iam", call, role, &[]);
        context.insert("iam:passedtoservice".to_owned(), vec![service.to_owned()]);
        needs.push(Need {
            action: "iam:PassRole".to_owned(),
            resource: role.to_owned(),
            context,
        });
    }
    needs
}

/// Assumption: wire.messages. The wording follows IAM's "Troubleshoot access denied error messages".
fn denied(service: &str, call: &Call, need: &Need, decision: Decision) -> Fault {
    let why = match decision {
        Decision::Denied => "with an explicit deny in a policy".to_owned(),
        _ => format!(
            "because no identity-based policy allows the {} action",
            need.action
        ),
    };
    let message = format!(
        "User: {} is not authorized to perform: {} on resource: {} {why}",
        call.caller.arn, need.action, need.resource
    );
    let (code, status) = match service {
        "cloudfront" | "iam" | "sts" | "s3control" => ("AccessDenied", 403),
        "connect" => ("AccessDeniedException", 403),
        "ec2" => ("UnauthorizedOperation", 403),
        _ => ("AccessDeniedException", 400),
    };
    Fault::new(code, message).with_status(status)
}
