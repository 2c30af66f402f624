//! Which call goes where.

use super::super::{Answer, Call, Fault, Service};
use super::{
    access, acl_operations, bucket, completion, configuration, copy, deletion, listing, multipart, object,
    policy, tag_operations,
};
use crate::clock::Moment;
use crate::world::World;
use std::collections::BTreeMap;

/// The service.
#[derive(Debug)]
pub(crate) struct S3;

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
            "GetBucketAcl" | "GetObjectAcl" => acl_operations::get(world, call),
            "PutBucketAcl" | "PutObjectAcl" => acl_operations::put(world, call),
            "PutBucketLogging" => configuration::put_logging(world, call),
            "PutObject" => object::put(world, call),
            "GetObject" => object::get(world, call),
            "HeadObject" => object::head(world, call),
            "GetObjectAttributes" => object::attributes(world, call),
            "CopyObject" => copy::copy(world, call),
            "DeleteObject" => deletion::delete(world, call),
            "DeleteObjects" => deletion::delete_many(world, call),
            "GetObjectTagging" => tag_operations::get(world, call),
            "PutObjectTagging" => tag_operations::put(world, call),
            "DeleteObjectTagging" => tag_operations::delete(world, call),
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
