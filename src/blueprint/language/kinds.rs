//! The reference page of the kinds.

/// The page.
pub fn kinds_page() -> String {
    String::new()
}
