//! Both directions between Headset and other people's clients: what Headset made reads, by boto3 and a YAML parser
//! of Python's, as the blueprint has it; what boto3 made, Headset takes over.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::{headset, python, root, simulator, told};

fn script(name: &str, arguments: &[&str]) -> Output {
    Command::new(python())
        .arg(root().join("tests/foreign").join(name))
        .args(arguments)
        .output()
        .unwrap()
}

fn run(directory: &Path, endpoint: &str, arguments: &[&str], exit: i32) -> String {
    let output = headset(directory, endpoint, arguments);
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
fn ids(directory: &Path, endpoint: &str, file: &str) -> BTreeMap<String, String> {
    let plan: Value = serde_json::from_str(&run(directory, endpoint, &["plan", file, "--json"], 0)).unwrap();
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
    let made: BTreeMap<String, String> = serde_json::from_slice(&made.stdout).unwrap();

    let file = root().join("tests/foreign/adopt.yaml");
    let file = file.to_str().unwrap();
    let run = |arguments: &[&str], exit: i32| run(directory.path(), &endpoint, arguments, exit);
    // Nothing is taken over by an apply alone: somebody else's things are refused.
    run(&["apply", file, "--yes"], 1);
    run(&["import", file, "--yes"], 0);
    let taken = ids(directory.path(), &endpoint, file);
    for (address, id) in &made {
        assert_eq!(taken.get(address), Some(id), "{address}");
    }
    run(&["plan", file, "--detailed-exitcode"], 2);
    run(&["apply", file, "--yes", "--wait", "10m"], 0);
    run(&["plan", file, "--detailed-exitcode"], 0);
    run(&["drift", file], 0);
    let kept = ids(directory.path(), &endpoint, file);
    for (address, id) in &made {
        assert_eq!(kept.get(address), Some(id), "{address} was replaced");
    }
    // Whoever made it reads the changes, and finds what Headset does not own as it was.
    let read = script("adopt.py", &[&endpoint, "read"]);
    assert!(read.status.success(), "{}", told(&read));
    run(&["destroy", file, "--yes"], 0);
    let gone = script("adopt.py", &[&endpoint, "gone"]);
    assert!(gone.status.success(), "{}", told(&gone));
}
