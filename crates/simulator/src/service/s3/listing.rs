//! Listings: keys in the order of their UTF-8 bytes, a thousand a page, folded at a delimiter.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{Bucket, Version, bucket, canonical, fault, stamp};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// The most entries that a page has, whatever was asked for.
const PAGE: u64 = 1000;

/// What `EncodingType=url` leaves alone.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'*')
    .remove(b'/');

/// An opaque continuation token.
pub(super) fn token(position: &str) -> String {
    URL_SAFE_NO_PAD.encode(position)
}

/// The position that a token stands for.
///
/// # Errors
/// `InvalidArgument` for a token that no listing here handed out.
pub(super) fn decode_token(token: &str) -> Result<String, Fault> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            fault(
                "InvalidArgument",
                400,
                "The continuation token provided is incorrect",
            )
        })
}

/// What is asked for, with the defaults filled in.
struct Query {
    prefix: String,
    delimiter: Option<String>,
    most: u64,
    encode: bool,
}

impl Query {
    fn of(call: &Call) -> Result<Query, Fault> {
        let asked = match call.input.get("MaxKeys").and_then(Value::as_i64) {
            None => PAGE,
            Some(asked) => u64::try_from(asked).map_err(|_| {
                let message = "Argument maxKeys must be an integer between 0 and 2147483647";
                fault("InvalidArgument", 400, message)
            })?,
        };
        Ok(Query {
            prefix: call.text("Prefix").unwrap_or_default().to_owned(),
            delimiter: call
                .text("Delimiter")
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
            most: asked.min(PAGE),
            encode: call.text("EncodingType") == Some("url"),
        })
    }

    fn text(&self, text: &str) -> Value {
        match self.encode {
            true => utf8_percent_encode(text, PLAIN).to_string().into(),
            false => text.into(),
        }
    }

    /// The folder that a key falls into, if it falls into one.
    fn fold(&self, key: &str) -> Option<String> {
        let delimiter = self.delimiter.as_deref()?;
        let end = key[self.prefix.len()..].find(delimiter)? + self.prefix.len() + delimiter.len();
        Some(key[..end].to_owned())
    }

    /// The members that every listing repeats.
    fn common(&self, bucket: &str, page: &Page<'_>) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("Name".to_owned(), bucket.into());
        out.insert("Prefix".to_owned(), self.text(&self.prefix));
        out.insert("MaxKeys".to_owned(), self.most.into());
        out.insert("IsTruncated".to_owned(), page.truncated.into());
        if let Some(delimiter) = &self.delimiter {
            out.insert("Delimiter".to_owned(), self.text(delimiter));
        }
        if self.encode {
            out.insert("EncodingType".to_owned(), "url".into());
        }
        if !page.folders.is_empty() {
            let folders: Vec<Value> = page
                .folders
                .iter()
                .map(|folder| json!({ "Prefix": self.text(folder) }))
                .collect();
            out.insert("CommonPrefixes".to_owned(), folders.into());
        }
        out
    }
}

/// One page.
struct Page<'a> {
    entries: Vec<(&'a str, &'a Version, bool)>,
    folders: Vec<String>,
    truncated: bool,
    /// The key or folder that the page ends with, and the version there.
    last: Option<(String, Option<String>)>,
}

/// Walks `candidates` (key, version, is it the latest) in order.
fn page<'a>(
    query: &Query,
    candidates: impl Iterator<Item = (&'a str, &'a Version, bool)>,
    after: &str,
) -> Page<'a> {
    let mut page = Page {
        entries: Vec::new(),
        folders: Vec::new(),
        truncated: false,
        last: None,
    };
    for (key, version, latest) in candidates {
        let folder = query.fold(key);
        // A folder that an earlier page ended with is done, with all its keys.
        if folder
            .as_deref()
            .is_some_and(|folder| folder == after || page.folders.last().is_some_and(|f| f == folder))
        {
            continue;
        }
        if (page.entries.len() + page.folders.len()) as u64 >= query.most {
            page.truncated = query.most > 0;
            break;
        }
        match folder {
            Some(folder) => {
                page.last = Some((folder.clone(), None));
                page.folders.push(folder);
            }
            None => {
                page.last = Some((key.to_owned(), Some(version.id.clone())));
                page.entries.push((key, version, latest));
            }
        }
    }
    page
}

/// The newest version of each key that is not deleted, after a key.
fn current<'a>(
    bucket: &'a Bucket,
    query: &'a Query,
    after: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Version, bool)> {
    bucket
        .objects
        .iter()
        .filter(move |(key, _)| key.starts_with(&query.prefix) && key.as_str() > after)
        .filter_map(|(key, versions)| Some((key.as_str(), versions.last()?, true)))
        .filter(|(_, version, _)| !version.marker)
}

fn entry(query: &Query, key: &str, version: &Version, owner: Option<&str>) -> Value {
    let algorithms: Vec<&str> = super::checksum::MEMBERS
        .iter()
        .filter(|(member, _)| version.checksums.contains_key(*member))
        .map(|(_, name)| *name)
        .collect();
    let mut out = json!({
        "Key": query.text(key),
        "LastModified": stamp(version.modified),
        "ETag": version.etag,
        "Size": version.body.0.len(),
        "StorageClass": version.headers.get("StorageClass").cloned().unwrap_or_else(|| "STANDARD".into()),
    });
    if !algorithms.is_empty() {
        out["ChecksumAlgorithm"] = algorithms.into();
        out["ChecksumType"] = version.checksums.get("ChecksumType").cloned().unwrap_or_default();
    }
    if let Some(owner) = owner {
        out["Owner"] = json!({ "ID": canonical(owner) });
    }
    out
}

