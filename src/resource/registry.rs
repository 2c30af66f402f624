//! Every kind that Headset knows.

use super::kind::Kind;

/// All kinds, in the order of a typical apply.
pub static KINDS: &[&dyn Kind] = &[];

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}
