//! Putting and reading objects.

pub(super) use crate::service::s3::version::{find, find_in, last_modified, store};
use serde_json::{Map, Value, json};

use super::{
    Bucket, Payload, bucket, checksum, condition, fault, member, object_of, stamp, tagging, version_id,
};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(crate) use crate::world::s3::Version;

/// What a PUT may say and a read gives back.
const KEPT: &[&str] = &[
    "CacheControl",
    "ContentDisposition",
    "ContentLanguage",
    "ContentType",
    "Expires",
    "WebsiteRedirectLocation",
];

/// The largest object that one PUT takes: 5 GiB.
const LARGEST: u64 = 5 * 1024 * 1024 * 1024;

impl Version {
    /// What a read answers besides the content.
    fn described(&self, bucket: &Bucket, call: &Call) -> Map<String, Value> {
        let mut out = self.headers.clone();
        out.insert("ETag".to_owned(), self.etag.clone().into());
        out.insert("LastModified".to_owned(), stamp(self.modified));
        out.insert("AcceptRanges".to_owned(), "bytes".into());
        if call.text("ChecksumMode") == Some("ENABLED") {
            out.extend(self.checksums.clone());
        }
        if bucket.versioning.is_some() {
            out.insert("VersionId".to_owned(), self.id.clone().into());
        }
        if !self.tags.is_empty() {
            out.insert("TagCount".to_owned(), self.tags.len().into());
        }
        for (overriding, name) in [
            ("ResponseCacheControl", "CacheControl"),
            ("ResponseContentDisposition", "ContentDisposition"),
            ("ResponseContentEncoding", "ContentEncoding"),
            ("ResponseContentLanguage", "ContentLanguage"),
            ("ResponseContentType", "ContentType"),
            ("ResponseExpires", "Expires"),
        ] {
            if let Some(value) = call.input.get(overriding).filter(|value| !value.is_null()) {
                out.insert(name.to_owned(), value.clone());
            }
        }
        out
    }
}

/// The headers of a new object, from the call that makes it.
pub(super) fn headers(call: &Call, bucket: &Bucket) -> Result<Map<String, Value>, Fault> {
    if call.text("SSECustomerAlgorithm").is_some() {
        return Err(Fault::not_implemented(
            "s3",
            "encryption with customer-provided keys",
        ));
    }
    let mut out = Map::new();
    for name in KEPT {
        if let Some(value) = call.input.get(*name).filter(|value| !value.is_null()) {
            out.insert((*name).to_owned(), value.clone());
        }
    }
    out.entry("ContentType")
        .or_insert_with(|| "binary/octet-stream".into());
    // aws-chunked is how the body travels, not how the object is encoded; S3 takes it out.
    if let Some(encoding) = call.text("ContentEncoding") {
        let kept: Vec<&str> = encoding
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty() && *one != "aws-chunked")
            .collect();
        if !kept.is_empty() {
            out.insert("ContentEncoding".to_owned(), kept.join(",").into());
        }
    }
    if let Some(metadata) = call
        .input
        .get("Metadata")
        .and_then(Value::as_object)
        .filter(|map| !map.is_empty())
    {
        let size: usize = metadata
            .iter()
            .map(|(key, value)| key.len() + value.as_str().unwrap_or_default().len())
            .sum();
        if size > 2048 {
            let message = "Your metadata headers exceed the maximum allowed metadata size";
            return Err(fault("MetadataTooLarge", 400, message));
        }
        // Header names have no case: S3 gives metadata keys back in lower case.
        let lower: Map<String, Value> = metadata
            .iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), value.clone()))
            .collect();
        out.insert("Metadata".to_owned(), lower.into());
    }
    out.extend(encryption(call, bucket));
    if let Some(class) = call.text("StorageClass").filter(|class| *class != "STANDARD") {
        out.insert("StorageClass".to_owned(), class.into());
    }
    Ok(out)
}

