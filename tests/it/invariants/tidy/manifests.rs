//! What a manifest names is used: a dependency that is not costs everybody build time, and nothing else says so.

use std::collections::BTreeSet;
use std::path::Path;

use super::{folders, rust, sources};

/// Packages whose library has another name.
const LIBRARIES: &[(&str, &str)] = &[("md-5", "md5")];

fn manifest(folder: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join("Cargo.toml");
    std::fs::read_to_string(path).unwrap()
}

/// The lines of one table of a manifest, without those that say nothing.
fn table<'m>(manifest: &'m str, name: &str) -> Vec<&'m str> {
    let begin = format!("[{name}]");
    let lines = manifest.lines().skip_while(|line| *line != begin).skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// The package that a line names.
fn package(line: &str) -> &str {
    line.split(['.', ' ', '=']).next().unwrap()
}

/// What code calls a package.
fn library(package: &str) -> String {
    let other = LIBRARIES.iter().find(|(name, _)| *name == package);
    other.map_or_else(|| package.replace('-', "_"), |(_, library)| (*library).to_owned())
}

/// What the code of a file names first, without its tests; attributes by their text.
fn names(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in rust::read(text) {
        let imports = part.imports.into_iter().map(|import| import.path);
        let paths = imports.chain(part.paths);
        found.extend(paths.filter_map(|path| path.into_iter().next()));
        found.extend(part.calls);
    }
    for line in text
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with("#["))
    {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        found.extend(words.map(str::to_owned));
    }
    found
}

/// Whether a file holds tests alone.
fn is_test(path: &Path) -> bool {
    path.iter().any(|part| part == "tests" || part == "fuzz") || path.ends_with("tests.rs")
}

#[test]
fn every_dependency_is_used() {
    let mut unused = Vec::new();
    for sources_of in folders() {
        let (folder, also) = match sources_of.strip_suffix("/src") {
            Some(folder) => (
                folder,
                vec![format!("{folder}/examples"), format!("{folder}/tests")],
            ),
            None => ("", vec!["tests".to_owned(), "benches".to_owned()]),
        };
        let manifest = manifest(folder);
        let code = sources(&sources_of);
        let used: BTreeSet<String> = code
            .iter()
            .filter(|(path, _)| !is_test(path))
            .flat_map(|(_, text)| names(text))
            .collect();
        for package in table(&manifest, "dependencies").into_iter().map(package) {
            // Named for its features, so that builds with and without tests share the SDKs: see Cargo.toml.
            let is_for_features =
                folder.is_empty() && ["getrandom", "regex-syntax", "rustix"].contains(&package);
            if !is_for_features && !used.contains(&library(package)) {
                unused.push(format!("{sources_of} does not use {package} outside of tests"));
            }
        }
        let others = also
            .iter()
            .filter(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).exists());
        let all: Vec<String> = code
            .iter()
            .cloned()
            .chain(others.flat_map(|folder| sources(folder)))
            .map(|(_, text)| text)
            .collect();
        for package in table(&manifest, "dev-dependencies").into_iter().map(package) {
            let name = library(package);
            let (path, import) = (format!("{name}::"), format!("use {name};"));
            if !all
                .iter()
                .any(|text| text.contains(&path) || text.contains(&import))
            {
                unused.push(format!("the tests of {sources_of} do not use {package}"));
            }
        }
    }
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

#[test]
fn every_shared_dependency_is_named_by_a_crate_and_says_why() {
    let root = manifest("");
    let named: BTreeSet<String> = folders()
        .iter()
        .flat_map(|folder| {
            let manifest = manifest(folder.strip_suffix("src").unwrap());
            let tables = [
                table(&manifest, "dependencies"),
                table(&manifest, "dev-dependencies"),
            ];
            let packages = tables.concat().into_iter().map(package).map(str::to_owned);
            packages.collect::<Vec<_>>()
        })
        .collect();
    let shared = table(&root, "workspace.dependencies");
    assert!(shared.len() > 40, "{shared:?}");
    for line in shared {
        assert!(named.contains(package(line)), "no crate depends on {line}");
        assert!(line.contains(" # "), "it does not say why it is there: {line}");
    }
}
