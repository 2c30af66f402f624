//! Access control lists of buckets and objects: read and put.

use crate::service::s3::acl::{enforced, of_bucket, owner_only, read_unblocked, unsupported};
use crate::service::s3::{canonical, fault};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use serde_json::{Value, json};

/// Where ACLs were never set, or are off, the owner's full control is what is answered.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let of_object = match call.operation.as_str() {
        "GetObjectAcl" => Some(super::object::find(world, call)?.acl.clone()),
        _ => None,
    };
    let bucket = super::bucket(world, call)?;
    let held = match of_object {
        Some(acl) => acl,
        None => of_bucket(bucket),
    };
    let grants = held.filter(|_| !enforced(bucket));
    Ok(Answer::of(json!({
        "Owner": { "ID": canonical(&bucket.account) },
        "Grants": grants.unwrap_or_else(|| owner_only(bucket)),
    })))
}

/// `PutBucketAcl` and `PutObjectAcl`. Where the owner is enforced, not even an ACL is taken that says what holds anyway.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let bucket = super::bucket(world, call)?;
    if enforced(bucket) {
        return Err(unsupported());
    }
    let grants = read_unblocked(bucket, call)?.ok_or_else(|| {
        fault(
            "MissingSecurityHeader",
            400,
            "Your request was missing a required header",
        )
    })?;
    if call.operation == "PutObjectAcl" {
        super::object::find(world, call)?.acl = Some(grants);
    } else {
        bucket
            .configuration
            .insert("BucketAcl".to_owned(), Value::Array(grants));
    }
    Ok(Answer::empty())
}
