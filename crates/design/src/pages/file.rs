//! What is published: a file with its headers, and for what pages load its digest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use headset_kinds::Text;

pub(super) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// A page has to change for all agents within a minute of being published.
pub(super) const BRIEFLY: &str = "public, max-age=60, must-revalidate";
/// A file whose name holds the digest of its content never changes.
pub(super) const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// One file to publish.
#[derive(Clone, Debug, PartialEq)]
pub struct PageFile {
    /// Its object key.
    pub key: String,
    /// The media type.
    pub content_type: &'static str,
    /// How long browsers may keep it.
    pub cache_control: &'static str,
    /// Its content, if it is not an asset.
    pub body: Text,
    /// The SHA-256 of the file that is its content.
    pub asset: Option<String>,
    /// Whether `key` changes with the content, so that other versions may lie beside it for a while.
    pub versioned: bool,
}

/// A script or a style: its file, and the digest that the pages name.
pub(super) struct Asset {
    pub(super) file: PageFile,
    pub(super) integrity: String,
}

/// A file whose name holds a digest of its content.
pub(super) fn versioned(name: &str, extension: &str, content_type: &'static str, content: &str) -> Asset {
    let digest = hex::encode(Sha256::digest(content.as_bytes()));
    let file = PageFile {
        key: format!("{name}-{}.{extension}", &digest[..8]),
        content_type,
        cache_control: FOR_GOOD,
        body: content.into(),
        asset: None,
        versioned: true,
    };
    let integrity = format!("sha384-{}", STANDARD.encode(Sha384::digest(content.as_bytes())));
    Asset { file, integrity }
}

/// The same of what is no text, and so neither in plans nor in state.
pub(super) fn of_bytes(name: &str, extension: &str, content_type: &'static str, content: &[u8]) -> PageFile {
    let digest = hex::encode(Sha256::digest(content));
    PageFile {
        key: format!("{name}-{}.{extension}", &digest[..8]),
        content_type,
        cache_control: FOR_GOOD,
        body: "".into(),
        asset: Some(digest),
        versioned: true,
    }
}
