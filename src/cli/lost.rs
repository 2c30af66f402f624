//! Lost state: an environment that state knows nothing of, and whose things are there all the same.

use super::Global;
use super::environment::Environment;
use super::exit::Failure;
use super::orphans::find;
use super::terminal;
use crate::report::{agreeing, plural, search_view};
use headset_core::diagnostic::{Diagnostic, Severity};
use headset_engine::discover::{Orphans, Query, Stranger, Wanted, thing};

/// How many things are named before the rest is counted.
const NAMED: usize = 3;

/// What a look for lost things told.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// What was found: errors, since whatever is made now would come beside it. What could not be read: warnings.
    pub(super) findings: Vec<Diagnostic>,
    /// Where it was looked, in a sentence; `None`: state knows the environment, so that it was not looked at all.
    pub(super) told: Option<String>,
}

impl Look {
    /// Says where it was looked.
    pub(super) fn tell(&self) {
        if let Some(told) = &self.told {
            terminal::talk(told);
        }
    }
}

/// Looks for what carries an environment's tags, if its state knows nothing.
pub(super) async fn look(global: &Global, environment: &Environment) -> Result<Look, Failure> {
    if environment.state.holds_anything() {
        return Ok(Look::default());
    }
    let wanted = Wanted::Named(environment.name.clone());
    let query = Query {
        wanted: &wanted,
        lineages: &[],
        regions: &[],
        blueprint: Some(environment),
        // What the blueprint asks for is looked up by its name anyway.
        is_glance: true,
    };
    let Orphans {
        strangers,
        bad,
        searched,
        ..
    } = find(global, &query, Some(environment)).await?.orphans;
    let name = &environment.name;
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
                "state knows nothing of `{name}`, and whether something of it is there could not be looked up everywhere: {first}"
            ),
        );
        findings.push(
            rest.iter()
                .fold(warning, |warning, one| warning.note(one.to_string())),
        );
    }
    let found = match lost.len() {
        0 => "nothing carries them".to_owned(),
        count => format!(
            "found under {} that state does not know",
            plural(count, "lineage")
        ),
    };
    let told = format!(
        "{name}: state knows nothing of it; its tags were looked for ({}): {found}",
        search_view::words(&searched)
    );
    Ok(Look {
        findings: environment.invocation.complete_all(findings),
        told: Some(told),
    })
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
            "{} of `{environment}` {} there under lineage {lineage}, which state does not know: {}{more}",
            plural(things.len(), "thing"),
            agreeing(things.len(), "is", "are"),
            named.join(", ")
        ),
    )
    .help(format!(
        "if state was lost, `headset import FILE` finds everything again; `headset destroy FILE --lineage {lineage}` \
         takes it down"
    ))
}
