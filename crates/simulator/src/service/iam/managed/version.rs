//! Versions of a managed policy: at most five.

use serde_json::{Value, json};

use super::{PolicyVersion, absent, check, find, of};
use crate::service::iam::{PAGER, catalog, document, limit, policy_arn, required, stamp};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

const MOST: usize = 5;

fn shown(version: &PolicyVersion, default: &str) -> Value {
    json!({
        "VersionId": version.id,
        "IsDefaultVersion": version.id == default,
        "CreateDate": stamp(version.created),
    })
}

fn no_version(id: &str) -> Fault {
    Fault::new(
        "NoSuchEntity",
        format!("Policy version {id} does not exist or is not attachable."),
    )
}

pub(in super::super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let text = required(call, "PolicyDocument")?.to_owned();
    let as_default = call
        .input
        .get("SetAsDefault")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let policy = find(world, call)?;
    check(&text)?;
    if policy.versions.len() >= MOST {
        return Err(limit("VersionsPerPolicy", MOST as u64));
    }
    let version = PolicyVersion {
        id: format!("v{}", policy.next),
        document: text,
        created: call.now,
    };
    policy.next += 1;
    if as_default {
        policy.default.clone_from(&version.id);
        policy.updated = call.now;
    }
    let output = json!({ "PolicyVersion": shown(&version, &policy.default) });
    policy.versions.push(version);
    Ok(Answer::of(output))
}

pub(in super::super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = policy_arn(call)?;
    let id = required(call, "VersionId")?;
    if catalog::known(arn) {
        // Only the default version: which others there are, this simulator does not know.
        let document = catalog::document(arn).filter(|_| id == "v1");
        let document = document.ok_or_else(|| {
            Fault::not_implemented("iam", "GetPolicyVersion of this AWS managed policy and version")
        })?;
        return Ok(Answer::of(json!({ "PolicyVersion": {
            "VersionId": id,
            "IsDefaultVersion": true,
            "CreateDate": stamp(super::OF_AWS),
            "Document": document::encoded(document),
        }})));
    }
    let policy = of(world, &call.caller.account, arn).ok_or_else(|| absent(arn))?;
    let version = policy
        .versions
        .iter()
        .find(|version| version.id == id)
        .ok_or_else(|| no_version(id))?;
    let mut output = shown(version, &policy.default);
    output["Document"] = document::encoded(&version.document).into();
    Ok(Answer::of(json!({ "PolicyVersion": output })))
}

pub(in super::super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = required(call, "VersionId")?;
    let policy = find(world, call)?;
    if policy.default == id {
        return Err(Fault::new(
            "DeleteConflict",
            "Cannot delete the default version of a policy.",
        ));
    }
    let before = policy.versions.len();
    policy.versions.retain(|version| version.id != id);
    match policy.versions.len() < before {
        true => Ok(Answer::empty()),
        false => Err(no_version(id)),
    }
}

pub(in super::super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = policy_arn(call)?;
    if catalog::known(arn) {
        return Err(Fault::not_implemented(
            "iam",
            "ListPolicyVersions of AWS managed policies",
        ));
    }
    let policy = of(world, &call.caller.account, arn).ok_or_else(|| absent(arn))?;
    // Newest first, as AWS lists them.
    let versions = policy
        .versions
        .iter()
        .rev()
        .map(|version| shown(version, &policy.default))
        .collect();
    PAGER.page(world, call, "Versions", versions)
}

pub(in super::super) fn set_default(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = required(call, "VersionId")?;
    let policy = find(world, call)?;
    if !policy.versions.iter().any(|version| version.id == id) {
        return Err(no_version(id));
    }
    policy.default = id.to_owned();
    policy.updated = call.now;
    Ok(Answer::empty())
}
