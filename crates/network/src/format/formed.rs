//! What a form makes of a list.

use std::fmt::{self, Write as _};

/// A list in a form that may not be able to say all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Formed {
    /// The list.
    pub text: String,
    /// What the form has no place for: a sentence each.
    pub left_out: Vec<String>,
}

/// Why a list has no such form.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfit {
    /// Why.
    pub why: String,
    /// What to do.
    pub help: String,
}

/// Adds to a text.
pub(crate) fn put(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}
