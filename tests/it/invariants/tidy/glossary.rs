//! The glossary fixes the words; names that only their author understood stay out.

use std::fs;
use std::path::Path;

use super::sources;

/// The words of the last column of `docs/glossary.md`.
fn retired() -> Vec<String> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/glossary.md")).unwrap();
    page.lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .filter_map(|row| row.rsplit(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// Retired words that no name may have as a part either: they mean nothing else here.
const DISTINCTIVE: [&str; 10] = [
    "sight",
    "misfit",
    "misfits",
    "belongings",
    "churn",
    "memo",
    "memos",
    "prospect",
    "doubt",
    "scenery",
];

/// Whether a name is a retired word, or has one as a part.
fn is_retired(name: &str, retired: &[String]) -> bool {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    retired.iter().any(|word| word == name) || snake.split('_').any(|part| DISTINCTIVE.contains(&part))
}

/// The names that a line of code declares.
fn declared(line: &str) -> Option<&str> {
    let mut words = line
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty());
    words.find(|word| ["struct", "enum", "trait", "type", "mod", "fn"].contains(word))?;
    words.next()
}

/// Where a retired word is still a name.
fn found(files: &[(String, String)], retired: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in files {
        let named = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .filter_map(declared);
        for name in named.filter(|name| is_retired(name, retired)) {
            wrong.push(format!("{path}: {name}"));
        }
    }
    wrong
}

#[test]
fn no_name_is_a_word_that_the_glossary_has_retired() {
    let retired = retired();
    assert!(retired.iter().any(|word| word == "Sight"), "{retired:?}");
    let sample = (
        "a.rs".to_owned(),
        "// struct Sight\npub(super) struct Sight<'a> {".to_owned(),
    );
    assert_eq!(found(&[sample], &retired), ["a.rs: Sight"]);
    assert!(is_retired("find_misfits", &retired) && is_retired("MemoOfNames", &retired));
    assert!(!is_retired("in_memory", &retired));
    let files: Vec<(String, String)> = ["src", "crates", "tests"]
        .into_iter()
        .flat_map(sources)
        .filter(|(path, _)| !path.ends_with(file!()))
        .map(|(path, text)| (path.display().to_string(), text))
        .collect();
    let wrong = found(&files, &retired);
    assert!(wrong.is_empty(), "see docs/glossary.md:\n{}", wrong.join("\n"));
}
