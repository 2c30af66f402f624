//! Whether what identity providers publish is still what was read.

use std::collections::BTreeMap;

use headset_core::AwsError;

/// What has become of a document that answers point to, since it was read.
#[derive(Clone, Debug)]
pub enum Published {
    /// It is what was read, as far as it counts.
    Same {
        /// Where it is.
        url: String,
    },
    /// It is another one.
    Changed {
        /// Where it is.
        url: String,
        /// What is new in it, in a sentence without a full stop.
        what: String,
        /// The answers with the new document.
        answers: BTreeMap<String, String>,
    },
    /// It could not be had, or is no such document any more.
    Unknown {
        /// Where it should be.
        url: String,
        /// Why.
        error: AwsError,
    },
}

impl Published {
    /// Where the document is.
    pub fn url(&self) -> &str {
        match self {
            Published::Same { url } | Published::Changed { url, .. } | Published::Unknown { url, .. } => url,
        }
    }
}
