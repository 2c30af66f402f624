//! Files that are uploaded as they are, by their SHA-256: what is too large for plans and state, and not ours to print.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use headset_core::{AwsError, Class};
use sha2::{Digest as _, Sha256};

/// The files that are at hand.
#[derive(Debug, Default)]
pub struct Assets {
    held: Mutex<BTreeMap<String, Bytes>>,
}

impl Assets {
    /// Takes a file, and gives its SHA-256 in hexadecimal.
    pub fn hold(&self, content: Bytes) -> String {
        let digest = hex::encode(Sha256::digest(&content));
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(digest.clone(), content);
        digest
    }

    /// Whether a file is at hand.
    pub fn has(&self, digest: &str) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.contains_key(digest)
    }

    /// The file of a SHA-256.
    ///
    /// # Errors
    /// If it is not at hand.
    pub fn get(&self, digest: &str) -> Result<Bytes, AwsError> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(digest).cloned().ok_or_else(|| {
            AwsError::own(
                Class::Other,
                format!("the file to upload (SHA-256 {digest}) is not on this machine: `headset ccp fetch` fetches it"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_digest_alone() {
        let assets = Assets::default();
        let digest = assets.hold(Bytes::from_static(b"library"));
        assert!(assets.has(&digest));
        assert_eq!(assets.get(&digest).expect("held"), Bytes::from_static(b"library"));
        let missing = assets.get("00").expect_err("not held");
        assert!(missing.message.contains("headset ccp fetch"), "{missing:?}");
    }
}
