//! What Headset prints for programs, held to the schemas that say what is in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{python, root, told};

/// Holds documents to a schema. `patterns`: the language of its patterns, where it is not that of JSON Schema.
pub(super) fn hold(schema: &Path, documents: &[PathBuf], patterns: Option<&str>) {
    let mut command = Command::new(python().with_file_name("check-jsonschema"));
    if let Some(patterns) = patterns {
        command.args(["--regex-variant", patterns]);
    }
    let output = command
        .arg("--schemafile")
        .arg(schema)
        .args(documents)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}: {}", schema.display(), told(&output));
}

/// The schema of a command's document.
pub(super) fn schema(command: &str) -> PathBuf {
    root().join(format!("docs/reference/{command}.schema.json"))
}

/// One of everything: tests beside the views hold these files to what the program writes.
fn shown(name: &str) -> PathBuf {
    root().join("src/report").join(name)
}

#[test]
fn one_of_everything_is_as_its_schema_says() {
    hold(&schema("plan"), &[shown("plan_json.json")], None);
    hold(&schema("drift"), &[shown("drift_view.json")], None);
}

#[test]
fn what_both_documents_have_is_described_alike() {
    let read = |command| -> Value {
        serde_json::from_str(&std::fs::read_to_string(schema(command)).unwrap()).unwrap()
    };
    let (plan, drift) = (read("plan"), read("drift"));
    let shared = drift["$defs"].as_object().unwrap();
    assert!(shared.len() > 5);
    for (name, described) in shared {
        assert_eq!(&plan["$defs"][name], described, "{name}");
    }
}

/// The schema of the standard lies in the crate by which the reports are written.
#[test]
fn reports_for_code_scanning_are_as_the_standard_says() {
    // Packages of other platforms need not be on this machine.
    let own = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", &own])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let own = packages.find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = Path::new(own["manifest_path"].as_str().unwrap());
    let schema = manifest.with_file_name("src").join("schema.json");
    let reports = ["sheet/plan.sarif", "sheet/drift.sarif"].map(shown);
    hold(&schema, &reports, Some("nonunicode"));
}
