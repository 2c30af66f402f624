//! What S3 remembers: buckets, versions of objects, and uploads in parts.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::tags::Tags;
use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// Every bucket of every account, by name.
    pub buckets: BTreeMap<String, Bucket>,
    /// Names of deleted buckets and when they were deleted: AWS may hold a name back for a while.
    pub released: BTreeMap<String, Moment>,
    /// What accounts block for all of their buckets, by account: the flags that are on.
    #[serde(default)]
    pub blocks: BTreeMap<String, AccountBlock>,
}

/// The Block Public Access settings of an account: whether each flag is on, by its name.
pub type AccountBlock = BTreeMap<String, bool>;

/// The most bytes that all buckets hold together: AWS has no such limit, memory does.
const MOST_HELD: usize = 1 << 30;

impl Store {
    /// Whether there is room for so many bytes more.
    pub(crate) fn has_room_for(&self, bytes: usize) -> bool {
        let parts = |bucket: &Bucket| -> usize {
            let parts = bucket.uploads.values().flat_map(|upload| upload.parts.values());
            parts.map(|part| part.body.0.len()).sum()
        };
        let versions = |bucket: &Bucket| -> usize {
            let versions = bucket.objects.values().flatten();
            versions.map(|version| version.body.0.len()).sum()
        };
        let held: usize = self
            .buckets
            .values()
            .map(|bucket| parts(bucket) + versions(bucket))
            .sum();
        bytes == 0 || held.saturating_add(bytes) <= MOST_HELD
    }
}

/// One bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// When it was made.
    pub created: Moment,
    /// Its subresources by the name of the operation that reads them without `Get` (`BucketCors`,
    /// `PublicAccessBlock`, ...), each as that operation answers it.
    pub configuration: BTreeMap<String, Value>,
    /// The bucket policy, as it was put.
    pub policy: Option<String>,
    /// The unique ids of the roles and users that the policy named when it was put, by ARN.
    pub principals: BTreeMap<String, String>,
    /// `Enabled` or `Suspended`; `None` before versioning was ever switched on, which cannot come back.
    pub versioning: Option<String>,
    /// Versions by key, oldest first. Never an empty list.
    pub objects: BTreeMap<String, Vec<Version>>,
    /// Multipart uploads under way, by upload id.
    pub uploads: BTreeMap<String, Upload>,
    /// Multipart uploads that were completed, by upload id: completing one again is no mistake.
    #[serde(default)]
    pub completed: BTreeMap<String, Completed>,
    /// What its account blocks for all of its buckets; what is kept there goes before this at every change.
    #[serde(default)]
    pub of_account: AccountBlock,
}

/// One version of an object, or a delete marker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// The version id; `null` for what was written without versioning.
    pub id: String,
    /// True for a delete marker, which has no content.
    pub marker: bool,
    /// When it was written.
    pub modified: Moment,
    /// The entity tag, quoted.
    pub etag: String,
    /// The content.
    pub body: Payload,
    /// What comes back on every read, by the model's names: `ContentType`, `CacheControl`, `Metadata`, ...
    pub headers: Map<String, Value>,
    /// Checksums by member (`ChecksumSHA256`), and `ChecksumType`.
    pub checksums: Map<String, Value>,
    /// Its tags.
    pub tags: Tags,
    /// How many parts a multipart upload had; `None` for others.
    pub parts: Option<u64>,
    /// Those parts, in their order.
    #[serde(default)]
    pub pieces: Vec<Piece>,
    /// The grants of its ACL, where one was given.
    #[serde(default)]
    pub acl: Option<Vec<Value>>,
}

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
    pub tags: Tags,
    /// The checksum algorithm, where one was named.
    pub algorithm: Option<String>,
    /// `COMPOSITE` or `FULL_OBJECT`.
    pub kind: String,
    /// Parts by number.
    pub parts: BTreeMap<u64, Part>,
    /// The ACL that the object will have, where one was given.
    #[serde(default)]
    pub acl: Option<Vec<Value>>,
    /// The key was written or deleted since the upload began.
    #[serde(default)]
    pub overtaken: bool,
}

/// An upload that was completed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completed {
    /// Its key.
    pub key: String,
    /// The entity tag of what it made.
    pub etag: String,
    /// What its completion was answered with.
    pub output: Value,
}

/// Bytes that are base64 in a snapshot: a snapshot holds the objects too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payload(pub(crate) Bytes);

/// One part of an object that was made of parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// Its number.
    pub number: u64,
    /// Its length in bytes.
    pub size: u64,
    /// Its checksums by member.
    pub checksums: Map<String, Value>,
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
