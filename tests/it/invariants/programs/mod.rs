//! Random programs: a blueprint that is edited, with entries that are renamed, taken away and put back, between applies and ways
//! down that meet faults, die, or find what another client has changed or deleted.
//!
//! After every step the state verifies. At the end, with nothing in the way, an apply comes to its end and leaves an empty
//! plan, or the blueprint is refused with a reason; then everything goes, and nothing with the environment's tags is left.
//!
//! Each program follows from its number. One that fails is made as short as it gets, and written to a file whose path is said;
//! kept in `tests/programs`, it is played again by each run of the suite. `HEADSET_PROGRAMS=100..500` tries those of these
//! numbers, all of them, whether some fail or not.

mod deaths;
mod edits;
mod generate;
mod play;
mod program;
mod shrink;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use self::generate::program;
use self::play::play;
use self::program::Program;
use self::shrink::shrunk;
use crate::support::{effort, on_virtual_time};

/// In how many parts the programs are tried, each in a thread of its own.
const PARTS: u64 = 4;

/// Of how many programs, all of which were tried once, some are drawn, how many where everything is asked for, and how many by default.
const KNOWN: u64 = 7_500;
const MANY: u64 = 1_000;
const FEW: u64 = 12;

/// The numbers that `HEADSET_PROGRAMS` asks for.
fn asked() -> Option<Range<u64>> {
    let asked = std::env::var("HEADSET_PROGRAMS").ok()?;
    let number = |text: &str| text.parse().ok();
    let range = asked
        .split_once("..")
        .and_then(|(from, to)| Some(number(from)?..number(to)?));
    Some(range.expect("HEADSET_PROGRAMS is FROM..TO, two numbers"))
}

/// The numbers of the programs that are tried: those that are asked for, or some that are drawn.
fn numbers() -> Range<u64> {
    asked().unwrap_or_else(|| {
        let count = effort::of(FEW, MANY);
        let from = fastrand::u64(0..KNOWN - count);
        from..from + count
    })
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

/// Makes a program that fails as short as it gets, and writes it to a file.
fn kept(seed: u64, program: &Program) -> String {
    let least = shrunk(program, &|program| fault(program).is_some());
    let why = fault(&least).unwrap_or_default();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("program-{seed}.yaml"));
    let text = serde_yaml::to_string(&least).unwrap();
    std::fs::write(&path, &text).unwrap();
    format!(
        "program {seed} fails (HEADSET_PROGRAMS={seed}..{}). The shortest that does is in {}; it belongs to \
         tests/programs:\n\n{text}\n{why}",
        seed + 1,
        path.display()
    )
}

/// Tries one part of the programs.
fn part(number: u64) {
    let (began, numbers) = (std::time::Instant::now(), numbers());
    let (mut tried, mut failed) = (0, Vec::new());
    for seed in numbers.clone().filter(|seed| seed % PARTS == number) {
        tried += 1;
        let program = program(seed);
        if fault(&program).is_some() {
            failed.push(kept(seed, &program));
            if asked().is_none() {
                break;
            }
        }
    }
    if asked().is_some() || effort::all() {
        let took = began.elapsed().as_secs();
        effort::say(&format!(
            "{tried} programs of {numbers:?}: {} fail, {took} s",
            failed.len()
        ));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
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

/// The files of programs that failed once.
fn kept_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for file in &files {
        assert_eq!(file.extension().and_then(|ending| ending.to_str()), Some("yaml"));
    }
    files
}

/// What once failed is played again.
#[test]
fn programs_that_failed_once() {
    for path in kept_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let program: Program = serde_yaml::from_str(&text).unwrap();
        assert!(!program.shows.is_empty(), "{}: say what it shows", path.display());
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
