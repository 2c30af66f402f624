//! A kind and a field are named by their constants, so that the compiler finds a new name or a renamed field.

use std::collections::BTreeSet;
use std::path::Path;

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

/// Where fields are worked with. The language has keys of its own (`to(FleetSpec::VIEW)` joins the two), `src/cli` has
/// options and JSON of its own, and the rest of `crates/aws` has AWS's words.
const WITH_FIELDS: [&str; 5] = [
    "src/report",
    "crates/kinds/src",
    "crates/design/src",
    "crates/engine/src",
    "crates/aws/src/kinds",
];

/// Words that happen to be those of fields, and mean something else: the file, the word, what it means there.
const OTHER_MEANINGS: &[(&str, &str, &str)] = &[
    (
        "crates/aws/src/kinds/appstream/fleet/mod.rs",
        "stack",
        "a noun in a message",
    ),
    (
        "crates/aws/src/kinds/appstream/stack/mod.rs",
        "fleet",
        "a noun in a message",
    ),
    (
        "crates/aws/src/kinds/connect/tags.rs",
        "tags",
        "a member of AWS's answer",
    ),
    (
        "crates/aws/src/kinds/connect/user.rs",
        "users",
        "a noun in a message",
    ),
    (
        "crates/aws/src/kinds/iam/service_role.rs",
        "service",
        "a gap of a template",
    ),
    (
        "crates/aws/src/kinds/identity_center/assignment.rs",
        "user",
        "a noun in a message",
    ),
    (
        "crates/design/src/bootstrap.rs",
        "state",
        "a key of the blueprint, and an output of the environment",
    ),
    (
        "crates/design/src/bootstrap.rs",
        "permissions_boundary",
        "an output of the environment",
    ),
    ("crates/design/src/pages/mod.rs", "region", "a gap of a page"),
    (
        "crates/engine/src/checkpoints/list.rs",
        "open",
        "how far a checkpoint is",
    ),
    ("src/report/probe_page.rs", "open", "what a row came to"),
    ("crates/design/src/pages/mod.rs", "instance", "a gap of a page"),
    (
        "crates/design/src/recipe/browser.rs",
        "policies",
        "a key of Firefox",
    ),
    (
        "crates/design/src/sign_in/mod.rs",
        "provider_arn",
        "a gap of a template",
    ),
    (
        "crates/design/src/sign_in/mod.rs",
        "role_arn",
        "an output of the environment",
    ),
    (
        "crates/kinds/src/appstream/image/mod.rs",
        "applications",
        "a noun in a message",
    ),
    ("crates/kinds/src/connect/user.rs", "users", "what a quota counts"),
    ("crates/kinds/src/names.rs", "state", "a part of a name"),
    ("crates/kinds/src/objects.rs", "region", "a part of an address"),
    ("src/report/history_view.rs", "import", "a command"),
    (
        "crates/kinds/src/identity_center/arn.rs",
        "instance",
        "a part of an ARN",
    ),
    ("crates/kinds/src/idp/start.rs", "portal", "a part of an address"),
    ("src/report/drift_view.rs", "metadata", "a key of a report"),
    ("src/report/failure.rs", "session", "a noun in a message"),
    ("src/report/plan_view.rs", "session", "a noun in a message"),
    ("src/report/search_view.rs", "region", "a key of a report"),
    ("src/report/status_view.rs", "session", "a noun in a message"),
    ("src/report/timeline/trace.rs", "name", "a key of Chrome's format"),
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

/// Whether a file holds tests, or samples that only tests read.
fn is_of_tests(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests")
        || path.ends_with("tests.rs")
        || path.ends_with("samples.rs")
}

/// Whether a line declares a word of its own as a constant, or tells serde about a report.
fn declares(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("#[serde(") || (line.contains("const ") && line.contains(": &str = \"")) || {
        // In an `impl` the lifetime is written out.
        line.contains("const ") && line.contains(": &'static str = \"")
    }
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
                let line = line.trim_start();
                match line.starts_with("#[fields(kind = ") || line.starts_with("kind = \"") {
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

#[test]
fn a_field_is_named_by_no_literal() {
    let fields: BTreeSet<&str> = KINDS
        .iter()
        .flat_map(|kind| kind.fields())
        .map(|field| field.name)
        .collect();
    let mut named = Vec::new();
    let mut excused = BTreeSet::new();
    for folder in WITH_FIELDS {
        for (path, text) in sources(folder) {
            if is_of_tests(&path) {
                continue;
            }
            let path = path.display().to_string();
            let mut before = "";
            for (at, line) in code(&text) {
                // The name of a field of a table is the first argument, on a line of its own.
                let is_declared = declares(line) || before.ends_with("Field::new(");
                before = line;
                if is_declared {
                    continue;
                }
                for word in words(line).filter(|word| fields.contains(word)) {
                    match OTHER_MEANINGS
                        .iter()
                        .find(|(file, other, _)| *file == path && *other == word)
                    {
                        Some((file, other, _)) => {
                            excused.insert((*file, *other));
                        }
                        None => named.push(format!("{path}:{at}: {}", line.trim())),
                    }
                }
            }
        }
    }
    assert!(
        named.is_empty(),
        "name these by their constants, such as `FleetSpec::VIEW`:\n{}",
        named.join("\n")
    );
    let listed: BTreeSet<(&str, &str)> = OTHER_MEANINGS
        .iter()
        .map(|(file, word, _)| (*file, *word))
        .collect();
    let gone: Vec<_> = listed.difference(&excused).collect();
    assert!(gone.is_empty(), "these are there no longer: {gone:?}");
}
