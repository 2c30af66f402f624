//! A value and where it stands.

use headset_core::diagnostic::Place;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place; for a default, the place of the entry that it belongs to.
    pub place: Place,
}
