//! What a shared store asks of the service that keeps its objects.

use std::fmt::Debug;

use async_trait::async_trait;
use headset_core::AwsError;

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its content.
    pub body: Vec<u8>,
    /// What names this very content: another write gives another one. S3's ETag.
    pub tag: String,
}

/// When an object may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// If there is none of this key.
    Absent,
    /// If it is still the one with this tag.
    Unchanged(String),
    /// In any case.
    Always,
}

/// How a write ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was done; the object has this tag now.
    Done(String),
    /// It was not: the condition does not hold.
    Refused,
}

/// A service that keeps objects by key, with conditional writes. S3 is one, and so are many that speak its protocol.
#[async_trait]
pub trait Objects: Send + Sync + Debug {
    /// Where the objects are, for people, such as `s3://acme-state`: a key follows after a slash.
    fn place(&self) -> String;

    /// The object of this key, if there is one.
    async fn get(&self, key: &str) -> Result<Option<Object>, AwsError>;

    /// Writes an object.
    async fn put(&self, key: &str, body: Vec<u8>, when: &When) -> Result<Written, AwsError>;

    /// Removes an object. One that is not there is no error.
    async fn delete(&self, key: &str) -> Result<(), AwsError>;

    /// The keys that begin with this.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, AwsError>;
}
