//! The reference page of the language.

/// The page.
pub fn language_page() -> String {
    String::new()
}
