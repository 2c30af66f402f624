//! Random programs: a blueprint that is edited, with entries that are renamed, taken away and put back, between applies and ways
//! down that meet faults, die, or find what another client has changed or deleted.
//!
//! After every step the state verifies. At the end, with nothing in the way, an apply comes to its end and leaves an empty
//! plan, or the blueprint is refused with a reason; then everything goes, and nothing with the environment's tags is left.
//!
//! Each program follows from its number. One that fails is made as short as it gets, and printed as a file for
//! `tests/programs`, whose files are played again by each run of the suite. `HEADSET_PROGRAMS=20000` tries so many,
//! `HEADSET_PROGRAMS=500@1234` so many from that number on.

mod generate;
mod play;
mod program;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use self::generate::program;
use self::play::play;
use self::program::{Program, Step};
use crate::support::{effort, on_virtual_time};

/// In how many parts the programs are tried, each in a thread of its own.
const PARTS: u64 = 4;

/// How many programs, and from which number on.
fn asked() -> (u64, u64) {
    let Ok(asked) = std::env::var("HEADSET_PROGRAMS") else {
        return (effort::of(1000, 4000), 0);
    };
    let (count, first) = asked.split_once('@').unwrap_or((&asked, "0"));
    let number = |text: &str| text.parse().expect("HEADSET_PROGRAMS is COUNT or COUNT@FIRST");
    (number(count), number(first))
}

/// What is wrong with a program, if anything.
fn fault(program: &Program) -> Option<String> {
    let played = catch_unwind(AssertUnwindSafe(|| on_virtual_time(play(program))));
    match played {
        Ok(Ok(())) => None,
        Ok(Err(why)) => Some(why),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Some(text.unwrap_or_else(|| "it panics".to_owned()))
        }
    }
}

/// The shortest program that fails, which is made of this one by leaving out steps.
fn shrunk(program: &Program) -> Program {
    let mut best = program.clone();
    let mut size = best.steps.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < best.steps.len() {
            let mut shorter = best.clone();
            let end = (at + size).min(shorter.steps.len());
            shorter.steps.drain(at..end);
            match fault(&shorter) {
                Some(_) => best = shorter,
                None => at += size,
            }
        }
        size /= 2;
    }
    best
}

/// Tries one part of the programs.
fn part(number: u64) {
    let (count, first) = asked();
    let began = std::time::Instant::now();
    let mut tried = 0;
    for seed in (first..first + count).filter(|seed| seed % PARTS == number) {
        tried += 1;
        let program = program(seed);
        if fault(&program).is_some() {
            let least = shrunk(&program);
            let why = fault(&least).unwrap_or_default();
            let text = serde_yaml::to_string(&least).unwrap();
            panic!("program {seed} fails. The shortest that does, for tests/programs:\n\n{text}\n{why}");
        }
    }
    if std::env::var_os("HEADSET_PROGRAMS").is_some() {
        let took = began.elapsed().as_secs();
        effort::say(&format!(
            "part {number}: {tried} programs from {first} on, {took} s"
        ));
    }
}

#[test]
fn random_programs_one() {
    part(0);
}

#[test]
fn random_programs_two() {
    part(1);
}

#[test]
fn random_programs_three() {
    part(2);
}

#[test]
fn random_programs_four() {
    part(3);
}

/// What once failed is played again.
#[test]
fn programs_that_failed_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let program: Program = serde_yaml::from_str(&text).unwrap();
        if let Some(why) = fault(&program) {
            panic!("{}: {why}", path.display());
        }
    }
}

#[test]
fn a_program_is_written_and_read_as_it_is() {
    for seed in 0..50 {
        let program = program(seed);
        let text = serde_yaml::to_string(&program).unwrap();
        let read: Program = serde_yaml::from_str(&text).unwrap();
        assert_eq!(read, program, "{text}");
        assert!(program.steps.len() >= 2, "{text}");
    }
}

/// The shortest program is found by leaving out what does not matter.
#[test]
fn a_failing_program_is_made_short() {
    // A step that names what is not there fails beside any other step.
    let wrong = Step::Outside {
        rule: serde_json::json!({ "kind": "delete", "resource": "no.such", "seconds": 0 }),
    };
    let mut long = program(3);
    long.steps.insert(long.steps.len() / 2, wrong.clone());
    assert_eq!(shrunk(&long).steps, [wrong]);
}
