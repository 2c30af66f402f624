//! How long plans, applies and destroys take on the simulator with AWS's latencies and rates, held against what they cannot
//! be quicker than: figures, by the whole program.
//!
//! Simulated time jumps from event to event, so that minutes of waiting cost nothing here. What is printed as time is the
//! simulated time of all calls and waits. Beside it stands the time that the process itself took, with the simulator in it, which
//! reads and writes the whole simulated cloud.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The example, as it was when figures were first taken.
const EXAMPLE: &str = include_str!("blueprints/split-ccp.yaml");

/// Calls that come at once and calls a second after that, of services that allow few.
const RATES: [(&str, f64, f64); 3] = [
    ("connect", 5.0, 2.0),
    ("appstream", 10.0, 5.0),
    ("cloudtrail", 2.0, 2.0),
];

/// Of all others.
const RATE: (f64, f64) = (20.0, 10.0);

/// What an account is given few of.
const QUOTAS: [&str; 8] = [
    "appstream.fleets",
    "appstream.image-builders",
    "appstream.images",
    "appstream.stacks",
    "connect.instances",
    "connect.users",
    "appstream.fleet-instances.stream.standard.medium",
    "appstream.builder-instances.stream.standard.medium",
];

/// A directory with environments in it.
struct Center {
    directory: tempfile::TempDir,
    files: Vec<String>,
}

impl Center {
    fn of(blueprints: Vec<String>) -> Center {
        let directory = tempfile::tempdir().expect("a directory");
        let files = blueprints.into_iter().enumerate().map(|(index, text)| {
            let name = format!("center-{index}.yaml");
            std::fs::write(directory.path().join(&name), text).expect("a blueprint");
            name
        });
        let files = files.collect();
        Center { directory, files }
    }

    /// So many environments like the example, in one account.
    fn like_the_example(count: usize) -> Center {
        Center::of(
            (0..count)
                .map(|index| EXAMPLE.replace("acme-support", &format!("acme-{index:02}")))
                .collect(),
        )
    }

