//! Fuzz targets: each reader of what others wrote gets inputs that were changed at random. None may panic, and none may take
//! long.
//!
//! A few seconds by default; `HEADSET_FUZZ=600` lets each target run so many seconds, and `HEADSET_FUZZ_SEED=7` repeats a
//! run from the seed that it printed: `HEADSET_FUZZ=600 cargo test --release --test it fuzz:: -- --nocapture`. A failure
//! prints seed and number of the input, and leaves the input in `target/fuzz`.

mod answers;
mod mutator;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use headset_blueprint::Sources;
use headset_core::text_file::Unreadable;
use headset_engine::state::LocalStore;
use headset_kinds::iam::saml_metadata;

use self::mutator::Mutator;
use crate::support::desk::{APPLY, Desk};
use crate::support::{effort, environment, on_virtual_time};

/// How long one input may take. A machine that does much else is slow.
const LONGEST: Duration = Duration::from_secs(5);

/// So many seconds a target, if it is asked for.
fn seconds() -> Option<Duration> {
    let asked = std::env::var("HEADSET_FUZZ").ok()?;
    Some(Duration::from_secs(
        asked.parse().expect("HEADSET_FUZZ is a number of seconds"),
    ))
}

/// The seed of a run: the one that is asked for, else one that stays the same by default and is another one in a long run.
fn seed() -> u64 {
    match std::env::var("HEADSET_FUZZ_SEED") {
        Ok(asked) => asked.parse().expect("HEADSET_FUZZ_SEED is a number"),
        Err(_) if seconds().is_some() => fastrand::u64(..1 << 32),
        Err(_) => 1,
    }
}

/// Runs a target: on so many inputs, or for as long as it is asked for.
pub(super) fn fuzz(name: &str, corpus: &[Vec<u8>], few: usize, mut target: impl FnMut(&[u8])) {
    let (seed, began) = (seed(), Instant::now());
    if seconds().is_some() {
        effort::say(&format!("fuzz target {name}: HEADSET_FUZZ_SEED={seed}"));
    }
    let mut mutator = Mutator::new(seed, corpus);
    let most = effort::drawn(few, few * 10);
    let mut tried = 0;
    while seconds().map_or(tried < most, |span| began.elapsed() < span) {
        let input = mutator.input();
        let since = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&input)));
        let took = since.elapsed();
        if outcome.is_err() || took > LONGEST {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
            std::fs::create_dir_all(&folder).unwrap();
            let file = folder.join(format!("{name}-{seed}-{tried}"));
            std::fs::write(&file, &input).unwrap();
            panic!(
                "fuzz target {name}: HEADSET_FUZZ_SEED={seed}, input {tried} {} after {took:?}; it is in {}",
                if outcome.is_err() { "panicked" } else { "ended" },
                file.display()
            );
        }
        tried += 1;
    }
    if seconds().is_some() {
        effort::say(&format!(
            "fuzz target {name}: {tried} inputs, none of them failed"
        ));
    }
}

/// The texts of all files with this ending below a folder of the project.
pub(super) fn texts(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|known| known == ending) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn blueprint_reader() {
    let corpus = [
        texts("blueprints", "yaml"),
        texts("tests/whole", "yaml"),
        texts("tests/broken", "yaml"),
    ]
    .concat();
    let base = String::from_utf8(corpus[0].clone()).unwrap();
    let load = |path: &str| match path.ends_with(".yaml") {
        true => Ok(base.clone()),
        false => Err(Unreadable::from("there is no such file".to_owned())),
    };
    fuzz("blueprint", &corpus, 400, |input| {
        let text = String::from_utf8_lossy(input);
        let (_, findings) = headset_blueprint::read(&Sources {
            file: "b.yaml",
            text: &text,
            load: &load,
            load_bytes: &|_, _| Ok(input.to_vec()),
            variable: &|name| (name == "HOME").then(|| "/home/agent".to_owned()),
            target: None,
            values: &[],
            sets: &[],
            now: None,
        });
        // What is found is drawn, too.
        let drawn = headset_core::diagnostic::render::human(&findings, &|_| Some(text.to_string()), false);
        crate::support::program::unsteered(&drawn);
    });
}

#[test]
fn values_that_are_set() {
    let corpus: Vec<Vec<u8>> = [
        "connect.alias=acme",
        "connect.users.\"a@example.com\".first=Ada",
        "a=[1, {b: c}]",
        "a.b=",
        "=",
        "a.\"b",
    ]
    .map(|set| set.as_bytes().to_vec())
    .to_vec();
    fuzz("set", &corpus, 1000, |input| {
        let sets = [String::from_utf8_lossy(input).into_owned()];
        let sources = Sources {
            values: &[],
            sets: &sets,
            ..Sources::alone("b.yaml", "version: 1\nname: acme\nconnect: { alias: acme }\n")
        };
        drop(headset_blueprint::read(&sources));
        drop(headset_blueprint::with_sets(&sources));
    });
}

#[test]
fn metadata_reader() {
    let corpus = texts("crates/kinds/src/iam/samples", "xml");
    fuzz("metadata", &corpus, 2000, |input| {
        let text = String::from_utf8_lossy(input);
        if let Err(refused) = saml_metadata::parse(&text) {
            let words = refused.to_string();
            assert!(
                words.chars().count() < 600,
                "no more than a few words of the document: {words}"
            );
        }
    });
}

#[test]
fn state_reader() {
    let directory = tempfile::tempdir().unwrap();
    let (state, journal) = (
        directory.path().join("state.json"),
        directory.path().join("journal.jsonl"),
    );
    // A state of this version, and those of earlier ones.
    let desk = Desk::example("minimal.yaml");
    desk.ok(&APPLY);
    let place = desk.place(&environment("minimal.yaml"));
    let whole = ["state.json", "journal.jsonl"].map(|file| std::fs::read(place.join(file)).unwrap());
    let corpus = [
        whole.to_vec(),
        texts("tests/states", "json"),
        texts("tests/states", "jsonl"),
    ]
    .concat();
    let mut turn = 0;
    fuzz("state", &corpus, 200, |input| {
        turn += 1;
        // Each other input is a journal, behind a snapshot that is whole or not there.
        let (damaged, other, beside) = match turn % 2 {
            0 => (&state, &journal, &whole[1]),
            _ => (&journal, &state, &whole[0]),
        };
        std::fs::write(damaged, input).unwrap();
        match turn % 4 {
            0 | 1 => std::fs::write(other, beside).unwrap(),
            _ => drop(std::fs::remove_file(other)),
        }
        let store = LocalStore::new(directory.path().to_owned());
        drop(store.read());
    });
}

#[test]
fn recording_reader() {
    let desk = Desk::example("minimal.yaml");
    desk.ok(&[&APPLY[..], &["--record", "calls.jsonl"]].concat());
    let corpus = [std::fs::read(desk.path().join("calls.jsonl")).unwrap()];
    fuzz("recording", &corpus, 10, |input| {
        let text = String::from_utf8_lossy(input);
        drop(on_virtual_time(headset_simulator::replay::replay(&text, 0)));
    });
}
