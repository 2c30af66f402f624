//! The things of an environment by their kinds, and what is found out about them.

use headset_core::{Address, AwsError};
use headset_kinds::KindId;
use headset_kinds::person::Part;
use headset_kinds::verify::{Check, Checked};
use serde::de::DeserializeOwned;

use crate::kinds::kind;

/// What was found out, each about a thing.
pub(super) type Found = Vec<(Address, Checked)>;

/// A thing of a kind with what is asked of it.
pub(super) struct One<'a, S> {
    pub(super) part: Part<'a>,
    pub(super) spec: S,
}

/// The things of a kind.
pub(super) fn of_kind<'a, S: DeserializeOwned>(parts: &[Part<'a>], kind: KindId) -> Vec<One<'a, S>> {
    let own = parts.iter().filter(|part| part.address.kind == kind);
    own.filter_map(|part| {
        let spec = kind::parse(part.want).ok()?;
        Some(One { part: *part, spec })
    })
    .collect()
}

/// A check of a call that did not succeed.
pub(super) fn unread(check: &'static Check, looked_at: &str, error: AwsError) -> Checked {
    check.unknown(looked_at, error)
}
