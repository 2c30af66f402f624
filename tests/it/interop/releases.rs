//! The recipe of a release, and what it makes: what GitHub takes, what archives, packages and the formula hold, and what the
//! action installs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{python, root, told};
use crate::support::desk::script;
use crate::support::effort;
use crate::support::program::Program as _;

const RECIPE: &str = ".github/workflows/release.yml";
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn the_recipe_and_the_action_are_what_github_takes() {
    for (program, arguments) in [
        (
            "check-jsonschema",
            ["--builtin-schema", "vendor.github-workflows", RECIPE].as_slice(),
        ),
        (
            "check-jsonschema",
            &["--builtin-schema", "vendor.github-actions", "action.yml"],
        ),
        (
            "zizmor",
            &[
                "--offline",
                "--no-progress",
                "--strict-collection",
                RECIPE,
                "action.yml",
            ],
        ),
    ] {
        let output = Command::new(python().with_file_name(program))
            .args(arguments)
            .current_dir(root())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            told(&output)
        );
    }
}

/// The targets that the recipe builds.
fn targets() -> Vec<String> {
    let recipe: serde_yaml::Value = serde_yaml::from_str(&text(RECIPE)).unwrap();
    let rows = recipe["jobs"]["build"]["strategy"]["matrix"]["include"]
        .as_sequence()
        .unwrap();
    rows.iter()
        .map(|row| row["target"].as_str().unwrap().to_owned())
        .collect()
}

/// Each target's archive has a list of what it is made of, and the formula has all that Homebrew runs on.
#[test]
fn each_target_is_attested_and_in_the_formula() {
    let (recipe, formula) = (text(RECIPE), text("packaging/headset.rb"));
    for target in targets() {
        let archive = match target.contains("windows") {
            true => format!("packed/headset-*-{target}.zip\n"),
            false => format!("packed/headset-*-{target}.tar.gz\n"),
        };
        assert!(recipe.contains(&archive), "{target}");
        let list = format!("sbom-path: packed/headset-{target}.cdx.json\n");
        assert!(recipe.contains(&list), "{target}");
        let sum = formula.contains(&format!("\"@SHA256 {target}@\""));
        assert_eq!(sum, !target.contains("windows"), "{target}");
    }
}

/// A step of a job of the recipe, with what it is given.
struct Step {
    job: String,
    text: String,
    has_token: bool,
}

fn steps() -> Vec<Step> {
    let recipe: serde_yaml::Value = serde_yaml::from_str(&text(RECIPE)).unwrap();
    let jobs = recipe["jobs"].as_mapping().unwrap();
    let mut steps = Vec::new();
    for (name, job) in jobs {
        let said = |value: &serde_yaml::Value| serde_yaml::to_string(value).unwrap();
        assert!(
            !said(&job["env"]).contains("github.token"),
            "{name:?}: a token for all steps"
        );
        for step in job["steps"].as_sequence().unwrap() {
            steps.push(Step {
                job: name.as_str().unwrap().to_owned(),
                text: said(step),
                has_token: said(&step["env"]).contains("github.token"),
            });
        }
    }
    steps
}

/// Only what needs a token has one; what others wrote neither packs nor sees what is packed; and what becomes an image was
/// published before.
#[test]
fn a_step_of_the_recipe_can_do_no_more_than_it_has_to() {
    let steps = steps();
    for step in &steps {
        let needs = ["gh release", "gh attestation", "docker login"];
        let needs = needs.iter().any(|program| step.text.contains(program));
        assert_eq!(step.has_token, needs, "{}", step.text);
    }
    let jobs = |word: &str| -> BTreeSet<&str> {
        let with = steps.iter().filter(|step| step.text.contains(word));
        with.map(|step| step.job.as_str()).collect()
    };
    assert_eq!(jobs("cargo install"), BTreeSet::from(["list"]));
    assert_eq!(jobs("cargo build"), BTreeSet::from(["build"]));
    assert_eq!(jobs("docker buildx build"), BTreeSet::from(["image"]));
    let recipe: serde_yaml::Value = serde_yaml::from_str(&text(RECIPE)).unwrap();
    let when = |job: &str| recipe["jobs"][job]["if"].as_str().unwrap().to_owned();
    assert!(when("image").starts_with("github.event_name == 'release'"));
    for job in ["build", "list"] {
        let rights = serde_yaml::to_string(&recipe["jobs"][job]["permissions"]).unwrap();
        assert_eq!(rights, "contents: read\n", "{job}");
    }
    // What the list is written of is what is built.
    let list = steps
        .iter()
        .find(|step| step.text.contains("cargo cyclonedx"))
        .unwrap();
    assert!(
        targets().iter().all(|target| list.text.contains(target)),
        "{}",
        list.text
    );
    let base = text("packaging/Containerfile");
    let base = base.lines().find(|line| line.starts_with("FROM ")).unwrap();
    let digest = base.split_once("@sha256:").unwrap().1;
    assert!(
        digest.len() == 64 && digest.bytes().all(|one| one.is_ascii_hexdigit()),
        "{base}"
    );
}

