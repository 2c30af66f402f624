//! Access control lists of buckets and objects: what they grant to everybody, to everybody with an account, and to single
//! accounts by their canonical user ids.

use serde_json::{Value, json};

use super::context::{Target, begins_object};
use super::{Bucket, canonical, denied, fault};
use crate::service::{Call, Fault};
use crate::world::World;

/// Everybody; everybody with an account; the service that writes access logs (user guide, ACL overview).
const EVERYBODY: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const SIGNED_IN: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOGS: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/// The members of a call that grant something, and what.
const HEADERS: &[(&str, &str)] = &[
    ("GrantFullControl", "FULL_CONTROL"),
    ("GrantRead", "READ"),
    ("GrantReadACP", "READ_ACP"),
    ("GrantWrite", "WRITE"),
    ("GrantWriteACP", "WRITE_ACP"),
];

fn group(uri: &str, permission: &str) -> Value {
    json!({ "Grantee": { "Type": "Group", "URI": uri }, "Permission": permission })
}

pub(super) fn owner_only(bucket: &Bucket) -> Vec<Value> {
    let id = canonical(&bucket.account);
    vec![json!({ "Grantee": { "Type": "CanonicalUser", "ID": id }, "Permission": "FULL_CONTROL" })]
}

pub(super) fn of_bucket(bucket: &Bucket) -> Option<Vec<Value>> {
    bucket.configuration.get("BucketAcl")?.as_array().cloned()
}

pub(super) fn enforced(bucket: &Bucket) -> bool {
    bucket.ownership() == Some("BucketOwnerEnforced")
}

/// Whether the bucket's ACL grants something to others than its owner: every group counts.
pub(super) fn grants_others(bucket: &Bucket) -> bool {
    let owner = canonical(&bucket.account);
    of_bucket(bucket)
        .into_iter()
        .flatten()
        .any(|grant| grant["Grantee"]["ID"].as_str() != Some(&owner))
}

/// Whether a grant is one to everybody, or to everybody with an account of AWS: what the public access block blocks.
fn is_public(grant: &Value) -> bool {
    let uri = grant["Grantee"]["URI"].as_str();
    uri.is_some_and(|uri| [EVERYBODY, SIGNED_IN].contains(&uri))
}

/// What a bucket's or an object's ACL has to grant for an action ("Access control list (ACL) overview", mapping of ACL
/// permissions and access policy permissions). No other action can be granted by an ACL.
fn granting(bucket: &Bucket, action: &str, target: Target<'_>) -> Option<(Vec<Value>, &'static str)> {
    let permission = match action {
        "s3:ListBucket" | "s3:ListBucketVersions" | "s3:ListBucketMultipartUploads" => "READ",
        "s3:GetObject" | "s3:GetObjectVersion" => "READ",
        "s3:PutObject" => "WRITE",
        "s3:GetBucketAcl" | "s3:GetObjectAcl" | "s3:GetObjectVersionAcl" => "READ_ACP",
        "s3:PutBucketAcl" | "s3:PutObjectAcl" | "s3:PutObjectVersionAcl" => "WRITE_ACP",
        _ => return None,
    };
    let acl = match target.key {
        // Assumption: s3.one-owner. Every object is the bucket owner's; only owners overwrite by the grant.
        Some(key) if permission == "WRITE" => match bucket.latest(key) {
            Some(version) if !version.marker => None,
            _ => of_bucket(bucket),
        },
        Some(key) => {
            let version = match target.version {
                Some(id) => bucket.objects.get(key)?.iter().find(|version| version.id == id),
                None => bucket.latest(key),
            };
            version.and_then(|version| version.acl.clone())
        }
        None => of_bucket(bucket),
    };
    Some((acl?, permission))
}

/// Whether an ACL lets the caller do this, who is not the owner.
pub(super) fn lets(bucket: &Bucket, call: &Call, action: &str, target: Target<'_>) -> bool {
    // Assumption: s3.writer-says. A new object has no ACL yet that could let its writer say more of it.
    let of_new = ["s3:PutObjectAcl", "s3:PutObjectTagging"].contains(&action);
    let action = match of_new && begins_object(&call.operation) {
        true => "s3:PutObject",
        false => action,
    };
    let Some((acl, permission)) = granting(bucket, action, target).filter(|_| !enforced(bucket)) else {
        return false;
    };
    // Assumption: s3.ignored-acls. A public ACL is ignored whole.
    if bucket.blocks("IgnorePublicAcls") && acl.iter().any(is_public) {
        return false;
    }
    let signed = call.caller.access_key.is_some();
    let own = signed.then(|| canonical(&call.caller.account));
    acl.iter().any(|grant| {
        let grantee = &grant["Grantee"];
        let uri = grantee["URI"].as_str();
        let reached = uri == Some(EVERYBODY)
            || (signed && uri == Some(SIGNED_IN))
            || (own.is_some() && grantee["ID"].as_str() == own.as_deref());
        let granted = grant["Permission"].as_str();
        reached && (granted == Some(permission) || granted == Some("FULL_CONTROL"))
    })
}

/// Whether a write says who else may do what with its object.
pub(super) fn is_given(call: &Call) -> bool {
    let members = ["ACL"]
        .into_iter()
        .chain(HEADERS.iter().map(|(member, _)| *member));
    members
        .into_iter()
        .any(|member| call.text(member).is_some_and(|value| !value.is_empty()))
}

