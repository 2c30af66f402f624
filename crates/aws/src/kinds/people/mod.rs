//! Why one person cannot sign in, or gets no call: everything that a sign-in and a call meet, asked of AWS one by one.

mod calls;
mod desktop;
mod sign_in;

use headset_core::{Address, AwsError};
use headset_kinds::KindId;
pub(crate) use headset_kinds::person::*;
use headset_kinds::verify::{Check, Checked};
use serde::de::DeserializeOwned;

use crate::Aws;
use crate::kinds::kind;
use sign_in::Known;

/// What was found out, each about a thing.
type Found = Vec<(Address, Checked)>;

/// A thing of a kind with what is asked of it.
struct One<'a, S> {
    part: Part<'a>,
    spec: S,
}

/// The things of a kind.
fn of_kind<'a, S: DeserializeOwned>(parts: &[Part<'a>], kind: KindId) -> Vec<One<'a, S>> {
    let own = parts.iter().filter(|part| part.address.kind == kind);
    own.filter_map(|part| {
        let spec = kind::parse(part.want).ok()?;
        Some(One { part: *part, spec })
    })
    .collect()
}

/// A check of a call that did not succeed.
fn unread(check: &'static Check, looked_at: &str, error: AwsError) -> Checked {
    check.unknown(looked_at, error)
}

/// Everything about a person who is known by this name or e-mail address.
pub(crate) async fn explain(aws: &Aws, who: &str, parts: &[Part<'_>]) -> Found {
    let (mut found, known) = sign_in::sign_in(aws, who, parts).await;
    let Known { session, address, .. } = &known;
    if let (Some(session), Some(address)) = (session, address) {
        found.extend(calls::calls(aws, session, address, parts).await);
    }
    found.extend(desktop::desktops(aws, who, &known, parts).await);
    found
}
