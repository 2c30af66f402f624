//! A new kind: `HEADSET_NEW_KIND=connect.queue cargo test --test it new_kind` writes what can be written of it, and fails
//! as long as something is missing, with a list of the places. `docs/adding-a-resource.md` goes through it.

mod missing;
mod skeleton;
mod tables;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use headset_core::KindId;

use tables::Table;

/// What marks a line of a skeleton that a person has to write.
const OPEN: &str = "To be written:";

/// The names of a kind.
#[derive(Clone, Debug)]
struct Names {
    /// `connect.queue`.
    kind: String,
    /// `connect`: the module.
    service: String,
    /// `queue`: the file.
    noun: String,
    /// `Queue`: the type; `QueueSpec` is its spec.
    pascal: String,
    /// `connect_queue`: the test.
    test: String,
}

impl Names {
    fn of(kind: &str) -> Names {
        let (service, noun) = kind.split_once('.').expect("a kind is called service.noun");
        let good = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(
            good(service) && good(noun),
            "`{kind}`: lower-case letters and `_`, as in connect.queue"
        );
        Names {
            kind: kind.to_owned(),
            service: service.to_owned(),
            noun: noun.to_owned(),
            pascal: pascal(noun),
            test: format!("{service}_{noun}"),
        }
    }
}

fn pascal(words: &str) -> String {
    let upper = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    words.split('_').map(upper).collect()
}

/// The project, or a copy of some of its files.
#[derive(Debug)]
struct Project {
    root: PathBuf,
}

impl Project {
    /// The text of a file; nothing where there is none.
    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    /// The texts of all files in a folder and below with this ending.
    fn texts(&self, folder: &str, ending: &str) -> Vec<String> {
        let mut folders = vec![self.root.join(folder)];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_str().is_some_and(|path| path.ends_with(ending)) {
                    found.push(std::fs::read_to_string(path).unwrap());
                }
            }
        }
        found
    }

    /// The first of the places where a half of a kind may stand: a file, or a folder.
    fn half(&self, krate: &str, names: &Names) -> String {
        let base = format!("{krate}/{}/{}", names.service, names.noun);
        let folder = format!("{base}/mod.rs");
        match self.root.join(&folder).exists() {
            true => folder,
            false => format!("{base}.rs"),
        }
    }

    fn write(&self, path: &str, text: &str, written: &mut Vec<String>) {
        let file = self.root.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
        written.push(path.to_owned());
    }

    /// Adds a line to a file, right after the last one that begins like it and sorts before it.
    fn line(&self, path: &str, like: &str, line: &str, written: &mut Vec<String>) {
        let text = self.read(path);
        if text.is_empty() || text.lines().any(|known| known == line) {
            return;
        }
        let lines: Vec<&str> = text.lines().collect();
        let alike = lines
            .iter()
            .enumerate()
            .filter(|(_, known)| known.starts_with(like));
        let before = alike.clone().rfind(|(_, known)| **known < line);
        let Some(at) = before.map(|(at, _)| at + 1).or(alike.map(|(at, _)| at).next()) else {
            return;
        };
        let lines = [&lines[..at], &[line], &lines[at..]].concat();
        self.write(path, &(lines.join("\n") + "\n"), written);
    }
}

/// Where kinds have their halves and tests.
/// The list of kinds.
const LIST: &str = "crates/core/src/kind_id.rs";
const KINDS: &str = "crates/kinds/src";
const AWS: &str = "crates/aws/src/kinds";
const TESTS: &str = "tests/it/kinds";
/// Where the conformance test has a line for each kind.
const CONFORMANCE: &str = "tests/it/invariants/conformance/mod.rs";