/// Debian takes a pre-release for older than its release.
#[test]
fn a_pre_release_is_older_than_its_release_to_debian() {
    let print =
        "import sys; sys.path.insert(0, 'packaging'); import pack; print(pack.debian_version('1.2.0-rc.1'))";
    let output = Command::new(python())
        .args(["-c", print])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(root())
        .output()
        .unwrap();
    let version = told(&output);
    assert_eq!(version.trim(), "1.2.0~rc.1");
    if Command::new("dpkg").arg("--version").output().is_err() {
        effort::say("skipped: versions are compared where dpkg is");
        return;
    }
    printed(
        "dpkg",
        &["--compare-versions", version.trim(), "lt", "1.2.0"],
        root(),
    );
}

fn pack(arguments: &[&str]) {
    let output = Command::new(python())
        .arg("packaging/pack.py")
        .args(arguments)
        .current_dir(root())
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", told(&output));
}

/// What a command prints that has to succeed.
fn printed(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        told(&output)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_release_holds_what_it_should_and_the_action_installs_it() {
    if Command::new("dpkg-deb").arg("--version").output().is_err() {
        effort::say("skipped: releases are packed where dpkg-deb is");
        return;
    }
    let desk = tempfile::tempdir().unwrap();
    let out = desk.path().join("packed");
    // The program itself is a hundred megabytes here: what is packed runs it.
    let binary = desk.path().join("headset");
    script(
        &binary,
        &format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_headset")),
    );
    let binary = binary.to_str().unwrap();
    for target in targets() {
        pack(&["archive", binary, &target, out.to_str().unwrap(), "--level", "1"]);
    }
    let linux = "x86_64-unknown-linux-musl";
    let archive = format!("headset-{VERSION}-{linux}.tar.gz");
    let package = format!("headset_{VERSION}_amd64.deb");
    let again = desk.path().join("again");
    pack(&["archive", binary, linux, again.to_str().unwrap(), "--level", "1"]);
    for name in [&archive, &package] {
        let bytes = |folder: &Path| std::fs::read(folder.join(name)).unwrap();
        assert!(bytes(&out) == bytes(&again), "{name} is another the second time");
    }
    inside(&out, &archive);
    inside_package(&out, &package);
    pack(&["sums", out.to_str().unwrap()]);
    summed(&out);
    installed(desk.path(), &out, &archive);
}

/// The archive: the program, what it writes about itself, and whose work is in it.
fn inside(out: &Path, archive: &str) {
    let listed = printed("tar", &["-tzf", archive], out);
    let folder = archive.strip_suffix(".tar.gz").unwrap();
    let names: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix(folder)?.strip_prefix('/'))
        .collect();
    for name in [
        "headset",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "CHANGELOG.md",
        "completions/headset.bash",
        "completions/_headset",
        "completions/_headset.ps1",
        "completions/headset.elv",
        "completions/headset.fish",
        "man/man1/headset.1",
        "man/man1/headset-state-mv.1",
    ] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    let file = |name: &str| printed("tar", &["-xzOf", archive, &format!("{folder}/{name}")], out);
    assert!(file("completions/headset.bash").contains("complete -"));
    assert!(file("man/man1/headset-apply.1").contains("EXIT STATUS"));
    let others = file("THIRD-PARTY.txt");
    assert!(others.contains("\nrustls 0.") && others.contains("Permission is hereby granted"));
    // What only tests use, and what other systems have, is in no binary for Linux.
    assert!(!others.contains("\nproptest ") && !others.contains("\nwindows-sys "));
}

/// The Debian package, as Debian's own tool reads it.
fn inside_package(out: &Path, package: &str) {
    let fields = printed("dpkg-deb", &["--field", package], out);
    for line in [
        "Package: headset",
        &format!("Version: {VERSION}"),
        "Architecture: amd64",
    ] {
        assert!(fields.lines().any(|field| field == line), "{line}: {fields}");
    }
    let listed = printed("dpkg-deb", &["--contents", package], out);
    for (mode, name) in [
        ("-rwxr-xr-x", "./usr/bin/headset"),
        ("-rw-r--r--", "./usr/share/bash-completion/completions/headset"),
        ("-rw-r--r--", "./usr/share/doc/headset/copyright"),
        ("-rw-r--r--", "./usr/share/man/man1/headset-apply.1.gz"),
        ("drwxr-xr-x", "./usr/share/zsh/vendor-completions/"),
    ] {
        let row = listed.lines().find(|row| row.ends_with(&format!(" {name}")));
        let row = row.unwrap_or_else(|| panic!("{name}: {listed}"));
        assert!(row.starts_with(&format!("{mode} root/root")), "{row}");
    }
}

