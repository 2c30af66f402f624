//! The things of an environment by their kinds, and what is found out about them.

use std::collections::BTreeMap;

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

/// What helps where Amazon Connect does not know a name.
pub(super) const ADD_USER: &str = "add the user to `connect.users` under exactly that name, and apply";

/// What the sign-ins of a person come with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named<'a> {
    /// As it was read.
    Known(&'a str),
    /// As it was typed: where it is kept cannot be read.
    Typed(&'a str),
}

impl<'a> Named<'a> {
    /// The name.
    pub(super) fn name(self) -> &'a str {
        match self {
            Named::Known(name) | Named::Typed(name) => name,
        }
    }
}

/// The name among these that differs from this one in the case of letters alone, with its id.
pub(super) fn alike<'a>(names: &'a BTreeMap<String, String>, name: &str) -> Option<(&'a str, &'a str)> {
    let mut alike = names.iter().filter(|(one, _)| one.eq_ignore_ascii_case(name));
    alike.next().map(|(one, id)| (one.as_str(), id.as_str()))
}

/// The id of the user whose sign-ins come with this name, or why there is none.
pub(super) fn called<'a>(names: &'a BTreeMap<String, String>, session: &str) -> Result<&'a str, String> {
    if let Some(id) = names.get(session) {
        return Ok(id);
    }
    Err(match alike(names, session) {
        Some((name, _)) => {
            format!("sign-ins come as {session}, and the user is called {name}: letter case counts")
        }
        None => format!("none of them is called {session}"),
    })
}
