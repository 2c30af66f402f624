//! CopyObject, and what it shares with UploadPartCopy.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::access::Target;
use super::object::{self, Version};
use super::{access, bucket, condition, denied, fault, member, stamp, tagging, version_id};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// Bucket, key and version of `CopySource`: `bucket/key` or `/bucket/key`, URL-encoded, with an optional
/// `?versionId=`.
fn source(header: &str) -> Result<(String, String, Option<String>), Fault> {
    let invalid = || fault("InvalidArgument", 400, "Invalid copy source object key");
    let (path, version) = match header.split_once("?versionId=") {
        Some((path, version)) => (path, Some(version.to_owned())),
        None => (header, None),
    };
    let path = percent_decode_str(path).decode_utf8().map_err(|_| invalid())?;
    let (bucket, key) = path.trim_start_matches('/').split_once('/').ok_or_else(invalid)?;
    if bucket.is_empty() || key.is_empty() {
        return Err(invalid());
    }
    Ok((bucket.to_owned(), key.to_owned(), version))
}

/// What a copy is made from.
pub(super) struct Original {
    /// The bucket that it is in.
    bucket: String,
    key: String,
    /// Whether `CopySource` named a version.
    by_version: bool,
    /// Whether its bucket has versions, so that an answer names the one that was copied.
    pub(super) versioned: bool,
    /// Whether the caller may read its tags, which a copy takes along.
    may_read_tags: bool,
    /// The version itself.
    pub(super) version: Version,
}

/// Reads what `CopySource` names, as the caller may and as its conditions have it.
pub(super) fn original(world: &mut World, call: &Call) -> Result<Original, Fault> {
    let (from, from_key, from_version) = source(member(call, "CopySource")?)?;
    let origin = world
        .s3
        .buckets
        .get_mut(&from)
        .ok_or_else(|| super::absent(&from))?;
    let action = if from_version.is_some() {
        "s3:GetObjectVersion"
    } else {
        "s3:GetObject"
    };
    let owner = call.text("ExpectedSourceBucketOwner");
    let target = Target {
        key: Some(&from_key),
        version: from_version.as_deref(),
    };
    if owner.is_some_and(|owner| owner != origin.account) || !access::allowed(origin, call, action, target) {
        return Err(denied());
    }
    let versioned = origin.versioning.is_some();
    let of_tags = access::action("GetObjectTagging", from_version.is_some());
    let may_read_tags = access::allowed(origin, call, &of_tags, target);
    let version = object::find_in(origin, &from_key, from_version.as_deref(), call)?.clone();
    condition::check_read(call, &version, "CopySource")?;
    Ok(Original {
        bucket: from,
        key: from_key,
        by_version: from_version.is_some(),
        versioned,
        may_read_tags,
        version,
    })
}

pub(super) fn copy(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = member(call, "Key")?.to_owned();
    object::check_key(&key)?;
    let id = version_id::fresh(world);
    let source = original(world, call)?;
    let (original, versioned) = (&source.version, source.versioned);
    let replace = call.text("MetadataDirective") == Some("REPLACE");
    // The source's ACL does not come along.
    let acl = super::acl::of_write(world, call)?;
    let bucket = bucket(world, call)?;
    let changes = replace
        || [
            "StorageClass",
            "ServerSideEncryption",
            "WebsiteRedirectLocation",
            "TaggingDirective",
        ]
        .iter()
        .any(|name| call.text(name).is_some());
    if source.bucket == bucket.name && source.key == key && !source.by_version && !changes {
        let message = "This copy request is illegal because it is trying to copy an object to itself without \
                       changing the object's metadata, storage class, website redirect location or encryption \
                       attributes.";
        return Err(fault("InvalidRequest", 400, message));
    }
    condition::check_write(call, bucket.latest(&key))?;
    let mut headers = object::headers(call, bucket)?;
    if !replace {
        // The source's own, except for what belongs to the place where the copy is stored.
        let own = [
            "ServerSideEncryption",
            "SSEKMSKeyId",
            "BucketKeyEnabled",
            "StorageClass",
            "WebsiteRedirectLocation",
        ];
        headers.retain(|name, _| own.contains(&name.as_str()));
        headers.extend(
            original
                .headers
                .clone()
                .into_iter()
                .filter(|(name, _)| !own.contains(&name.as_str())),
        );
    }
    let tags = match call.text("TaggingDirective") {
        Some("REPLACE") => tagging::from_header(call.text("Tagging"))?,
        _ if original.tags.is_empty() => tagging::Tags::new(),
        _ => {
            let target = Target {
                key: Some(&key),
                version: None,
            };
            if !source.may_read_tags || !access::allowed(bucket, call, "s3:PutObjectTagging", target) {
                return Err(denied());
            }
            original.tags.clone()
        }
    };
    let body = original.body.clone();
    // A copy is written in one piece, whatever the original was.
    let checksums: Map<String, Value> = match original.parts {
        None if call.text("ChecksumAlgorithm").is_none() => original.checksums.clone(),
        _ => object::checksums(call, &body.0),
    };
    let version = Version {
        id: String::new(),
        marker: false,
        modified: call.now,
        etag: object::etag(&headers, &body.0, &id),
        body,
        headers,
        checksums,
        tags,
        parts: None,
        pieces: Vec::new(),
        acl,
    };
    let mut output = object::written(&version);
    let mut result = version.checksums.clone();
    result.insert("ETag".to_owned(), version.etag.clone().into());
    result.insert("LastModified".to_owned(), stamp(version.modified));
    output.retain(|name, _| name != "ETag" && !name.starts_with("Checksum"));
    output.insert("CopyObjectResult".to_owned(), result.into());
    if versioned {
        output.insert("CopySourceVersionId".to_owned(), json!(original.id));
    }
    if let Some(shown) = object::store(bucket, &key, version, id) {
        output.insert("VersionId".to_owned(), shown.into());
    }
    Ok(Answer::of(output.into()))
}
