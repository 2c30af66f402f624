//! `If-Match`, `If-None-Match` and their relatives.

use serde_json::{Value, json};

use super::object::last_modified;
use super::{Upload, Version, fault};
use crate::service::{Call, Fault};

/// The answer to a condition that does not hold, which is named as its header is.
pub(super) fn failed(condition: &str) -> Fault {
    let message = "At least one of the pre-conditions you specified did not hold";
    let mut failed = fault("PreconditionFailed", 412, message);
    failed.members = json!({ "Condition": condition });
    failed
}

/// The answer to headers that S3 knows and does not take there.
fn not_taken(header: &str, why: &str) -> Fault {
    let message = "A header you provided implies functionality that is not implemented";
    let mut refused = fault("NotImplemented", 501, message);
    refused.members = json!({ "Header": header, "additionalMessage": why });
    refused
}

fn no_such_key(call: &Call) -> Fault {
    let mut missing = fault("NoSuchKey", 404, "The specified key does not exist.");
    missing.members = json!({ "Key": call.text("Key") });
    missing
}

/// Whether one of the entity tags of a header names this one; quotes are optional, as S3 has it.
fn names(header: &str, etag: &str) -> bool {
    let bare = |text: &str| text.trim().trim_matches('"').to_owned();
    header.trim() == "*" || header.split(',').any(|one| bare(one) == bare(etag))
}

/// The conditions of a write, decided in the same breath as the write (the world has one lock).
///
/// # Errors
/// `PreconditionFailed` (412); `NoSuchKey` (404) for `If-Match` on a key that is not there; 501 for an
/// `If-None-Match` other than `*`, an `If-Match` of `*`, and both at once, as S3 itself answers.
pub(super) fn check_write(call: &Call, current: Option<&Version>) -> Result<(), Fault> {
    let current = current.filter(|version| !version.marker);
    let value = |header: &str| {
        let why = format!("We don't accept the provided value of {header} header for this API");
        Err(not_taken(header, &why))
    };
    match (call.text("IfNoneMatch"), call.text("IfMatch")) {
        (Some(_), Some(_)) => {
            let why = "Multiple conditional request headers present in the request";
            return Err(not_taken("If-Match,If-None-Match", why));
        }
        (Some("*"), None) if current.is_some() => return Err(failed("If-None-Match")),
        (None | Some("*"), _) => {}
        (Some(_), None) => return value("If-None-Match"),
    }
    match (call.text("IfMatch"), current) {
        (None, _) => Ok(()),
        (Some("*"), _) => value("If-Match"),
        (Some(_), None) => Err(no_such_key(call)),
        (Some(wanted), Some(version)) if names(wanted, &version.etag) => Ok(()),
        (Some(_), Some(_)) => Err(failed("If-Match")),
    }
}

/// The same at the end of an upload in parts. What the condition is about must not have been written since the upload
/// began, even if the condition holds by now.
///
/// # Errors
/// Those of [`check_write`]; `ConditionalRequestConflict` (409) after a write.
pub(super) fn check_completion(call: &Call, current: Option<&Version>, upload: &Upload) -> Result<(), Fault> {
    check_write(call, current)?;
    let conditions = [("If-None-Match", "IfNoneMatch"), ("If-Match", "IfMatch")];
    let condition = conditions.iter().find(|(_, member)| call.text(member).is_some());
    match condition {
        Some((header, _)) if upload.overtaken => {
            let message = "The conditional request cannot succeed due to a conflicting operation against this resource.";
            let mut conflict = fault("ConditionalRequestConflict", 409, message);
            conflict.members = json!({ "Condition": header, "Key": upload.key });
            Err(conflict)
        }
        _ => Ok(()),
    }
}

/// The conditions of a read, in the order of RFC 9110. `prefix` is empty or `CopySource`; a copy answers 412
/// where a read answers 304.
pub(super) fn check_read(call: &Call, version: &Version, prefix: &str) -> Result<(), Fault> {
    let text = |name: &str| call.text(&format!("{prefix}{name}"));
    let seconds = |name: &str| call.input.get(format!("{prefix}{name}")).and_then(Value::as_f64);
    let modified = (version.modified.0 / 1000) as f64;
    let failed = |condition: &str| match prefix {
        "" => failed(condition),
        _ => failed(&format!("x-amz-copy-source-{condition}")),
    };
    let unchanged = |condition: &str| match prefix {
        "" => {
            let mut unchanged = fault("NotModified", 304, "Not Modified");
            unchanged.members =
                json!({ "header:etag": version.etag, "header:last-modified": last_modified(version) });
            unchanged
        }
        _ => failed(condition),
    };
    match text("IfMatch") {
        Some(wanted) if !names(wanted, &version.etag) => return Err(failed("If-Match")),
        Some(_) => {}
        None if seconds("IfUnmodifiedSince").is_some_and(|limit| modified > limit) => {
            return Err(failed("If-Unmodified-Since"));
        }
        None => {}
    }
    // A moment that is yet to come is no condition.
    let since = seconds("IfModifiedSince").filter(|limit| *limit <= call.now.epoch_seconds());
    match text("IfNoneMatch") {
        Some(known) if names(known, &version.etag) => Err(unchanged("If-None-Match")),
        Some(_) => Ok(()),
        None if since.is_some_and(|limit| modified <= limit) => Err(unchanged("If-Modified-Since")),
        None => Ok(()),
    }
}