/// The checksums are those of the files, and the formula has them.
fn summed(out: &Path) {
    printed(
        "sha256sum",
        &["--check", "--strict", "--quiet", "SHA256SUMS"],
        out,
    );
    let sums = std::fs::read_to_string(out.join("SHA256SUMS")).unwrap();
    let formula = std::fs::read_to_string(out.join("headset.rb")).unwrap();
    let ruby = formula.lines().skip(1).collect::<Vec<_>>().join("\n");
    assert!(!ruby.contains('@'), "{formula}");
    let mut of_urls = 0;
    for pair in ruby
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("url ") || line.starts_with("sha256 "))
        .collect::<Vec<_>>()
        .chunks(2)
    {
        let value = |line: &str| line.split('"').nth(1).unwrap().to_owned();
        let (url, sum) = (value(pair[0]), value(pair[1]));
        let (release, name) = url.rsplit_once('/').unwrap();
        assert!(
            release.ends_with(&format!("/releases/download/v{VERSION}")),
            "{url}"
        );
        assert!(sums.contains(&format!("{sum}  {name}\n")), "{name}: {sums}");
        of_urls += 1;
    }
    assert_eq!(of_urls, 4, "{formula}");
    let files = std::fs::read_dir(out).unwrap().count();
    assert_eq!(sums.lines().count() + 1, files, "{sums}");
}

/// A job on GitHub that runs the action's script, with a `gh` that gives out what is in a folder.
struct Job {
    folder: PathBuf,
    release: PathBuf,
}

impl Job {
    fn new(desk: &Path, name: &str, release: &Path) -> Job {
        let folder = desk.join(name);
        std::fs::create_dir(&folder).unwrap();
        script(
            &folder.join("gh"),
            "#!/bin/sh\necho \"$@\" >> \"$RUNNER_TEMP/asked\"\n\
             case \"$1\" in\n\
             release) cp \"$RELEASE\"/* . ;;\n\
             attestation) exit \"$UNPROVEN\" ;;\n\
             esac\n",
        );
        Job {
            folder,
            release: release.to_owned(),
        }
    }

    fn run(&self, machine: &str, unproven: &str) -> Output {
        let path = format!("{}:{}", self.folder.display(), "/usr/bin:/bin");
        Command::new("bash")
            .arg(root().join("packaging/install.sh"))
            .current_dir(&self.folder)
            .env_clear()
            .envs([("PATH", path.as_str()), ("WANTED", ""), ("UNPROVEN", unproven)])
            .envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", machine)])
            .env("RELEASE", &self.release)
            .env("HOME", &self.folder)
            .env("RUNNER_TEMP", &self.folder)
            .env("GITHUB_PATH", self.folder.join("path"))
            .env("GITHUB_OUTPUT", self.folder.join("output"))
            .said()
    }

    /// What the job's later steps find on their path.
    fn path(&self) -> Option<String> {
        std::fs::read_to_string(self.folder.join("path")).ok()
    }
}

/// The action installs the archive that the checksums name, and refuses each other one.
fn installed(desk: &Path, out: &Path, archive: &str) {
    let job = Job::new(desk, "whole", out);
    let output = job.run("X64", "0");
    assert!(output.status.success(), "{}", told(&output));
    let path = job.path().unwrap();
    let said = printed(&format!("{}/headset", path.trim()), &["--version"], desk);
    assert_eq!(said, format!("headset {VERSION}\n"));
    let asked = std::fs::read_to_string(job.folder.join("asked")).unwrap();
    assert_eq!(
        asked,
        format!(
            "release download v{VERSION} --repo example/headset --pattern {archive} --pattern SHA256SUMS\n\
             attestation verify {archive} --repo example/headset \
             --signer-workflow example/headset/.github/workflows/release.yml --source-ref refs/tags/v{VERSION}\n"
        )
    );
    let set = std::fs::read_to_string(job.folder.join("output")).unwrap();
    assert_eq!(set, format!("version={VERSION}\n"));

    let job = Job::new(desk, "unproven", out);
    assert!(!job.run("X64", "1").status.success());
    assert_eq!(job.path(), None, "its provenance is another");

    let job = Job::new(desk, "elsewhere", out);
    let output = job.run("RISCV", "0");
    assert!(
        told(&output).contains("no release for Linux on RISCV"),
        "{}",
        told(&output)
    );
    assert_eq!(job.path(), None);

    let file = out.join(archive);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.push(0);
    std::fs::write(&file, bytes).unwrap();
    let job = Job::new(desk, "changed", out);
    let output = job.run("X64", "0");
    assert!(
        told(&output).contains("nothing is installed"),
        "{}",
        told(&output)
    );
    assert_eq!(job.path(), None, "it is another file");
}
