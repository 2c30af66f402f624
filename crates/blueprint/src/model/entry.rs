//! What every entry is made of: values with their places, and what all entries can say about themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use headset_core::diagnostic::Place;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place; for a default, the place of the entry that it belongs to.
    pub place: Place,
}

/// Something of ours, or something that lives outside and is only linked to.
#[derive(Clone, Debug, PartialEq)]
pub enum Source<T> {
    /// Made and managed by this blueprint.
    Ours(T),
    /// `existing: NAME-or-ARN`: read and linked to, never changed or deleted.
    Existing(At<String>),
}

/// What every entry can say about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the entry stands.
    pub place: Place,
    /// `name`: what the thing is called in AWS, in place of the derived name. Images still get their recipe appended.
    pub name: Option<At<String>>,
    /// `protect`: deleting and replacing it is refused.
    pub protect: bool,
    /// `tags`, beyond the blueprint's own.
    pub tags: BTreeMap<String, String>,
    /// `timeouts.create`, `.update` and `.delete`.
    pub waits: Waits,
}

/// How long an operation of one resource may take, in seconds, in place of its kind's own patience.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// `timeouts.create`.
    pub create: Option<u64>,
    /// `timeouts.update`.
    pub update: Option<u64>,
    /// `timeouts.delete`.
    pub delete: Option<u64>,
}
