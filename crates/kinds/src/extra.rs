//! What others put into the lists of a thing: an origin that was approved by hand, a user of the instance.
//!
//! A kind names the lists in which its things are ([`Kind::lists`](crate::Kind::lists)), and its half that asks AWS reads
//! one of them beyond what is known (`Remote::extras`). Whether that is drift, the engine decides for all kinds alike.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use headset_core::KindId;

use crate::live::Live;

/// A list that AWS keeps of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// The kind of the thing.
    pub holder: KindId,
    /// What one that is in it is, with its article: `a user`.
    pub one: &'static str,
    /// What they are, in the plural: `users`.
    pub what: &'static str,
}

/// A thing whose list is read.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// The thing as it is.
    pub live: &'a Live,
    /// What the blueprint asks of it.
    pub spec: &'a Value,
    /// The physical ids of what is known of what the list holds: what the blueprint asks for, what state remembers, and what
    /// other environments of this machine have.
    pub known: &'a BTreeSet<String>,
}

/// What is in a list, and not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// Its physical id, as [`Live::id`] of its kind is.
    pub id: String,
    /// What it is called: the key of the address at which it is reported.
    pub key: String,
    /// What else is to be known of it, without a full stop.
    pub about: Option<String>,
    /// Its tags, by which it may be another environment's; `None`: it cannot carry any.
    pub tags: Option<BTreeMap<String, String>>,
}

impl Extra {
    /// One without tags of which nothing else is known.
    pub fn new(id: impl Into<String>, key: impl Into<String>) -> Extra {
        Extra {
            id: id.into(),
            key: key.into(),
            about: None,
            tags: None,
        }
    }
}
