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
        return (None, findings);
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
    };
    (Some(blueprint), findings)
}

/// In the order of the file. A mistake in an anchored value is found at each alias, and told once.
fn in_order(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.sort_by_key(|finding| finding.place.as_ref().map_or((0, 0), |place| place.bytes));
    let mut unique: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    for finding in findings {
        let start = unique
            .iter()
            .rposition(|known| known.place != finding.place)
            .map_or(0, |index| index + 1);
        if !unique[start..].contains(&finding) {
            unique.push(finding);
        }
    }
    unique
}

#[cfg(test)]
mod tests;
