//! `If-Match`, `If-None-Match` and their relatives.

use serde_json::Value;

use super::{Version, fault};
use crate::sim::service::{Call, Fault};

fn failed() -> Fault {
    fault(
        "PreconditionFailed",
        412,
        "At least one of the pre-conditions you specified did not hold",
    )
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
/// `If-None-Match` other than `*`, as S3 itself answers.
pub(super) fn check_write(call: &Call, current: Option<&Version>) -> Result<(), Fault> {
    let current = current.filter(|version| !version.marker);
    match call.text("IfNoneMatch") {
        None => {}
        Some("*") if current.is_none() => {}
        Some("*") => return Err(failed()),
        Some(_) => {
            return Err(fault(
                "NotImplemented",
                501,
                "A header you provided implies functionality that is not implemented",
            ));
        }
    }
    match (call.text("IfMatch"), current) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(fault("NoSuchKey", 404, "The specified key does not exist.")),
        (Some(wanted), Some(version)) if names(wanted, &version.etag) => Ok(()),
        (Some(_), Some(_)) => Err(failed()),
    }
}

/// The conditions of a read, in the order of RFC 9110. `prefix` is empty or `CopySource`; a copy answers 412
/// where a read answers 304.
pub(super) fn check_read(call: &Call, version: &Version, prefix: &str) -> Result<(), Fault> {
    let text = |name: &str| call.text(&format!("{prefix}{name}"));
    let seconds = |name: &str| call.input.get(format!("{prefix}{name}")).and_then(Value::as_f64);
    let modified = (version.modified.0 / 1000) as f64;
    let unchanged = || match prefix {
        "" => fault("NotModified", 304, "Not Modified"),
        _ => failed(),
    };
    match text("IfMatch") {
        Some(wanted) if !names(wanted, &version.etag) => return Err(failed()),
        Some(_) => {}
        None if seconds("IfUnmodifiedSince").is_some_and(|limit| modified > limit) => return Err(failed()),
        None => {}
    }
    match text("IfNoneMatch") {
        Some(known) if names(known, &version.etag) => Err(unchanged()),
        Some(_) => Ok(()),
        None if seconds("IfModifiedSince").is_some_and(|limit| modified <= limit) => Err(unchanged()),
        None => Ok(()),
    }
}
