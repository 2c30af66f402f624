//! How much the suite tries: by default what is done in minutes, and all of it with `HEADSET_TESTS=all`.
//!
//! Nothing is tried by `all` alone that is not tried by default in a smaller measure, apart from clients that take minutes:
//! a test that is skipped says so in a line, past the harness, which keeps what a passing test prints to itself.

use std::io::Write as _;
use std::sync::Once;

use proptest::test_runner::Config;

/// How everything is asked for.
const AGAIN: &str = "HEADSET_TESTS=all cargo test --release --test it";

/// Prints a line although the test passes.
pub(crate) fn say(line: &str) {
    // Not `eprintln!`, which the harness would capture.
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// Whether everything is asked for.
pub(crate) fn all() -> bool {
    match std::env::var("HEADSET_TESTS") {
        Ok(asked) => {
            assert_eq!(asked, "all", "HEADSET_TESTS is `all`, or not set");
            true
        }
        Err(_) => false,
    }
}

/// How many of something are tried: a few, or all of them. Says once that it is a few.
pub(crate) fn of<T>(few: T, all_of_them: T) -> T {
    static SAID: Once = Once::new();
    if all() {
        return all_of_them;
    }
    SAID.call_once(|| {
        say(&format!(
            "a few of the seeds, moments and random cases are tried; all of them: {AGAIN}"
        ));
    });
    few
}

/// Whether a test that takes minutes runs. Says so where it does not.
pub(crate) fn takes_long(test: &str) -> bool {
    if !all() {
        say(&format!("skipped: {test}; to run it: {AGAIN} {test}"));
    }
    all()
}

/// A configuration with so many random cases.
pub(crate) fn random_cases(few: u32, all_of_them: u32) -> Config {
    Config::with_cases(of(few, all_of_them))
}
