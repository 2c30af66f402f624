//! Who may do what: bucket owner, bucket policy, public access block.

use serde_json::json;

pub(super) use super::context::Target;
use super::context::begins_object;
use super::{Bucket, context, denied, fault, member};
use crate::policy::{Context, Decision, Kind, Policy, Principal, Request};
use crate::service::ask::{Fetched, Objects, Origin};
use crate::service::{Call, Fault};
use crate::world::World;

/// The action of the IAM namespace that an operation needs ("Actions, resources, and condition keys for
/// Amazon S3"), on a version that is named or not. Several operations share one, and some are named differently.
pub(super) fn action(operation: &str, versioned: bool) -> String {
    let name = match operation {
        "ListBuckets" => "ListAllMyBuckets",
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
        "GetObjectAttributes" if versioned => "GetObjectVersionAttributes",
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

/// What a write needs besides, by what it says of its object (the actions that the Service Authorization Reference names
/// for each operation, and S3's page on required permissions, which says when).
fn further_actions(call: &Call) -> Vec<&'static str> {
    let writes = begins_object(&call.operation);
    // Of a copy, the tags in the call count only if they are to replace the source's.
    let is_tagged = call.text("Tagging").is_some_and(|tags| !tags.is_empty())
        && (call.operation != "CopyObject" || call.text("TaggingDirective") == Some("REPLACE"));
    let mut actions = Vec::new();
    if writes && super::acl::is_given(call) {
        actions.push("s3:PutObjectAcl");
    }
    if writes && is_tagged {
        actions.push("s3:PutObjectTagging");
    }
    actions
}

/// Operations that an anonymous caller may ever do, provided a policy allows it.
///
/// Assumption: s3.anonymous-writes. S3 would let a policy allow anonymous writes; the objects then belong to
/// no identity that can be named. This simulator refuses them: nothing that is built here should rely on it.
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

/// Whether the caller may do `action` to something of the bucket.
///
/// A caller of the bucket's own account needs the permission of its own policies or of the bucket policy, and may do
/// everything that neither denies where none speak for it. Anybody else needs the permission of the bucket policy or of an
/// ACL, and that of its own policies.
pub(super) fn allowed(bucket: &Bucket, call: &Call, action: &str, target: Target<'_>) -> bool {
    let resource = match target.key {
        Some(key) => format!("arn:aws:s3:::{}/{key}", bucket.name),
        None => format!("arn:aws:s3:::{}", bucket.name),
    };
    let owner = call.caller.access_key.is_some() && call.caller.account == bucket.account;
    // The root user can always repair a policy that locks everybody out.
    let repair = call.operation.ends_with("BucketPolicy") && call.caller.arn.ends_with(":root");
    let policy = bucket
        .policy
        .as_deref()
        .and_then(|text| Policy::parse(text, Kind::Resource).ok());
    if policy.is_none() && call.caller.permissions.is_none() {
        return owner || super::acl::lets(bucket, call, action, target);
    }
    let context = context::of(bucket, call, target);
    let principal = principal(call);
    let request = Request {
        principal: &principal,
        action,
        resource: &resource,
        context: &context,
    };
    let permissions = call.caller.permissions.as_ref();
    let own = permissions.map_or(Decision::Allowed, |own| own.decide(&request));
    if own == Decision::Denied || (own == Decision::Silent && !owner) {
        return false;
    }
    let open = || match owner {
        true => own == Decision::Allowed,
        false => super::acl::lets(bucket, call, action, target),
    };
    let Some(policy) = policy else {
        return open();
    };
    match policy.decide(&request) {
        Decision::Denied => owner && repair,
        Decision::Allowed => {
            owner || !(bucket.blocks("RestrictPublicBuckets") && super::policy::is_public(&policy))
        }
        Decision::Silent => open(),
    }
}

/// Refuses what is about no bucket that is there already, unless the caller's own policies allow it.
///
/// # Errors
/// `AccessDenied`.
pub(super) fn admit_outside(call: &Call) -> Result<(), Fault> {
    let Some(permissions) = &call.caller.permissions else {
        return Ok(());
    };
    let name = call.text("Bucket");
    let resource = name.map_or_else(|| "*".to_owned(), |name| format!("arn:aws:s3:::{name}"));
    let mut actions = vec![action(&call.operation, false)];
    let tagged = call.input["CreateBucketConfiguration"]["Tags"].as_array();
    // "If your CreateBucket request ... includes tags, both s3:CreateBucket and s3:TagResource permissions are required".
    if tagged.is_some_and(|tags| !tags.is_empty()) {
        actions.push("s3:TagResource".to_owned());
    }
    if call.operation == "CreateBucket" && super::acl::is_given(call) {
        actions.push("s3:PutBucketAcl".to_owned());
    }
    let principal = principal(call);
    let context = context::outside(call);
    for action in actions {
        let request = Request {
            principal: &principal,
            action: &action,
            resource: &resource,
            context: &context,
        };
        if permissions.decide(&request) != Decision::Allowed {
            return Err(denied());
        }
    }
    Ok(())
}

impl Objects for World {
    fn fetched(&self, bucket: &str, key: &str, by: &Origin) -> Option<Fetched> {
        let bucket = self.s3.buckets.get(bucket)?;
        let version = bucket.latest(key).filter(|version| !version.marker)?;
        let policy = bucket.policy.as_deref();
        let policy = policy.and_then(|text| Policy::parse(text, Kind::Resource).ok())?;
        let mut context = Context::from([("aws:securetransport".to_owned(), vec!["true".to_owned()])]);
        if by.service.is_some() {
            context.insert("aws:sourceaccount".to_owned(), vec![by.account.clone()]);
            context.insert("aws:sourcearn".to_owned(), vec![by.arn.clone()]);
        }
        let principal = match by.service {
            Some(service) => Principal::Service(service.to_owned()),
            None => Principal::Anonymous,
        };
        let request = Request {
            principal: &principal,
            action: "s3:GetObject",
            resource: &format!("arn:aws:s3:::{}/{key}", bucket.name),
            context: &context,
        };
        let is_shut = bucket.blocks("RestrictPublicBuckets") && super::policy::is_public(&policy);
        let may = policy.decide(&request) == Decision::Allowed && !(is_shut && by.service.is_none());
        may.then(|| {
            let names = [
                ("ContentType", "content-type"),
                ("CacheControl", "cache-control"),
                ("ContentEncoding", "content-encoding"),
            ];
            let headers = names.iter().filter_map(|(member, header)| {
                let value = version.headers.get(*member)?.as_str()?;
                Some(((*header).to_owned(), value.to_owned()))
            });
            let etag = ("etag".to_owned(), version.etag.clone());
            Fetched {
                body: version.body.clone(),
                headers: headers.chain([etag]).collect(),
            }
        })
    }

    fn readable(&self, call: &Call, bucket: &str, key: &str, service: &str) -> Option<bool> {
        let bucket = self.s3.buckets.get(bucket)?;
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
}

/// Refuses an expected owner that no account can be.
///
/// # Errors
/// `InvalidBucketOwnerAWSAccountID`.
fn check_owner(call: &Call, member: &str) -> Result<(), Fault> {
    let number = |text: &&str| text.len() == 12 && text.bytes().all(|digit| digit.is_ascii_digit());
    match call.text(member).filter(|owner| !number(owner)) {
        None => Ok(()),
        Some(owner) => {
            let message = format!(
                "The value of the expected bucket owner parameter must be an AWS Account ID... [{owner}]"
            );
            Err(fault("InvalidBucketOwnerAWSAccountID", 400, message))
        }
    }
}

/// Lets the call through to its bucket, or not: existence, region, expected owner, permission, in that order.
pub(super) fn admit(world: &World, call: &Call) -> Result<(), Fault> {
    let name = member(call, "Bucket")?;
    check_owner(call, "ExpectedBucketOwner")?;
    check_owner(call, "ExpectedSourceBucketOwner")?;
    let head = matches!(call.operation.as_str(), "HeadBucket" | "HeadObject");
    let Some(bucket) = world.s3.buckets.get(name) else {
        return Err(match head {
            true => fault("NotFound", 404, "Not Found"),
            false => super::absent(name),
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
    let target = Target {
        key: call.text("Key"),
        version: call.text("VersionId"),
    };
    let action = action(&call.operation, target.version.is_some());
    let mut actions = [action.as_str()].into_iter().chain(further_actions(call));
    match actions.all(|action| allowed(bucket, call, action, target)) {
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
    allowed(bucket, call, "s3:ListBucket", Target::default())
}
