//! The blueprint language: from YAML text to a checked model, with every mistake found in one run.
//!
//! Four steps: [`yaml`] makes a tree with places, [`escape`] looks at every text in it, [`read`](mod@self::read) turns
//! sections into the model, [`check`] looks at the whole. This module never touches files, AWS or the clock.

mod check;
mod escape;
mod limits;
pub mod model;
mod node;
mod read;
mod yaml;

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, has_errors};
use model::Blueprint;
use node::Source;

/// Reads a blueprint.
///
/// `file` is its name as the user gave it, and appears in every place. `load` reads a file that the blueprint names
/// (SAML metadata), by the path as written; it resolves the path relative to the blueprint, and its error completes
/// "cannot read `PATH`: ...".
///
/// The blueprint is there exactly if no finding is an error. Findings are in the order of the file, each once.
pub fn read(
    file: &str,
    text: &str,
    load: &dyn Fn(&str) -> Result<String, String>,
) -> (Option<Blueprint>, Vec<Diagnostic>) {
    let source = Source::new(file, text);
    let (root, mut findings) = yaml::parse(&source);
    let Some(mut root) = root else {
        if findings.is_empty() {
            findings.push(
                Diagnostic::error("empty-blueprint", "the file holds no blueprint")
                    .at(source.place(0, 0))
                    .help("Begin with `version: 1` and `name: ...`."),
            );
        }
        return (None, in_order(findings));
    };
    escape::resolve(&mut root, &mut findings);
    let (draft, outline, mut mistakes) = read::read(&root, load);
    findings.append(&mut mistakes);
    let faultless = findings.is_empty();
    findings.append(&mut check::check(&draft, &outline, &root.place, faultless));
    let findings = in_order(findings);
    if has_errors(&findings) {
        return (None, findings);
    }
    let (Some(name), Some(aws)) = (draft.name, draft.aws) else {
        return (None, findings);
    };
    let blueprint = Blueprint {
        file: file.to_owned(),
        name,
        aws,
        lifetime: draft.lifetime,
        protect: draft.protect,
        tags: draft.tags,
        connect: draft.connect,
        sign_in: draft.sign_in,
        ccp: draft.ccp,
        appstream: draft.appstream,
        moved: Vec::new(),
        removed: Vec::new(),
    };
    (Some(blueprint), findings)
}

/// Findings that explain all others at their place.
const ROOT_CAUSES: [&str; 3] = ["interpolation", "plain-secret", "unknown-anchor"];

/// In the order of the file, each once: a mistake in an anchored value is found again at each alias, under another
/// path. What follows from another finding is left out.
fn in_order(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let explained: BTreeSet<(usize, usize)> = findings
        .iter()
        .filter(|finding| ROOT_CAUSES.contains(&finding.code))
        .filter_map(|finding| finding.place.as_ref())
        .map(|place| place.bytes)
        .collect();
    findings.retain(|finding| {
        let bytes = finding.place.as_ref().map(|place| place.bytes);
        ROOT_CAUSES.contains(&finding.code) || !bytes.is_some_and(|bytes| explained.contains(&bytes))
    });
    findings.sort_by_key(|finding| finding.place.as_ref().map(|place| place.bytes));
    let mut told = BTreeSet::new();
    findings.retain(|finding| {
        let bytes = finding.place.as_ref().map(|place| place.bytes);
        told.insert((bytes, finding.code, finding.help.clone()))
    });
    findings
}

#[cfg(test)]
mod tests;
