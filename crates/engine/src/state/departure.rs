//! Where a state went that is not here any more, or is on its way to.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where a state was moved to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Destination {
    /// A shared store, as `--state` names it.
    Store(String),
    /// A machine, in words: which directory, of which machine.
    Machine(String),
}

impl Destination {
    /// Whether this is the same place. What an address says besides where the store is counts for nothing.
    pub(super) fn is(&self, other: &Destination) -> bool {
        match other {
            Destination::Store(address) => self.is_store(address),
            Destination::Machine(_) => self == other,
        }
    }

    /// Whether this is the shared store of an address. What the address says besides where the store is counts for nothing.
    pub(super) fn is_store(&self, address: &str) -> bool {
        match self {
            Destination::Store(store) => bare(store) == bare(address),
            Destination::Machine(_) => false,
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::Store(place) | Destination::Machine(place) => f.write_str(place),
        }
    }
}

/// An address without its parameters.
fn bare(address: &str) -> &str {
    address.split_once('?').map_or(address, |(place, _)| place)
}

/// Where a state is still, though it counts in another place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// On this machine, in this directory.
    Here(PathBuf),
    /// In a shared store.
    There {
        /// The address of the state.
        state: String,
        /// That of the store.
        store: String,
    },
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kept::Here(directory) => write!(f, "{}", directory.display()),
            Kept::There { state, .. } => f.write_str(state),
        }
    }
}

/// A state that was moved away, or is being moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Where to.
    pub to: Destination,
    /// The region of its environment.
    pub region: String,
}

/// What a snapshot says that was moved away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Leaving {
    /// Where to.
    pub(super) to: Destination,
    /// Whether it has arrived: until then it may be in both places.
    pub(super) over: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_known_by_its_place_alone() {
        let store = |address: &str| Destination::Store(address.to_owned());
        let address = "s3://acme-state/headset?region=eu-west-1";
        assert!(store("s3://acme-state/headset").is_store(address));
        assert!(!store("s3://acme-state/other").is_store(address));
        assert!(!Destination::Machine(address.to_owned()).is_store(address));
    }
}
