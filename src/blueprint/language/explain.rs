//! `headset explain FIELD`.

/// What a key of the language means.
pub fn explain_field(_path: &str) -> Option<String> {
    None
}