pub(super) fn list_v2(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let query = Query::of(call)?;
    let after = match call.text("ContinuationToken") {
        Some(continuation) => decode_token(continuation)?,
        None => call.text("StartAfter").unwrap_or_default().to_owned(),
    };
    let bucket = bucket(world, call)?;
    let page = page(&query, current(bucket, &query, &after), &after);
    let mut output = query.common(&bucket.name, &page);
    let owner = call
        .input
        .get("FetchOwner")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let owner = Some(bucket.account.as_str()).filter(|_| owner);
    let contents: Vec<Value> = page
        .entries
        .iter()
        .map(|(key, version, _)| entry(&query, key, version, owner))
        .collect();
    output.insert(
        "KeyCount".to_owned(),
        (contents.len() + page.folders.len()).into(),
    );
    if !contents.is_empty() {
        output.insert("Contents".to_owned(), contents.into());
    }
    if let Some((last, _)) = page.last.filter(|_| page.truncated) {
        output.insert("NextContinuationToken".to_owned(), token(&last).into());
    }
    if let Some(continuation) = call.text("ContinuationToken") {
        output.insert("ContinuationToken".to_owned(), continuation.into());
    }
    if let Some(start) = call.text("StartAfter") {
        output.insert("StartAfter".to_owned(), query.text(start));
    }
    Ok(Answer::of(output.into()))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let query = Query::of(call)?;
    let after = call.text("Marker").unwrap_or_default().to_owned();
    let bucket = bucket(world, call)?;
    let page = page(&query, current(bucket, &query, &after), &after);
    let mut output = query.common(&bucket.name, &page);
    let owner = Some(bucket.account.as_str());
    let contents: Vec<Value> = page
        .entries
        .iter()
        .map(|(key, version, _)| entry(&query, key, version, owner))
        .collect();
    if !contents.is_empty() {
        output.insert("Contents".to_owned(), contents.into());
    }
    output.insert("Marker".to_owned(), query.text(&after));
    // Without a delimiter the last key is the marker, and S3 does not repeat it.
    if let Some((last, _)) = page.last.filter(|_| page.truncated && query.delimiter.is_some()) {
        output.insert("NextMarker".to_owned(), query.text(&last));
    }
    Ok(Answer::of(output.into()))
}

pub(super) fn versions(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let query = Query::of(call)?;
    let key_marker = call.text("KeyMarker").unwrap_or_default().to_owned();
    let version_marker = call.text("VersionIdMarker").filter(|id| !id.is_empty());
    if version_marker.is_some() && key_marker.is_empty() {
        let message = "A version-id marker cannot be specified without a key marker.";
        return Err(fault("InvalidArgument", 400, message));
    }
    let bucket = bucket(world, call)?;
    // Newest first within a key. A version marker names the last one seen of its key.
    let candidates = bucket
        .objects
        .iter()
        .filter(|(key, _)| key.starts_with(&query.prefix))
        .filter(|(key, _)| **key > key_marker || (version_marker.is_some() && **key == key_marker))
        .flat_map(|(key, versions)| {
            let seen = version_marker
                .filter(|_| *key == key_marker)
                .and_then(|id| versions.iter().rev().position(|version| version.id == id))
                .map_or(0, |at| at + 1);
            let newest_first = versions.iter().rev().enumerate().skip(seen);
            newest_first
                .map(|(age, version)| (key.as_str(), version, age == 0))
                .collect::<Vec<_>>()
        });
    let page = page(&query, candidates, &key_marker);
    let mut output = query.common(&bucket.name, &page);
    let (mut present, mut markers) = (Vec::new(), Vec::new());
    for (key, version, latest) in &page.entries {
        let owner = Some(bucket.account.as_str());
        let mut shown = match version.marker {
            false => entry(&query, key, version, owner),
            true => json!({
                "Key": query.text(key),
                "LastModified": stamp(version.modified),
                "Owner": { "ID": canonical(&bucket.account) },
            }),
        };
        shown["VersionId"] = version.id.clone().into();
        shown["IsLatest"] = (*latest).into();
        match version.marker {
            true => markers.push(shown),
            false => present.push(shown),
        }
    }
    for (name, list) in [("Versions", present), ("DeleteMarkers", markers)] {
        if !list.is_empty() {
            output.insert(name.to_owned(), list.into());
        }
    }
    output.insert("KeyMarker".to_owned(), query.text(&key_marker));
    output.insert(
        "VersionIdMarker".to_owned(),
        version_marker.unwrap_or_default().into(),
    );
    if let Some((key, version)) = page.last.filter(|_| page.truncated) {
        output.insert("NextKeyMarker".to_owned(), query.text(&key));
        if let Some(version) = version {
            output.insert("NextVersionIdMarker".to_owned(), version.into());
        }
    }
    Ok(Answer::of(output.into()))
}
