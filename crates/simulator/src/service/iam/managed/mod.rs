//! Managed policies.

pub(super) mod attachment;
pub(super) mod version;

use serde_json::{Value, json};

use super::tag::{self, Tags};
use super::{
    Answer, Call, Fault, PAGER, catalog, document, exists, limit, policy_arn, required, stamp, unique_id,
};
use crate::clock::Moment;
use crate::policy::Kind;
use crate::world::World;
pub(crate) use crate::world::iam::{ManagedPolicy, PolicyVersion};

/// The longest managed policy, in characters without white space (IAM quotas).
const MOST_CHARACTERS: usize = 6144;

/// Reads a managed policy's document.
fn check(text: &str) -> Result<(), Fault> {
    document::parse(text, Kind::Identity)?;
    match document::counted(text) > MOST_CHARACTERS {
        true => Err(limit("PolicySize", MOST_CHARACTERS as u64)),
        false => Ok(()),
    }
}

/// The policy of this account with this ARN.
pub(super) fn of<'a>(world: &'a World, account: &str, arn: &str) -> Option<&'a ManagedPolicy> {
    let name = arn.rsplit('/').next()?;
    world
        .iam
        .accounts
        .get(account)?
        .policies
        .get(&name.to_lowercase())
        .filter(|policy| policy.arn == arn)
}

fn absent(arn: &str) -> Fault {
    Fault::new(
        "NoSuchEntity",
        format!("Policy {arn} does not exist or is not attachable."),
    )
}

/// The customer policy that the call's `PolicyArn` names, for changes.
fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut ManagedPolicy, Fault> {
    let arn = policy_arn(call)?;
    if catalog::known(arn) {
        return Err(Fault::new("AccessDenied", format!("{arn} belongs to AWS")).with_status(403));
    }
    let key = arn.rsplit('/').next().unwrap_or_default().to_lowercase();
    world
        .iam
        .accounts
        .get_mut(&call.caller.account)
        .and_then(|account| account.policies.get_mut(&key))
        .filter(|policy| policy.arn == arn)
        .ok_or_else(|| absent(arn))
}

/// How many roles, users and groups of the account this policy is attached to.
fn attachments(world: &World, account: &str, arn: &str) -> usize {
    let Some(account) = world.iam.accounts.get(account) else {
        return 0;
    };
    let roles = account.roles.values().map(|role| &role.attached);
    let users = account.users.values().map(|user| &user.attached);
    let groups = account.groups.values().map(|group| &group.attached);
    roles
        .chain(users)
        .chain(groups)
        .filter(|attached| attached.iter().any(|attached| attached == arn))
        .count()
}

fn boundaries(world: &World, account: &str, arn: &str) -> usize {
    let roles = world
        .iam
        .accounts
        .get(account)
        .into_iter()
        .flat_map(|account| account.roles.values());
    roles.filter(|role| role.boundary.as_deref() == Some(arn)).count()
}

fn shown(world: &World, account: &str, policy: &ManagedPolicy) -> Value {
    json!({
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default,
        "AttachmentCount": attachments(world, account, &policy.arn),
        "PermissionsBoundaryUsageCount": boundaries(world, account, &policy.arn),
        "IsAttachable": true,
        "CreateDate": stamp(policy.created),
        "UpdateDate": stamp(policy.updated),
    })
}

/// When AWS's own policies are said to be made: the beginning of 2015.
const OF_AWS: Moment = Moment(1_420_070_400_000);

