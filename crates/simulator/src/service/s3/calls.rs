//! Which call goes where.

use super::super::{Answer, Call, Fault, Handler, Operation, Service};
use super::{
    access, acl_operations, bucket, completion, configuration, copy, deletion, listing, multipart, object,
    policy, tag_operations,
};
use crate::world::World;
use std::collections::BTreeMap;

/// The service.
#[derive(Debug)]
pub(crate) struct S3;

impl Service for S3 {
    fn name(&self) -> &'static str {
        "s3"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    /// Assumption: s3.concurrent-changes. A bucket's configuration changes one call at a time ("A conflicting conditional
    /// operation is currently in progress against this resource").
    fn exclusive(&self, operation: &str, labels: &BTreeMap<String, String>) -> Option<(String, Fault)> {
        let configures = ["PutBucket", "DeleteBucket", "PutPublic", "DeletePublic"];
        let changes =
            operation == "CreateBucket" || configures.iter().any(|verb| operation.starts_with(verb));
        let bucket = labels.get("Bucket").filter(|_| changes)?;
        Some((bucket.clone(), bucket::conflict()))
    }

    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        match call.operation.as_str() {
            "ListBuckets" | "CreateBucket" => access::admit_outside(call)?,
            _ => access::admit(world, call)?,
        }
        handler(world, call)
    }
}

const OPERATIONS: &[Operation] = &[
    ("CreateBucket", bucket::create),
    ("HeadBucket", bucket::head),
    ("DeleteBucket", bucket::delete),
    ("ListBuckets", bucket::list),
    ("GetBucketLocation", bucket::location),
    ("PutBucketOwnershipControls", configuration::put_ownership),
    ("GetBucketOwnershipControls", configuration::get),
    ("DeleteBucketOwnershipControls", configuration::delete),
    ("PutPublicAccessBlock", configuration::put),
    ("GetPublicAccessBlock", configuration::get),
    ("DeletePublicAccessBlock", configuration::delete),
    ("PutBucketEncryption", configuration::put),
    ("GetBucketEncryption", configuration::get),
    ("DeleteBucketEncryption", configuration::delete_encryption),
    ("PutBucketPolicy", policy::put),
    ("GetBucketPolicy", policy::get),
    ("DeleteBucketPolicy", policy::delete),
    ("GetBucketPolicyStatus", policy::status),
    ("PutBucketTagging", configuration::put),
    ("GetBucketTagging", configuration::get),
    ("DeleteBucketTagging", configuration::delete),
    ("PutBucketVersioning", configuration::put_versioning),
    ("GetBucketVersioning", configuration::get_versioning),
    ("PutBucketCors", configuration::put),
    ("GetBucketCors", configuration::get),
    ("DeleteBucketCors", configuration::delete),
    ("PutBucketWebsite", configuration::put),
    ("GetBucketWebsite", configuration::get),
    ("DeleteBucketWebsite", configuration::delete),
    ("PutBucketLifecycleConfiguration", configuration::put),
    ("GetBucketLifecycleConfiguration", configuration::get),
    ("DeleteBucketLifecycle", configuration::delete),
    ("GetBucketAcl", acl_operations::get),
    ("PutBucketAcl", acl_operations::put),
    ("GetBucketLogging", configuration::get),
    ("PutBucketLogging", configuration::put_logging),
    ("GetBucketAccelerateConfiguration", configuration::get),
    ("PutBucketAccelerateConfiguration", configuration::put),
    ("GetBucketRequestPayment", configuration::get),
    ("PutBucketRequestPayment", configuration::put),
    ("GetBucketReplication", configuration::get),
    ("GetBucketNotificationConfiguration", configuration::get),
    ("GetObjectLockConfiguration", configuration::get),
    ("PutObject", object::put),
    ("GetObject", object::get),
    ("HeadObject", object::head),
    ("DeleteObject", deletion::delete),
    ("DeleteObjects", deletion::delete_many),
    ("CopyObject", copy::copy),
    ("GetObjectAttributes", object::attributes),
    ("GetObjectAcl", acl_operations::get),
    ("PutObjectAcl", acl_operations::put),
    ("GetObjectTagging", tag_operations::get),
    ("PutObjectTagging", tag_operations::put),
    ("DeleteObjectTagging", tag_operations::delete),
    ("ListObjects", listing::list),
    ("ListObjectsV2", listing::list_v2),
    ("ListObjectVersions", listing::versions),
    ("CreateMultipartUpload", multipart::create),
    ("UploadPart", multipart::upload),
    ("UploadPartCopy", multipart::copy),
    ("CompleteMultipartUpload", completion::complete),
    ("AbortMultipartUpload", multipart::abort),
    ("ListParts", multipart::parts),
    ("ListMultipartUploads", multipart::list),
];
