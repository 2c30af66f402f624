//! Multipart uploads.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::checksum::sums;
use super::object;
use super::{Payload, bucket, canonical, checksum, fault, member, stamp, tagging};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(crate) use crate::world::s3::{Part, Piece, Upload};

fn no_such_upload(id: &str) -> Fault {
    let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                   aborted or completed.";
    let mut missing = fault("NoSuchUpload", 404, message);
    missing.members = json!({ "UploadId": id });
    missing
}

pub(super) fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Upload, Fault> {
    let (id, key) = (member(call, "UploadId")?, member(call, "Key")?);
    let upload = bucket(world, call)?.uploads.get_mut(id);
    upload
        .filter(|upload| upload.key == key)
        .ok_or_else(|| no_such_upload(id))
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = member(call, "Key")?.to_owned();
    object::check_key(&key)?;
    let id = world.hex(32);
    let acl = super::acl::of_write(world, call)?;
    let bucket = bucket(world, call)?;
    let algorithm = call.text("ChecksumAlgorithm").map(str::to_owned);
    if algorithm
        .as_deref()
        .is_some_and(|name| checksum::sum(name, b"").is_none())
    {
        return Err(Fault::not_implemented(
            "s3",
            "multipart uploads with this checksum algorithm",
        ));
    }
    if algorithm.is_none() && call.text("ChecksumType").is_some() {
        let message =
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.";
        return Err(fault("InvalidRequest", 400, message));
    }
    let asked = call.text("ChecksumType");
    let kind = checksum::kind_of_parts(algorithm.as_deref(), asked).ok_or_else(|| {
        let message = format!(
            "The {} checksum type cannot be used with the {} checksum algorithm.",
            asked.unwrap_or_default(),
            algorithm.as_deref().unwrap_or_default().to_lowercase()
        );
        fault("InvalidRequest", 400, message)
    })?;
    let upload = Upload {
        key: key.clone(),
        begun: call.now,
        headers: object::headers(call, bucket)?,
        tags: tagging::from_header(call.text("Tagging"))?,
        algorithm: algorithm.clone(),
        kind: kind.to_owned(),
        parts: BTreeMap::new(),
        acl,
        overtaken: false,
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
    let sent = sums(&call.input);
    let mut answered: Map<String, Value> = sent
        .iter()
        .map(|(member, _, sum)| ((*member).to_owned(), (*sum).into()))
        .collect();
    let mut checksums = Map::new();
    if let Some(expected) = upload.algorithm.as_deref() {
        if let Some((_, actual, _)) = sent.iter().find(|(_, algorithm, _)| *algorithm != expected) {
            let message = format!(
                "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                expected.to_lowercase(),
                actual.to_lowercase()
            );
            return Err(fault("InvalidRequest", 400, message));
        }
        if let Some((name, sum)) = checksum::compute_base64(expected, &call.body) {
            checksums.insert(name.to_owned(), sum.into());
        }
        answered.clone_from(&checksums);
    }
    // Of an upload without an algorithm, S3 verifies the checksums of parts and does not keep them.
    let part = Part {
        modified: call.now,
        etag: checksum::etag(&call.body),
        body: Payload(call.body.clone()),
        checksums,
    };
    let mut output = answered;
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
    if let Some(algorithm) = &upload.algorithm {
        output["ChecksumAlgorithm"] = algorithm.clone().into();
        output["ChecksumType"] = upload.kind.clone().into();
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
            let mut shown = json!({
                "Key": key,
                "UploadId": id,
                "Initiated": stamp(upload.begun),
                "StorageClass": "STANDARD",
                "Owner": owner,
                "Initiator": owner,
            });
            if let Some(algorithm) = &upload.algorithm {
                shown["ChecksumAlgorithm"] = algorithm.clone().into();
                shown["ChecksumType"] = upload.kind.clone().into();
            }
            shown
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
