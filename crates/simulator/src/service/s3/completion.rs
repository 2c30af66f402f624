//! The end of a multipart upload: the parts that are listed become an object.

use crate::service::s3::checksum::sums;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::BytesMut;
use serde_json::{Map, Value, json};

use super::multipart::{Part, Piece, Upload, find};
use super::object::{self, Version};
use super::{Payload, bucket, checksum, condition, fault, member, version_id};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(crate) use crate::world::s3::Completed;

/// The smallest part except for the last one: 5 MiB.
const SMALLEST: usize = 5 * 1024 * 1024;

/// The checksums that a completion says its parts have.
///
/// # Errors
/// `InvalidPart` for one that the part does not have. For composite checksums, `InvalidRequest` where one is missing, and
/// `BadDigest` for one of another algorithm.
fn check_sums(upload: &Upload, part: &Part, number: u64, entry: &Value, id: &str) -> Result<(), Fault> {
    let given = sums(entry);
    let algorithm = upload.algorithm.as_deref();
    if upload.kind == "COMPOSITE" {
        let other = given.iter().find(|(_, name, _)| Some(*name) != algorithm);
        if let Some((_, name, _)) = other {
            let message = format!(
                "The {} you specified for part {number} did not match what we received.",
                name.to_lowercase()
            );
            return Err(fault("BadDigest", 400, message));
        }
        if given.is_empty() {
            let message = format!(
                "The upload was created using a {} checksum. The complete request must include the checksum for \
                 each part. It was missing for part {number} in the request.",
                algorithm.unwrap_or_default().to_lowercase()
            );
            return Err(fault("InvalidRequest", 400, message));
        }
    }
    let has = |member: &str, sum: &str| part.checksums.get(member).and_then(Value::as_str) == Some(sum);
    match given.iter().all(|(member, _, sum)| has(member, sum)) {
        true => Ok(()),
        false => Err(invalid_part(number, entry, id)),
    }
}

fn invalid_part(number: u64, entry: &Value, id: &str) -> Fault {
    let message = "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
                   specified entity tag may not match the part's entity tag.";
    let mut invalid = fault("InvalidPart", 400, message);
    let etag = entry["ETag"].as_str().unwrap_or_default().trim_matches('"');
    invalid.members = json!({ "ETag": etag, "PartNumber": number, "UploadId": id });
    invalid
}

/// The parts that the call lists, in order, each of them there and (but for the last) large enough.
fn assemble<'a>(upload: &'a Upload, call: &Call) -> Result<Vec<(u64, &'a Part)>, Fault> {
    let id = call.text("UploadId").unwrap_or_default();
    let listed = call.input["MultipartUpload"]["Parts"].as_array();
    let listed = listed.map(Vec::as_slice).unwrap_or_default();
    if listed.is_empty() {
        let code = match call.input["MultipartUpload"].is_null() {
            true => "InvalidRequest",
            false => "MalformedXML",
        };
        return Err(fault(code, 400, "You must specify at least one part"));
    }
    // The order is looked at before any of the parts is.
    let numbers: Vec<u64> = listed
        .iter()
        .map(|entry| entry["PartNumber"].as_u64().unwrap_or(0))
        .collect();
    if numbers.windows(2).any(|pair| pair[0] >= pair[1]) {
        let message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
        let mut disordered = fault("InvalidPartOrder", 400, message);
        disordered.members = json!({ "UploadId": id });
        return Err(disordered);
    }
    // "When a additional checksum is applied to each part, the PartNumber must start at 1 and the part numbers must be
    // consecutive. Otherwise, Amazon S3 generates an HTTP 500" (CompletedPart).
    let summed = upload.kind == "COMPOSITE";
    if summed && !numbers.iter().copied().eq(1..=listed.len() as u64) {
        let message = "We encountered an internal error. Please try again.";
        return Err(fault("InternalError", 500, message));
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
            .ok_or_else(|| invalid_part(number, entry, id))?;
        check_sums(upload, part, number, entry, id)?;
        if part.body.0.len() < SMALLEST && index + 1 < listed.len() {
            let message = "Your proposed upload is smaller than the minimum allowed size";
            let mut small = fault("EntityTooSmall", 400, message);
            small.members = json!({
                "ETag": bare(&part.etag), "MinSizeAllowed": SMALLEST, "PartNumber": number,
                "ProposedSize": part.body.0.len(),
            });
            return Err(small);
        }
        parts.push((number, part));
    }
    Ok(parts)
}

