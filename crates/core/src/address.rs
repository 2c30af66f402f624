//! What a resource is called inside Headset.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of one resource of an environment: its kind and its key, written `kind/key`, such as
/// `appstream.fleet/agents`. It never changes while the blueprint's key stays, even if the name in AWS does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    /// The kind's name, such as `appstream.fleet`.
    pub kind: String,
    /// The entry's key; may itself hold slashes (`https://...` for an approved origin).
    pub key: String,
}

impl Address {
    /// The address of this kind and key.
    pub fn new(kind: impl Into<String>, key: impl Into<String>) -> Address {
        Address {
            kind: kind.into(),
            key: key.into(),
        }
    }
}

impl Address {
    /// Which of these addresses may have been meant, if one of the same kind is called much like this one.
    pub fn nearest<'a>(&self, candidates: impl IntoIterator<Item = &'a Address>) -> Option<&'a Address> {
        candidates
            .into_iter()
            .filter(|other| other.kind == self.kind)
            .map(|other| (strsim::jaro_winkler(&self.key, &other.key), other))
            .filter(|(likeness, _)| *likeness >= 0.8)
            .max_by(|one, other| one.0.total_cmp(&other.0))
            .map(|(_, other)| other)
    }
}

/// A text that is not an address.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{0}` is not an address: write KIND/KEY, such as `appstream.fleet/agents`")]
pub struct NotAnAddress(String);

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Address, NotAnAddress> {
        match text.split_once('/') {
            Some((kind, key)) if !kind.is_empty() && !key.is_empty() => Ok(Address::new(kind, key)),
            _ => Err(NotAnAddress(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Address, NotAnAddress> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.key)
    }
}
