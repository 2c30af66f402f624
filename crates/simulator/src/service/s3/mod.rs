//! S3: one namespace of buckets for all accounts and regions, their configuration, and their objects.

mod access;
mod acl;
mod bucket;
pub(crate) mod checksum;
mod completion;
mod condition;
mod configuration;
mod context;
mod copy;
pub mod cors;
mod deletion;
mod listing;
mod multipart;
mod object;
mod payload;
mod policy;
mod tagging;
#[cfg(test)]
mod tests;
mod version_id;
mod vocabulary;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Answer, Call, Fault, Service};
use crate::clock::Moment;
use crate::world::{Settings, World};

pub(in crate::service) use access::readable;
pub use completion::Completed;
pub use multipart::{Part, Piece, Upload};
pub use object::Version;
pub use payload::Payload;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// Every bucket of every account, by name.
    pub buckets: BTreeMap<String, Bucket>,
    /// Names of deleted buckets and when they were deleted: AWS may hold a name back for a while.
    pub released: BTreeMap<String, Moment>,
}

/// One bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// When it was made.
    pub created: Moment,
    /// Its subresources by the name of the operation that reads them without `Get` (`BucketCors`,
    /// `PublicAccessBlock`, ...), each as that operation answers it.
    pub configuration: BTreeMap<String, Value>,
    /// The bucket policy, as it was put.
    pub policy: Option<String>,
    /// The unique ids of the roles and users that the policy named when it was put, by ARN.
    pub principals: BTreeMap<String, String>,
    /// `Enabled` or `Suspended`; `None` before versioning was ever switched on, which cannot come back.
    pub versioning: Option<String>,
    /// Versions by key, oldest first. Never an empty list.
    pub objects: BTreeMap<String, Vec<Version>>,
    /// Multipart uploads under way, by upload id.
    pub uploads: BTreeMap<String, Upload>,
    /// Multipart uploads that were completed, by upload id: completing one again is no mistake.
    #[serde(default)]
    pub completed: BTreeMap<String, Completed>,
}

impl Bucket {
    /// The newest version of a key, delete markers included.
    fn latest(&self, key: &str) -> Option<&Version> {
        self.objects.get(key).and_then(|versions| versions.last())
    }

    /// One of the four flags of the public access block; false where there is none.
    fn blocks(&self, flag: &str) -> bool {
        self.configuration
            .get("PublicAccessBlock")
            .and_then(|block| block["PublicAccessBlockConfiguration"][flag].as_bool())
            .unwrap_or(false)
    }

    /// `ObjectOwnership`, where ownership controls are set.
    fn ownership(&self) -> Option<&str> {
        self.configuration.get("BucketOwnershipControls")?["OwnershipControls"]["Rules"][0]["ObjectOwnership"]
            .as_str()
    }
}

impl Store {
    /// What AWS has there before anybody did anything.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store::default()
    }
}

/// An error with S3's code and status. S3's model declares few of its errors, so the status goes along.
fn fault(code: &str, status: u16, message: impl Into<String>) -> Fault {
    Fault::new(code, message).with_status(status)
}

fn denied() -> Fault {
    fault("AccessDenied", 403, "Access Denied")
}

fn member<'a>(call: &'a Call, name: &str) -> Result<&'a str, Fault> {
    call.text(name)
        .ok_or_else(|| fault("InvalidRequest", 400, format!("{name} is missing")))
}

/// The bucket that the call names, which the front of [`S3::call`] has looked up already.
fn bucket<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Bucket, Fault> {
    let name = member(call, "Bucket")?;
    world.s3.buckets.get_mut(name).ok_or_else(|| bucket::absent(name))
}

/// Whether the account that owns the bucket of the call blocks public access to all of its buckets.
fn blocked_by_account(world: &World, call: &Call) -> bool {
    let bucket = call.text("Bucket").and_then(|name| world.s3.buckets.get(name));
    world.settings.blocks_public_access && bucket.is_some_and(|it| it.account == world.settings.account)
}

/// The canonical user id that stands for an account in ACLs and owners.
fn canonical(account: &str) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(account.as_bytes()))
}

/// Timestamps of S3 have whole seconds.
fn stamp(moment: Moment) -> Value {
    ((moment.0 / 1000) as f64).into()
}

