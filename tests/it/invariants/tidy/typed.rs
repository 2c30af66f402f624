//! What AWS reports of a thing is read as its kind's own type. That specs are, the compiler holds.

use super::sources;

/// The lines of a folder's code, tests and comments aside, that have one of these words: file and line.
fn lines_with(folder: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources(folder) {
        let is_of_tests =
            path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for line in code.lines().filter(|_| !is_of_tests) {
            let line = line.trim();
            if !line.starts_with("//") && words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}: {line}", path.display()));
            }
        }
    }
    found
}

/// `Live` keeps its JSON to itself: it compares with it, and reports alone get a value of it.
#[test]
fn the_json_of_a_thing_is_read_by_reports_alone() {
    let houses = [
        "crates/kinds/src",
        "crates/aws/src",
        "crates/design/src",
        "crates/engine/src",
        "src/cli",
    ];
    let read: Vec<String> = houses
        .iter()
        .flat_map(|folder| lines_with(folder, &[".reported("]))
        .collect();
    assert!(
        read.is_empty(),
        "read it as its type, such as `Fleet.read(live).view`:\n{}",
        read.join("\n")
    );
    assert!(!lines_with("src/report", &[".reported("]).is_empty());
}
