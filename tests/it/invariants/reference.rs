//! What is generated from the language's table and the registry: reference pages, the JSON Schema, templates.
//!
//! `HEADSET_ACCEPT=1` writes the pages anew.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use headset_blueprint::{Sources, language};
use headset_core::diagnostic::Severity;
use headset_kinds::evidence::{self, dated};

use crate::interop::python;
use crate::support::program::Program;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn headset(directory: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_headset"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .said()
}

/// The pages that are made of tables, each with what it says now.
fn pages() -> [(&'static str, String); 4] {
    [
        ("docs/reference/blueprint.md", language::language_page()),
        ("docs/reference/kinds.md", language::kinds_page()),
        ("docs/unproven.md", evidence::page()),
        ("docs/quirks.md", headset_simulator::evidence::page()),
    ]
}

/// Writes the pages anew. Returns those that were stale.
pub(crate) fn renew() -> Vec<String> {
    let mut renewed = Vec::new();
    for (path, now) in pages() {
        let file = root().join(path);
        if fs_err::read_to_string(&file).unwrap_or_default() != now {
            fs_err::create_dir_all(file.parent().unwrap()).unwrap();
            fs_err::write(&file, now).unwrap();
            renewed.push(path.to_owned());
        }
    }
    renewed
}

#[test]
fn the_reference_pages_are_what_the_table_and_the_registry_say() {
    if std::env::var_os("HEADSET_ACCEPT").is_some() {
        renew();
    }
    for (path, now) in pages() {
        let written = fs_err::read_to_string(root().join(path)).unwrap_or_default();
        if let Some(line) = (0..)
            .zip(
                now.lines()
                    .map(Some)
                    .chain([None])
                    .zip(written.lines().map(Some).chain([None])),
            )
            .find(|(_, (now, written))| now != written)
            .map(|(line, _)| line + 1)
        {
            panic!("{path} is stale from line {line} on; HEADSET_ACCEPT=1 writes it anew");
        }
        assert_eq!(now.lines().count(), written.lines().count(), "{path}");
    }
}

/// What a page of the documentation, a message and a table say of the day on which AWS was asked is one and the same.
#[test]
fn the_documentation_shows_the_date_of_each_table() {
    let page = fs_err::read_to_string(root().join("docs/unproven.md")).unwrap();
    for table in dated::ALL {
        let row = format!("| {} | {} | ", table.what, table.as_of);
        let line = page.lines().find(|line| line.starts_with(&row));
        let line = line.unwrap_or_else(|| panic!("docs/unproven.md has no line {row}"));
        for source in table.sources {
            assert!(line.contains(source), "{line}\n{source}");
        }
    }
    let page = fs_err::read_to_string(root().join("docs/reference/blueprint.md")).unwrap();
    let endpoint = page
        .lines()
        .find(|line| line.starts_with("| `endpoint` |"))
        .unwrap();
    assert!(endpoint.contains(dated::RELAY_HOSTS.as_of), "{endpoint}");
    assert_eq!(headset_kinds::regions::AS_OF, dated::REGIONS.as_of);
}

/// Blueprints in a folder of the project, but for those that only lie over others: a schema sees one file.
fn standing_alone(folder: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs_err::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .filter(|path| {
            let text = String::from_utf8_lossy(&fs_err::read(path).unwrap()).into_owned();
            !text.lines().any(|line| line.starts_with("extends:"))
        })
        .collect();
    paths.sort();
    paths
}

/// What a validator that others wrote says of each file: nothing, or its first mistake.
fn validated(paths: &[PathBuf]) -> BTreeMap<PathBuf, Option<String>> {
    let mut child = Command::new(python())
        .arg(root().join("tests/interop/schema_check.py"))
        .args(paths)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let schema = language::schema().to_string();
    child.stdin.take().unwrap().write_all(schema.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Editors match patterns as JavaScript does: with the flag `u`, or, older ones, without it.
#[test]
fn every_pattern_of_the_schema_is_one_of_javascript() {
    let script = "
let patterns = [];
const walk = (it) => {
  if (it === null || typeof it !== 'object') return;
  if (typeof it.pattern === 'string') patterns.push(it.pattern);
  Object.values(it).forEach(walk);
};
walk(JSON.parse(require('fs').readFileSync(0, 'utf8')));
for (const pattern of patterns) for (const flags of ['', 'u']) new RegExp(pattern, flags);
const tag = patterns.filter((pattern) => pattern.startsWith('^(?!aws:)'));
if (tag.length === 0) throw new Error('no pattern for tags');
for (const pattern of tag) {
  const match = new RegExp(pattern, 'u');
  if (!match.test('Größe (x)'.slice(0, 5)) || match.test('Größe (x)') || match.test('aws:x')) throw new Error(pattern);
}
console.log(patterns.length);
";
    let child = Command::new("node")
        .args(["-e", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    // Where there is no JavaScript, the unit tests of the schema name what it lacks.
    let Ok(mut child) = child else { return };
    let schema = language::schema().to_string();
    child.stdin.take().unwrap().write_all(schema.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let count: usize = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    assert!(count > 50, "{count} patterns");
}

#[test]
fn every_good_blueprint_is_good_by_the_schema() {
    let paths = [standing_alone("blueprints"), standing_alone("tests/whole")].concat();
    assert!(paths.len() >= 8, "{paths:?}");
    let bad: Vec<_> = validated(&paths)
        .into_iter()
        .filter(|(_, mistake)| mistake.is_some())
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

/// The mistakes that a schema can catch, or a YAML reader before it.
const CAUGHT: [&str; 19] = [
    "alias-loop",
    "bad-name",
    "bad-value",
    "conflict",
    "duplicate-key",
    "duplicate-value",
    "empty-blueprint",
    "empty-value",
    "interpolation",
    "key-not-text",
    "missing-key",
    "not-yet",
    "syntax",
    "tab",
    "unknown-anchor",
    "unknown-key",
    "unknown-version",
    "wrong-type",
    "yaml-tag",
];

/// Files that a schema lets pass although their mistakes have one of these codes, each with the reason.
const BEYOND: [(&str, &str); 7] = [
    (
        "appstream-capacity-internet.yaml",
        "a fleet's limit that another section sets",
    ),
    (
        "appstream-endpoints-missing.yaml",
        "a key that another one asks for",
    ),
    (
        "appstream-endpoints-network.yaml",
        "a key that another one asks for",
    ),
    (
        "connect-managed-sign-in.yaml",
        "two sections that exclude each other",
    ),
    ("connect-managed-users.yaml", "a key that another level asks for"),
    ("connect-user-decomposed.yaml", "Unicode's composed form"),
    ("sign-in-metadata-file.yaml", "what is in another file"),
];

/// Files that a schema finds wrong for another reason than we do.
const CAUGHT_TOO: [&str; 3] = [
    "hostile-alias-bomb.yaml",
    "hostile-deep.yaml",
    "requires-newer.yaml",
];

#[test]
fn a_broken_blueprint_is_bad_by_the_schema_exactly_if_a_schema_can_tell() {
    let paths = standing_alone("tests/broken");
    let answers = validated(&paths);
    let mut wrong = Vec::new();
    for path in &paths {
        let file = path.file_name().unwrap().to_str().unwrap();
        let bytes = fs_err::read(path).unwrap();
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let load = |named: &str| {
            std::fs::read_to_string(path.with_file_name(named)).map_err(|error| error.to_string().into())
        };
        let (_, findings) = headset_blueprint::read(&Sources {
            load: &load,
            ..Sources::alone(file, &text)
        });
        let codes: BTreeSet<&str> = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.code)
            .collect();
        let can = (codes.iter().any(|code| CAUGHT.contains(code)) || CAUGHT_TOO.contains(&file))
            && !BEYOND.iter().any(|(known, _)| *known == file);
        let answer = &answers[path];
        if can != answer.is_some() {
            wrong.push(format!("{file}: {codes:?}, and the schema says {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_schema_is_printed() {
    let output = headset(root(), &["schema"]);
    assert!(output.status.success());
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed, language::schema());
}

#[test]
fn a_field_is_explained_and_a_typo_answered() {
    let output = headset(root(), &["explain", "appstream.stacks.*.clipboard"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("default    none") && text.contains("in place"),
        "{text}"
    );
    let output = headset(root(), &["explain", "appstream.stacks.*.clipbord"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("appstream.stacks.*.clipboard"), "{text}");
}

/// An error names the id of an assumption: that is all a person needs to read the rest.
#[test]
fn every_assumption_is_explained_by_its_id() {
    let output = headset(root(), &["explain", "appstream.in-use-lingers"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "Headset assumes that AppStream stops refusing",
        "source     clients retry",
        "if wrong   run the command again",
        "it shows   `DeleteFleet`",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn a_template_takes_values_from_the_command_line() {
    let directory = tempfile::tempdir().unwrap();
    let sets = ["--set", "name=our-center", "--set", "aws.region=eu-central-1"];
    let made = headset(directory.path(), &[&["init", "center.yaml"][..], &sets].concat());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = std::fs::read_to_string(directory.path().join("center.yaml")).unwrap();
    assert!(
        text.contains("name: our-center") && text.contains("eu-central-1") && text.contains('#'),
        "{text}"
    );
    let valid = headset(directory.path(), &["validate", "center.yaml"]);
    assert!(
        valid.status.success(),
        "{}",
        String::from_utf8_lossy(&valid.stderr)
    );
    // What cannot be set is reported, and no file is left behind.
    let refused = headset(directory.path(), &["init", "other.yaml", "--set", "connect=x"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(!directory.path().join("other.yaml").exists());
}

#[test]
fn every_example_is_a_template_that_is_valid_and_overwrites_nothing() {
    let listed = headset(root(), &["init", "--list"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names: BTreeSet<String> = listed
        .lines()
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    let examples: BTreeSet<String> = standing_alone("blueprints")
        .iter()
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, examples);
    for name in names {
        let directory = tempfile::tempdir().unwrap();
        let made = headset(directory.path(), &["init", "--template", &name]);
        assert!(made.status.success(), "{name}");
        let valid = headset(directory.path(), &["validate", "blueprint.yaml"]);
        assert!(
            valid.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&valid.stderr)
        );
        let again = headset(directory.path(), &["init"]);
        assert_eq!(again.status.code(), Some(1));
        let text = fs_err::read_to_string(directory.path().join("blueprint.yaml")).unwrap();
        let example = root().join("blueprints").join(format!("{name}.yaml"));
        assert_eq!(text, fs_err::read_to_string(example).unwrap());
    }
}

#[test]
fn values_can_be_set_for_every_command_and_are_shown_where_they_are_wrong() {
    let file = root().join("blueprints/minimal.yaml");
    let file = file.to_str().unwrap();
    let good = headset(root(), &["validate", file, "--set", "connect.alias=acme-set"]);
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
    let bad = headset(
        root(),
        &[
            "validate",
            file,
            "--set",
            "lifetime=2d",
            "--set",
            "connect.alais=x",
        ],
    );
    assert_eq!(bad.status.code(), Some(1));
    let text = String::from_utf8(bad.stderr).unwrap();
    assert!(
        text.contains("--set:2:9") && text.contains("connect.alais=x"),
        "{text}"
    );
    assert!(text.contains("Did you mean `alias`?"), "{text}");
}

/// A blueprint that is small in its file and huge in memory, or endless, ends in an error within 200 MB.
#[test]
fn hostile_blueprints_stay_within_two_hundred_megabytes() {
    let directory = tempfile::tempdir().unwrap();
    let head = "version: 1\nname: acme\n";
    let deep: String = (0..28).map(|n| format!("&a{n} [")).collect();
    let hostile = [
        (
            "million.yaml",
            (0..1_000_000).map(|n| format!("k{n}: 1\n")).collect::<String>(),
        ),
        (
            "keys.yaml",
            format!(
                "{head}{}",
                (0..45_000).map(|n| format!("k{n}: 1\n")).collect::<String>()
            ),
        ),
        ("same.yaml", format!("{head}{}", "k: 1\n".repeat(45_000))),
        (
            "long.yaml",
            format!(
                "{head}x: &x {}\ny: [{}]\n",
                "x".repeat(500_000),
                "*x,".repeat(90_000)
            ),
        ),
        (
            "nested.yaml",
            format!("{head}x: {deep}{}{}\n", "x,".repeat(80_000), "]".repeat(28)),
        ),
        ("brackets.yaml", "[".repeat(1_000_000)),
        (
            "variables.yaml",
            format!(
                "{head}tags:\n{}",
                (0..9000)
                    .map(|n| format!("  k{n}: \"${{env:BIG}}\"\n"))
                    .collect::<String>()
            ),
        ),
    ];
    let mut files = Vec::new();
    for (name, text) in hostile {
        let file = directory.path().join(name);
        fs_err::write(&file, text).unwrap();
        files.push(file);
    }
    let endless = directory.path().join("endless.yaml");
    fs_err::write(&endless, "extends: /dev/zero\nversion: 1\nname: acme\n").unwrap();
    files.extend([endless, PathBuf::from("/dev/zero")]);
    // The most memory that a child ever had is what the kernel tells its parent.
    let script = "import os,resource,subprocess,sys
for file in sys.argv[2:]:
    environment = {'BIG': 'x' * 100000}
    ended = subprocess.run([sys.argv[1], 'validate', file], env=environment, capture_output=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(ended.returncode, peak, file)
";
    let output = Command::new(python())
        .args(["-c", script, env!("CARGO_BIN_EXE_headset")])
        .args(&files)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), files.len());
    for line in text.lines() {
        let mut words = line.split(' ');
        assert_eq!(words.next(), Some("1"), "{line}");
        let kilobytes: u64 = words.next().unwrap().parse().unwrap();
        assert!(kilobytes < 200_000, "{line}");
    }
}
