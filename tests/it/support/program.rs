//! What the program says, whichever way a test gets to hear it, is held to what must never be said.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use headset_core::error::MISTAKE;

/// What no user may ever read: the name of an error that had no message of its own, and what only a mistake in Headset
/// leads to.
const NEVER: [&str; 2] = ["headset:internal", MISTAKE];

/// Secrets that tests plant: in variables, in files, in AWS's stores. No output of any test may hold one.
pub(crate) const PLANTED: [&str; 7] = [
    "Planted-in-a-variable-1",
    "Planted-in-a-file-2",
    "Planted-in-a-secret-3",
    "Planted-in-a-parameter-4",
    "PlantedKey/wJalrXUtnFEMI/K7MDENG/bPxRfiCY",
    "PlantedTokenFwoGZXIvYXdzEBYaDHqa0Anp3AHvM9sHk1",
    "Correct-Horse-42",
];

/// The planted secret that a text holds, as it is or as base64 writes it, if it does.
pub(crate) fn leaked(text: &str) -> Option<&'static str> {
    use base64::Engine as _;
    let encoded = |secret: &str| base64::engine::general_purpose::STANDARD_NO_PAD.encode(secret);
    PLANTED
        .into_iter()
        .find(|secret| text.contains(secret) || text.contains(&encoded(secret)))
}

/// Every file below a directory that holds a planted secret. The simulated cloud knows its part of them, and what is in
/// `elsewhere` a test has put there.
pub(crate) fn files_with_secrets(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.ends_with("sim") || path.ends_with("elsewhere") {
            continue;
        }
        if path.is_dir() {
            found.extend(files_with_secrets(&path));
        } else if leaked(&String::from_utf8_lossy(
            &std::fs::read(&path).unwrap_or_default(),
        ))
        .is_some()
        {
            found.push(path);
        }
    }
    found
}

/// Fails if a text would steer a terminal.
pub(crate) fn unsteered(said: &str) {
    let steers = |c: &char| headset_core::visible::is_hidden(*c) && !matches!(c, '\n' | '\t');
    if let Some(character) = said.chars().find(steers) {
        panic!("{character:?} steers the terminal:\n{said:?}");
    }
}

/// Nouns that Headset counts, and verbs that agree with several things.
const SEVERAL: [&str; 25] = [
    "buckets",
    "changes",
    "characters",
    "checkpoints",
    "creations",
    "days",
    "deletions",
    "drifts",
    "entities",
    "entries",
    "fields",
    "files",
    "findings",
    "lineages",
    "minutes",
    "mistakes",
    "regions",
    "requests",
    "resources",
    "sessions",
    "steps",
    "things",
    "resource carry",
    "resource belong",
    "resource are",
];

/// Passes a text on if it may be said.
pub(crate) fn faultless(said: &str) -> &str {
    for words in NEVER {
        assert!(!said.contains(words), "no user may read `{words}`:\n{said}");
    }
    if let Some(secret) = leaked(said) {
        panic!("a secret was said, {secret}:\n{said}");
    }
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(wrong) = unplain(&flat) {
        panic!("this is no plain English: {wrong}\n{said}");
    }
    said
}

/// What does not read right in a text, if anything.
fn unplain(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    if let Some(at) = text.find("`.: ") {
        return Some(format!("a sentence goes on after its end: {}", near(text, at)));
    }
    lower.match_indices("1 ").find_map(|(at, _)| {
        let before = lower[..at].chars().next_back();
        let rest = &lower[at + 2..];
        let is_one = before.is_none_or(|c| c == ' ' || c == '(');
        let agrees = |rest: &str| match rest.strip_prefix("resource of `") {
            // The verb comes behind the name.
            Some(rest) => !["are", "belong", "carry"].iter().any(|verb| {
                rest.split_once("` ")
                    .is_some_and(|(_, rest)| rest.starts_with(&format!("{verb} ")))
            }),
            None => !SEVERAL.iter().any(|noun| {
                rest.strip_prefix(noun)
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            }),
        };
        (is_one && !agrees(rest)).then(|| format!("one is not several: {}", near(text, at)))
    })
}

/// The words around a place of a text.
fn near(text: &str, at: usize) -> String {
    text.chars()
        .skip(text[..at].chars().count().saturating_sub(20))
        .take(60)
        .collect()
}

/// Runs a program of Headset's and checks what it says.
pub(crate) trait Program {
    /// What it said and how it ended.
    fn said(&mut self) -> Output;
}

impl Program for Command {
    fn said(&mut self) -> Output {
        let output = self.output().unwrap();
        for said in [&output.stdout, &output.stderr] {
            let said = String::from_utf8_lossy(said);
            faultless(&said);
            // At a terminal there are colours.
            if self.get_program() == env!("CARGO_BIN_EXE_headset") {
                unsteered(&said);
            }
        }
        output
    }
}

#[test]
#[should_panic(expected = "no user may read")]
fn what_no_user_may_read_fails_a_test() {
    let error = headset_core::AwsError::bug("a field cannot change");
    faultless(&format!("connect.user/agent: {error}"));
}

#[test]
#[should_panic(expected = "no user may read")]
fn what_a_program_says_is_looked_at() {
    drop(Command::new("echo").arg("headset:internal failed").said());
}

#[test]
fn what_does_not_read_right_is_noticed() {
    for wrong in [
        "acme: 1 resources",
        "1 resource of `acme` carry lineage x",
        "1 resource of `acme` belong to lineage x",
        "acme: 1 creations and deletions",
        "Capture the image `x`.: AWS has no API",
    ] {
        assert!(unplain(wrong).is_some(), "{wrong}");
    }
    for right in [
        "1 resource",
        "11 resources",
        "eu-west-1 regions",
        "1 resource of `acme` carries lineage x",
        "2 resources of `acme` carry lineage x",
        "see x.: y",
    ] {
        assert_eq!(unplain(right), None, "{right}");
    }
}