/// Writes what can be written of a kind and is not there yet. Returns the files.
fn begin(project: &Project, names: &Names) -> Vec<String> {
    let Names {
        kind,
        service,
        noun,
        pascal,
        test,
    } = names;
    let table = Table::of(project, service);
    let mut written = Vec::new();
    let skeletons = [
        (project.half(KINDS, names), skeleton::kind(names, &table)),
        (project.half(AWS, names), skeleton::remote(names, &table)),
    ];
    for (path, text) in skeletons {
        if project.read(&path).is_empty() {
            project.write(&path, &text, &mut written);
        }
    }
    let declared = format!("pub mod {noun};");
    project.line(
        &format!("{KINDS}/{service}/mod.rs"),
        "pub mod ",
        &declared,
        &mut written,
    );
    let exported = format!("pub use {noun}::{{{pascal}, {pascal}Live, {pascal}Spec}};");
    if !project
        .read(&format!("{KINDS}/{service}/mod.rs"))
        .contains(&format!("pub use {noun}::"))
    {
        project.line(
            &format!("{KINDS}/{service}/mod.rs"),
            "pub use ",
            &exported,
            &mut written,
        );
    }
    project.line(
        &format!("{AWS}/{service}/mod.rs"),
        "pub mod ",
        &declared,
        &mut written,
    );
    // In the order of a typical apply: a person moves it where it does not belong behind the others of its service.
    let like = format!("            {service}::");
    project.line(
        LIST,
        &like,
        &format!("{like}{pascal} = \"{kind}\","),
        &mut written,
    );
    let own = project.half(TESTS, names);
    if project.read(&own).is_empty() {
        project.write(&own, &skeleton::case(names, &table), &mut written);
    }
    project.line(
        &format!("{TESTS}/{service}/mod.rs"),
        "pub(crate) mod ",
        &format!("pub(crate) mod {noun};"),
        &mut written,
    );
    if !project.read(CONFORMANCE).contains(&format!("\"{kind}\"")) {
        let row = format!("    {test}: \"{kind}\" in {service}::{noun},");
        project.line(CONFORMANCE, &format!("    {service}_"), &row, &mut written);
    }
    written.sort();
    written.dedup();
    written
}

/// What is written, and what is missing, for people.
fn said(written: &[String], missing: &[missing::Missing]) -> String {
    let mut said = String::new();
    for path in written {
        writeln!(said, "written: {path}").unwrap();
    }
    for missing in missing {
        writeln!(said, "missing: {}: {}", missing.place, missing.what).unwrap();
    }
    said
}

#[test]
fn the_kind_that_is_asked_for_is_begun_and_told_what_it_lacks() {
    let Ok(kind) = std::env::var("HEADSET_NEW_KIND") else {
        return;
    };
    let names = Names::of(&kind);
    let project = Project {
        root: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
    };
    let mut written = begin(&project, &names);
    // What is generated of the registry can be, once this program has the kind in it.
    if KindId::named(&kind).is_ok() {
        written.extend(crate::invariants::reference::renew());
        written.extend(crate::regressions::lessons::policies::renew());
    }
    let missing = missing::missing(&project, &names);
    let said = said(&written, &missing);
    eprint!("{said}");
    assert!(missing.is_empty(), "{kind} is not complete yet:\n{said}");
}

#[test]
fn the_kinds_that_were_added_so_lack_nothing() {
    let project = Project {
        root: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
    };
    for kind in ["connect.hours_of_operation", "connect.queue", "connect.user"] {
        let missing = missing::missing(&project, &Names::of(kind));
        assert!(missing.is_empty(), "{kind}:\n{}", said(&[], &missing));
    }
}

/// A project with what beginning a kind of Connect reads and writes.
fn copy() -> (tempfile::TempDir, Project) {
    let directory = tempfile::tempdir().unwrap();
    let project = Project {
        root: directory.path().to_owned(),
    };
    for path in [
        LIST,
        "crates/kinds/src/connect/mod.rs",
        "crates/aws/src/kinds/connect/mod.rs",
        "crates/aws/src/told.rs",
        "crates/simulator/src/service/connect/calls.rs",
        "crates/simulator/src/wire/tables/connect.json",
        "tests/it/kinds/connect/mod.rs",
        CONFORMANCE,
    ] {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        project.write(path, &text, &mut Vec::new());
    }
    (directory, project)
}

