//! House rules that the compiler does not know: the import order, the size of files, who may print.

mod dependencies;
mod glossary;
mod imports;
mod invented;
mod literals;
mod manifests;
mod order;
mod pages;
mod rust;
mod surface;
mod typed;
mod values;
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// About how long a file may be.
const LONGEST: usize = 650;

pub(super) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join(folder), &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.strip_prefix(root).unwrap().to_owned(), text)
        })
        .collect()
}

/// Where each crate of the house has its files.
pub(super) fn folders() -> Vec<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    let mut found = vec!["src".to_owned()];
    for entry in std::fs::read_dir(crates).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        found.push(format!("crates/{name}/src"));
    }
    found.sort();
    found
}

/// Everything that the program says to a test is searched for the words that no user may read.
#[test]
fn no_test_runs_the_program_past_what_must_never_be_said() {
    for (path, text) in sources("tests/it") {
        for call in text
            .split("Command::new(env!(\"CARGO_BIN_EXE_headset\"))")
            .skip(1)
        {
            let statement = call.split(';').next().unwrap_or_default();
            assert!(
                !statement.contains(".output()"),
                "{}: hear the program out with `said()`",
                path.display()
            );
        }
    }
}

/// The first folder below `src`, or the file's stem.
fn module(path: &Path) -> String {
    let name = path.iter().nth(1).unwrap().to_str().unwrap();
    name.trim_end_matches(".rs").to_owned()
}

/// A filter that names no crate shows nothing, and nothing says so.
#[test]
fn the_filter_that_help_shows_names_a_crate() {
    let program = sources("src");
    let global = program.iter().find(|(path, _)| path.ends_with("cli/global.rs"));
    let (_, text) = global.unwrap();
    let named = text
        .split("`headset_")
        .nth(1)
        .and_then(|rest| rest.split('=').next());
    assert!(
        folders().contains(&format!("crates/{}/src", named.unwrap())),
        "{named:?}"
    );
}

/// The compiler ensures that the simulator knows nothing of the engine; that the engine does not know the
/// simulator is this test's, for as long as both meet in one crate.
#[test]
fn only_commands_know_the_simulator() {
    for (path, text) in sources("src") {
        assert!(
            module(&path) == "cli" || !text.contains("headset_simulator"),
            "{} names the simulator",
            path.display()
        );
    }
}

/// What a crate depends on, tests aside.
fn dependencies(folder: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(folder).join("Cargo.toml")).unwrap();
    let (_, dependencies) = text.split_once("[dependencies]").unwrap();
    dependencies.split("\n[").next().unwrap().to_owned()
}

/// The compiler ensures that code does not name what its crate does not depend on; what a crate depends on is
/// this test's. The simulator's own tests ask it through SDKs.
#[test]
fn only_the_way_to_aws_depends_on_the_sdks() {
    for folder in [
        "crates/core",
        "crates/kinds",
        "crates/blueprint",
        "crates/design",
        "crates/engine",
        "crates/network",
        "crates/client",
        "crates/probe",
        "crates/simulator",
    ] {
        assert!(
            !dependencies(folder).contains("aws-sdk-"),
            "{folder} depends on an SDK crate"
        );
    }
    for folder in [
        "crates/core",
        "crates/kinds",
        "crates/blueprint",
        "crates/design",
        "crates/engine",
        "crates/network",
    ] {
        for name in ["aws-", "headset-aws", "headset-client", "headset-simulator"] {
            assert!(
                !dependencies(folder).lines().any(|line| line.starts_with(name)),
                "{folder} depends on {name}"
            );
        }
    }
    for (path, text) in sources("src") {
        let inside_tests = text.find("#[cfg(test)]").unwrap_or(text.len());
        assert!(
            !text[..inside_tests].contains("aws_sdk_"),
            "{} names an SDK crate",
            path.display()
        );
    }
}

/// A signature is checked in one place, and by nothing else than the crate for it.
#[test]
fn one_file_checks_xml_signatures() {
    for folder in folders() {
        for (path, text) in sources(&folder) {
            let is_the_one = path.ends_with("kinds/src/saml/signature.rs");
            assert_eq!(text.contains("xml_sec"), is_the_one, "{}", path.display());
        }
    }
}

/// A use case takes options and gives a value: arguments, terminal, exit codes and the reading of blueprints are the
/// program's.
#[test]
fn the_engine_knows_no_command_line() {
    let depends_on = dependencies("crates/engine");
    for name in ["clap", "indicatif", "serde_yaml", "unicode-width"] {
        assert!(
            !depends_on.lines().any(|line| line.starts_with(name)),
            "crates/engine depends on {name}"
        );
    }
    let foreign = [
        " print!",
        "println!",
        "eprint!",
        "stdout()",
        "stderr()",
        "stdin()",
        "std::env::",
        "ExitCode",
        "headset_blueprint::read",
        "headset_blueprint::Sources",
    ];
    for (path, text) in sources("crates/engine/src") {
        // A test of a use case begins with a blueprint.
        if path.starts_with("crates/engine/src/tests") {
            continue;
        }
        for name in foreign {
            assert!(!text.contains(name), "{} names {name}", path.display());
        }
    }
}

