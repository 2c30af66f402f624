//! Who may do what: bucket owner, bucket policy, public access block.

use serde_json::json;

use super::{Bucket, denied, fault, member};
use crate::sim::policy::{Context, Decision, Kind, Policy, Principal, Request};
use crate::sim::service::{Call, Fault};
use crate::sim::world::World;

/// The action of the IAM namespace that an operation needs ("Actions, resources, and condition keys for
/// Amazon S3"). Several operations share one, and some are named differently.
fn action(call: &Call) -> String {
    let versioned = call.text("VersionId").is_some();
    let name = match call.operation.as_str() {
        "HeadBucket" | "ListObjects" | "ListObjectsV2" => "ListBucket",
        "ListObjectVersions" => "ListBucketVersions",
        "ListMultipartUploads" => "ListBucketMultipartUploads",
        "ListParts" => "ListMultipartUploadParts",
        "GetObject" | "HeadObject" if versioned => "GetObjectVersion",
        "GetObject" | "HeadObject" => "GetObject",
        "DeleteObject" if versioned => "DeleteObjectVersion",
        "DeleteObjects" => "DeleteObject",
        "PutObject"
        | "CopyObject"
        | "CreateMultipartUpload"
        | "UploadPart"
        | "UploadPartCopy"
        | "CompleteMultipartUpload" => "PutObject",
        "PutObjectAcl" if versioned => "PutObjectVersionAcl",
        "GetObjectAcl" if versioned => "GetObjectVersionAcl",
        "GetObjectTagging" if versioned => "GetObjectVersionTagging",
        "PutObjectTagging" if versioned => "PutObjectVersionTagging",
        "DeleteObjectTagging" if versioned => "DeleteObjectVersionTagging",
        "PutBucketEncryption" | "DeleteBucketEncryption" => "PutEncryptionConfiguration",
        "GetBucketEncryption" => "GetEncryptionConfiguration",
        "PutBucketCors" | "DeleteBucketCors" => "PutBucketCORS",
        "GetBucketCors" => "GetBucketCORS",
        "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle" => "PutLifecycleConfiguration",
        "GetBucketLifecycleConfiguration" => "GetLifecycleConfiguration",
        "PutPublicAccessBlock" | "DeletePublicAccessBlock" => "PutBucketPublicAccessBlock",
        "GetPublicAccessBlock" => "GetBucketPublicAccessBlock",
        "DeleteBucketOwnershipControls" => "PutBucketOwnershipControls",
        "DeleteBucketTagging" => "PutBucketTagging",
        "GetBucketReplication" => "GetReplicationConfiguration",
        "GetBucketAccelerateConfiguration" => "GetAccelerateConfiguration",
        "PutBucketAccelerateConfiguration" => "PutAccelerateConfiguration",
        "GetBucketNotificationConfiguration" => "GetBucketNotification",
        "GetObjectLockConfiguration" => "GetBucketObjectLockConfiguration",
        other => other,
    };
    format!("s3:{name}")
}

/// Operations that an anonymous caller may ever do, provided a policy allows it.
///
/// Assumption: s3.anonymous-writes. S3 would let a policy allow anonymous writes; the objects then belong to
/// nobody who can be named. This simulator refuses them: nothing that is built here should rely on it.
const ANONYMOUS: &[&str] = &[
    "GetObject",
    "HeadObject",
    "HeadBucket",
    "ListObjects",
    "ListObjectsV2",
    "ListObjectVersions",
    "GetBucketLocation",
    "GetObjectTagging",
    "GetObjectAttributes",
];

fn principal(call: &Call) -> Principal {
    match call.caller.access_key {
        None => Principal::Anonymous,
        Some(_) => Principal::Aws {
            arn: call.caller.arn.clone(),
            account: call.caller.account.clone(),
        },
    }
}

fn header<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.headers
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// Assumption: s3.source. In process and on loopback there is no TLS and no address worth checking. A request
/// counts as sent over TLS unless `x-forwarded-proto` says otherwise, and as coming from the first address of
/// `x-forwarded-for`, else from 127.0.0.1.
fn context(call: &Call) -> Context {
    let secure = header(call, "x-forwarded-proto").is_none_or(|scheme| scheme.eq_ignore_ascii_case("https"));
    let address = header(call, "x-forwarded-for")
        .and_then(|list| list.split(',').next())
        .map_or("127.0.0.1", str::trim);
    let now = jiff::Timestamp::from_millisecond(call.now.0 as i64).unwrap_or_default();
    let mut context = Context::new();
    let mut put = |key: &str, value: String| {
        context.insert(key.to_owned(), vec![value]);
    };
    put("aws:securetransport", secure.to_string());
    put("aws:sourceip", address.to_owned());
    put("aws:currenttime", now.to_string());
    put("aws:epochtime", now.as_second().to_string());
    for (key, name) in [("aws:referer", "referer"), ("aws:useragent", "user-agent")] {
        if let Some(value) = header(call, name) {
            put(key, value.to_owned());
        }
    }
    if call.caller.access_key.is_some() {
        put("aws:principalarn", call.caller.arn.clone());
        put("aws:principalaccount", call.caller.account.clone());
        put(
            "aws:principaltype",
            if call.caller.arn.contains(":user/") {
                "User"
            } else {
                "AssumedRole"
            }
            .to_owned(),
        );
        if let Some((_, name)) = call.caller.arn.split_once(":user/") {
            put(
                "aws:username",
                name.rsplit('/').next().unwrap_or_default().to_owned(),
            );
        }
    } else {
        put("aws:principaltype", "Anonymous".to_owned());
    }
    for (key, name) in [
        ("s3:prefix", "Prefix"),
        ("s3:delimiter", "Delimiter"),
        ("s3:versionid", "VersionId"),
        ("s3:x-amz-acl", "ACL"),
        ("s3:x-amz-server-side-encryption", "ServerSideEncryption"),
        ("s3:x-amz-storage-class", "StorageClass"),
    ] {
        if let Some(value) = call.text(name) {
            put(key, value.to_owned());
        }
    }
    context
}