    /// One environment with so many users.
    fn with_users(count: usize) -> Center {
        let mut text = String::from(
            "version: 1\nname: acme-users\naws: { region: eu-west-2, identity_center: { region: us-east-1 } }\nlifetime: \
             30d\nconnect:\n  alias: acme-users\n  users:\n",
        );
        for number in 0..count {
            let _ = writeln!(
                text,
                "    agent{number}@example.com: {{ first: Agent, last: No{number}, security: [Agent] }}"
            );
        }
        text.push_str(
            "sign_in:\n  idp: { identity_center: { application: acme-users, users: [agent0@example.com] } }\nccp: { \
             hosting: s3 }\n",
        );
        Center::of(vec![text])
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    /// Runs a command on all of its environments.
    fn run(&self, words: &[&str], options: &[&str]) -> Ran {
        let record = self.path("calls.jsonl");
        drop(std::fs::remove_file(&record));
        let mut command = Command::new(env!("CARGO_BIN_EXE_headset"));
        command
            .args(words)
            .args(&self.files)
            .args(["--sim", "--record", "calls.jsonl"])
            .args(options)
            .current_dir(self.directory.path())
            .env_clear()
            .env("HOME", self.directory.path())
            .stdout(std::fs::File::create(self.path("said.jsonl")).expect("a file"))
            .stderr(Stdio::null());
        let began = Instant::now();
        let mut child = command.spawn().expect("the program starts");
        let mut peak = 0;
        let status = loop {
            peak = peak.max(memory(child.id()));
            match child.try_wait().expect("the program ends") {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        };
        let process = began.elapsed();
        assert!(
            status.success(),
            "headset {words:?} on {} files: {status}",
            self.files.len()
        );
        let said = std::fs::read_to_string(self.path("said.jsonl")).unwrap_or_default();
        Ran {
            calls: calls(&record),
            path: said.lines().filter_map(critical_path).fold(0.0, f64::max),
            process,
            peak,
        }
    }

    /// A day goes by in the simulated cloud: nothing was changed lately.
    fn a_day_passes(&self) {
        self.edit(|world| {
            let now = world["now"].as_u64().expect("a time");
            world["now"] = (now + 86_400_000).into();
        });
    }

    /// The account may have as much as all the environments are.
    fn raise_quotas(&self) {
        // A simulated cloud with nothing in it that these environments ask for.
        let first = Center {
            directory: tempfile::tempdir().expect("a directory"),
            files: vec!["none.yaml".to_owned()],
        };
        std::fs::write(
            first.path("none.yaml"),
            "version: 1\nname: none\naws: { region: eu-west-2 }\n",
        )
        .expect("a file");
        first.run(&["apply", "--yes"], &[]);
        let world = ".headset/sim/world.json";
        std::fs::create_dir_all(self.path(".headset/sim")).expect("a directory");
        std::fs::copy(first.path(world), self.path(world)).expect("a simulated cloud");
        self.edit(|world| {
            for quota in QUOTAS {
                world["world"]["settings"]["quotas"][quota] = 10_000.into();
            }
        });
    }

    fn edit(&self, change: impl FnOnce(&mut Value)) {
        let path = self.path(".headset/sim/world.json");
        let text = std::fs::read_to_string(&path).expect("a simulated cloud");
        let mut world: Value = serde_json::from_str(&text).expect("JSON");
        change(&mut world);
        std::fs::write(path, world.to_string()).expect("a simulated cloud");
    }
}

/// The memory of a process, in MB; 0 where the kernel does not say.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}

/// The seconds of a critical path, if this line of a run's events has one.
fn critical_path(line: &str) -> Option<f64> {
    let event: Value = serde_json::from_str(line).ok()?;
    let path = event["critical_path"].as_array()?.iter();
    Some(path.filter_map(|step| step["seconds"].as_f64()).sum())
}

/// One call: when it began, and how long it took.
struct Call {
    service: String,
    operation: String,
    start: f64,
    took: f64,
}

fn calls(record: &Path) -> Vec<Call> {
    let text = std::fs::read_to_string(record).unwrap_or_default();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let call = |line: Value| {
        let start = line["start"].as_i64()? as f64 / 1e3;
        Some(Call {
            service: line["service"].as_str()?.to_owned(),
            operation: line["operation"].as_str()?.to_owned(),
            start,
            took: line["took"].as_u64()? as f64 / 1e3,
        })
    };
    lines.filter_map(call).collect()
}

/// What a run has shown.
struct Ran {
    calls: Vec<Call>,
    /// The seconds of the longest critical path: its environments are worked on at the same time.
    path: f64,
    process: Duration,
    peak: u64,
}

impl Ran {
    /// The simulated time from the first call to the end of the last.
    fn simulated(&self) -> f64 {
        let first = self.calls.iter().map(|call| call.start).fold(f64::MAX, f64::min);
        let last = self
            .calls
            .iter()
            .map(|call| call.start + call.took)
            .fold(0.0, f64::max);
        (last - first).max(0.0)
    }

    /// The longest sequence of calls, each of which began when the one before had ended, without the gaps between them.
    fn chain(&self) -> f64 {
        let mut calls: Vec<&Call> = self.calls.iter().collect();
        calls.sort_by(|a, b| (a.start + a.took).total_cmp(&(b.start + b.took)));
        let ends: Vec<f64> = calls.iter().map(|call| call.start + call.took).collect();
        let mut best = vec![0.0_f64; calls.len() + 1];
        for (index, call) in calls.iter().enumerate() {
            let before = ends[..index].partition_point(|end| *end <= call.start);
            best[index + 1] = best[index].max(best[before] + call.took);
        }
        best.last().copied().unwrap_or_default()
    }

    /// How long these calls take at least at AWS's rates.
    fn rate(&self) -> f64 {
        let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
        for call in &self.calls {
            *counts.entry(&call.service).or_default() += 1.0;
        }
        let span = |(service, count): (&str, f64)| {
            let known = RATES.iter().find(|(name, ..)| *name == service);
            let (burst, rate) = known.map_or(RATE, |(_, burst, rate)| (*burst, *rate));
            (count - burst).max(0.0) / rate
        };
        counts.into_iter().map(span).fold(0.0, f64::max)
    }

    fn count(&self, service: &str) -> usize {
        self.calls.iter().filter(|call| call.service == service).count()
    }

    /// The operations that were called most.
    fn most(&self) -> String {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for call in &self.calls {
            *counts
                .entry(format!("{}.{}", call.service, call.operation))
                .or_default() += 1;
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let named = counts
            .into_iter()
            .take(3)
            .map(|(name, count)| format!("{count} {name}"));
        named.collect::<Vec<_>>().join(", ")
    }
}

const AS_AWS: [&str; 3] = ["--latency", "aws", "--throttle"];

#[expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]
fn plans() {
    println!("a plan with nothing to change\n");
    println!(
        "| | seconds | lower bound | ratio | process | calls | of Connect | peak MB | most calls |\n|---|---|---|---|---|---|---|---|---|"
    );
    let centers = [
        ("1 environment", Center::like_the_example(1)),
        ("10 environments", Center::like_the_example(10)),
        ("50 environments", Center::like_the_example(50)),
        ("500 users", Center::with_users(500)),
        ("2,000 users", Center::with_users(2_000)),
    ];
    for (name, center) in centers {
        center.raise_quotas();
        center.run(&["apply", "--yes"], &[]);
        center.a_day_passes();
        let ran = center.run(&["plan"], &AS_AWS);
        let bound = ran.chain().max(ran.rate());
        println!(
            "| {name} | {:.2} | {bound:.2} | {:.2} | {:.2} | {} | {} | {} | {} |",
            ran.simulated(),
            ran.simulated() / bound,
            ran.process.as_secs_f64(),
            ran.calls.len(),
            ran.count("connect"),
            ran.peak,
            ran.most(),
        );
    }
}

#[expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]
fn runs() {
    println!("\napply and destroy\n");
    println!("| | minutes | critical path | ratio | calls | peak MB |\n|---|---|---|---|---|---|");
    for count in [1, 10] {
        let center = Center::like_the_example(count);
        center.raise_quotas();
        for verb in ["apply", "destroy"] {
            let options = [&AS_AWS[..], &["--json", "--timings"]].concat();
            let ran = center.run(&[verb, "--yes"], &options);
            println!(
                "| {verb} {count} | {:.1} | {:.1} | {:.2} | {} | {} |",
                ran.simulated() / 60.0,
                ran.path / 60.0,
                ran.simulated() / ran.path,
                ran.calls.len(),
                ran.peak,
            );
        }
    }
}

fn main() {
    plans();
    runs();
}