/// One of AWS's own. Its version and dates are not AWS's: this simulator does not know them.
fn shown_of_aws(world: &World, account: &str, name: &str) -> Value {
    use sha2::Digest;
    let arn = format!("{}{name}", catalog::PREFIX);
    let (path, short) = name.rsplit_once('/').unwrap_or(("", name));
    let id = hex::encode(sha2::Sha256::digest(name.as_bytes())).to_uppercase();
    json!({
        "PolicyName": short,
        "PolicyId": format!("ANPA{}", &id[..17]),
        "Arn": arn,
        "Path": format!("{path}/"),
        "DefaultVersionId": "v1",
        "AttachmentCount": attachments(world, account, &arn),
        "PermissionsBoundaryUsageCount": boundaries(world, account, &arn),
        "IsAttachable": catalog::attachable(&arn),
        "CreateDate": stamp(OF_AWS),
        "UpdateDate": stamp(OF_AWS),
    })
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "PolicyName")?.to_owned();
    let text = required(call, "PolicyDocument")?.to_owned();
    let path = call.text("Path").unwrap_or("/").to_owned();
    let mut tags = Tags::new();
    tag::add(call, &mut tags)?;
    check(&text)?;
    let id = unique_id(world, "ANPA");
    let most = world.quota("iam.policies", 1500);
    let account = world.iam.accounts.entry(call.caller.account.clone()).or_default();
    if account.policies.contains_key(&name.to_lowercase()) {
        return Err(exists("A policy", &name));
    }
    if account.policies.len() as u64 >= most {
        return Err(limit("PoliciesPerAccount", most));
    }
    let policy = ManagedPolicy {
        arn: format!("arn:aws:iam::{}:policy{path}{name}", call.caller.account),
        name: name.clone(),
        id,
        path,
        description: call.text("Description").map(str::to_owned),
        tags,
        versions: vec![PolicyVersion {
            id: "v1".to_owned(),
            document: text,
            created: call.now,
        }],
        default: "v1".to_owned(),
        next: 2,
        created: call.now,
        updated: call.now,
    };
    account.policies.insert(name.to_lowercase(), policy.clone());
    let mut output = shown(world, &call.caller.account, &policy);
    if !policy.tags.is_empty() {
        output["Tags"] = tag::list(&policy.tags).into();
    }
    Ok(Answer::of(json!({ "Policy": output })))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = policy_arn(call)?;
    if catalog::known(arn) {
        let name = arn.strip_prefix(catalog::PREFIX).unwrap_or_default();
        return Ok(Answer::of(
            json!({ "Policy": shown_of_aws(world, &call.caller.account, name) }),
        ));
    }
    let policy = of(world, &call.caller.account, arn).ok_or_else(|| absent(arn))?;
    let mut output = shown(world, &call.caller.account, policy);
    if let Some(description) = &policy.description {
        output["Description"] = description.clone().into();
    }
    output["Tags"] = tag::list(&policy.tags).into();
    Ok(Answer::of(json!({ "Policy": output })))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let policy = find(world, call)?.clone();
    let account = &call.caller.account;
    let used = attachments(world, account, &policy.arn) + boundaries(world, account, &policy.arn);
    if used > 0 {
        return Err(Fault::new(
            "DeleteConflict",
            "Cannot delete a policy attached to entities.",
        ));
    }
    if policy.versions.len() > 1 {
        return Err(Fault::new(
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
        ));
    }
    if let Some(account) = world.iam.accounts.get_mut(account) {
        account.policies.remove(&policy.name.to_lowercase());
    }
    Ok(Answer::empty())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let scope = call.text("Scope").unwrap_or("All");
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let only_attached = call
        .input
        .get("OnlyAttached")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let usage = call.text("PolicyUsageFilter");
    let account = &call.caller.account;
    let own = world
        .iam
        .accounts
        .get(account)
        .into_iter()
        .flat_map(|a| a.policies.values());
    let mut policies: Vec<Value> = Vec::new();
    if scope != "AWS" {
        policies.extend(own.map(|policy| shown(world, account, policy)));
    }
    if scope != "Local" {
        policies.extend(
            catalog::NAMES
                .iter()
                .map(|name| shown_of_aws(world, account, name)),
        );
    }
    policies.retain(|policy| {
        let attached = policy["AttachmentCount"] != json!(0);
        policy["Path"]
            .as_str()
            .is_some_and(|path| path.starts_with(prefix))
            && (!only_attached || attached)
            && match usage {
                Some("PermissionsPolicy") => attached,
                Some("PermissionsBoundary") => policy["PermissionsBoundaryUsageCount"] != json!(0),
                _ => true,
            }
    });
    PAGER.page(world, call, "Policies", policies)
}

pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    tag::add(call, &mut find(world, call)?.tags)?;
    Ok(Answer::empty())
}

pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    tag::remove(call, &mut find(world, call)?.tags);
    Ok(Answer::empty())
}

pub(super) fn tags(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let list = tag::list(&find(world, call)?.tags);
    PAGER.page(world, call, "Tags", list)
}
