//! Lost state: an environment that state knows nothing of, and whose things are there all the same.

use super::Global;
use super::environment::Environment;
use super::exit::Failure;
use super::orphans::find;
use super::terminal;
use crate::report::{plural, search_view};
use headset_core::diagnostic::Diagnostic;
use headset_engine::discover::{Lost, Query, Wanted};

/// What a search for lost things has found.
#[derive(Debug, Default)]
pub(super) struct LostSearch {
    /// What was found: errors, since anything made now would come beside it. What could not be read: warnings.
    pub(super) findings: Vec<Diagnostic>,
    /// Where it was looked, in a sentence; `None`: state knows the environment, so that it was not looked at all.
    pub(super) told: Option<String>,
}

impl LostSearch {
    /// Says where it was looked.
    pub(super) fn tell(&self) {
        if let Some(told) = &self.told {
            terminal::talk(told);
        }
    }
}

/// Looks for what carries an environment's tags, if its state knows nothing.
pub(super) async fn look(global: &Global, environment: &Environment) -> Result<LostSearch, Failure> {
    if environment.state.holds_anything() {
        return Ok(LostSearch::default());
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
    let orphans = find(global, &query, Some(environment)).await?.orphans;
    let name = &environment.name;
    let Lost {
        findings,
        lineages,
        searched,
    } = Lost::of(name, orphans);
    let found = match lineages {
        0 => "nothing carries them".to_owned(),
        count => format!(
            "found under {} that state does not know",
            plural(count, "lineage")
        ),
    };
    let told = format!(
        "{name}: state holds nothing of it; Headset searched for its tags ({}): {found}",
        search_view::words(&searched)
    );
    Ok(LostSearch {
        findings: environment.invocation.complete_all(findings),
        told: Some(told),
    })
}