/// Whether the caller may do `action` on `resource` of the bucket.
///
/// A caller of the bucket's own account may do everything that the bucket policy does not deny: identity
/// policies are not evaluated here. Anybody else needs the permission of the bucket policy or of an ACL.
pub(super) fn allowed(bucket: &Bucket, call: &Call, action: &str, resource: &str) -> bool {
    let owner = call.caller.access_key.is_some() && call.caller.account == bucket.account;
    // The root user can always repair a policy that locks everybody out.
    let repair = call.operation.ends_with("BucketPolicy") && call.caller.arn.ends_with(":root");
    let policy = bucket
        .policy
        .as_deref()
        .and_then(|text| Policy::parse(text, Kind::Resource).ok());
    let open = || owner || super::acl::lets(bucket, call, action);
    let Some(policy) = policy else {
        return open();
    };
    let context = context(call);
    let principal = principal(call);
    let request = Request {
        principal: &principal,
        action,
        resource,
        context: &context,
    };
    match policy.decide(&request) {
        Decision::Denied => owner && repair,
        Decision::Allowed => {
            owner || !(bucket.blocks("RestrictPublicBuckets") && super::policy::is_public(&policy))
        }
        Decision::Silent => open(),
    }
}

/// Whether this AWS service may read the object on behalf of the caller's account, by the bucket policy; `None` if
/// there is no such object.
pub(in crate::sim::service) fn readable(
    world: &World,
    call: &Call,
    bucket: &str,
    key: &str,
    service: &str,
) -> Option<bool> {
    let bucket = world.s3.buckets.get(bucket)?;
    bucket.latest(key).filter(|version| !version.marker)?;
    let policy = bucket
        .policy
        .as_deref()
        .and_then(|text| Policy::parse(text, Kind::Resource).ok());
    let context = Context::from([
        ("aws:sourceaccount".to_owned(), vec![call.caller.account.clone()]),
        ("aws:securetransport".to_owned(), vec!["true".to_owned()]),
    ]);
    let resource = format!("arn:aws:s3:::{}/{key}", bucket.name);
    let request = Request {
        principal: &Principal::Service(service.to_owned()),
        action: "s3:GetObject",
        resource: &resource,
        context: &context,
    };
    Some(policy.is_some_and(|policy| policy.decide(&request) == Decision::Allowed))
}

/// Lets the call through to its bucket, or not: existence, region, expected owner, permission, in that order.
pub(super) fn admit(world: &World, call: &Call) -> Result<(), Fault> {
    let name = member(call, "Bucket")?;
    let head = matches!(call.operation.as_str(), "HeadBucket" | "HeadObject");
    let Some(bucket) = world.s3.buckets.get(name) else {
        return Err(match head {
            true => fault("NotFound", 404, "Not Found"),
            false => super::bucket::absent(name),
        });
    };
    let signed = call.caller.access_key.is_some();
    // GetBucketLocation exists to be asked from anywhere. Unsigned requests carry no region.
    if signed && call.region != bucket.region && call.operation != "GetBucketLocation" {
        let message =
            "The bucket you are attempting to access must be addressed using the specified endpoint.";
        let mut moved = fault("PermanentRedirect", 301, message);
        moved.members = json!({
            "Bucket": bucket.name,
            "BucketRegion": bucket.region,
            "Endpoint": format!("{}.s3.{}.amazonaws.com", bucket.name, bucket.region),
        });
        return Err(moved);
    }
    if call
        .text("ExpectedBucketOwner")
        .is_some_and(|owner| owner != bucket.account)
    {
        return Err(denied());
    }
    if !signed && !ANONYMOUS.contains(&call.operation.as_str()) {
        return Err(denied());
    }
    // DeleteObjects decides for each of its keys.
    if call.operation == "DeleteObjects" {
        return Ok(());
    }
    let resource = match call.text("Key") {
        Some(key) => format!("arn:aws:s3:::{name}/{key}"),
        None => format!("arn:aws:s3:::{name}"),
    };
    match allowed(bucket, call, &action(call), &resource) {
        true => Ok(()),
        false => {
            let mut refused = denied();
            if head {
                // HeadBucket says where the bucket is even to those who may not look at it.
                refused.members = json!({ "BucketRegion": bucket.region });
            }
            Err(refused)
        }
    }
}

/// Whether the caller may know which keys exist; without that, a missing key is a 403.
pub(super) fn may_list(bucket: &Bucket, call: &Call) -> bool {
    allowed(
        bucket,
        call,
        "s3:ListBucket",
        &format!("arn:aws:s3:::{}", bucket.name),
    )
}
