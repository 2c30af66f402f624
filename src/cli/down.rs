//! Taking an environment down by a plan that was saved: what is shown is what goes, or nothing does.

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::flow::RunArgs;
use super::orphans::find;
use super::saved;
use super::takedown::{Ends, destroy_one, say_left};
use super::terminal;
use super::together::Run;
use crate::report::leftovers;
use headset_core::diagnostic::Diagnostic;
use headset_engine::destroy::{self, Proof};
use headset_engine::discover::{Query, Wanted};
use headset_engine::plan::Plan;
use headset_engine::saved::Saved;
use headset_engine::state::State;

/// What is known of an environment: by its state, and by the tags of what is there.
struct Known {
    state: State,
    /// Whether all that carries tags was looked at.
    is_searched: bool,
    /// Whether state knows everything of it, what carries no tags among it.
    is_remembered: bool,
}

impl Known {
    async fn of(global: &Global, environment: &Environment) -> Result<Known, Failure> {
        let name = &environment.name;
        if !environment.state.holds_anything() {
            return Err(Failure::new(format!(
                "state holds nothing of {name}, and a plan is saved of what state knows"
            ))
            .help(format!(
                "`{}` searches for what carries its tags",
                environment.invocation.command("destroy")
            )));
        }
        let wanted = Wanted::Named(name.clone());
        let query = Query {
            wanted: &wanted,
            lineages: std::slice::from_ref(&environment.state.lineage),
            regions: &[],
            blueprint: Some(environment),
            is_glance: false,
        };
        let found = find(global, &query, Some(environment)).await?.orphans;
        for unread in &found.searched.unread {
            terminal::warn(&format!("not searched: {unread}"));
        }
        terminal::diagnostics(&found.bad);
        let withheld = leftovers::rows(found.withheld);
        say_left(&withheld);
        let is_searched = found.searched.unread.is_empty() && found.bad.is_empty() && withheld.is_empty();
        let mut orphans = found.environments.into_iter();
        Ok(match orphans.find(|orphan| orphan.is_of(environment)) {
            Some(orphan) => Known {
                state: orphan.state,
                is_searched,
                is_remembered: orphan.is_remembered,
            },
            None => Known {
                state: environment.state.clone(),
                is_searched,
                is_remembered: !environment.state.partial,
            },
        })
    }
}

/// What `destroy` would do to an environment, and what is to be known about it.
pub(super) async fn look(
    global: &Global,
    environment: &Environment,
) -> Result<(Plan, Vec<Diagnostic>), Failure> {
    let known = Known::of(global, environment).await?;
    let foreseen = environment
        .attentively(destroy::foresee(environment, &known.state))
        .await;
    let (mut plan, mut findings) = foreseen.map_err(|stop| environment.failure(stop))?;
    environment.complete(&mut plan, &mut findings);
    Ok((plan, findings))
}

/// Takes an environment down as a saved plan says.
pub(super) async fn carry_out(
    global: &Global,
    environment: &Environment,
    saved: &Saved,
    args: &RunArgs,
    run: &Run<'_>,
) -> Result<Exit, Failure> {
    saved::holds(environment, saved, &environment.bound(&environment.state))?;
    let known = Known::of(global, environment).await?;
    let import = environment.invocation.command("import");
    let proof = Proof {
        is_searched: known.is_searched,
        gaps: &[],
        blueprint: (!known.is_remembered).then_some(&**environment),
        import: &import,
    };
    let again = environment.invocation.command("destroy");
    let ends = Ends {
        again: &again,
        advice: &environment.invocation,
    };
    destroy_one(environment, &known.state, Some(saved), run, args, ends, proof).await
}
