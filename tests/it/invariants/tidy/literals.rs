//! A kind is named by its constant, so that the compiler finds a new name or a renamed field.

use std::collections::BTreeSet;

use headset_kinds::registry::KINDS;

use super::sources;

/// Where kinds are worked with. The simulator knows none, and tests say what they expect in full.
const FOLDERS: [&str; 7] = [
    "src",
    "crates/kinds/src",
    "crates/blueprint/src",
    "crates/design/src",
    "crates/engine/src",
    "crates/client/src",
    "crates/aws/src",
];

/// The lines of a file's code, tests and comments aside, each with its number.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = code.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// The string literals of a line that are of one word.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

#[test]
fn a_kind_is_named_by_a_literal_only_where_it_is_declared() {
    let kinds: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name()).collect();
    let mut declared = 0;
    let mut named = Vec::new();
    for folder in FOLDERS {
        for (path, text) in sources(folder) {
            if path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs") {
                continue;
            }
            for (at, line) in code(&text) {
                let found: Vec<&str> = words(line).filter(|word| kinds.contains(word)).collect();
                match line.trim_start().starts_with("#[fields(kind = ") {
                    true => declared += found.len(),
                    false if found.is_empty() => {}
                    false => named.push(format!("{}:{at}: {}", path.display(), line.trim())),
                }
            }
        }
    }
    assert_eq!(declared, kinds.len());
    assert!(
        named.is_empty(),
        "name these by their constants:\n{}",
        named.join("\n")
    );
}
