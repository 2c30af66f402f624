//! The blueprints that a command line names: files, directories, patterns.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

use super::Global;
use super::environment::targets;
use super::exit::Failure;
use super::terminal;

/// How blueprints are called in a directory.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];
/// Keys of which each blueprint has one: other YAML in a directory is left alone.
const KEYS: [&str; 2] = ["version", EXTENDS];
const EXTENDS: &str = "extends";

/// The blueprints that these arguments name, in their order, each once. A directory stands for those in it, a pattern for the
/// files that it fits, and a blueprint with targets for each of them.
///
/// # Errors
/// If a directory holds no blueprint, or if nothing fits a pattern.
pub(super) fn blueprints(global: &Global, arguments: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut all = Vec::new();
    for argument in arguments {
        all.extend(named(argument)?);
    }
    let (mut files, mut seen) = (Vec::new(), BTreeSet::new());
    for file in all {
        for file in targets(global, file) {
            if seen.insert(file.clone()) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

fn named(argument: &Path) -> Result<Vec<PathBuf>, Failure> {
    if argument.is_dir() {
        return in_directory(argument);
    }
    let text = argument.to_string_lossy();
    match text.contains(['*', '?', '[']) && !argument.exists() {
        true => fitting(&text),
        // What is not there is said where it is read.
        false => Ok(vec![argument.to_owned()]),
    }
}

/// The files that a pattern fits.
fn fitting(pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    let paths = glob::glob(pattern).map_err(|error| {
        Failure::usage(format!("the pattern {pattern} cannot be read: {error}"))
            .help("`*` stands for any text in a name, `?` for one character, `**` for any directories")
    })?;
    // What cannot be read has no blueprints for this user.
    let files: Vec<PathBuf> = paths.flatten().filter(|path| path.is_file()).collect();
    match files.is_empty() {
        true => {
            Err(Failure::usage(format!("no file fits {pattern}")).help("give the blueprints by their names"))
        }
        false => Ok(files),
    }
}

/// The blueprints in a directory, not below it: what others there extend is none by itself.
fn in_directory(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    for entry in fs_err::read_dir(directory)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| ENDINGS.contains(&ending))
            && path.is_file()
            && let Some(bases) = bases(&path)
        {
            found.push((path, bases));
        }
    }
    let bases: BTreeSet<&PathBuf> = found.iter().flat_map(|(_, bases)| bases).collect();
    let is_base = |path: &Path| bases.contains(&path.to_owned());
    let mut files: Vec<PathBuf> = found
        .iter()
        .map(|(path, _)| path.clone())
        .filter(|path| !is_base(path))
        .collect();
    files.sort();
    match files.is_empty() {
        true => Err(
            Failure::usage(format!("{} holds no blueprint", directory.display()))
                .help("a blueprint ends in .yaml, .yml or .json and begins with `version: 1`"),
        ),
        false => Ok(files),
    }
}

/// The files that a blueprint extends; `None`: this is no blueprint. One that cannot be read is taken for one, so that its
/// mistake is said.
fn bases(path: &Path) -> Option<Vec<PathBuf>> {
    let text = terminal::read_text(path, terminal::BLUEPRINT).ok();
    let Some(tree) = text.and_then(|text| serde_yaml::from_str::<Value>(&text).ok()) else {
        return Some(Vec::new());
    };
    if !KEYS.iter().any(|key| tree.get(key).is_some()) {
        return None;
    }
    let names = match tree.get(EXTENDS) {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Sequence(names)) => names
            .iter()
            .filter_map(|name| Some(name.as_str()?.to_owned()))
            .collect(),
        _ => Vec::new(),
    };
    let beside = |name: String| path.with_file_name(name.strip_prefix("./").unwrap_or(&name));
    Some(names.into_iter().map(beside).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[PathBuf]) -> Vec<&str> {
        files
            .iter()
            .filter_map(|file| file.file_name()?.to_str())
            .collect()
    }

    #[test]
    fn a_directory_stands_for_the_blueprints_in_it_and_a_pattern_for_what_it_fits() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs_err::write(directory.path().join(name), text).unwrap();
        write("base.yaml", "version: 1\nappstream: {}\n");
        write("b.yaml", "extends: ./base.yaml\nname: b\n");
        write("a.yml", "version: 1\nname: a\nextends: [base.yaml]\n");
        write("broken.yaml", "version: [1\n");
        write("values.yaml", "connect: { alias: c }\n");
        write("notes.txt", "version: 1\n");
        fs_err::create_dir(directory.path().join("below.yaml")).unwrap();
        let all = named(directory.path()).unwrap();
        assert_eq!(names(&all), ["a.yml", "b.yaml", "broken.yaml"]);
        let pattern = directory.path().join("[ab].y*ml");
        let some = named(&pattern).unwrap();
        assert_eq!(names(&some), ["a.yml", "b.yaml"]);
        let none = named(&directory.path().join("c*.yaml")).unwrap_err();
        assert!(none.findings()[0].message.starts_with("no file fits"), "{none:?}");
        let empty = tempfile::tempdir().unwrap();
        let none = named(empty.path()).unwrap_err();
        assert!(
            none.findings()[0].message.ends_with("holds no blueprint"),
            "{none:?}"
        );
        let gone = directory.path().join("gone.yaml");
        assert_eq!(named(&gone).unwrap(), [gone], "said where it is read");
    }
}
