//! Versions of an object: found, and added.

use crate::service::s3::{Bucket, access, bucket, denied, fault, member, version_id};
use crate::service::{Call, Fault};
use crate::world::World;
use crate::world::s3::Version;
use serde_json::json;

/// The version that `Key` and `VersionId` name.
///
/// # Errors
/// 404 `NoSuchKey` for what is not there or is deleted, 403 for those who may not list the bucket, 404
/// `NoSuchVersion` for an id that is no longer there, 400 for one that never was, 405 for the id of a delete marker.
pub(super) fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Version, Fault> {
    let key = member(call, "Key")?;
    find_in(bucket(world, call)?, key, call.text("VersionId"), call)
}

/// The same in a bucket that is at hand: a copy's source is in another.
pub(super) fn find_in<'a>(
    bucket: &'a mut Bucket,
    key: &str,
    id: Option<&str>,
    call: &Call,
) -> Result<&'a mut Version, Fault> {
    version_id::check(id)?;
    let may_list = access::may_list(bucket, call);
    // Tags of what is deleted cannot be had without naming a version either.
    let of_tags = call.operation.ends_with("ObjectTagging");
    let missing = || match (may_list, call.operation.as_str()) {
        (false, _) => denied(),
        // The answer to HEAD has no body, and so no code.
        (true, "HeadObject") => fault("NotFound", 404, "Not Found"),
        (true, _) => {
            let mut missing = fault("NoSuchKey", 404, "The specified key does not exist.");
            missing.members = json!({ "Key": key });
            missing
        }
    };
    let versions = bucket.objects.get_mut(key);
    match id {
        None => {
            let latest = versions
                .and_then(|versions| versions.last_mut())
                .ok_or_else(missing)?;
            if !latest.marker {
                return Ok(latest);
            }
            if of_tags {
                return Err(of_marker(latest, call));
            }
            let mut deleted = missing();
            deleted.members =
                json!({ "Key": key, "x-amz-delete-marker": true, "x-amz-version-id": latest.id });
            Err(deleted)
        }
        Some(id) => {
            let found = versions
                .into_iter()
                .flatten()
                .find(|version| version.id == id)
                .ok_or_else(|| {
                    let mut gone = fault("NoSuchVersion", 404, "The specified version does not exist.");
                    gone.members = json!({ "Key": key, "VersionId": id });
                    gone
                })?;
            match found.marker {
                false => Ok(found),
                true => Err(of_marker(found, call)),
            }
        }
    }
}

/// The answer to a call that wants more of a delete marker than to delete it.
pub(super) fn of_marker(marker: &Version, call: &Call) -> Fault {
    let message = "The specified method is not allowed against this resource.";
    let mut refused = fault("MethodNotAllowed", 405, message);
    let methods = [("Get", "GET"), ("Head", "HEAD"), ("Delete", "DELETE")];
    let method = methods.iter().find(|(verb, _)| call.operation.starts_with(verb));
    refused.members = json!({
        "Method": method.map_or("PUT", |(_, method)| method), "ResourceType": "DeleteMarker",
        "header:allow": "DELETE", "x-amz-delete-marker": true, "x-amz-version-id": marker.id,
    });
    refused
}

/// Puts a version on top of its key, as the bucket's versioning has it. `id` is fresh; the id that the version
/// is known by comes back, where the bucket has versions.
pub(super) fn store(bucket: &mut Bucket, key: &str, mut version: Version, id: String) -> Option<String> {
    overtake(bucket, key);
    let enabled = bucket.versioning.as_deref() == Some("Enabled");
    version.id = if enabled { id } else { version_id::NULL.to_owned() };
    let shown = bucket.versioning.as_ref().map(|_| version.id.clone());
    let versions = bucket.objects.entry(key.to_owned()).or_default();
    if !enabled {
        versions.retain(|existing| existing.id != version_id::NULL);
    }
    versions.push(version);
    shown
}

/// When a version was written, as HTTP says it.
pub(super) fn last_modified(version: &Version) -> String {
    let moment = jiff::Timestamp::from_millisecond(version.modified.0 as i64).unwrap_or_default();
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Lets the uploads under way know that their key is written or deleted meanwhile.
pub(super) fn overtake(bucket: &mut Bucket, key: &str) {
    for upload in bucket.uploads.values_mut().filter(|upload| upload.key == key) {
        upload.overtaken = true;
    }
}