/// The client is there so that SDK crates need not be; and that the engine and the simulator share no code is broken as
/// soon as the client knows one of them.
#[test]
fn the_client_names_no_sdk_and_none_of_the_house() {
    for (path, text) in sources("crates/client") {
        for name in ["aws_sdk_", "headset_core", "headset_simulator", "headset::"] {
            assert!(!text.contains(name), "{} names {name}", path.display());
        }
    }
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/client/Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    assert!(
        !manifest.contains("aws-sdk-"),
        "crates/client depends on an SDK crate"
    );
}

#[test]
fn files_stay_readable() {
    let long: Vec<String> = ["src", "crates", "tests"]
        .into_iter()
        .flat_map(sources)
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_test_module_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        // `x.rs` or `x/mod.rs` declares what is in `x`.
        let listing = match folder == root {
            true => folder.join("main.rs"),
            false if folder.join("mod.rs").exists() => folder.join("mod.rs"),
            false => folder.with_extension("rs"),
        };
        let listed = std::fs::read_to_string(&listing).unwrap();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                folders.push(path.clone());
            } else if !name.ends_with(".rs") {
                continue;
            }
            let stem = name.trim_end_matches(".rs");
            if stem != "main" && stem != "mod" {
                let declares = |line: &str| line.trim().ends_with(&format!("mod {stem};"));
                assert!(
                    listed.lines().any(declares),
                    "{} does not list {stem}",
                    listing.display()
                );
            }
        }
    }
}

/// The assumptions that a file's comments name.
fn assumptions_in(text: &str) -> BTreeSet<String> {
    // A comment may break between the word and the id.
    let flat: String = text
        .split(|c: char| c.is_whitespace() || c == '/')
        .filter(|word| !word.is_empty())
        .fold(String::new(), |mut flat, word| {
            flat.push_str(word);
            flat.push(' ');
            flat
        });
    let mut named = BTreeSet::new();
    for marker in ["Assumption: ", "assumption "] {
        for (start, _) in flat.match_indices(marker) {
            let id: String = flat[start + marker.len()..]
                .trim_start_matches(['`', '(', ' '])
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || ".-".contains(*c))
                .collect();
            let id = id.trim_end_matches(['.', '-']).to_owned();
            if id.contains(['.', '-']) {
                named.insert(id);
            }
        }
    }
    named
}

#[test]
fn every_assumption_is_listed_and_every_listed_one_is_used() {
    // Two lists: neither side may teach the other its mistakes.
    let (mut engine, mut simulator) = (BTreeSet::new(), BTreeSet::new());
    for (path, text) in ["src", "crates"].into_iter().flat_map(sources) {
        let is_catalogue = ["crates/kinds/src/evidence", "crates/simulator/src/evidence"];
        if is_catalogue.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let side = if path.starts_with("crates/simulator") {
            &mut simulator
        } else {
            &mut engine
        };
        side.extend(assumptions_in(&text));
    }
    let listed: BTreeSet<String> = headset_kinds::evidence::all()
        .map(|one| one.id.to_owned())
        .collect();
    assert_eq!(engine, listed);
    let listed = headset_simulator::evidence::all().filter(|one| one.fallback.is_none());
    let listed: BTreeSet<String> = listed.map(|one| one.id.to_owned()).collect();
    assert_eq!(simulator, listed);
}

#[test]
fn every_quirk_is_listed_and_every_listed_one_is_asked_for() {
    let mut asked = BTreeSet::new();
    for (path, text) in sources("crates/simulator") {
        if path.starts_with("crates/simulator/src/evidence") {
            continue;
        }
        for (start, _) in text.match_indices(".quirk(") {
            let rest = text[start + ".quirk(".len()..].trim_start();
            // A name with a part that the code fills in is a family of quirks.
            let (rest, is_family) = match rest.strip_prefix("&format!(") {
                Some(rest) => (rest.trim_start(), true),
                None => (rest, false),
            };
            let Some(name) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                continue;
            };
            asked.insert(match name.split_once('{') {
                Some((family, _)) if is_family => format!("{family}*"),
                _ => name.to_owned(),
            });
        }
    }
    let listed: BTreeSet<String> = headset_simulator::evidence::all()
        .filter(|one| one.fallback.is_some())
        .map(|quirk| quirk.id.to_owned())
        .collect();
    assert_eq!(asked, listed);
}
