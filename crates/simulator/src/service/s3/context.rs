//! The condition keys of a request, as far as they follow from it.

use serde_json::Value;

use super::{Bucket, tagging};
use crate::policy::Context;
use crate::service::Call;

fn header<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.headers
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// Keys that are one member of the call.
const MEMBERS: &[(&str, &str)] = &[
    ("s3:delimiter", "Delimiter"),
    ("s3:if-match", "IfMatch"),
    ("s3:if-none-match", "IfNoneMatch"),
    ("s3:prefix", "Prefix"),
    ("s3:x-amz-acl", "ACL"),
    ("s3:x-amz-grant-full-control", "GrantFullControl"),
    ("s3:x-amz-grant-read", "GrantRead"),
    ("s3:x-amz-grant-read-acp", "GrantReadACP"),
    ("s3:x-amz-grant-write", "GrantWrite"),
    ("s3:x-amz-grant-write-acp", "GrantWriteACP"),
    ("s3:x-amz-metadata-directive", "MetadataDirective"),
    ("s3:x-amz-server-side-encryption", "ServerSideEncryption"),
    ("s3:x-amz-server-side-encryption-aws-kms-key-id", "SSEKMSKeyId"),
    (
        "s3:x-amz-server-side-encryption-customer-algorithm",
        "SSECustomerAlgorithm",
    ),
    ("s3:x-amz-storage-class", "StorageClass"),
    ("s3:x-amz-website-redirect-location", "WebsiteRedirectLocation"),
    ("s3:object-lock-legal-hold", "ObjectLockLegalHoldStatus"),
    ("s3:object-lock-mode", "ObjectLockMode"),
];

/// The keys of a call that is about no bucket that is there already.
pub(super) fn outside(call: &Call) -> Context {
    let mut context = Context::new();
    let mut put = |key: &str, value: String| {
        context.insert(key.to_owned(), vec![value]);
    };
    put("aws:securetransport", "true".to_owned());
    put("aws:requestedregion", call.region.clone());
    put("aws:principalarn", call.caller.arn.clone());
    put("aws:principalaccount", call.caller.account.clone());
    put("s3:resourceaccount", call.caller.account.clone());
    let place = call.input["CreateBucketConfiguration"]["LocationConstraint"].as_str();
    if let Some(region) = place {
        put("s3:locationconstraint", region.to_owned());
    }
    let tags = call.input["CreateBucketConfiguration"]["Tags"].as_array();
    let pairs = tags
        .into_iter()
        .flatten()
        .filter_map(|tag| Some((tag["Key"].as_str()?, tag["Value"].as_str()?)));
    let mut keys = Vec::new();
    for (key, value) in pairs {
        put(
            &format!("aws:requesttag/{}", key.to_lowercase()),
            value.to_owned(),
        );
        keys.push(key.to_owned());
    }
    if !keys.is_empty() {
        context.insert("aws:tagkeys".to_owned(), keys);
    }
    context
}

/// Assumption: s3.source. In process and on loopback there is no TLS and no address worth checking. A request
/// counts as sent over TLS unless `x-forwarded-proto` says otherwise, and as coming from the first address of
/// `x-forwarded-for`, else from 127.0.0.1.
pub(super) fn of(bucket: &Bucket, call: &Call, target: Target<'_>) -> Context {
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
    put("aws:requestedregion", bucket.region.clone());
    put("s3:resourceaccount", bucket.account.clone());
    if secure {
        put("s3:tlsversion", "1.3".to_owned());
    }
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
        let signed = header(call, "authorization").is_some();
        let how = if signed {
            "REST-HEADER"
        } else {
            "REST-QUERY-STRING"
        };
        put("s3:authtype", how.to_owned());
        put("s3:signatureversion", "AWS4-HMAC-SHA256".to_owned());
    } else {
        put("aws:principaltype", "Anonymous".to_owned());
    }
    for (key, name) in MEMBERS {
        if let Some(value) = call.text(name) {
            put(key, value.to_owned());
        }
    }
    if let Some(value) = header(call, "x-amz-content-sha256") {
        put("s3:x-amz-content-sha256", value.to_owned());
    }
    if let Some(most) = call.input.get("MaxKeys").and_then(Value::as_i64) {
        put("s3:max-keys", most.to_string());
    }
    if let Some(source) = call.text("CopySource") {
        let decoded = percent_encoding::percent_decode_str(source).decode_utf8_lossy();
        put("s3:x-amz-copy-source", decoded.trim_start_matches('/').to_owned());
    }
    if matches!(
        call.operation.as_str(),
        "PutObject" | "CopyObject" | "CreateMultipartUpload" | "CompleteMultipartUpload"
    ) {
        put("s3:objectcreationoperation", "true".to_owned());
    }
    if let Some(version) = target.version {
        put("s3:versionid", version.to_owned());
    }
    tags(&mut context, bucket, call, target);
    context
}

/// The tags that the object has, and those that the request brings along.
fn tags(context: &mut Context, bucket: &Bucket, call: &Call, target: Target<'_>) {
    let versions = target.key.and_then(|key| bucket.objects.get(key));
    let version = match target.version {
        Some(id) => versions.and_then(|versions| versions.iter().find(|version| version.id == id)),
        None => versions.and_then(|versions| versions.last()),
    };
    for (tag, value) in version.iter().flat_map(|version| &version.tags) {
        context.insert(
            format!("s3:existingobjecttag/{}", tag.to_ascii_lowercase()),
            vec![value.clone()],
        );
    }
    let requested = match call.operation.as_str() {
        "PutObjectTagging" => tagging::read(&call.input["Tagging"]["TagSet"], usize::MAX),
        _ => tagging::from_header(call.text("Tagging")),
    };
    // What is wrong with them, the operation itself says.
    let requested = requested.unwrap_or_default();
    if !requested.is_empty() {
        context.insert(
            "s3:requestobjecttagkeys".to_owned(),
            requested.keys().cloned().collect(),
        );
    }
    for (tag, value) in requested {
        context.insert(
            format!("s3:requestobjecttag/{}", tag.to_ascii_lowercase()),
            vec![value],
        );
    }
}

/// What is asked for in a bucket: the bucket itself, an object, or one version of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Target<'a> {
    /// The object's key; `None` for the bucket.
    pub(super) key: Option<&'a str>,
    /// The version that is named.
    pub(super) version: Option<&'a str>,
}

/// Whether an operation says what a new object will be like.
pub(super) fn begins_object(operation: &str) -> bool {
    matches!(operation, "PutObject" | "CopyObject" | "CreateMultipartUpload")
}
