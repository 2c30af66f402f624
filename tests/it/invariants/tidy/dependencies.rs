//! What others wrote and the program is made of: its licences, and what is there twice. `cargo deny` looks at the same
//! (`.ci/deny`), where it can be had, and at advisories besides.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The texts in a list of `deny.toml`: each first text of a line between the list's brackets.
fn list(toml: &str, begin: &str) -> Vec<String> {
    let lines = toml.lines().skip_while(|line| *line != begin).skip(1);
    let items = lines.take_while(|line| !line.starts_with(']'));
    items
        .filter_map(|line| Some(line.split('"').nth(1)?.to_owned()))
        .collect()
}

/// Every package of the lock file: name and version.
fn locked() -> BTreeSet<(String, String)> {
    let lock = file("Cargo.lock");
    let value = |package: &str, key: &str| {
        let line = package
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{key} = \"")));
        line.unwrap_or_default().trim_end_matches('"').to_owned()
    };
    let packages = lock.split("[[package]]").skip(1);
    packages
        .map(|package| (value(package, "name"), value(package, "version")))
        .collect()
}

#[test]
fn no_crate_is_there_twice_without_a_reason() {
    let skipped = list(&file("deny.toml"), "skip = [");
    assert!(skipped.len() > 5, "{skipped:?}");
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, version) in locked() {
        versions.entry(name).or_default().push(version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    let is_skipped = |name: &str, version: &str| {
        skipped.iter().any(|skip| {
            let (known, of) = skip.split_once('@').unwrap();
            known == name && (version == of || version.starts_with(&format!("{of}.")))
        })
    };
    for (name, versions) in &versions {
        let left: Vec<&String> = versions
            .iter()
            .filter(|version| !is_skipped(name, version))
            .collect();
        assert!(
            left.len() == 1,
            "{name} is there in {versions:?}: update what needs it, or give a reason in deny.toml"
        );
    }
    for skip in &skipped {
        let name = skip.split('@').next().unwrap();
        assert!(
            versions.contains_key(name),
            "deny.toml: {skip} is no longer there twice"
        );
    }
}

/// Whether an expression of licences (SPDX) can be met with those that are allowed.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    // Older manifests write `MIT/Apache-2.0`.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let met = any(&mut words, allowed);
    met && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all(words, allowed);
    }
    met
}

fn all(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    match words.next() {
        Some("(") => {
            let met = any(words, allowed);
            words.next_if_eq(&")").is_some() && met
        }
        Some(licence) => {
            let exception = words.next_if_eq(&"WITH").and_then(|_| words.next());
            let whole = exception.map_or_else(|| licence.to_owned(), |with| format!("{licence} WITH {with}"));
            allowed.contains(&whole)
        }
        None => false,
    }
}

#[test]
fn expressions_of_licences_are_read() {
    let allowed: BTreeSet<String> = ["MIT", "Apache-2.0", "ISC", "Apache-2.0 WITH LLVM-exception"]
        .map(str::to_owned)
        .into();
    for met in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0 OR MIT",
        "Apache-2.0 AND ISC",
        "(MIT OR GPL-3.0) AND ISC",
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR ISC) AND GPL-3.0",
        "ISC WITH x",
        "",
        "( MIT",
    ] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn every_crate_has_a_licence_that_is_allowed() {
    let allowed: BTreeSet<String> = list(&file("deny.toml"), "allow = [").into_iter().collect();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    if !output.status.success() {
        // Crates for other systems need not be on this machine. `cargo deny` fetches them.
        let why = String::from_utf8_lossy(&output.stderr);
        crate::support::effort::say(&format!("skipped: licences of crates: {}", why.trim()));
        return;
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 200, "{}", packages.len());
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(
            is_met(licence, &allowed),
            "{} has the licence `{licence}`, which deny.toml does not allow",
            package["name"]
        );
    }
}
