//! Deleting objects, one and many.

use serde_json::{Map, Value, json};

use super::access::Target;
use super::{Bucket, Payload, Version, access, bucket, condition, fault, member, version_id};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// What a deletion did.
struct Deleted {
    /// A delete marker was made or removed.
    marker: bool,
    /// The id of the version removed or of the marker made.
    id: Option<String>,
}

/// Deletes a version for good, or the key: for good without versioning, under a delete marker with it.
/// Deleting what is not there succeeds.
fn remove(bucket: &mut Bucket, key: &str, version: Option<&str>, fresh: String, now: Moment) -> Deleted {
    super::version::overtake(bucket, key);
    if let Some(id) = version {
        let Some(versions) = bucket.objects.get_mut(key) else {
            return Deleted {
                marker: false,
                id: Some(id.to_owned()),
            };
        };
        let marker = versions
            .iter()
            .any(|existing| existing.id == id && existing.marker);
        versions.retain(|existing| existing.id != id);
        if versions.is_empty() {
            bucket.objects.remove(key);
        }
        return Deleted {
            marker,
            id: Some(id.to_owned()),
        };
    }
    let Some(versioning) = bucket.versioning.clone() else {
        bucket.objects.remove(key);
        return Deleted {
            marker: false,
            id: None,
        };
    };
    let id = if versioning == "Enabled" {
        fresh
    } else {
        version_id::NULL.to_owned()
    };
    let versions = bucket.objects.entry(key.to_owned()).or_default();
    versions.retain(|existing| existing.id != id);
    versions.push(Version {
        id: id.clone(),
        marker: true,
        modified: now,
        etag: String::new(),
        body: Payload::default(),
        headers: Map::new(),
        checksums: Map::new(),
        tags: Default::default(),
        parts: None,
        pieces: Vec::new(),
        acl: None,
    });
    Deleted {
        marker: true,
        id: Some(id),
    }
}

/// `If-Match` of a deletion: the entity tag, or `*` for "if it is there".
fn check(bucket: &Bucket, key: &str, wanted: Option<&str>) -> Result<(), Fault> {
    let Some(wanted) = wanted else { return Ok(()) };
    match bucket.latest(key).filter(|version| !version.marker) {
        None => Err(fault("NoSuchKey", 404, "The specified key does not exist.")),
        Some(_) if wanted == "*" => Ok(()),
        Some(version) if version.etag.trim_matches('"') == wanted.trim_matches('"') => Ok(()),
        Some(_) => Err(condition::failed("If-Match")),
    }
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = member(call, "Key")?;
    version_id::check(call.text("VersionId"))?;
    let fresh = version_id::fresh(world);
    let bucket = bucket(world, call)?;
    check(bucket, key, call.text("IfMatch"))?;
    let deleted = remove(bucket, key, call.text("VersionId"), fresh, call.now);
    let mut output = json!({});
    if deleted.marker {
        output["DeleteMarker"] = true.into();
    }
    if let Some(id) = deleted.id {
        output["VersionId"] = id.into();
    }
    Ok(Answer::of(output))
}

/// Answers 200 even if none of the keys could be deleted: each has its own outcome.
pub(super) fn delete_many(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let objects = call.input["Delete"]["Objects"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if objects.is_empty() || objects.len() > 1000 {
        let message =
            "The XML you provided was not well-formed or did not validate against our published schema";
        return Err(fault("MalformedXML", 400, message));
    }
    let quiet = call.input["Delete"]["Quiet"].as_bool().unwrap_or(false);
    let (mut done, mut errors): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for object in &objects {
        let key = object["Key"].as_str().unwrap_or_default();
        let version = object["VersionId"].as_str();
        let fresh = version_id::fresh(world);
        let bucket = bucket(world, call)?;
        let action = if version.is_some() {
            "s3:DeleteObjectVersion"
        } else {
            "s3:DeleteObject"
        };
        let target = Target {
            key: Some(key),
            version,
        };
        let outcome = match access::allowed(bucket, call, action, target) {
            false => Err(super::denied()),
            true if version.is_some_and(|id| !version_id::given_out(id)) => {
                let message = "The specified version does not exist.";
                Err(fault("NoSuchVersion", 404, message))
            }
            true => check(bucket, key, object["ETag"].as_str()),
        };
        match outcome {
            Err(fault) => {
                let mut error = json!({ "Key": key, "Code": fault.code, "Message": fault.message });
                if let Some(version) = version {
                    error["VersionId"] = version.into();
                }
                errors.push(error);
            }
            Ok(()) => {
                let deleted = remove(bucket, key, version, fresh, call.now);
                let mut entry = json!({ "Key": key });
                if let Some(version) = version {
                    entry["VersionId"] = version.into();
                }
                if deleted.marker {
                    entry["DeleteMarker"] = true.into();
                    entry["DeleteMarkerVersionId"] = deleted.id.into();
                }
                done.push(entry);
            }
        }
    }
    let mut output = json!({});
    if !quiet && !done.is_empty() {
        output["Deleted"] = done.into();
    }
    if !errors.is_empty() {
        output["Errors"] = errors.into();
    }
    Ok(Answer::of(output))
}
