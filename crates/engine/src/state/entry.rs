//! What can change in a state.

use serde::{Deserialize, Serialize};

use super::record::{Attempt, Intent, Places, Record};
use headset_kinds::Address;

/// One change of a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "entry")]
pub enum Entry {
    /// A call is about to be made.
    Intend {
        /// For which resource.
        address: Address,
        /// What is about to happen.
        intent: Intent,
    },
    /// A resource was made just now, and is not ready yet: its id is known before anything is waited for.
    Made {
        /// Which.
        address: Address,
        /// What it was made from; no outputs yet.
        record: Record,
    },
    /// A resource is as the record says.
    Done {
        /// Which.
        address: Address,
        /// As it was applied.
        record: Record,
    },
    /// A successor takes the address over; the predecessor still exists.
    Depose {
        /// Which.
        address: Address,
    },
    /// A resource is gone, or no longer looked after.
    Gone {
        /// Which.
        address: Address,
    },
    /// A predecessor is gone.
    DeposedGone {
        /// Whose predecessor.
        address: Address,
        /// Its physical id.
        id: String,
    },
    /// A resource is known by another address from now on. Written by earlier versions.
    Moved {
        /// Its address until now.
        from: Address,
        /// Its address from now on.
        to: Address,
    },
    /// Resources are known by other addresses from now on, all of them at once: two may swap theirs.
    Relocated {
        /// From which address to which.
        moves: Vec<(Address, Address)>,
    },
    /// Lines of `moved` that have nothing left to do: they were made, or are older than the environment.
    Settled {
        /// From which address to which.
        lines: Vec<(Address, Address)>,
    },
    /// Where the environment's services are, and how Identity Center is reached.
    Placed {
        /// That.
        places: Places,
    },
    /// Something came or went whose coming and going AWS counts.
    Counted {
        /// What.
        attempt: Attempt,
    },
    /// The environment's expiry was set.
    Expires {
        /// RFC 3339, or never.
        at: Option<String>,
        /// The lifetime that it comes from, in seconds; unknown where it was read off a tag, and before it was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lifetime: Option<u64>,
    },
    /// A state that was lost is found again by the tags of what it knew: it goes on with its lineage.
    Inherited {
        /// The value of the tag `headset:id`.
        lineage: String,
    },
    /// Whether things that carry no tags may be there without state knowing them.
    Partial {
        /// That.
        is: bool,
    },
}
