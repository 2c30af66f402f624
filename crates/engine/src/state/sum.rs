//! Checksums that prove a file of state to be what Headset wrote.
//!
//! They find damage and edits. They are no secret: who may write the file may write its sum as well.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sum(String);

impl Sum {
    /// Of a document as it is read back: maps in order, numbers as they are written.
    pub(crate) fn of(document: &Value) -> Sum {
        Sum(hex::encode(Sha256::digest(document.to_string())))
    }

    /// Of a document that follows another one.
    pub(super) fn following(before: &Sum, document: &Value) -> Sum {
        let mut hash = Sha256::new();
        hash.update(before.0.as_bytes());
        hash.update(document.to_string());
        Sum(hex::encode(hash.finalize()))
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The member of a document that holds its sum.
pub(crate) const MEMBER: &str = "sum";

/// Takes the sum out of a document; `None` where it has none.
pub(crate) fn taken_from(document: &mut Value) -> Option<Sum> {
    let sum = document.as_object_mut()?.remove(MEMBER)?;
    serde_json::from_value(sum).ok()
}