/// The encryption of a new object: what the call asks for, else the bucket's default.
fn encryption(call: &Call, bucket: &Bucket) -> Map<String, Value> {
    let rule = bucket
        .configuration
        .get("BucketEncryption")
        .map(|stored| stored["ServerSideEncryptionConfiguration"]["Rules"][0].clone())
        .unwrap_or_default();
    let default = &rule["ApplyServerSideEncryptionByDefault"];
    let asked = call.text("ServerSideEncryption");
    let algorithm = asked.or(default["SSEAlgorithm"].as_str()).unwrap_or("AES256");
    let mut out = object_of([("ServerSideEncryption", algorithm.into())]);
    if algorithm.starts_with("aws:kms") {
        let own_key = match asked {
            Some(_) => None,
            None => default["KMSMasterKeyID"].as_str(),
        };
        let key = call.text("SSEKMSKeyId").or(own_key).map_or_else(
            || format!("arn:aws:kms:{}:{}:key/aws-s3", bucket.region, bucket.account),
            str::to_owned,
        );
        out.insert("SSEKMSKeyId".to_owned(), key.into());
        let bucket_key = call.input.get("BucketKeyEnabled").and_then(Value::as_bool);
        if bucket_key.or(rule["BucketKeyEnabled"].as_bool()) == Some(true) {
            out.insert("BucketKeyEnabled".to_owned(), true.into());
        }
    }
    out
}

/// The checksums of a body: those that the client sent (the wire has verified them), else the one that the
/// client named, else CRC-64/NVME, which S3 computes by itself.
pub(super) fn checksums(call: &Call, body: &[u8]) -> Map<String, Value> {
    let mut out: Map<String, Value> = checksum::MEMBERS
        .iter()
        .filter_map(|(member, _)| Some(((*member).to_owned(), call.text(member)?.into())))
        .collect();
    if out.is_empty() {
        let named = call
            .text("ChecksumAlgorithm")
            .and_then(|name| checksum::compute_base64(name, body));
        let computed = named.or_else(|| checksum::compute_base64("CRC64NVME", body));
        out.extend(computed.map(|(member, sum)| (member.to_owned(), sum.into())));
    }
    out.insert("ChecksumType".to_owned(), "FULL_OBJECT".into());
    out
}

pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = member(call, "Key")?.to_owned();
    check_key(&key)?;
    let id = version_id::fresh(world);
    let acl = super::acl::of_write(world, call)?;
    let bucket = bucket(world, call)?;
    if call
        .input
        .get("WriteOffsetBytes")
        .is_some_and(|value| !value.is_null())
    {
        return Err(Fault::not_implemented("s3", "appending"));
    }
    if call.body.len() as u64 > LARGEST {
        return Err(fault(
            "EntityTooLarge",
            400,
            "Your proposed upload exceeds the maximum allowed size",
        ));
    }
    if call
        .text("ContentMD5")
        .is_some_and(|sum| sum != checksum::md5_base64(&call.body))
    {
        return Err(fault(
            "BadDigest",
            400,
            "The Content-MD5 you specified did not match what we received.",
        ));
    }
    condition::check_write(call, bucket.latest(&key))?;
    let headers = headers(call, bucket)?;
    let version = Version {
        id: String::new(),
        marker: false,
        modified: call.now,
        etag: etag(&headers, &call.body, &id),
        headers,
        checksums: checksums(call, &call.body),
        tags: tagging::from_header(call.text("Tagging"))?,
        body: Payload(call.body.clone()),
        parts: None,
        pieces: Vec::new(),
        acl,
    };
    let mut output = written(&version);
    let shown = store(bucket, &key, version, id);
    // While versioning is suspended, a write does not say that its version is `null`.
    if let Some(shown) = shown.filter(|id| id != version_id::NULL) {
        output.insert("VersionId".to_owned(), shown.into());
    }
    Ok(Answer::of(output.into()))
}

