//! What a shell offers while a command line is typed: addresses of the blueprint and of its state, keys, templates.
//!
//! The shell runs the program with what is typed so far. It reads files and asks no cloud, and what it cannot read it does not
//! offer: a line that is being typed is no place for errors.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::Parser;
use clap_complete::engine::CompletionCandidate;

use super::Global;
use super::default_file;
use super::environment::read_blueprint;
use super::init;
use super::validate::examined;
use headset_blueprint::language;
use headset_engine::discover::{Wanted, kept};
use headset_kinds::evidence;

/// The global options that say which blueprint and which state are meant; each takes a value.
const MEANT: [&str; 3] = ["--set", "--vars", "--state-dir"];
/// How blueprints are called.
const ENDINGS: [&str; 3] = [".yaml", ".yml", ".json"];

/// The global options alone.
#[derive(Debug, Parser)]
struct Only {
    #[command(flatten)]
    global: Global,
}

/// The addresses of the blueprint that is named on the line, and of what its state knows.
pub(super) fn addresses(typed: &OsStr) -> Vec<CompletionCandidate> {
    offered(typed, known().unwrap_or_default())
}

/// What can be explained: the same, keys, and the ids of assumptions.
pub(super) fn subjects(typed: &OsStr) -> Vec<CompletionCandidate> {
    let ids = evidence::all().map(|one| one.id.to_owned());
    let keys = language::every_field().into_iter().chain(ids);
    offered(typed, keys.chain(known().unwrap_or_default()))
}

/// The templates of `init`.
pub(super) fn templates(typed: &OsStr) -> Vec<CompletionCandidate> {
    offered(typed, init::templates().map(str::to_owned))
}

/// Those that begin with what is typed.
fn offered(typed: &OsStr, all: impl IntoIterator<Item = String>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let fits = all.into_iter().filter(|one| one.starts_with(&*typed));
    fits.map(CompletionCandidate::new).collect()
}

/// The addresses that are known; `None`: the blueprint cannot be read.
fn known() -> Option<BTreeSet<String>> {
    let line: Vec<String> = std::env::args_os()
        .skip_while(|word| word != "--")
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let file = blueprint_of(&line)?;
    let global = Only::try_parse_from(meant(&line)).ok()?.global;
    let blueprint = read_blueprint(&global, &file).ok()?.blueprint;
    let (design, _) = examined(&blueprint);
    let mut known: BTreeSet<String> = design.resources.keys().map(ToString::to_string).collect();
    let wanted = Wanted::Named(blueprint.name.value.clone());
    if let Ok(kept) = kept(&global.state_dir, &wanted) {
        known.extend(kept.known(&blueprint.name.value).map(ToString::to_string));
    }
    Some(known)
}

/// The blueprint that a line names, or the one that is read where none is named.
fn blueprint_of(line: &[String]) -> Option<PathBuf> {
    let is_blueprint =
        |word: &&String| ENDINGS.iter().any(|end| word.ends_with(end)) && Path::new(word).is_file();
    let values = line
        .windows(2)
        .filter(|pair| pair[0] == "--vars")
        .map(|pair| &pair[1]);
    let values: Vec<&String> = values.collect();
    let named = line
        .iter()
        .find(|word| is_blueprint(word) && !values.contains(word));
    named
        .map(PathBuf::from)
        .or_else(|| default_file::here().map(Path::to_owned))
}

/// A command line of the options alone that say what is meant.
fn meant(line: &[String]) -> Vec<String> {
    let mut options = vec!["headset".to_owned()];
    let mut words = line.iter();
    while let Some(word) = words.next() {
        let is_whole = MEANT.iter().any(|option| word.starts_with(&format!("{option}=")));
        if is_whole || word == "--allow-outside" {
            options.push(word.clone());
        } else if MEANT.contains(&word.as_str()) {
            options.extend([word.clone()].into_iter().chain(words.next().cloned()));
        }
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_which_blueprint_is_meant_is_taken_from_a_line() {
        let line = "headset plan a.yaml --sim --set a.b=c --vars=v.yaml --state-dir s --target connect";
        let line: Vec<String> = line.split(' ').map(str::to_owned).collect();
        assert_eq!(
            meant(&line).join(" "),
            "headset --set a.b=c --vars=v.yaml --state-dir s"
        );
        let global = Only::try_parse_from(meant(&line)).unwrap().global;
        assert_eq!(global.state_dir, Path::new("s"));
        // An option whose value is being typed is none yet.
        let line = ["headset", "plan", "--state-dir"].map(str::to_owned);
        assert!(Only::try_parse_from(meant(&line)).is_err());
    }
}
