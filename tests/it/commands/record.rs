//! What `--record` writes holds nothing private, and a replay of it finds what differs and nothing else.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use headset_simulator::replay::{self, Kind, Report};

use crate::support::program::Program;
use crate::support::{example, examples, needs_an_instance, on_virtual_time};

/// An empty directory in which the program runs, and records.
struct Desk {
    directory: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn tape(&self) -> PathBuf {
        self.path().join("calls.jsonl")
    }

    fn recorded(&self) -> String {
        std::fs::read_to_string(self.tape()).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_headset"))
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .said()
    }

    fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (data, talk) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{data}\n{talk}");
        data
    }

    /// Runs a command of the simulation and records it.
    fn record(&self, quirks: &str, arguments: &[&str]) {
        let flags = ["--sim", "--quirks", quirks, "--record", "calls.jsonl"];
        self.ok(&[arguments, &flags].concat());
    }
}

fn replayed(text: &str, quirks: u64) -> Report {
    on_virtual_time(replay::replay(text, quirks)).unwrap()
}

/// Makes, looks at and takes down an example, all of it recorded.
fn life(name: &str, quirks: &str) -> String {
    let desk = Desk::new();
    for needed in examples() {
        std::fs::write(desk.path().join(&needed), example(&needed).1).unwrap();
    }
    let instance = ["apply", "minimal.yaml", "--yes"];
    if needs_an_instance(name) {
        desk.record(quirks, &instance);
    }
    desk.record(quirks, &["apply", name, "--yes"]);
    desk.record(quirks, &["plan", name]);
    desk.record(quirks, &["drift", name]);
    desk.record(quirks, &["destroy", name, "--yes", "--allow-disruption"]);
    desk.recorded()
}

#[test]
fn a_recording_of_the_simulator_replays_without_a_difference() {
    for (name, quirks) in [
        ("minimal.yaml", 0),
        ("ephemeral.yaml", 3),
        ("split-ccp.yaml", 7),
        ("secure-ccp.yaml", 5),
        ("enterprise.yaml", 9),
    ] {
        let report = replayed(&life(name, &quirks.to_string()), quirks);
        assert!(report.same, "{name}, quirks {quirks}\n{}", report.text());
        assert!(report.compared > 60, "{name}: {}", report.text());
        assert!(
            report.states.is_empty() && report.throttled.is_empty(),
            "{name}: {}",
            report.text()
        );
    }
}

#[test]
fn nothing_private_of_an_apply_is_in_its_recording() {
    let desk = Desk::new();
    let (_, text) = example("split-ccp.yaml");
    let secrets = [
        ("agent1@example.com", "zaphod.beeblebrox@heartofgold.org"),
        ("acme-support", "heartofgold"),
        ("Ada", "Trillian"),
        ("0a1b2c3d4e5f60718", "0fedcba9876543210"),
        ("crm.example.com", "crm.heartofgold.org"),
        ("team: support", "team: magrathea"),
        (
            "display_name: Customers",
            "display_name: Slartibartfast customers",
        ),
    ];
    let text = secrets
        .iter()
        .fold(text, |text, (public, private)| text.replace(public, private));
    std::fs::write(desk.path().join("center.yaml"), text).unwrap();
    desk.record("0", &["apply", "center.yaml", "--yes"]);
    desk.record("0", &["plan", "center.yaml"]);
    let recorded = desk.recorded();
    assert!(recorded.lines().count() > 60);
    let beside = std::fs::read_to_string(desk.path().join("calls.jsonl.key")).unwrap();
    for file in [&recorded, &beside] {
        for private in [
            "zaphod",
            "beeblebrox",
            "heartofgold",
            "Trillian",
            "fedcba987654",
            "magrathea",
            "Slartibartfast",
            // What the simulated cloud adds: its account, its directory, the caller.
            "123456789012",
            "d-9067f1c2a3",
            "7223f0a1b2c3d4e5",
            "deployer",
            "AKIAIOSFODNN7EXAMPLE",
            "BEGIN CERTIFICATE",
        ] {
            let found = file.lines().find(|line| line.contains(private));
            assert!(found.is_none(), "{private}: {found:?}");
        }
        // Agents are a group, and the name of a fleet; the word itself is AWS's.
        assert!(!file.contains("\"agents\"") && !file.contains("/agents\""));
    }
    // What is public is still there.
    for public in [
        "\"RUNNING\"",
        "AppStream-WinServer2022-",
        "stream.standard.medium",
        "\"headset:id\"",
        "eu-west-2",
    ] {
        assert!(recorded.contains(public), "{public}");
    }
    // The same things are called the same in both commands.
    let named = |run: &str| {
        let mut names: Vec<String> = recorded
            .split("\"headset_recording\"")
            .nth(run.parse().unwrap())
            .unwrap()
            .lines()
            .filter(|line| line.contains("\"DescribeStacks\""))
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .map(|line| line["request"]["Names"].to_string())
            // The search for what tags name asks for no names; only a first run does it.
            .filter(|names| names != "null")
            .collect();
        names.sort();
        names.dedup();
        names
    };
    assert!(!named("1").is_empty());
    assert_eq!(named("1"), named("2"));
}