/// The entity tag of content that was written in one piece: its MD5, except where KMS encrypts it ("not an MD5
/// digest of the object data", S3's reference of common response headers).
pub(super) fn etag(headers: &Map<String, Value>, body: &[u8], id: &str) -> String {
    let by_kms = headers
        .get("ServerSideEncryption")
        .and_then(Value::as_str)
        .is_some_and(|algorithm| algorithm.starts_with("aws:kms"));
    match by_kms {
        true => checksum::etag(id.as_bytes()),
        false => checksum::etag(body),
    }
}

/// What the answer to a write says of the new version.
pub(super) fn written(version: &Version) -> Map<String, Value> {
    let mut out = version.checksums.clone();
    out.insert("ETag".to_owned(), version.etag.clone().into());
    for name in ["ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled"] {
        if let Some(value) = version.headers.get(name) {
            out.insert(name.to_owned(), value.clone());
        }
    }
    out
}

/// Keys have 1 to 1,024 bytes of UTF-8.
pub(super) fn check_key(key: &str) -> Result<(), Fault> {
    match key.len() {
        0 => Err(fault("InvalidRequest", 400, "The key is empty")),
        1..=1024 => Ok(()),
        _ => Err(fault("KeyTooLongError", 400, "Your key is too long")),
    }
}

/// Which bytes a `Range` header asks for: `None` for the whole, since S3 takes no more than one range and
/// ignores what it does not understand.
fn range(header: Option<&str>, length: u64) -> Result<Option<(u64, u64)>, Fault> {
    let unsatisfiable = || {
        let mut refused = fault("InvalidRange", 416, "The requested range is not satisfiable");
        refused.members = json!({ "ActualObjectSize": length, "RangeRequested": header });
        refused
    };
    let Some(spec) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else {
        return Ok(None);
    };
    let Some((first, last)) = spec.split_once('-').filter(|_| !spec.contains(',')) else {
        return Ok(None);
    };
    match (first.trim().parse::<u64>().ok(), last.trim().parse::<u64>().ok()) {
        (Some(first), _) if first >= length => Err(unsatisfiable()),
        (Some(first), None) if last.trim().is_empty() => Ok(Some((first, length - 1))),
        (Some(first), Some(last)) if first <= last => Ok(Some((first, last.min(length - 1)))),
        (None, Some(count)) if first.trim().is_empty() => match count.min(length) {
            0 => Err(unsatisfiable()),
            count => Ok(Some((length - count, length - 1))),
        },
        _ => Ok(None),
    }
}

fn read(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let version = find(world, call)?.clone();
    condition::check_read(call, &version, "")?;
    let bucket = bucket(world, call)?;
    let mut output = version.described(bucket, call);
    let whole = version.body.0.clone();
    let (range, sums) = match number(call) {
        None => (range(call.text("Range"), whole.len() as u64)?, None),
        Some(_) if call.text("Range").is_some() => {
            let message = "Cannot specify both Range header and partNumber query parameter";
            return Err(fault("InvalidRequest", 400, message));
        }
        Some(number) => {
            let (range, piece) = part(&version, number)?;
            if let Some(count) = version.parts {
                output.insert("PartsCount".to_owned(), count.into());
            }
            (range, piece)
        }
    };
    if let Some((first, last)) = range {
        output.insert(
            "ContentRange".to_owned(),
            format!("bytes {first}-{last}/{}", whole.len()).into(),
        );
    }
    // A checksum of the whole would not fit the part that is sent.
    let partial = range.is_some_and(|(first, last)| first > 0 || last + 1 < whole.len() as u64);
    if partial || sums.is_some() {
        let kind = output.remove("ChecksumType");
        for (member, _) in checksum::MEMBERS {
            output.remove(*member);
        }
        if let (Some(sums), Some(kind)) = (sums.filter(|sums| !sums.is_empty()), kind) {
            output.extend(sums);
            output.insert("ChecksumType".to_owned(), kind);
        }
    }
    let body = match range {
        Some((first, last)) => whole.slice(first as usize..=last as usize),
        None => whole,
    };
    output.insert("ContentLength".to_owned(), body.len().into());
    Ok(Answer {
        output: output.into(),
        body: Some(body),
        status: (range.is_some() || number(call).is_some()).then_some(206),
    })
}

