//! What a resource is called inside Headset.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kind_id::{KindId, NoKind};

/// The name of one resource of an environment: its kind and its key, written `kind/key`, such as
/// `appstream.fleet/agents`. It never changes while the blueprint's key stays, even if the name in AWS does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    /// Its kind, such as `appstream.fleet`.
    pub kind: KindId,
    /// The entry's key; may itself hold slashes (`https://...` for an approved origin).
    pub key: String,
}

impl Address {
    /// The address of this kind and key.
    pub fn new(kind: KindId, key: impl Into<String>) -> Address {
        Address {
            kind,
            key: key.into(),
        }
    }
}

/// An address whose kind is written in the program, as tests do: a name that no kind has does not compile.
#[macro_export]
macro_rules! address {
    ($kind:literal, $key:expr $(,)?) => {{
        const KIND: $crate::KindId = $crate::KindId::of($kind);
        $crate::Address::new(KIND, $key)
    }};
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
pub enum NotAnAddress {
    /// It has no kind, or no key.
    #[error("`{0}` is not an address: write KIND/KEY, such as `appstream.fleet/agents`")]
    Form(String),
    /// No kind has that name.
    #[error("{no_kind}{}", meant(.no_kind, .key))]
    Kind {
        /// The name, and what may have been meant.
        no_kind: NoKind,
        /// The key that stands behind it.
        key: String,
    },
}

fn meant(no_kind: &NoKind, key: &str) -> String {
    match &no_kind.meant {
        Some(name) => format!("; did you mean `{name}/{key}`?"),
        None => String::new(),
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Address, NotAnAddress> {
        match text.split_once('/') {
            Some((kind, key)) if !kind.is_empty() && !key.is_empty() => match KindId::named(kind) {
                Ok(kind) => Ok(Address::new(kind, key)),
                Err(no_kind) => Err(NotAnAddress::Kind {
                    no_kind,
                    key: key.to_owned(),
                }),
            },
            _ => Err(NotAnAddress::Form(text.to_owned())),
        }
    }
}

/// As Headset wrote it to a file: a name that is not known is no slip of a person there.
impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Address, String> {
        text.parse().map_err(|error| match error {
            NotAnAddress::Kind { no_kind, .. } => no_kind.to_string(),
            form @ NotAnAddress::Form(_) => form.to_string(),
        })
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
