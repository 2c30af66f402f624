//! How much the suite tries: by default what is done in minutes, all of it with `HEADSET_TESTS=all`, and with `HEADSET_TESTS=ci`
//! every client and about a third of what is drawn.
//!
//! Nothing is tried by `all` alone that is not tried by default in a smaller measure, apart from clients that take minutes:
//! a test that is skipped says so in a line, past the harness, which keeps what a passing test prints to itself.

use std::io::Write as _;
use std::sync::{LazyLock, Once};

use proptest::test_runner::Config;

/// How everything is asked for.
const AGAIN: &str = "HEADSET_TESTS=all cargo test --release --test it";

/// Prints a line although the test passes.
pub(crate) fn say(line: &str) {
    // Not `eprintln!`, which the harness would capture.
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// How much is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// What is done in minutes.
    Few,
    /// Every client, and of seeds and moments about a third, drawn anew by each run: what continuous integration has time for.
    Drawn,
    /// Everything.
    All,
}

fn effort() -> Effort {
    match std::env::var("HEADSET_TESTS").as_deref() {
        Ok("all") => Effort::All,
        Ok("ci") => Effort::Drawn,
        Ok(asked) => panic!("HEADSET_TESTS is `{asked}`: it is `all`, `ci`, or not set"),
        Err(_) => Effort::Few,
    }
}

/// Whether everything is asked for that is not drawn.
pub(crate) fn all() -> bool {
    effort() != Effort::Few
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

/// The same of what each run draws anew.
pub(crate) fn drawn(few: usize, all_of_them: usize) -> usize {
    match effort() {
        Effort::Drawn => few.max(all_of_them / 3),
        Effort::Few | Effort::All => of(few, all_of_them),
    }
}

/// The first few seeds, all of them, or about a third of them in a row, which is drawn.
pub(crate) fn seeds(few: usize, all_of_them: usize) -> Vec<u64> {
    static FIRST: LazyLock<u64> = LazyLock::new(|| {
        let first = fastrand::u64(0..1_000);
        say(&format!(
            "seeds from {first} on are tried, each modulo how many there are; all of them: {AGAIN}"
        ));
        first
    });
    let (count, all_of_them) = (drawn(few, all_of_them) as u64, all_of_them as u64);
    match effort() {
        Effort::Drawn => (0..count).map(|number| (*FIRST + number) % all_of_them).collect(),
        Effort::Few | Effort::All => (0..count).collect(),
    }
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
    let cases = drawn(few as usize, all_of_them as usize);
    Config::with_cases(u32::try_from(cases).unwrap_or(few))
}