fn number(call: &Call) -> Option<u64> {
    call.input.get("PartNumber").and_then(Value::as_u64)
}

/// The first and last byte of one part, unless it is empty, and its checksums where the object was made of parts. What
/// was written in one piece is its own only part.
type OnePart = (Option<(u64, u64)>, Option<Map<String, Value>>);

fn part(version: &Version, number: u64) -> Result<OnePart, Fault> {
    let unsatisfiable = || {
        let message = "The requested partnumber is not satisfiable";
        let mut refused = fault("InvalidPartNumber", 416, message);
        refused.members =
            json!({ "ActualPartCount": version.parts.unwrap_or(1), "PartNumberRequested": number });
        refused
    };
    let length = version.body.0.len() as u64;
    let at = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let bytes = |first: u64, size: u64| (size > 0).then(|| (first, first + size - 1));
    if version.pieces.is_empty() && at == 0 {
        return Ok((bytes(0, length), None));
    }
    let piece = version.pieces.get(at).ok_or_else(unsatisfiable)?;
    let first: u64 = version.pieces[..at].iter().map(|piece| piece.size).sum();
    Ok((bytes(first, piece.size), Some(piece.checksums.clone())))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    read(world, call)
}

/// The same without the content.
pub(super) fn head(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer {
        body: None,
        ..read(world, call)?
    })
}

pub(super) fn attributes(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let shown = bucket(world, call)?.versioning.is_some();
    let version = find(world, call)?;
    let wanted: Vec<&str> = call.input["ObjectAttributes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .flat_map(|text| text.split(',').map(str::trim))
        .collect();
    let mut output = object_of([("LastModified", stamp(version.modified))]);
    if shown {
        output.insert("VersionId".to_owned(), version.id.clone().into());
    }
    for name in wanted {
        let value: Value = match name {
            "ETag" => version.etag.trim_matches('"').into(),
            "Checksum" => bare(&version.checksums).into(),
            "StorageClass" => version
                .headers
                .get("StorageClass")
                .cloned()
                .unwrap_or_else(|| "STANDARD".into()),
            "ObjectSize" => version.body.0.len().into(),
            "ObjectParts" => match version.parts {
                Some(count) if version.checksums.get("ChecksumType") == Some(&json!("COMPOSITE")) => {
                    parts(version, count)
                }
                Some(count) => json!({ "TotalPartsCount": count }),
                None => continue,
            },
            other => {
                return Err(fault(
                    "InvalidArgument",
                    400,
                    format!("Invalid attribute name {other}"),
                ));
            }
        };
        output.insert(name.to_owned(), value);
    }
    Ok(Answer::of(output.into()))
}

/// Checksums without the number of parts that stands behind a composite one.
fn bare(checksums: &Map<String, Value>) -> Map<String, Value> {
    let mut out = checksums.clone();
    for (name, _) in checksum::MEMBERS {
        if let Some(sum) = checksums.get(*name).and_then(Value::as_str) {
            out.insert((*name).to_owned(), sum.split('-').next().unwrap_or(sum).into());
        }
    }
    out
}

/// The parts with their checksums, which S3 tells of composite uploads only.
fn parts(version: &Version, count: u64) -> Value {
    let parts: Vec<Value> = version
        .pieces
        .iter()
        .map(|piece| {
            let mut out = piece.checksums.clone();
            out.insert("PartNumber".to_owned(), piece.number.into());
            out.insert("Size".to_owned(), piece.size.into());
            out.into()
        })
        .collect();
    let last = version.pieces.last().map_or(0, |piece| piece.number);
    json!({
        "TotalPartsCount": count, "IsTruncated": false, "MaxParts": 1000, "PartNumberMarker": 0,
        "NextPartNumberMarker": last, "Parts": parts,
    })
}
