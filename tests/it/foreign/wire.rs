//! Headset's own calls, held against AWS's service models by a proxy between it and the simulator.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{Running, address_of, headset, python, root, simulator, told};

fn wirecheck(upstream: &str, report: &Path) -> (Running, String) {
    let mut child = Command::new(python())
        .arg(root().join("tests/foreign/wirecheck.py"))
        .args(["--upstream", upstream, "--listen", "0", "--report"])
        .arg(report)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let address = address_of(child.stdout.take().unwrap());
    (Running(child), address)
}

/// Every command that calls AWS, with every example, between Headset and the simulator: AWS's own service models judge
/// each request and each answer.
#[test]
fn every_call_of_every_example_blueprint_is_what_aws_describes() {
    let examples = crate::support::examples();
    python();
    // Most of the time goes by in waiting for Connect's rate: all of them at the same time.
    std::thread::scope(|scope| {
        let checks: Vec<_> = examples
            .iter()
            .map(|name| (name, scope.spawn(|| check_calls(name))))
            .collect();
        for (name, check) in checks {
            assert!(check.join().is_ok(), "{name}: see above");
        }
    });
}

fn check_calls(name: &str) {
    let directory = tempfile::tempdir().unwrap();
    let report = directory.path().join("wire.jsonl");
    let (_simulator, upstream) = simulator("2000");
    let (_proxy, endpoint) = wirecheck(&upstream, &report);
    let file = root().join("blueprints").join(name);
    let file = file.to_str().unwrap();
    let environment = crate::support::environment(name);
    let run = |arguments: &[&str], exit: i32| {
        let output = headset(directory.path(), &endpoint, arguments);
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{arguments:?}\n{}",
            told(&output)
        );
    };
    if crate::support::needs_an_instance(name) {
        let minimal = root().join("blueprints/minimal.yaml");
        run(&["apply", minimal.to_str().unwrap(), "--yes", "--wait", "10m"], 0);
    }
    for (arguments, exit) in [
        (&["plan", file, "--detailed-exitcode"][..], 2),
        (&["apply", file, "--yes", "--wait", "10m"], 0),
        (&["plan", file, "--detailed-exitcode"], 0),
        (&["drift", file], 0),
        (&["status", file], 0),
        (&["apply", file, "--yes"], 0),
        (&["destroy", "--name", &environment, "--yes"], 0),
        (&["plan", file, "--detailed-exitcode"], 2),
    ] {
        run(arguments, exit);
    }
    let summary = Command::new(python())
        .arg(root().join("tests/foreign/wirecheck.py"))
        .arg("--summary")
        .arg(&report)
        .output()
        .unwrap();
    assert!(summary.status.success(), "{file}\n{}", told(&summary));
}