fn object_of(members: impl IntoIterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    members
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// The service.
#[derive(Debug)]
pub struct S3;

impl Service for S3 {
    fn name(&self) -> &'static str {
        "s3"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "CreateBucket",
            "HeadBucket",
            "DeleteBucket",
            "ListBuckets",
            "GetBucketLocation",
            "PutBucketOwnershipControls",
            "GetBucketOwnershipControls",
            "DeleteBucketOwnershipControls",
            "PutPublicAccessBlock",
            "GetPublicAccessBlock",
            "DeletePublicAccessBlock",
            "PutBucketEncryption",
            "GetBucketEncryption",
            "DeleteBucketEncryption",
            "PutBucketPolicy",
            "GetBucketPolicy",
            "DeleteBucketPolicy",
            "GetBucketPolicyStatus",
            "PutBucketTagging",
            "GetBucketTagging",
            "DeleteBucketTagging",
            "PutBucketVersioning",
            "GetBucketVersioning",
            "PutBucketCors",
            "GetBucketCors",
            "DeleteBucketCors",
            "PutBucketWebsite",
            "GetBucketWebsite",
            "DeleteBucketWebsite",
            "PutBucketLifecycleConfiguration",
            "GetBucketLifecycleConfiguration",
            "DeleteBucketLifecycle",
            "GetBucketAcl",
            "PutBucketAcl",
            "GetBucketLogging",
            "PutBucketLogging",
            "GetBucketAccelerateConfiguration",
            "PutBucketAccelerateConfiguration",
            "GetBucketRequestPayment",
            "PutBucketRequestPayment",
            "GetBucketReplication",
            "GetBucketNotificationConfiguration",
            "GetObjectLockConfiguration",
            "PutObject",
            "GetObject",
            "HeadObject",
            "DeleteObject",
            "DeleteObjects",
            "CopyObject",
            "GetObjectAttributes",
            "GetObjectAcl",
            "PutObjectAcl",
            "GetObjectTagging",
            "PutObjectTagging",
            "DeleteObjectTagging",
            "ListObjects",
            "ListObjectsV2",
            "ListObjectVersions",
            "CreateMultipartUpload",
            "UploadPart",
            "UploadPartCopy",
            "CompleteMultipartUpload",
            "AbortMultipartUpload",
            "ListParts",
            "ListMultipartUploads",
        ]
    }

    fn tick(&self, _world: &mut World, _now: Moment) {}

    /// Assumption: s3.concurrent-changes. A bucket's configuration changes one call at a time ("A conflicting conditional
    /// operation is currently in progress against this resource").
    fn exclusive(&self, operation: &str, labels: &BTreeMap<String, String>) -> Option<(String, Fault)> {
        let configures = ["PutBucket", "DeleteBucket", "PutPublic", "DeletePublic"];
        let changes =
            operation == "CreateBucket" || configures.iter().any(|verb| operation.starts_with(verb));
        let bucket = labels.get("Bucket").filter(|_| changes)?;
        Some((bucket.clone(), bucket::conflict()))
    }

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        let operation = call.operation.as_str();
        if !self.operations().contains(&operation) {
            return Err(Fault::not_implemented(self.name(), operation));
        }
        match operation {
            "ListBuckets" => return bucket::list(world, call),
            "CreateBucket" => return bucket::create(world, call),
            _ => {}
        }
        access::admit(world, call)?;
        match operation {
            "HeadBucket" => bucket::head(world, call),
            "DeleteBucket" => bucket::delete(world, call),
            "GetBucketLocation" => bucket::location(world, call),
            "PutBucketPolicy" => policy::put(world, call),
            "GetBucketPolicy" => policy::get(world, call),
            "DeleteBucketPolicy" => policy::delete(world, call),
            "GetBucketPolicyStatus" => policy::status(world, call),
            "PutBucketOwnershipControls" => configuration::put_ownership(world, call),
            "GetBucketAcl" | "GetObjectAcl" => acl::get(world, call),
            "PutBucketAcl" | "PutObjectAcl" => acl::put(world, call),
            "PutBucketLogging" => configuration::put_logging(world, call),
            "PutObject" => object::put(world, call),
            "GetObject" => object::get(world, call),
            "HeadObject" => object::head(world, call),
            "GetObjectAttributes" => object::attributes(world, call),
            "CopyObject" => copy::copy(world, call),
            "DeleteObject" => deletion::delete(world, call),
            "DeleteObjects" => deletion::delete_many(world, call),
            "GetObjectTagging" => tagging::get(world, call),
            "PutObjectTagging" => tagging::put(world, call),
            "DeleteObjectTagging" => tagging::delete(world, call),
            "ListObjects" => listing::list(world, call),
            "ListObjectsV2" => listing::list_v2(world, call),
            "ListObjectVersions" => listing::versions(world, call),
            "CreateMultipartUpload" => multipart::create(world, call),
            "UploadPart" => multipart::upload(world, call),
            "UploadPartCopy" => multipart::copy(world, call),
            "CompleteMultipartUpload" => completion::complete(world, call),
            "AbortMultipartUpload" => multipart::abort(world, call),
            "ListParts" => multipart::parts(world, call),
            "ListMultipartUploads" => multipart::list(world, call),
            _ => configuration::call(world, call),
        }
    }
}
