//! The pipelines in `docs/ci`: they are what GitHub and GitLab take, strangers cannot misuse them, and each of their commands
//! does what it is there for.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{python, root, told};
use crate::support::desk::Desk;
use crate::support::example;
use crate::support::program::Program as _;

fn checked(program: &str, arguments: &[&str]) {
    let output = Command::new(python().with_file_name(program))
        .args(arguments)
        .current_dir(root().join("docs/ci"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        told(&output)
    );
}

#[test]
fn pipelines_are_what_github_and_gitlab_take() {
    checked(
        "check-jsonschema",
        &["--builtin-schema", "vendor.github-workflows", "github.yml"],
    );
    checked(
        "check-jsonschema",
        &[
            "--builtin-schema",
            "vendor.gitlab-ci",
            "--data-transform",
            "gitlab-ci",
            "gitlab.yml",
        ],
    );
    checked(
        "check-jsonschema",
        &["--builtin-schema", "vendor.github-workflows", "github-shards.yml"],
    );
    checked(
        "check-jsonschema",
        &[
            "--builtin-schema",
            "vendor.github-workflows",
            "github-addresses.yml",
        ],
    );
    for file in ["github.yml", "github-shards.yml", "github-addresses.yml"] {
        checked(
            "zizmor",
            &["--offline", "--no-progress", "--strict-collection", file],
        );
    }
    checked("kubernetes-validate", &["--strict", "--quiet", "kubernetes.yaml"]);
}

/// Every line of a pipeline that runs Headset, in the order of the file.
fn commands(value: &serde_yaml::Value, found: &mut Vec<String>) {
    match value {
        serde_yaml::Value::String(text) => {
            let lines = text
                .lines()
                .map(str::trim)
                .filter(|line| line.starts_with("headset "));
            found.extend(lines.map(str::to_owned));
        }
        serde_yaml::Value::Sequence(items) => items.iter().for_each(|item| commands(item, found)),
        serde_yaml::Value::Mapping(entries) => entries.values().for_each(|value| commands(value, found)),
        _ => {}
    }
}

/// From an empty account to the end of what has expired, by the lines of the file as a shell runs them.
fn play(file: &str) {
    let text = std::fs::read_to_string(root().join("docs/ci").join(file)).unwrap();
    let pipeline: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let mut lines = Vec::new();
    commands(&pipeline, &mut lines);
    let words: Vec<&str> = lines.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    for word in ["validate", "plan", "apply", "drift", "destroy"] {
        assert!(words.contains(&word), "{file} has no `headset {word}`: {words:?}");
    }
    let desk = Desk::with(&example("minimal.yaml").1);
    std::fs::write(desk.path().join("bootstrap.yaml"), example("bootstrap.yaml").1).unwrap();
    desk.ok(&["bootstrap", "bootstrap.yaml", "--sim", "--yes"]);
    // What the file itself sets.
    let json: Value = serde_json::to_value(&pipeline).unwrap();
    let set = json.get("env").or_else(|| json.get("variables")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_headset")).parent().unwrap();
    let run = |line: &str| {
        let output = Command::new("sh")
            .args(["-euc", line])
            .current_dir(desk.path())
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
            .env("HOME", desk.path())
            .env("HEADSET_SIM", "1")
            .env("GITHUB_STEP_SUMMARY", desk.path().join("summary.md"))
            .envs(
                set.as_object()
                    .unwrap()
                    .iter()
                    .map(|(name, value)| (name, value.as_str().unwrap())),
            )
            .said();
        assert!(output.status.success(), "{file}: {line}\n{}", told(&output));
        told(&output)
    };
    for line in &lines {
        run(line);
    }
    // The environment lives for a day; what the account has once has no end.
    let expired = lines.iter().find(|line| line.contains("--expired")).unwrap();
    assert!(run(expired).contains("nothing has expired"), "{file}");
    desk.days_pass(2);
    let said = run(expired);
    assert!(said.contains("acme-tiny: taken down"), "{file}: {said}");
    let left = run("headset env list --state \"$STATE\"");
    assert!(
        left.contains("acme-account") && !left.contains("acme-tiny"),
        "{file}: {left}"
    );
}

#[test]
fn each_command_of_the_pipeline_on_github_works() {
    play("github.yml");
}

#[test]
fn each_command_of_the_pipeline_on_gitlab_works() {
    play("gitlab.yml");
}
