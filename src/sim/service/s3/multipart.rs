//! Multipart uploads.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::object::{self, Version};
use super::{Payload, bucket, canonical, checksum, condition, fault, member, stamp, tagging};
use crate::sim::clock::Moment;
use crate::sim::service::{Answer, Call, Fault};
use crate::sim::world::World;

/// An upload under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    /// The key that it will have.
    pub key: String,
    /// When it was begun.
    pub begun: Moment,
    /// The headers that the object will have.
    pub headers: Map<String, Value>,
    /// The tags that it will have.
    pub tags: BTreeMap<String, String>,
    /// The checksum algorithm, where one was named.
    pub algorithm: Option<String>,
    /// `COMPOSITE` or `FULL_OBJECT`.
    pub kind: String,
    /// Parts by number.
    pub parts: BTreeMap<u64, Part>,
    /// The ACL that the object will have, where one was given.
    #[serde(default)]
    pub acl: Option<Vec<Value>>,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// When it was put.
    pub modified: Moment,
    /// Its entity tag, quoted.
    pub etag: String,
    /// Its content.
    pub body: Payload,
    /// Its checksums by member.
    pub checksums: Map<String, Value>,
}

/// The smallest part except for the last one: 5 MiB.
const SMALLEST: usize = 5 * 1024 * 1024;

fn no_such_upload() -> Fault {
    fault(
        "NoSuchUpload",
        404,
        "The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload \
         might have been aborted or completed.",
    )
}

fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Upload, Fault> {
    let (id, key) = (member(call, "UploadId")?, member(call, "Key")?);
    let upload = bucket(world, call)?.uploads.get_mut(id);
    upload
        .filter(|upload| upload.key == key)
        .ok_or_else(no_such_upload)
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = member(call, "Key")?.to_owned();
    object::check_key(&key)?;
    let id = world.hex(32);
    let bucket = bucket(world, call)?;
    let acl = super::acl::of_write(bucket, call)?;
    let algorithm = call.text("ChecksumAlgorithm").map(str::to_owned);
    if algorithm
        .as_deref()
        .is_some_and(|name| checksum::compute(name, b"").is_none())
    {
        return Err(Fault::not_implemented(
            "s3",
            "multipart uploads with this checksum algorithm",
        ));
    }
    // CRC-64/NVME knows only the whole object; SHA-256 only the composite; the other CRCs default to that.
    let kind = match (algorithm.as_deref(), call.text("ChecksumType")) {
        (None | Some("CRC64NVME"), Some("COMPOSITE")) | (Some("SHA256"), Some("FULL_OBJECT")) => {
            let message = "The checksum type is not supported for the specified checksum algorithm.";
            return Err(fault("InvalidRequest", 400, message));
        }
        (None | Some("CRC64NVME"), _) | (_, Some("FULL_OBJECT")) => "FULL_OBJECT",
        _ => "COMPOSITE",
    };
    let upload = Upload {
        key: key.clone(),
        begun: call.now,
        headers: object::headers(call, bucket)?,
        tags: tagging::from_header(call.text("Tagging"))?,
        algorithm: algorithm.clone(),
        kind: kind.to_owned(),
        parts: BTreeMap::new(),
        acl,
    };
    let mut output = json!({
        "Bucket": bucket.name,
        "Key": key,
        "UploadId": id,
        "ServerSideEncryption": upload.headers.get("ServerSideEncryption"),
    });
    if let Some(algorithm) = algorithm {
        output["ChecksumAlgorithm"] = algorithm.into();
        output["ChecksumType"] = kind.into();
    }
    bucket.uploads.insert(id, upload);
    Ok(Answer::of(output))
}

/// The number of a part: 1 to 10,000.
fn number(call: &Call) -> Result<u64, Fault> {
    let number = call.input.get("PartNumber").and_then(Value::as_u64).unwrap_or(0);
    if !(1..=10_000).contains(&number) {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        return Err(fault("InvalidArgument", 400, message));
    }
    Ok(number)
}

pub(super) fn upload(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let number = number(call)?;
    let upload = find(world, call)?;
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
    let mut checksums = Map::new();
    for (name, _) in checksum::MEMBERS {
        if let Some(sum) = call.text(name) {
            checksums.insert((*name).to_owned(), sum.into());
        }
    }
    if let Some((name, sum)) = upload
        .algorithm
        .as_deref()
        .and_then(|a| checksum::compute_base64(a, &call.body))
    {
        checksums.insert(name.to_owned(), sum.into());
    }
    let part = Part {
        modified: call.now,
        etag: checksum::etag(&call.body),
        body: Payload(call.body.clone()),
        checksums,
    };
    let mut output = part.checksums.clone();
    output.insert("ETag".to_owned(), part.etag.clone().into());
    if let Some(encryption) = upload.headers.get("ServerSideEncryption") {
        output.insert("ServerSideEncryption".to_owned(), encryption.clone());
    }
    upload.parts.insert(number, part);
    Ok(Answer::of(output.into()))
}