/// The checksums of what an upload makes.
///
/// # Errors
/// For what the call says of them and is not so: the mode, the checksum of the whole.
fn checksums(
    upload: &Upload,
    parts: &[(u64, &Part)],
    body: &[u8],
    call: &Call,
) -> Result<Map<String, Value>, Fault> {
    let named = upload.algorithm.as_deref();
    let kind = call.text("ChecksumType");
    if kind.is_some() && (named.is_none() || kind != Some(upload.kind.as_str())) {
        let message = format!(
            "The upload was created using the {} checksum mode. The complete request must use the same checksum mode.",
            named.map_or("null", |_| upload.kind.as_str())
        );
        return Err(fault("InvalidRequest", 400, message));
    }
    let algorithm = named.unwrap_or("CRC64NVME");
    let mut out = Map::new();
    if upload.kind == "COMPOSITE" {
        let sums: Vec<u8> = parts
            .iter()
            .filter_map(|(_, part)| checksum::compute(algorithm, &part.body.0))
            .flat_map(|(_, sum)| sum)
            .collect();
        if let Some((name, sum)) = checksum::compute(algorithm, &sums) {
            out.insert(
                name.to_owned(),
                format!("{}-{}", STANDARD.encode(sum), parts.len()).into(),
            );
        }
    } else if let Some((name, sum)) = checksum::compute_base64(algorithm, body) {
        out.insert(name.to_owned(), sum.into());
    }
    // One that comes without its mode is taken for another one than it is (recorded by LocalStack's tests).
    let holds = |member: &str, sum: &str| {
        let same = out.get(member).and_then(Value::as_str) == Some(sum);
        same && (named.is_none() || kind.is_some() || upload.kind == "COMPOSITE")
    };
    if !sums(&call.input)
        .iter()
        .all(|(member, _, sum)| holds(member, sum))
    {
        let message = format!(
            "The {} you specified did not match the calculated checksum.",
            algorithm.to_lowercase()
        );
        return Err(fault("BadDigest", 400, message));
    }
    out.insert("ChecksumType".to_owned(), upload.kind.clone().into());
    Ok(out)
}

/// What an earlier completion of the same upload was answered with.
///
/// Assumption: s3.completed-uploads. Completing again is the same completion for as long as what it made is the newest
/// version of its key.
fn again(world: &mut World, call: &Call) -> Result<Option<Answer>, Fault> {
    let (id, key) = (member(call, "UploadId")?, member(call, "Key")?);
    let bucket = bucket(world, call)?;
    let Some(completed) = bucket.completed.get(id).filter(|completed| completed.key == key) else {
        return Ok(None);
    };
    let newest = bucket.latest(key);
    let same = newest.is_some_and(|version| !version.marker && version.etag == completed.etag);
    Ok(same.then(|| Answer::of(completed.output.clone())))
}

pub(super) fn complete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    if let Some(answer) = again(world, call)? {
        return Ok(answer);
    }
    let fresh = version_id::fresh(world);
    let upload = find(world, call)?.clone();
    let parts = assemble(&upload, call)?;
    let bucket = bucket(world, call)?;
    condition::check_completion(call, bucket.latest(&upload.key), &upload)?;
    let mut body = BytesMut::new();
    let mut digests = Vec::new();
    for (_, part) in &parts {
        body.extend_from_slice(&part.body.0);
        digests.extend(hex::decode(part.etag.trim_matches('"')).unwrap_or_default());
    }
    let body = body.freeze();
    let size = call.input.get("MpuObjectSize").and_then(Value::as_u64);
    if let Some(size) = size.filter(|size| *size != body.len() as u64) {
        let message = format!(
            "The provided 'x-amz-mp-object-size' header value {size} does not match what was computed: {}",
            body.len()
        );
        return Err(fault("InvalidRequest", 400, message));
    }
    let whole = checksum::etag(&digests);
    let pieces = parts.iter().map(|(number, part)| Piece {
        number: *number,
        size: part.body.0.len() as u64,
        checksums: part.checksums.clone(),
    });
    let version = Version {
        id: String::new(),
        marker: false,
        modified: call.now,
        etag: format!("\"{}-{}\"", whole.trim_matches('"'), parts.len()),
        checksums: checksums(&upload, &parts, &body, call)?,
        body: Payload(body),
        headers: upload.headers.clone(),
        tags: upload.tags.clone(),
        parts: Some(parts.len() as u64),
        pieces: pieces.collect(),
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
    let id = member(call, "UploadId")?;
    bucket.uploads.remove(id);
    let etag = version.etag.clone();
    let shown = object::store(bucket, &upload.key, version, fresh);
    if let Some(shown) = shown.filter(|id| id != version_id::NULL) {
        output.insert("VersionId".to_owned(), shown.into());
    }
    let output = Value::from(output);
    let completed = Completed {
        key: upload.key,
        etag,
        output: output.clone(),
    };
    bucket.completed.insert(id.to_owned(), completed);
    Ok(Answer::of(output))
}
