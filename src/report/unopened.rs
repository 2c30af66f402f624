//! Blueprints that could not be looked at, beside what was seen of the others.

use serde::Serialize;

use headset_core::diagnostic::Diagnostic;

/// One of them.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Unopened<'a> {
    /// The blueprint, as it was named.
    pub file: &'a str,
    /// Why.
    pub findings: &'a [Diagnostic],
}