/// The bytes that `CopySourceRange` names: `bytes=first-last`, both of them there.
fn copied(header: Option<&str>, body: &Bytes) -> Result<Bytes, Fault> {
    let Some(header) = header else {
        return Ok(body.clone());
    };
    let (first, last) = header
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
        .and_then(|(first, last)| Some((first.parse::<usize>().ok()?, last.parse::<usize>().ok()?)))
        .filter(|(first, last)| first <= last)
        .ok_or_else(|| {
            let message = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and \
                           last are the zero-based offsets of the first and last bytes to copy";
            fault("InvalidArgument", 400, message)
        })?;
    if last >= body.len() {
        let message = format!(
            "Range specified is not valid for source object of size: {}",
            body.len()
        );
        return Err(fault("InvalidArgument", 400, message));
    }
    Ok(body.slice(first..=last))
}

/// A part out of an object that is there already.
pub(super) fn copy(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let number = number(call)?;
    find(world, call)?;
    let source = super::copy::original(world, call)?;
    let body = copied(call.text("CopySourceRange"), &source.version.body.0)?;
    let upload = find(world, call)?;
    let mut part = Part {
        modified: call.now,
        etag: checksum::etag(&body),
        checksums: Map::new(),
        body: Payload(body),
    };
    if let Some(algorithm) = upload.algorithm.as_deref() {
        let computed = checksum::compute_base64(algorithm, &part.body.0);
        part.checksums
            .extend(computed.map(|(name, sum)| (name.to_owned(), sum.into())));
    }
    let mut result = part.checksums.clone();
    result.insert("ETag".to_owned(), part.etag.clone().into());
    result.insert("LastModified".to_owned(), stamp(part.modified));
    let mut output = json!({ "CopyPartResult": result });
    if let Some(encryption) = upload.headers.get("ServerSideEncryption") {
        output["ServerSideEncryption"] = encryption.clone();
    }
    if source.versioned {
        output["CopySourceVersionId"] = source.version.id.into();
    }
    upload.parts.insert(number, part);
    Ok(Answer::of(output))
}

/// The parts that the call lists, in order, each of them there and (but for the last) large enough.
fn assemble<'a>(upload: &'a Upload, listed: &[Value]) -> Result<Vec<&'a Part>, Fault> {
    if listed.is_empty() {
        return Err(fault("MalformedXML", 400, "You must specify at least one part"));
    }
    // The order is looked at before any of the parts is.
    let numbers: Vec<u64> = listed
        .iter()
        .map(|entry| entry["PartNumber"].as_u64().unwrap_or(0))
        .collect();
    if numbers.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(fault(
            "InvalidPartOrder",
            400,
            "The list of parts was not in ascending order.",
        ));
    }
    let mut parts = Vec::new();
    for (index, (entry, number)) in listed.iter().zip(numbers).enumerate() {
        let bare = |text: &str| text.trim_matches('"').to_owned();
        let part = upload
            .parts
            .get(&number)
            .filter(|part| {
                entry["ETag"]
                    .as_str()
                    .is_some_and(|etag| bare(etag) == bare(&part.etag))
            })
            .ok_or_else(|| {
                fault(
                    "InvalidPart",
                    400,
                    "One or more of the specified parts could not be found.",
                )
            })?;
        if part.body.0.len() < SMALLEST && index + 1 < listed.len() {
            return Err(fault(
                "EntityTooSmall",
                400,
                "Your proposed upload is smaller than the minimum allowed size",
            ));
        }
        parts.push(part);
    }
    Ok(parts)
}

pub(super) fn complete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let fresh = world.hex(32);
    let upload = find(world, call)?.clone();
    let listed = call.input["MultipartUpload"]["Parts"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let parts = assemble(&upload, &listed)?;
    let bucket = bucket(world, call)?;
    condition::check_write(call, bucket.latest(&upload.key))?;
    let mut body = BytesMut::new();
    let mut digests = Vec::new();
    for part in &parts {
        body.extend_from_slice(&part.body.0);
        digests.extend(hex::decode(part.etag.trim_matches('"')).unwrap_or_default());
    }
    let body = body.freeze();
    let whole = checksum::etag(&digests);
    let algorithm = upload.algorithm.as_deref().unwrap_or("CRC64NVME");
    let mut checksums = Map::new();
    if upload.kind == "COMPOSITE" {
        let sums: Vec<u8> = parts
            .iter()
            .filter_map(|part| checksum::compute(algorithm, &part.body.0))
            .flat_map(|(_, sum)| sum)
            .collect();
        if let Some((name, sum)) = checksum::compute(algorithm, &sums) {
            checksums.insert(
                name.to_owned(),
                format!("{}-{}", STANDARD.encode(sum), parts.len()).into(),
            );
        }
    } else if let Some((name, sum)) = checksum::compute_base64(algorithm, &body) {
        if call.text(name).is_some_and(|given| given != sum) {
            return Err(fault(
                "BadDigest",
                400,
                "The checksum you specified did not match the object",
            ));
        }
        checksums.insert(name.to_owned(), sum.into());
    }
    checksums.insert("ChecksumType".to_owned(), upload.kind.clone().into());
    let version = Version {
        id: String::new(),
        marker: false,
        modified: call.now,
        etag: format!("\"{}-{}\"", whole.trim_matches('"'), parts.len()),
        body: Payload(body),
        headers: upload.headers.clone(),
        checksums,
        tags: upload.tags.clone(),
        parts: Some(parts.len() as u64),
        acl: upload.acl.clone(),
    };
    let mut output = object::written(&version);
    output.insert("Bucket".to_owned(), bucket.name.clone().into());
    output.insert("Key".to_owned(), upload.key.clone().into());
    let place = format!(
        "https://{}.s3.{}.amazonaws.com/{}",
        bucket.name, bucket.region, upload.key
    );
    output.insert("Location".to_owned(), place.into());
    bucket.uploads.remove(member(call, "UploadId")?);
    if let Some(shown) = object::store(bucket, &upload.key, version, fresh) {
        output.insert("VersionId".to_owned(), shown.into());
    }
    Ok(Answer::of(output.into()))
}