#[test]
fn a_recording_is_private_and_nothing_else_is_overwritten() {
    let desk = Desk::new();
    std::fs::write(desk.path().join("center.yaml"), example("minimal.yaml").1).unwrap();
    let plan = ["plan", "center.yaml", "--sim", "--record"];
    let run = |file: &str| desk.run(&[&plan[..], &[file]].concat());
    for contents in ["{\"some\":\"json\"}\n", "text", "\u{0}\u{1}\n"] {
        std::fs::write(desk.path().join("precious"), contents).unwrap();
        let output = run("precious");
        assert_eq!(output.status.code(), Some(1));
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .contains("is not a recording")
        );
        assert_eq!(
            std::fs::read_to_string(desk.path().join("precious")).unwrap(),
            contents
        );
    }
    assert_eq!(run("missing/calls.jsonl").status.code(), Some(1));
    assert_eq!(run("calls.jsonl").status.code(), Some(0));
    let once = desk.recorded();
    assert_eq!(run("calls.jsonl").status.code(), Some(0));
    assert!(desk.recorded().starts_with(&once) && desk.recorded().len() > once.len());
    #[cfg(unix)]
    for name in ["calls.jsonl", "calls.jsonl.key"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    // Another process is writing.
    let taken = std::fs::File::open(desk.tape()).unwrap();
    taken.lock().unwrap();
    let output = run("calls.jsonl");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("another process")
    );
}

#[test]
fn a_cloud_that_behaves_otherwise_is_found_out() {
    let recorded = life("ephemeral.yaml", "0");
    let differing: Vec<Report> = [1, 2, 3, 4, 5]
        .map(|quirks| replayed(&recorded, quirks))
        .into_iter()
        .filter(|report| !report.same)
        .collect();
    assert!(
        differing.len() >= 3,
        "quirks change nothing that a recording shows"
    );
    let kinds: std::collections::BTreeSet<Kind> = differing
        .iter()
        .flat_map(|report| &report.differences)
        .map(|difference| difference.kind)
        .collect();
    assert!(kinds.len() >= 2, "{kinds:?}");
}

#[test]
fn a_changed_recording_is_reported_where_it_was_changed() {
    let recorded = life("ephemeral.yaml", "0");
    let changed = recorded
        .replace(
            "\"State\":\"STARTING\"",
            "\"State\":\"STARTING\",\"FleetMood\":null",
        )
        .replace("\"took\":0", "\"took\":40");
    let desk = Desk::new();
    std::fs::write(desk.tape(), changed).unwrap();
    let output = desk.run(&["sim", "replay", "calls.jsonl"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    for expected in [
        "appstream:DescribeFleets",
        "Fleets[].FleetMood: AWS says null, the simulator leaves it out",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let output = desk.run(&["sim", "replay", "calls.jsonl", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["same"], false);
    assert_eq!(json["differences"].as_array().unwrap().len(), 1, "{text}");
    assert_eq!(json["differences"][0]["kind"], "lacks");
    let latencies = json["latencies"].as_array().unwrap();
    assert!(
        latencies
            .iter()
            .any(|one| one["operation"] == "appstream:DescribeFleets" && one["median"] == 40)
    );
    let output = desk.run(&["sim", "replay", "nothing.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn throttles_and_lost_answers_are_recorded_and_not_sent_again() {
    let desk = Desk::new();
    std::fs::write(desk.path().join("center.yaml"), example("minimal.yaml").1).unwrap();
    let faults = "- { service: iam, operation: CreateRole, kind: error, code: Throttling, status: 400 }\n\
                  - { service: s3, operation: CreateBucket, kind: drop-before }\n\
                  - { service: connect, operation: DescribeInstance, kind: error, code: InternalServiceException, status: 500 }\n";
    std::fs::write(desk.path().join("faults.yaml"), faults).unwrap();
    desk.record("0", &["apply", "center.yaml", "--yes", "--faults", "faults.yaml"]);
    let report = replayed(&desk.recorded(), 0);
    assert!(report.same, "{}", report.text());
    assert_eq!(report.throttled.get("iam:CreateRole"), Some(&1));
    assert_eq!(
        report.not_sent.values().sum::<usize>()
            - report
                .not_sent
                .get("no call to AWS's APIs: a document, or credentials")
                .unwrap_or(&0),
        3,
        "{:?}",
        report.not_sent
    );
}

#[test]
fn first_contact_settles_every_assumption() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/first-contact.md");
    let page = std::fs::read_to_string(page).unwrap();
    let missing: Vec<&str> = headset_kinds::evidence::all()
        .map(|assumption| assumption.id)
        .filter(|id| !page.contains(&format!("`{id}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/first-contact.md does not say how to settle {missing:?}"
    );
}

#[test]
fn the_vocabulary_is_that_of_the_models_and_knows_every_call() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(crate::interop::python())
        .arg(root.join("tests/interop/make_vocabulary.py"))
        .arg("--check")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = std::fs::read_to_string(root.join("crates/aws/src/record/vocabulary.json")).unwrap();
    let vocabulary: serde_json::Value = serde_json::from_str(&text).unwrap();
    let calls = crate::invariants::errors::calls();
    assert!(calls.len() > 80, "{calls:?}");
    let unknown: Vec<_> = calls
        .iter()
        .filter(|(service, operation)| vocabulary["services"][service]["operations"][operation].is_null())
        .collect();
    assert!(unknown.is_empty(), "make_vocabulary.py leaves out {unknown:?}");
}
