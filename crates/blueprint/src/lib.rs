//! The blueprint language: from YAML text to a checked model, with every mistake found in one run.
//!
//! Four steps: [`yaml`] makes a tree with places of every file and [`compose`] one of all, [`interpolate`] looks at
//! every text in it, [`reader`] turns sections into the [`model`], whose structs declare every key, [`check`] looks at
//! the whole. This module never touches files, the environment, AWS or the clock: [`Sources`] bring what counts.

mod accept;
mod account;
mod at;
mod check;
mod chosen;
mod compose;
mod dates;
mod declare;
mod duration;
mod entitled;
mod entry;
mod environments;
mod interpolate;
pub mod language;
mod limits;
pub mod model;
mod node;
mod owned;
mod reader;
pub mod region;
mod requires;
mod rewrite;
mod schedule;
mod sources;
mod table;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

pub use accept::{Candidate, Comes, candidates, comes_from};
pub use compose::targets;
pub use dates::metadata_dates;
pub use sources::{LoadBytes, Sources};

use headset_core::diagnostic::{Diagnostic, has_errors};
use model::Blueprint;

/// Whether a text may be an environment's name: the rule of the key `name`.
pub fn is_environment_name(text: &str) -> bool {
    limits::ENVIRONMENT.accepts(text)
}

/// Reads a blueprint.
///
/// The blueprint is there exactly if no finding is an error. Findings are in the order of the files, each once.
pub fn read(sources: &Sources<'_>) -> (Option<Blueprint>, Vec<Diagnostic>) {
    read_as(sources, Named::ByUser)
}

/// Who names a blueprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    /// The user.
    ByUser,
    /// The `bootstrap` of another blueprint.
    ByAnother,
}

fn read_as(sources: &Sources<'_>, named: Named) -> (Option<Blueprint>, Vec<Diagnostic>) {
    let compose::Composed {
        root,
        mut findings,
        mut files,
    } = compose::compose(sources);
    let Some(root) = root else {
        return (None, in_order(findings, &files));
    };
    if findings.iter().any(|finding| finding.code == requires::CODE) {
        // Another version may know what this one would call mistakes.
        findings.retain(|finding| finding.code == requires::CODE);
        return (None, in_order(findings, &files));
    }
    let model::Told {
        draft,
        outline,
        own,
        findings: mut mistakes,
    } = model::read(&root, (sources.load, sources.load_bytes));
    findings.append(&mut mistakes);
    let environments = match named {
        Named::ByUser => environments::read_all(&draft, sources, &mut findings, &|file| {
            read_as(file, Named::ByAnother)
        }),
        // It would name others in turn, or the one that names it.
        Named::ByAnother => {
            findings.extend(environments::is_one(&outline, &root));
            BTreeMap::new()
        }
    };
    files.extend(environments.keys().cloned());
    let faultless = findings.is_empty();
    findings.append(&mut check::check(
        &draft,
        &outline,
        &root.place,
        faultless,
        sources.now,
    ));
    let findings = in_order(findings, &files);
    if has_errors(&findings) {
        return (None, findings);
    }
    let (Some(name), Some(aws)) = (draft.name, draft.aws) else {
        return (None, findings);
    };
    let blueprint = Blueprint {
        file: sources.file.to_owned(),
        name,
        aws,
        lifetime: draft.lifetime,
        state: draft.state,
        protect: draft.protect,
        tags: draft.tags,
        connect: draft.connect,
        sign_in: draft.sign_in,
        ccp: draft.ccp,
        appstream: draft.appstream,
        bootstrap: draft.bootstrap,
        environments,
        moved: draft.moved,
        removed: draft.removed,
        waivers: model::by_address(draft.waivers),
        targets: draft.targets,
        own,
    };
    (Some(blueprint), findings)
}

/// A blueprint's text with the values of `sources` set in it: comments and layout stay.
///
/// The text that results is a blueprint without mistakes. A mistake in a value is reported at its place in `--set`.
///
/// # Errors
/// Findings about a value that cannot be set, or that leaves a blueprint with mistakes.
pub fn with_sets(sources: &Sources<'_>) -> Result<String, Vec<Diagnostic>> {
    let (_, findings) = read(sources);
    if has_errors(&findings) {
        return Err(findings);
    }
    let findings_of = |text: &str| {
        let written = Sources {
            file: sources.file,
            text,
            load: sources.load,
            load_bytes: sources.load_bytes,
            variable: sources.variable,
            target: sources.target,
            values: sources.values,
            sets: &[],
            now: sources.now,
        };
        read(&written).1
    };
    let of_wrong_type = |text: &str| {
        let findings = findings_of(text).into_iter();
        findings.filter(|finding| finding.code == "wrong-type").count()
    };
    let text = rewrite::with_sets(sources.file, sources.text, sources.sets, &of_wrong_type)?;
    let findings = findings_of(&text);
    // The file does not exist yet, so that no place in it says anything.
    let without_place = |finding: Diagnostic| Diagnostic {
        place: None,
        ..finding
    };
    match has_errors(&findings) {
        true => Err(findings.into_iter().map(without_place).collect()),
        false => Ok(text),
    }
}

/// What the values set from outside are in places whose file is `--set`: one a line, in their order.
pub fn set_text(sets: &[String]) -> String {
    compose::set_text(sets)
}

/// Findings that explain all others at their place.
const ROOT_CAUSES: [&str; 3] = ["interpolation", "plain-secret", "unknown-anchor"];

/// In the order of the files, each once: a mistake in an anchored value is found again at each alias, under another
/// path. What follows from another finding is left out.
fn in_order(mut findings: Vec<Diagnostic>, files: &[String]) -> Vec<Diagnostic> {
    let spot = |finding: &Diagnostic| {
        finding.place.as_ref().map(|place| {
            let file = files.iter().position(|file| **file == *place.file);
            (file, place.bytes)
        })
    };
    let explained: BTreeSet<_> = findings
        .iter()
        .filter(|finding| ROOT_CAUSES.contains(&finding.code))
        .filter_map(spot)
        .collect();
    findings.retain(|finding| {
        ROOT_CAUSES.contains(&finding.code) || !spot(finding).is_some_and(|spot| explained.contains(&spot))
    });
    findings.sort_by_key(spot);
    let mut told = BTreeSet::new();
    findings.retain(|finding| told.insert((spot(finding), finding.code, finding.help.clone())));
    findings
}

#[cfg(test)]
mod tests;
