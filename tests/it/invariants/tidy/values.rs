//! What decides something is a value: no sentence is read to decide.

use super::{folders, sources};

/// Sentences of others, which have no other form: AWS's messages and web pages.
const FOREIGN: [&str; 2] = ["has been taken", "<!doctype html"];

/// The calls by which a text is looked into.
const LOOKS: [&str; 4] = [".starts_with(\"", ".ends_with(\"", ".contains(\"", "== \""];

/// Whether this is a word that a sentence quotes, such as an answer to give.
fn is_quoted_word(literal: &str) -> bool {
    let word = literal.split('`').nth(1).unwrap_or_default();
    !word.is_empty()
}

/// The literals of several words by which code, tests aside, looks into a text.
fn read_sentences(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in code {
        for look in LOOKS {
            for rest in line.split(look).skip(1) {
                let literal = rest.split('"').next().unwrap_or_default();
                let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
                let is_sentence =
                    literal.split_whitespace().filter(is_word).count() > 1 || is_quoted_word(literal);
                if is_sentence && !FOREIGN.contains(&literal) {
                    found.push(literal);
                }
            }
        }
    }
    found
}

#[test]
fn no_code_decides_by_a_sentence() {
    let mut wrong = Vec::new();
    for (path, text) in folders().iter().flat_map(|folder| sources(folder)) {
        let is_test = path.iter().any(|part| part == "tests" || part == "tests.rs");
        let is_other_house = path.starts_with("crates/simulator") || path.starts_with("crates/client");
        if !is_test && !is_other_house {
            let found = read_sentences(&text);
            wrong.extend(
                found
                    .iter()
                    .map(|literal| format!("{}: {literal}", path.display())),
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "decide by the value that the sentence is made of:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_sentence_that_decides_is_found() {
    let code = "match action {\n    Forget if step.reason.starts_with(\"it is gone\") => continue,\n}\n";
    assert_eq!(read_sentences(code), ["it is gone"]);
    let code = "match question.about.starts_with(\"`yes`\") {";
    assert_eq!(read_sentences(code), ["`yes`"]);
    for fine in [
        "line.starts_with(\"# \")",
        "    // why.contains(\"it is gone\")",
        "error.message.contains(\"has been taken\")",
        "#[cfg(test)]\nmod tests {\n    why.contains(\"it is gone\")",
        "state == \"AVAILABLE\"",
    ] {
        assert!(read_sentences(fine).is_empty(), "{fine}");
    }
}
