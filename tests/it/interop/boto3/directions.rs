//! Both directions between Headset and other people's clients: what Headset made reads, by boto3 and a YAML parser
//! of Python's, as the blueprint has it; what boto3 made, Headset takes over.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::interop::{headset_with, python, root, simulator, told};

pub(super) fn script(name: &str, arguments: &[&str]) -> Output {
    Command::new(python())
        .arg(root().join("tests/interop").join(name))
        .args(arguments)
        .output()
        .unwrap()
}

pub(super) fn run(directory: &Path, endpoint: &str, arguments: &[&str], exit: i32) -> String {
    run_with(directory, endpoint, &BTreeMap::new(), arguments, exit)
}

/// The same with variables that a blueprint refers to.
fn run_with(
    directory: &Path,
    endpoint: &str,
    variables: &BTreeMap<&'static str, String>,
    arguments: &[&str],
    exit: i32,
) -> String {
    let output = headset_with(directory, endpoint, variables, arguments);
    assert_eq!(
        output.status.code(),
        Some(exit),
        "{arguments:?}\n{}",
        told(&output)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_headset_made_others_read_as_the_blueprint_has_it() {
    python();
    std::thread::scope(|scope| {
        for name in crate::support::examples() {
            scope.spawn(move || {
                let directory = tempfile::tempdir().unwrap();
                let (_simulator, endpoint) = simulator("2000");
                let file = root().join("blueprints").join(&name);
                let file = file.to_str().unwrap();
                let apply = |file: &str| {
                    run(
                        directory.path(),
                        &endpoint,
                        &["apply", file, "--yes", "--wait", "10m"],
                        0,
                    );
                };
                if crate::support::needs_an_instance(&name) {
                    apply(root().join("blueprints/minimal.yaml").to_str().unwrap());
                }
                apply(file);
                for (command, name) in [("output", "outputs.json"), ("status", "status.json")] {
                    let told = run(directory.path(), &endpoint, &[command, file, "--json"], 0);
                    std::fs::write(directory.path().join(name), told).unwrap();
                }
                let read = script(
                    "reading.py",
                    &[
                        &endpoint,
                        file,
                        directory.path().join("outputs.json").to_str().unwrap(),
                        directory.path().join("status.json").to_str().unwrap(),
                    ],
                );
                assert!(read.status.success(), "{name}: {}", told(&read));
                // The reading is worth something: it sees what is not as the blueprint has it.
                let bent = script("reading.py", &[&endpoint, file, "--bend"]);
                assert!(bent.status.success(), "{name}: {}", told(&bent));
                let seen = script(
                    "reading.py",
                    &[
                        &endpoint,
                        file,
                        directory.path().join("outputs.json").to_str().unwrap(),
                        directory.path().join("status.json").to_str().unwrap(),
                    ],
                );
                assert!(!seen.status.success(), "{name}: {}", told(&seen));
            });
        }
    });
}

/// Ids by address, of what is in state and not merely linked to.
fn ids(plan: &str) -> BTreeMap<String, String> {
    let plan: Value = serde_json::from_str(plan).unwrap();
    plan["plans"][0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["do"] != "read")
        .filter_map(|step| {
            Some((
                step["address"].as_str()?.to_owned(),
                step["id"].as_str()?.to_owned(),
            ))
        })
        .collect()
}

#[test]
fn what_boto3_made_headset_takes_over() {
    python();
    let directory = tempfile::tempdir().unwrap();
    let (_simulator, endpoint) = simulator("2000");
    let made = script("adopt.py", &[&endpoint, "make"]);
    assert!(made.status.success(), "{}", told(&made));
    let told_by_boto: Value = serde_json::from_slice(&made.stdout).unwrap();
    let made: BTreeMap<String, String> = serde_json::from_value(told_by_boto["ids"].clone()).unwrap();

    // Beside it lies what it reads.
    let file = directory.path().join("adopt.yaml");
    std::fs::copy(root().join("tests/interop/adopt.yaml"), &file).unwrap();
    let file = file.to_str().unwrap();
    // What the person who made the application by hand has copied from the console.
    let answer = |name: &str| told_by_boto["answers"][name].as_str().unwrap().to_owned();
    std::fs::write(directory.path().join("metadata.xml"), answer("metadata")).unwrap();
    let variables = BTreeMap::from([
        ("APPLICATION_ARN", answer("application_arn")),
        ("START_URL", answer("start_url")),
    ]);
    let run =
        |arguments: &[&str], exit: i32| run_with(directory.path(), &endpoint, &variables, arguments, exit);
    let ids = || ids(&run(&["plan", file, "--json"], 0));
    // Nothing is taken over by an apply alone: other people's things are refused.
    run(&["apply", file, "--yes"], 1);
    run(&["import", file, "--yes"], 0);
    let taken = ids();
    for (address, id) in &made {
        assert_eq!(taken.get(address), Some(id), "{address}");
    }
    run(&["plan", file, "--detailed-exitcode"], 2);
    run(&["apply", file, "--yes", "--wait", "10m"], 0);
    let kept = std::thread::scope(|scope| {
        scope.spawn(|| run(&["plan", file, "--detailed-exitcode"], 0));
        scope.spawn(|| run(&["drift", file], 0));
        ids()
    });
    for (address, id) in &made {
        assert_eq!(kept.get(address), Some(id), "{address} was replaced");
    }
    // The tool that made it reads the changes, and finds what Headset does not own as it was.
    let application = &variables["APPLICATION_ARN"];
    let read = script("adopt.py", &[&endpoint, "read", application]);
    assert!(read.status.success(), "{}", told(&read));
    run(&["destroy", file, "--yes"], 0);
    let gone = script("adopt.py", &[&endpoint, "gone", application]);
    assert!(gone.status.success(), "{}", told(&gone));
}
