//! What is still there after everything was taken down, and why.

use headset_engine::destroy::Leftover;

/// For people; empty if nothing stays.
pub fn text(left: &[Leftover]) -> String {
    if left.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = left
        .iter()
        .map(|left| format!("  {}: {}", left.what, left.why))
        .collect();
    format!("left as they are:\n{}\n", lines.join("\n"))
}
