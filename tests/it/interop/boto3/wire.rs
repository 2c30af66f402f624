//! Headset's own calls, held against AWS's service models by a proxy between it and the simulator.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use serde_json::Value;
use tempfile::TempDir;

use crate::interop::{Running, address_of, headset_with, python, root, simulator_with, told};
use crate::support::quirks_of;

fn proxy(upstream: &str, report: &Path) -> (Running, String) {
    let mut child = Command::new(python())
        .arg(root().join("tests/interop/wirecheck.py"))
        .args(["--upstream", upstream, "--listen", "0", "--report"])
        .arg(report)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let address = address_of(child.stdout.take().unwrap());
    (Running(child), address)
}

fn summary(report: &Path) -> Output {
    Command::new(python())
        .arg(root().join("tests/interop/wirecheck.py"))
        .arg("--summary")
        .arg(report)
        .output()
        .unwrap()
}

/// A cloud of one's own, and the proxy before it.
struct Wire {
    directory: TempDir,
    upstream: String,
    endpoint: String,
    /// Where secrets are that blueprints name.
    variables: BTreeMap<&'static str, String>,
    _processes: [Running; 2],
}

impl Wire {
    fn open(quirks: &[String]) -> Wire {
        let directory = tempfile::tempdir().unwrap();
        let mut arguments = vec!["--time", "2000"];
        arguments.extend(quirks.iter().map(String::as_str));
        let (simulator, upstream) = simulator_with(&arguments);
        let (proxy, endpoint) = proxy(&upstream, &directory.path().join("wire.jsonl"));
        Wire {
            directory,
            upstream,
            endpoint,
            variables: BTreeMap::new(),
            _processes: [simulator, proxy],
        }
    }

    /// Makes what `tests/scenarios` take for granted.
    fn with_fixtures() -> Wire {
        let mut wire = Wire::open(&[]);
        let made = Command::new(python())
            .arg(root().join("tests/interop/fixtures.py"))
            .arg(&wire.upstream)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", told(&made));
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        wire.variables
            .insert("TRY_SECRET", made["secret"].as_str().unwrap().to_owned());
        std::fs::write(
            wire.directory.path().join("metadata.xml"),
            made["metadata"].as_str().unwrap(),
        )
        .unwrap();
        wire.variables
            .insert("TRY_PASSWORD", "From-a-variable-1".to_owned());
        wire
    }

    /// Runs Headset and answers what it writes for programs.
    fn run(&self, arguments: &[&str], exit: i32) -> String {
        self.run_to(arguments, &[exit])
    }

