//! The blueprints that another one names: those that pipelines work on.

use std::collections::BTreeMap;

use super::compose;
use super::model::{At, Blueprint, Draft};
use super::node::Node;
use super::reader::{Outline, child};
use super::sources::Sources;
use headset_core::diagnostic::{Diagnostic, has_errors};

/// Reads a blueprint.
type Read = dyn Fn(&Sources<'_>) -> (Option<Blueprint>, Vec<Diagnostic>);

/// Reads them all, each once. What is wrong with one is said at its own place.
pub(super) fn read_all(
    draft: &Draft,
    sources: &Sources<'_>,
    findings: &mut Vec<Diagnostic>,
    read: &Read,
) -> BTreeMap<String, Blueprint> {
    let ci = draft
        .bootstrap
        .as_ref()
        .and_then(|bootstrap| bootstrap.ci.as_ref());
    let files = ci
        .into_iter()
        .flat_map(|ci| ci.roles.values())
        .flat_map(|role| &role.environments);
    let mut seen = BTreeMap::new();
    for file in files {
        if !seen.contains_key(&file.value) {
            let blueprint = read_one(file, sources, findings, read);
            seen.insert(file.value.clone(), blueprint);
        }
    }
    seen.into_iter()
        .filter_map(|(file, blueprint)| Some((file, blueprint?)))
        .collect()
}

/// What is wrong with a blueprint that pipelines are to work on and that says what pipelines may do.
pub(super) fn is_one(outline: &Outline, root: &Node) -> Option<Diagnostic> {
    let section = child(root, "bootstrap").filter(|_| outline.bootstrap)?;
    Some(
        Diagnostic::error("bootstrap-of-bootstrap", "a pipeline cannot work on a blueprint with `bootstrap`")
            .at(section.place.clone())
            .help("An administrator applies it: who may, may do everything. Name other blueprints in `environments`."),
    )
}

fn read_one(
    file: &At<String>,
    sources: &Sources<'_>,
    findings: &mut Vec<Diagnostic>,
    read: &Read,
) -> Option<Blueprint> {
    // A file, or one of its targets.
    let (name, target) = match file.value.rsplit_once('#') {
        Some((name, target)) => (name, Some(target)),
        None => (file.value.as_str(), None),
    };
    let refused = |code, message: String| Diagnostic::error(code, message).at(file.place.clone());
    let text = match (sources.load)(name) {
        Ok(text) => text,
        Err(reason) => {
            let help = reason.help().unwrap_or_else(|| {
                "The path is relative to the file that says so. Write the blueprint first, or leave it out here.".to_owned()
            });
            findings.push(refused("unreadable-file", format!("cannot read `{name}`: {reason}")).help(help));
            return None;
        }
    };
    // What is set on the command line is about the blueprint that names it.
    let sources = Sources {
        file: name,
        text: &text,
        target,
        values: &[],
        sets: &[],
        ..*sources
    };
    let targets = match target {
        Some(_) => Vec::new(),
        None => compose::targets(&sources),
    };
    if let Some(first) = targets.first() {
        findings.push(
            refused("bad-environment", format!("the blueprint `{name}` has targets"))
                .help(format!("Name each that is meant, as in `{name}#{first}`.")),
        );
        return None;
    }
    let (blueprint, found) = read(&sources);
    if has_errors(&found) {
        findings.push(
            refused("bad-environment", format!("the blueprint `{name}` has mistakes"))
                .help("Correct what is said of it; `headset validate` finds the same."),
        );
        findings.extend(found);
        return None;
    }
    blueprint
}