pub(super) fn abort(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    find(world, call)?;
    let id = member(call, "UploadId")?;
    bucket(world, call)?.uploads.remove(id);
    Ok(Answer::empty())
}

pub(super) fn parts(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let owner = json!({ "ID": canonical(&bucket(world, call)?.account) });
    let upload = find(world, call)?;
    let marker = call
        .text("PartNumberMarker")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0u64);
    let marker = call
        .input
        .get("PartNumberMarker")
        .and_then(Value::as_u64)
        .unwrap_or(marker);
    let most = call
        .input
        .get("MaxParts")
        .and_then(Value::as_u64)
        .unwrap_or(1000)
        .min(1000) as usize;
    let mut rest = upload.parts.range(marker + 1..);
    let page: Vec<(&u64, &Part)> = rest.by_ref().take(most).collect();
    let more = rest.next().is_some();
    let shown: Vec<Value> = page
        .iter()
        .map(|(number, part)| {
            let mut out = part.checksums.clone();
            out.insert("PartNumber".to_owned(), (**number).into());
            out.insert("LastModified".to_owned(), stamp(part.modified));
            out.insert("ETag".to_owned(), part.etag.clone().into());
            out.insert("Size".to_owned(), part.body.0.len().into());
            out.into()
        })
        .collect();
    let last = page.last().map_or(marker, |(number, _)| **number);
    let mut output = json!({
        "Bucket": call.text("Bucket"),
        "Key": upload.key,
        "UploadId": call.text("UploadId"),
        "MaxParts": most,
        "IsTruncated": more,
        "Owner": owner,
        "Initiator": owner,
        "StorageClass": "STANDARD",
        "PartNumberMarker": marker,
        "NextPartNumberMarker": last,
    });
    if !shown.is_empty() {
        output["Parts"] = shown.into();
    }
    Ok(Answer::of(output))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let prefix = call.text("Prefix").unwrap_or_default().to_owned();
    if call.text("Delimiter").is_some_and(|text| !text.is_empty()) {
        return Err(Fault::not_implemented(
            "s3",
            "ListMultipartUploads with a delimiter",
        ));
    }
    let after = (
        call.text("KeyMarker").unwrap_or_default(),
        call.text("UploadIdMarker").unwrap_or_default(),
    );
    let most = call
        .input
        .get("MaxUploads")
        .and_then(Value::as_u64)
        .unwrap_or(1000)
        .min(1000) as usize;
    let bucket = bucket(world, call)?;
    let owner = json!({ "ID": canonical(&bucket.account) });
    let mut found: Vec<(&str, &str, &Upload)> = bucket
        .uploads
        .iter()
        .map(|(id, upload)| (upload.key.as_str(), id.as_str(), upload))
        .filter(|(key, id, _)| {
            let beyond = if after.1.is_empty() {
                *key > after.0
            } else {
                (*key, *id) > after
            };
            key.starts_with(&prefix) && (after.0.is_empty() || beyond)
        })
        .collect();
    found.sort_by_key(|(key, id, _)| (*key, *id));
    let more = found.len() > most;
    found.truncate(most);
    let uploads: Vec<Value> = found
        .iter()
        .map(|(key, id, upload)| {
            json!({
                "Key": key,
                "UploadId": id,
                "Initiated": stamp(upload.begun),
                "StorageClass": "STANDARD",
                "Owner": owner,
                "Initiator": owner,
            })
        })
        .collect();
    let mut output = json!({
        "Bucket": bucket.name,
        "Prefix": prefix,
        "KeyMarker": after.0,
        "UploadIdMarker": after.1,
        "MaxUploads": most,
        "IsTruncated": more,
    });
    if let Some((key, id, _)) = found.last().filter(|_| more) {
        output["NextKeyMarker"] = (*key).into();
        output["NextUploadIdMarker"] = (*id).into();
    }
    if !uploads.is_empty() {
        output["Uploads"] = uploads.into();
    }
    Ok(Answer::of(output))
}