    /// The same where several ends are right.
    fn run_to(&self, arguments: &[&str], exits: &[i32]) -> String {
        let output = headset_with(self.directory.path(), &self.endpoint, &self.variables, arguments);
        let exit = output.status.code().unwrap_or(-1);
        assert!(exits.contains(&exit), "{arguments:?}: {exit}\n{}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn document(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(arguments, 0)).unwrap()
    }

    /// Commands that only look, some at a time: each of them has to keep within AWS's rates, which is waiting.
    fn look(&self, commands: &[Vec<&str>]) {
        for some in commands.chunks(6) {
            std::thread::scope(|scope| {
                for command in some {
                    scope.spawn(|| self.run(command, 0));
                }
            });
        }
    }

    /// Every command that calls AWS, from a plan of what is to be done to the last call of `farewell`.
    fn lifecycle(&self, file: &str, farewell: &[&str]) {
        self.run(&["plan", file, "--detailed-exitcode"], 2);
        // 3 where only people are waited for.
        let listed = self.run_to(&["checkpoint", "list", file, "--json"], &[0, 3]);
        let listed: Value = serde_json::from_str(&listed).unwrap();
        let open = listed["checkpoints"].as_array().unwrap().iter();
        let open = open.map(|checkpoint| checkpoint["address"].as_str().unwrap());
        let shown: Vec<_> = open
            .map(|address| vec!["checkpoint", "show", file, address])
            .collect();
        self.look(&shown);
        self.run(&["apply", file, "--yes", "--wait", "10m"], 0);
        self.look(&[
            vec!["plan", file, "--detailed-exitcode"],
            vec!["drift", file],
            vec!["drift", file, "--format", "json"],
            vec!["status", file],
            vec!["status", file, "--json"],
            vec!["output", file, "--json"],
        ]);
        self.run(&["apply", file, "--yes"], 0);
        self.run(&["import", file, "--yes"], 0);
        // One of each kind will do, in any environment: the look behind it is the same for all of them.
        static EXPLAINED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        let plan = self.document(&["plan", file, "--json"]);
        let steps = plan["plans"][0]["steps"].as_array().unwrap().iter();
        let addresses = steps.map(|step| step["address"].as_str().unwrap());
        let is_new = |address: &&str| {
            let kind = address.split('/').next().unwrap().to_owned();
            EXPLAINED.lock().unwrap().insert(kind)
        };
        let explained: Vec<_> = addresses
            .filter(is_new)
            .map(|address| vec!["explain", address, file])
            .collect();
        self.look(&explained);
        self.run(&["destroy", "--expired", "--yes"], 0);
        // Without a state, what is expired is found by its tags.
        let other = self.directory.path().join("other-states");
        let other = other.to_str().unwrap();
        self.run(
            &[
                "destroy",
                "--expired",
                "--yes",
                "--state-dir",
                other,
                "--region",
                "eu-west-1",
            ],
            0,
        );
        self.run(farewell, 0);
        self.run(&["plan", file, "--detailed-exitcode"], 2);
    }

    fn report(&self) -> PathBuf {
        self.directory.path().join("wire.jsonl")
    }

    fn assert_clean(&self, about: &str) {
        let summary = summary(&self.report());
        assert!(summary.status.success(), "{about}\n{}", told(&summary));
    }
}

/// Most of the time goes by in waiting for Connect's rate: all of them at the same time.
fn all_at_once(names: &[String], check: impl Fn(usize, &str) + Sync) {
    std::thread::scope(|scope| {
        let check = &check;
        let checks: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(index, name)| (name, scope.spawn(move || check(index, name))))
            .collect();
        for (name, check) in checks {
            assert!(check.join().is_ok(), "{name}: see above");
        }
    });
}

#[test]
fn every_call_of_every_example_blueprint_is_what_aws_describes() {
    python();
    all_at_once(&crate::support::examples(), |index, name| {
        let wire = Wire::open(&quirks_of::<&str>(&[]));
        let file = root().join("blueprints").join(name);
        let file = file.to_str().unwrap();
        if crate::support::needs_an_instance(name) {
            let minimal = root().join("blueprints/minimal.yaml");
            wire.run(&["apply", minimal.to_str().unwrap(), "--yes", "--wait", "10m"], 0);
        }
        let environment = crate::support::environment(name);
        let farewell: [&[&str]; 2] = [
            &["destroy", file, "--yes"],
            &["destroy", "--name", &environment, "--yes"],
        ];
        wire.lifecycle(file, farewell[index % farewell.len()]);
        wire.assert_clean(name);
    });
}

