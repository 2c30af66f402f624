//! What the program says, whichever way a test gets to hear it, is held to what must never be said.

use std::process::{Command, Output};

use headset::aws::MISTAKE;

/// What no user may ever be told: the name of an error that had no message of its own, and what only a mistake in Headset
/// leads to.
const NEVER: [&str; 2] = ["headset:internal", MISTAKE];

/// Passes a text on if it may be said.
pub(crate) fn faultless(said: &str) -> &str {
    for words in NEVER {
        assert!(!said.contains(words), "nobody may be told `{words}`:\n{said}");
    }
    said
}

/// Runs a program of Headset's and hears it out.
pub(crate) trait Program {
    /// What it said and how it ended.
    fn said(&mut self) -> Output;
}

impl Program for Command {
    fn said(&mut self) -> Output {
        let output = self.output().unwrap();
        for said in [&output.stdout, &output.stderr] {
            faultless(&String::from_utf8_lossy(said));
        }
        output
    }
}

#[test]
#[should_panic(expected = "nobody may be told")]
fn what_nobody_may_be_told_fails_a_test() {
    let error = headset::aws::AwsError::bug("a field cannot change");
    faultless(&format!("connect.user/agent: {error}"));
}

#[test]
#[should_panic(expected = "nobody may be told")]
fn what_a_program_says_is_looked_at() {
    drop(Command::new("echo").arg("headset:internal failed").said());
}