#[test]
fn what_can_be_written_of_a_kind_is_written_once() {
    let (_directory, project) = copy();
    let names = Names::of("connect.routing_profile");
    let written = begin(&project, &names);
    assert_eq!(
        written,
        [
            "crates/aws/src/kinds/connect/mod.rs",
            "crates/aws/src/kinds/connect/routing_profile.rs",
            LIST,
            "crates/kinds/src/connect/mod.rs",
            "crates/kinds/src/connect/routing_profile.rs",
            CONFORMANCE,
            "tests/it/kinds/connect/mod.rs",
            "tests/it/kinds/connect/routing_profile.rs",
        ]
    );
    assert!(begin(&project, &names).is_empty(), "nothing is written twice");
    let kinds = project.read("crates/kinds/src/connect/mod.rs");
    assert!(
        kinds.contains("pub mod queue;\npub mod routing_profile;\npub mod user;\n"),
        "{kinds}"
    );
    let exported =
        "pub use routing_profile::{RoutingProfile, RoutingProfileLive, RoutingProfileSpec};\npub use user::";
    assert!(kinds.contains(exported), "{kinds}");
    let registry = project.read(LIST);
    assert!(
        registry.contains(
            "connect::Queue = \"connect.queue\",\n            connect::RoutingProfile = \"connect.routing_profile\",\n"
        ),
        "{registry}"
    );
    let conformance = project.read(CONFORMANCE);
    let tests = project.read("tests/it/kinds/connect/mod.rs");
    assert!(tests.contains("pub(crate) mod queue;\npub(crate) mod routing_profile;\n"));
    assert!(
        conformance.contains(
            "    connect_routing_profile: \"connect.routing_profile\" in connect::routing_profile,\n"
        )
    );
    // The fields are those of AWS's model, with its limits.
    let half = project.read("crates/kinds/src/connect/routing_profile.rs");
    for line in [
        "#[fields(kind = \"connect.routing_profile\", of = RoutingProfile, live = RoutingProfileLive)]",
        "    pub instance_id: Text,",
        "    /// To be written: the meaning. `Description`: 1 to 250 characters.",
        "    pub description: String,",
        "    pub tags: BTreeMap<String, String>,",
        "\"connect:CreateRoutingProfile\"",
    ] {
        assert!(half.contains(line), "{line}\n{half}");
    }
}

/// What is written is Rust, formatted as the rest of the house.
#[test]
fn skeletons_are_formatted() {
    let (_directory, project) = copy();
    for kind in [
        "connect.routing_profile",
        "connect.quick_connect",
        "elsewhere.thing",
    ] {
        let names = Names::of(kind);
        begin(&project, &names);
        for path in [
            project.half(KINDS, &names),
            project.half(AWS, &names),
            project.half(TESTS, &names),
        ] {
            let output = std::process::Command::new("rustfmt")
                .args(["--check", "--edition", "2024", "--config-path"])
                .arg(env!("CARGO_MANIFEST_DIR"))
                .arg(project.root.join(&path))
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(
                output.status.success(),
                "{path}\n{told}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

#[test]
fn what_a_kind_lacks_is_told_with_its_place() {
    let (_directory, project) = copy();
    let names = Names::of("connect.routing_profile");
    begin(&project, &names);
    let missing = missing::missing(&project, &names);
    let places: Vec<&str> = missing.iter().map(|missing| missing.place.as_str()).collect();
    for place in [
        "crates/kinds/src/connect/routing_profile.rs",
        "crates/aws/src/kinds/connect/routing_profile.rs",
        "tests/it/kinds/connect/routing_profile.rs",
        "crates/blueprint/src/model",
        "crates/design/src",
        "blueprints or tests/scenarios",
        "docs/reference/kinds.md",
        "crates/design/src/permissions",
        "docs/guide",
        "tests/interop/suite.py",
        "tests/interop/reading.py",
    ] {
        assert!(places.contains(&place), "{place} is not among {places:#?}");
    }
    // What the half asks that no row says anything of, and what the simulator lacks.
    let half = "crates/aws/src/kinds/connect/routing_profile.rs";
    let asks = "aws.call(\"connect\", \"ListRoutingProfileManualAssignmentQueues\", || request.send())";
    project.write(half, asks, &mut Vec::new());
    let said = said(&[], &missing::missing(&project, &names));
    for line in [
        "missing: crates/aws/src/told.rs: a row for ListRoutingProfileManualAssignmentQueues",
        "missing: crates/simulator/src/service/connect/calls.rs: ListRoutingProfileManualAssignmentQueues",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}