/// What no example has: themes, several sessions on a machine, copies and shares of images, schedules, things of
/// another owner's, passwords from each place, other identity providers, work by hand.
#[test]
fn every_call_of_every_scenario_is_what_aws_describes() {
    python();
    let mut names: Vec<String> = std::fs::read_dir(root().join("tests/scenarios"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    names.sort();
    assert!(names.len() >= 5, "{names:?}");
    all_at_once(&names, |_, name| {
        let wire = Wire::with_fixtures();
        let file = root().join("tests/scenarios").join(name);
        let file = file.to_str().unwrap();
        if name == "other-provider.yaml" {
            // Here a person answers before anything else is done, and types the relay state when there is one.
            let answer = |answers: &[&str]| {
                let command = ["checkpoint", "answer", file, "idp.application/Try Other"];
                wire.run(&[&command, answers].concat(), 0);
            };
            answer(&[
                "metadata=@metadata.xml",
                "start_url=https://idp.example.com/start",
            ]);
            wire.run(&["apply", file, "--yes"], 3);
            answer(&["edited=yes"]);
        }
        wire.lifecycle(file, &["destroy", file, "--yes"]);
        wire.run(
            &["image", "connect", "others-builder", "--region", "eu-west-1"],
            0,
        );
        wire.assert_clean(name);
    });
}

/// Answers any one request with this text.
fn answering(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // The whole request: closing a connection with something unread in it resets it.
            let mut request = BufReader::new(&stream);
            let mut length = 0;
            loop {
                let mut line = String::new();
                request.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            request.read_exact(&mut vec![0; length]).unwrap();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{body}",
                body.len()
            );
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    address
}

/// What the proxy says of one call of AppStream.
fn verdict(operation: &str, request: &str, answer: &'static str) -> (bool, String) {
    let directory = tempfile::tempdir().unwrap();
    let report = directory.path().join("wire.jsonl");
    let (_proxy, endpoint) = proxy(&answering(answer), &report);
    let host = endpoint.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amz-target: PhotonAdminProxyService.{operation}\r\n\
         authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-west-1/appstream/aws4_request, \
         SignedHeaders=host, Signature=00\r\ncontent-length: {}\r\n\r\n{request}",
        request.len()
    )
    .unwrap();
    let mut answered = String::new();
    stream.read_to_string(&mut answered).unwrap();
    assert!(answered.ends_with(answer), "{answered}");
    let summary = summary(&report);
    (summary.status.success(), told(&summary))
}

/// A check that cannot fail checks nothing: each sort of problem is found, and each fails the summary.
#[test]
fn the_wire_check_fails_for_each_sort_of_problem() {
    let (clean, words) = verdict("StartFleet", r#"{"Name":"agents"}"#, "{}");
    assert!(clean, "{words}");
    for (operation, request, answer, problem) in [
        ("StartFleet", "{}", "{}", "missing required member Name"),
        ("StartFleet", r#"{"Name":""}"#, "{}", "length 0"),
        (
            "StartFleet",
            r#"{"Name":"a","Nme":"b"}"#,
            "{}",
            "Nme is not a member",
        ),
        ("StartFleet", r#"{"Name":7}"#, "{}", "expected a string, got int"),
        (
            "CreateStack",
            r#"{"Name":"no spaces"}"#,
            r#"{"Stack":{"Name":"x"}}"#,
            "does not match",
        ),
        (
            "UpdateFleet",
            r#"{"Name":"agents","StreamView":"PHONE"}"#,
            "{}",
            "'PHONE' is not one of",
        ),
        ("LaunchFleet", "{}", "{}", "unreadable request"),
        (
            "StartFleet",
            r#"{"Name":"agents"}"#,
            "}{",
            "the answer cannot be parsed",
        ),
        (
            "DescribeFleets",
            "{}",
            r#"{"Fleets":[{"Name":"agents"}]}"#,
            "answer lacks required member Arn",
        ),
        (
            "StartFleet",
            r#"{"Name":"agents"}"#,
            r#"{"Started":true}"#,
            "answer has Started",
        ),
    ] {
        let (clean, words) = verdict(operation, request, answer);
        assert!(
            !clean && words.contains(problem),
            "{operation} {request}: {words}"
        );
    }
}

/// Neither does one that saw nothing.
#[test]
fn the_wire_check_fails_where_nothing_was_called() {
    let directory = tempfile::tempdir().unwrap();
    let report = directory.path().join("wire.jsonl");
    std::fs::write(&report, "").unwrap();
    assert!(!summary(&report).status.success());
}