/// The grants of a canned ACL, of a bucket or of an object.
fn canned(bucket: &Bucket, call: &Call, name: &str) -> Result<Vec<Value>, Fault> {
    let of_bucket = call.operation.contains("Bucket");
    let mut grants = owner_only(bucket);
    match name {
        "private" => {}
        // Who writes here is the bucket's owner.
        "bucket-owner-read" | "bucket-owner-full-control" if !of_bucket => {}
        "public-read" => grants.push(group(EVERYBODY, "READ")),
        "public-read-write" => {
            grants.push(group(EVERYBODY, "READ"));
            grants.push(group(EVERYBODY, "WRITE"));
        }
        "authenticated-read" => grants.push(group(SIGNED_IN, "READ")),
        "log-delivery-write" if of_bucket => {
            grants.push(group(LOGS, "WRITE"));
            grants.push(group(LOGS, "READ_ACP"));
        }
        "aws-exec-read" => return Err(Fault::not_implemented("s3", "the canned ACL aws-exec-read")),
        other => {
            let message = format!("{other} is no canned ACL here");
            let mut invalid = fault("InvalidArgument", 400, message);
            invalid.members = json!({ "ArgumentName": "x-amz-acl", "ArgumentValue": other });
            return Err(invalid);
        }
    }
    Ok(grants)
}

/// The grants of `x-amz-grant-...` headers: lists of `id="..."`, `uri="..."`.
fn granted(call: &Call) -> Result<Vec<Value>, Fault> {
    let mut grants = Vec::new();
    for (member, permission) in HEADERS {
        for grantee in call.text(member).into_iter().flat_map(|list| list.split(',')) {
            let (kind, value) = grantee.trim().split_once('=').unwrap_or_default();
            let value = value.trim_matches('"');
            let grantee = match kind {
                "id" => json!({ "Type": "CanonicalUser", "ID": value }),
                "uri" => json!({ "Type": "Group", "URI": value }),
                _ => return Err(fault("InvalidArgument", 400, "Argument format not recognized")),
            };
            grants.push(json!({ "Grantee": grantee, "Permission": *permission }));
        }
    }
    Ok(grants)
}

/// What the call says of access, in one of three ways; `None` if it says nothing.
fn read(bucket: &Bucket, call: &Call) -> Result<Option<Vec<Value>>, Fault> {
    let document = &call.input["AccessControlPolicy"];
    let headers = granted(call)?;
    let given = [
        call.text("ACL").is_some(),
        !headers.is_empty(),
        document.is_object(),
    ];
    if given.iter().filter(|given| **given).count() > 1 {
        let message = "Specifying both Canned ACLs and Header Grants is not allowed";
        return Err(fault("InvalidRequest", 400, message));
    }
    Ok(Some(match call.text("ACL") {
        Some(name) => canned(bucket, call, name)?,
        None if document.is_object() => document["Grants"].as_array().cloned().unwrap_or_default(),
        None if headers.is_empty() => return Ok(None),
        None => headers,
    }))
}

/// The same, as far as the public access blocks of the bucket and of its account let it in.
pub(super) fn read_unblocked(bucket: &Bucket, call: &Call) -> Result<Option<Vec<Value>>, Fault> {
    let grants = read(bucket, call)?;
    let public = grants.iter().flatten().any(is_public);
    match public && bucket.blocks("BlockPublicAcls") {
        true => Err(denied()),
        false => Ok(grants),
    }
}

/// The ACL that a new bucket begins with. It blocks public ones already.
///
/// # Errors
/// `InvalidBucketAclWithObjectOwnership` where ACLs are off, `InvalidBucketAclWithBlockPublicAccessError` for one that
/// lets everybody in.
pub(super) fn of_new_bucket(bucket: &Bucket, call: &Call) -> Result<Option<Value>, Fault> {
    let Some(grants) = read(bucket, call)? else {
        return Ok(None);
    };
    if enforced(bucket) && call.text("ACL") != Some("private") {
        return Err(contradicts_ownership());
    }
    if grants.iter().any(is_public) {
        let message = "Bucket cannot have public ACLs set with BlockPublicAccess enabled";
        return Err(fault("InvalidBucketAclWithBlockPublicAccessError", 400, message));
    }
    Ok(Some(Value::Array(grants)))
}

/// The answer to switching ACLs off where one grants something to others, and to the two at once.
pub(super) fn contradicts_ownership() -> Fault {
    let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    fault("InvalidBucketAclWithObjectOwnership", 400, message)
}

pub(super) fn unsupported() -> Fault {
    fault(
        "AccessControlListNotSupported",
        400,
        "The bucket does not allow ACLs",
    )
}

/// The ACL that a write gives its object. Where the owner is enforced, only the one that says so is taken.
pub(super) fn of_write(world: &mut World, call: &Call) -> Result<Option<Vec<Value>>, Fault> {
    let bucket = super::bucket(world, call)?;
    if enforced(bucket) {
        return match (call.text("ACL"), granted(call)?.is_empty()) {
            (None | Some("bucket-owner-full-control"), true) => Ok(None),
            _ => Err(unsupported()),
        };
    }
    read_unblocked(bucket, call)
}
