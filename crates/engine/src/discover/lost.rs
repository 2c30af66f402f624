//! Lost state: an environment that state knows nothing of, and whose things are there all the same.

use headset_core::diagnostic::{Diagnostic, Severity};
use headset_core::words::{agreeing, plural};

use super::model::{Orphans, Stranger, thing};
use super::search::Searched;
use crate::plan::ELSEWHERE;

/// How many things are named before the rest is counted.
const NAMED: usize = 3;

/// What a search for an environment says that state knows nothing of.
#[derive(Debug)]
pub struct Lost {
    /// What was found: errors, since anything made now would come beside it. What could not be read: warnings.
    pub findings: Vec<Diagnostic>,
    /// Under how many lineages something was found.
    pub lineages: usize,
    /// Where it was looked.
    pub searched: Searched,
}

impl Lost {
    /// What was found of the environment of this name.
    pub fn of(name: &str, orphans: Orphans) -> Lost {
        let Orphans {
            strangers,
            bad,
            searched,
            ..
        } = orphans;
        let lost: Vec<&Stranger> = strangers
            .iter()
            .filter(|stranger| stranger.known_in.is_none())
            .collect();
        let mut findings: Vec<Diagnostic> = lost.iter().map(|stranger| finding(stranger)).collect();
        findings.extend(bad.into_iter().map(|bad| Diagnostic {
            severity: Severity::Warning,
            ..bad
        }));
        if let [first, rest @ ..] = searched.unread.as_slice() {
            let warning = Diagnostic::warning(
                "not-searched",
                format!(
                    "state holds nothing of `{name}`, and Headset could not search everywhere for what exists of it: \
                     {first}"
                ),
            );
            findings.push(
                rest.iter()
                    .fold(warning, |warning, one| warning.note(one.to_string())),
            );
        }
        Lost {
            findings,
            lineages: lost.len(),
            searched,
        }
    }
}

fn finding(stranger: &Stranger) -> Diagnostic {
    let Stranger {
        environment,
        lineage,
        things,
        ..
    } = stranger;
    let named: Vec<String> = things.iter().take(NAMED).map(thing).collect();
    let more = match things.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Diagnostic::error(
        "lost-state",
        format!(
            "{} of `{environment}` {} found under lineage {lineage}, which state does not know: {}{more}",
            plural(things.len(), "resource"),
            agreeing(things.len(), "is", "are"),
            named.join(", ")
        ),
    )
    .help(format!(
        "if state was lost, `headset import FILE` finds everything again; `headset destroy FILE --lineage {lineage}` \
         takes it down; {ELSEWHERE}"
    ))
}
