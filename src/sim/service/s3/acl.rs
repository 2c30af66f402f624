//! Access control lists of buckets: kept and read back. They let nobody in: everybody is either the owner, or let in by
//! the bucket's policy.

use serde_json::{Value, json};

use super::{Bucket, canonical, denied, fault};
use crate::sim::service::{Answer, Call, Fault};
use crate::sim::world::World;

/// Everybody; everybody with an account; the service that writes access logs (user guide, ACL overview).
const EVERYBODY: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const SIGNED_IN: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOGS: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

fn group(uri: &str, permission: &str) -> Value {
    json!({ "Grantee": { "Type": "Group", "URI": uri }, "Permission": permission })
}

fn owner_only(bucket: &Bucket) -> Vec<Value> {
    let id = canonical(&bucket.account);
    vec![json!({ "Grantee": { "Type": "CanonicalUser", "ID": id }, "Permission": "FULL_CONTROL" })]
}

/// Where ACLs were never set, or are off, the owner's full control is what is answered. Objects have no other.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let of_bucket = call.operation == "GetBucketAcl";
    if !of_bucket {
        super::object::find(world, call)?;
    }
    let bucket = super::bucket(world, call)?;
    let held = bucket.configuration.get("BucketAcl");
    let grants = held
        .filter(|_| of_bucket && bucket.ownership() != Some("BucketOwnerEnforced"))
        .cloned()
        .unwrap_or_else(|| json!(owner_only(bucket)));
    Ok(Answer::of(json!({
        "Owner": { "ID": canonical(&bucket.account) },
        "Grants": grants,
    })))
}

/// The grants of a canned ACL.
fn canned(bucket: &Bucket, name: &str) -> Result<Vec<Value>, Fault> {
    let mut grants = owner_only(bucket);
    match name {
        "private" => {}
        "public-read" => grants.push(group(EVERYBODY, "READ")),
        "public-read-write" => {
            grants.push(group(EVERYBODY, "READ"));
            grants.push(group(EVERYBODY, "WRITE"));
        }
        "authenticated-read" => grants.push(group(SIGNED_IN, "READ")),
        "log-delivery-write" => {
            grants.push(group(LOGS, "WRITE"));
            grants.push(group(LOGS, "READ_ACP"));
        }
        other => {
            let message = format!("{other} is no canned ACL of a bucket");
            return Err(fault("InvalidArgument", 400, message));
        }
    }
    Ok(grants)
}

/// The grants of `x-amz-grant-...` headers: lists of `id="..."`, `uri="..."`.
fn granted(call: &Call) -> Result<Vec<Value>, Fault> {
    let mut grants = Vec::new();
    for (member, permission) in [
        ("GrantFullControl", "FULL_CONTROL"),
        ("GrantRead", "READ"),
        ("GrantReadACP", "READ_ACP"),
        ("GrantWrite", "WRITE"),
        ("GrantWriteACP", "WRITE_ACP"),
    ] {
        for grantee in call.text(member).into_iter().flat_map(|list| list.split(',')) {
            let (kind, value) = grantee.trim().split_once('=').unwrap_or_default();
            let value = value.trim_matches('"');
            let grantee = match kind {
                "id" => json!({ "Type": "CanonicalUser", "ID": value }),
                "uri" => json!({ "Type": "Group", "URI": value }),
                _ => return Err(fault("InvalidArgument", 400, "Argument format not recognized")),
            };
            grants.push(json!({ "Grantee": grantee, "Permission": permission }));
        }
    }
    Ok(grants)
}

pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    if call.operation == "PutObjectAcl" {
        super::object::find(world, call)?;
    }
    let bucket = super::bucket(world, call)?;
    // "Requests to set ACLs or update ACLs fail and return the AccessControlListNotSupported error code" (PutBucketAcl);
    // `private` too, as everybody found whose new buckets came with the owner enforced (terraform-provider-aws issue
    // 28353).
    if bucket.ownership() == Some("BucketOwnerEnforced") {
        return Err(fault(
            "AccessControlListNotSupported",
            400,
            "The bucket does not allow ACLs",
        ));
    }
    let document = &call.input["AccessControlPolicy"];
    let headers = granted(call)?;
    let given = [
        call.text("ACL").is_some(),
        !headers.is_empty(),
        document.is_object(),
    ];
    match given.iter().filter(|given| **given).count() {
        0 => {
            return Err(fault(
                "MissingSecurityHeader",
                400,
                "Your request was missing a required header",
            ));
        }
        1 => {}
        _ => {
            let message = "Specifying both Canned ACLs and Header Grants is not allowed";
            return Err(fault("InvalidRequest", 400, message));
        }
    }
    let grants = match call.text("ACL") {
        Some(name) => canned(bucket, name)?,
        None if document.is_object() => document["Grants"].as_array().cloned().unwrap_or_default(),
        None => headers,
    };
    let public = |grant: &Value| {
        let uri = grant["Grantee"]["URI"].as_str();
        uri.is_some_and(|uri| [EVERYBODY, SIGNED_IN].contains(&uri))
    };
    if bucket.blocks("BlockPublicAcls") && grants.iter().any(public) {
        return Err(denied());
    }
    if call.operation == "PutObjectAcl" {
        return match grants == owner_only(bucket) {
            true => Ok(Answer::empty()),
            false => Err(Fault::not_implemented("s3", "access control lists of objects")),
        };
    }
    bucket
        .configuration
        .insert("BucketAcl".to_owned(), Value::Array(grants));
    Ok(Answer::empty())
}
