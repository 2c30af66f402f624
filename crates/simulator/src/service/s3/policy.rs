//! Bucket policies.

use serde_json::json;

use super::vocabulary::{self, Fit};
use super::{bucket, denied, fault, member};
use crate::policy::{Effect, Kind, Policy, PrincipalEntry, Statement, normalised};
use crate::service::ask::Identities;
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// The longest policy in bytes (S3 quotas: 20 KB).
const LONGEST: usize = 20 * 1024;

fn malformed(message: impl Into<String>) -> Fault {
    fault("MalformedPolicy", 400, message)
}

/// Whether an action concerns objects rather than the bucket; `None` where a wildcard leaves it open.
fn on_objects(action: &str) -> Option<bool> {
    let name = action.split_once(':')?.1;
    if name.contains(['*', '?']) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let object = (lower.contains("object") && !lower.contains("bucket"))
        || matches!(
            lower.as_str(),
            "abortmultipartupload" | "listmultipartuploadparts"
        );
    Some(object)
}

/// S3 takes a statement only if it concerns this bucket, and its actions some of its resources.
fn check_statement(statement: &Statement, bucket: &str) -> Result<(), Fault> {
    let Some(resources) = &statement.resources else {
        return Err(malformed("Missing required field Resource"));
    };
    let arn = format!("arn:aws:s3:::{bucket}");
    let objects = format!("{arn}/");
    for resource in &resources.patterns {
        if *resource != arn && !resource.starts_with(&objects) {
            return Err(malformed(format!("Policy has invalid resource: {resource}")));
        }
    }
    let actions = &statement.actions;
    if !actions
        .patterns
        .iter()
        .all(|action| vocabulary::is_action(action))
    {
        return Err(malformed("Policy has invalid action"));
    }
    for condition in &statement.conditions {
        // What the actions are that a statement leaves out, says nothing of those that it means.
        let named = actions.patterns.iter().filter(|_| !actions.inverted);
        match vocabulary::fit(&condition.key, named) {
            Fit::Fits => {}
            Fit::Unknown => return Err(malformed("Policy has an invalid condition key")),
            Fit::Apart => {
                let message = "Conditions do not apply to combination of actions and resources in statement";
                return Err(malformed(message));
            }
        }
    }
    if actions.inverted || resources.inverted {
        return Ok(());
    }
    for action in &actions.patterns {
        let fits = match on_objects(action) {
            None => true,
            Some(true) => resources.patterns.iter().any(|resource| *resource != arn),
            Some(false) => resources
                .patterns
                .iter()
                .any(|resource| !resource.starts_with(&objects)),
        };
        if !fits {
            return Err(malformed("Action does not apply to any resource(s) in statement"));
        }
    }
    Ok(())
}

pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let text = member(call, "Policy")?.to_owned();
    if text.len() > LONGEST {
        return Err(malformed("Policies must be no longer than 20 KB"));
    }
    let policy = Policy::parse(&text, Kind::Resource).map_err(|e| malformed(e.to_string()))?;
    for entry in policy.principals() {
        if let PrincipalEntry::Aws(name) = entry
            && !world.names_principal(name, call.now)
        {
            return Err(malformed(format!("Invalid principal in policy: {name}")));
        }
    }
    let principals = world.principal_ids(&text);
    let bucket = bucket(world, call)?;
    for statement in &policy.statements {
        check_statement(statement, &bucket.name)?;
    }
    if bucket.blocks("BlockPublicPolicy") && is_public(&policy) {
        return Err(denied());
    }
    bucket.policy = Some(text);
    bucket.principals = principals;
    Ok(Answer::empty().with_status(204))
}

/// S3 gives a policy back in its own form: see [`normalised`].
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let bucket = bucket(world, call)?;
    let text = bucket.policy.clone().ok_or_else(|| none(&bucket.name))?;
    let ids = bucket.principals.clone();
    let shown = normalised(&text, &|arn| world.principal_replaced(&ids, arn));
    Ok(Answer::of(json!({ "Policy": shown })))
}

fn none(bucket: &str) -> Fault {
    let mut none = fault("NoSuchBucketPolicy", 404, "The bucket policy does not exist");
    none.members = json!({ "BucketName": bucket });
    none
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    bucket(world, call)?.policy = None;
    Ok(Answer::empty())
}

pub(super) fn status(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let bucket = bucket(world, call)?;
    let text = bucket.policy.as_deref().ok_or_else(|| none(&bucket.name))?;
    let public = Policy::parse(text, Kind::Resource).is_ok_and(|policy| is_public(&policy));
    Ok(Answer::of(json!({ "PolicyStatus": { "IsPublic": public } })))
}

/// The condition keys that, with fixed values, make a statement non-public ("The meaning of public" in the S3
/// user guide, blocking public access).
const FIXING: &[&str] = &[
    "aws:sourceip",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:userid",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:principalarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
];

/// Whether S3 calls a policy public: some statement allows to everybody (or to everybody but some), and no
/// condition narrows that down to fixed values. That TLS is demanded does not count, and neither does a
/// `Deny` elsewhere.
pub(super) fn is_public(policy: &Policy) -> bool {
    policy
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
        .any(|statement| {
            let everybody = statement
                .principals
                .as_ref()
                .is_some_and(|p| p.inverted || p.entries.contains(&PrincipalEntry::Everybody));
            everybody
                && !statement.conditions.iter().any(|condition| {
                    use crate::policy::{Operator, Quantifier};
                    let key = condition.key.to_ascii_lowercase();
                    let positive = !condition.negated
                        && !condition.if_exists
                        && condition.quantifier != Quantifier::All
                        && condition.operator != Operator::Null;
                    positive
                        && FIXING.contains(&key.as_str())
                        && condition
                            .values
                            .iter()
                            .all(|value| fixed(&key, value, condition.operator))
                })
        })
}

/// A value without wildcards and variables; for addresses, a range no broader than /8 (IPv4) or /32 (IPv6).
fn fixed(key: &str, value: &str, operator: crate::policy::Operator) -> bool {
    use crate::policy::Operator;
    if value.contains("${") {
        return false;
    }
    if key == "aws:sourceip" {
        return crate::policy::address_range(value)
            .is_some_and(|(network, bits)| bits >= if network.is_ipv4() { 8 } else { 32 });
    }
    // With StringEquals an asterisk is only an asterisk; with the Like forms it opens the value.
    !matches!(operator, Operator::StringLike | Operator::ArnLike) || !value.contains(['*', '?'])
}
