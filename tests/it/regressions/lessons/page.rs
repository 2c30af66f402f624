//! The page of lessons: complete, and true about the tests that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many lessons there are.
const LESSONS: usize = 54;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder, with its text.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

/// The path of a module: `regressions::lessons::waits` for tests/it/regressions/lessons/waits.rs, `cli::init` for src/cli/init.rs,
/// `simulator::clock` for crates/simulator/src/clock.rs.
fn module(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap();
    let path = ["tests/it", "src", "crates"]
        .into_iter()
        .find_map(|folder| path.strip_prefix(folder).ok())
        .unwrap();
    let parts: Vec<String> = path
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_str().unwrap().to_owned())
        .filter(|part| part != "mod" && part != "src" && part != "lib")
        .collect();
    parts.join("::")
}

/// The tests of a file: functions under `#[test]` (with other attributes and comments in between), and those
/// that a macro of the suite names.
fn tests(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            next = true;
        } else if let Some(rest) = line
            .strip_prefix("fn ")
            .or_else(|| line.strip_prefix("async fn "))
        {
            if next {
                names.push(rest.split('(').next().unwrap().to_owned());
            }
            next = false;
        } else if let Some((name, file)) = line.split_once(": \"")
            && file.trim_end_matches(',').ends_with('"')
            && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// Every test by its module.
fn all_tests() -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in ["src", "crates", "tests/it"] {
        for (path, text) in sources(&root().join(folder)) {
            // The tests of a file stand in `mod tests` inside it, or in a file of that name beside it.
            let module = module(&path);
            let module = module.strip_suffix("::tests").unwrap_or(&module).to_owned();
            all.entry(module).or_default().extend(tests(&text));
        }
    }
    all
}

/// The rows of the page's table, each with its cells.
fn rows() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(root().join("docs/lessons.md")).unwrap();
    page.lines()
        .filter(|line| line.starts_with("| ") && line[2..].starts_with(|c: char| c.is_ascii_digit()))
        .map(|line| {
            line.trim_matches('|')
                .split(" | ")
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
}

/// The tests that a cell names, in backquotes: `module::path::name`.
fn named(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.contains("::"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_page_has_every_lesson_once_and_each_says_what_holds_it_or_why_nothing_does() {
    let rows = rows();
    let numbers: Vec<String> = rows.iter().map(|row| row[0].clone()).collect();
    let expected: Vec<String> = (1..=LESSONS).map(|number| number.to_string()).collect();
    assert_eq!(numbers, expected);
    for row in &rows {
        assert_eq!(row.len(), 5, "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        assert!(
            !named(&row[4]).is_empty() || row[4].starts_with("none yet: "),
            "{row:?}"
        );
    }
}

#[test]
fn every_test_that_the_page_names_is_there_and_every_lesson_that_is_tested_is_named() {
    let all = all_tests();
    let mut named_here = BTreeSet::new();
    for row in rows() {
        for name in named(&row[4]) {
            let (module, test) = name.rsplit_once("::").unwrap();
            let there = all.get(module).is_some_and(|tests| tests.contains(test));
            assert!(there, "lesson {}: there is no test {name}", row[0]);
            named_here.insert(name);
        }
    }
    for (module, tests) in &all {
        if module.starts_with("regressions::lessons::") && module != "regressions::lessons::page" {
            for test in tests {
                let name = format!("{module}::{test}");
                assert!(named_here.contains(&name), "docs/lessons.md does not name {name}");
            }
        }
    }
}
