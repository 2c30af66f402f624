//! One environment is taken down: the plan is shown and agreed to, then carried out; what stays is listed.

use serde_json::json;

use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::flow::{Consent, Question, RunArgs, Watch, consent, exit_of};
use super::invocation::Invocation;
use super::part;
use super::saved;
use super::terminal;
use super::together::Run;
use crate::report::leftovers::{self, Row};
use headset_engine::apply::Running;
use headset_engine::destroy::{self, Leftover, Proof, Takedown, TakenDown, Way};
use headset_engine::plan::guard::Allowed;
use headset_engine::saved::Saved;
use headset_engine::state::State;

/// What is said instead of "there is nothing", where something could not be looked at.
pub(super) const NOT_KNOWN: &str =
    "nothing was taken down, and Headset cannot say that everything is gone: see above";

pub(super) fn say_left(left: &[Row]) {
    if !left.is_empty() {
        terminal::warn(leftovers::text(left).trim_end());
    }
}

/// What stays, with whole commands in the advice.
pub(super) fn complete(advice: &Invocation, left: Vec<Leftover>) -> Vec<Row> {
    let complete = |row: Row| Row {
        why: advice.complete(&row.why),
        ..row
    };
    leftovers::rows(left).into_iter().map(complete).collect()
}

/// How further commands are written that the end of one environment names.
#[derive(Clone, Copy)]
pub(super) struct Ends<'a> {
    /// The command that goes on.
    pub(super) again: &'a str,
    /// Completes commands in advice.
    pub(super) advice: &'a Invocation,
}

/// Takes one environment down. `known`: its state, and with it what was found by its tags alone; `saved`: the plan that was
/// agreed to, if one was.
pub(super) async fn destroy_one(
    environment: &Environment,
    known: &State,
    saved: Option<&Saved>,
    run: &Run<'_>,
    args: &RunArgs,
    ends: Ends<'_>,
    proof: Proof<'_>,
) -> Result<Exit, Failure> {
    let (name, again) = (&environment.name, ends.again);
    let locked = run
        .locked(destroy::lock(environment, known, environment.lock_timeout))
        .await?;
    if let Some(saved) = saved {
        saved::holds(environment, saved, &environment.bound(locked.state()))?;
    }
    let looked = environment
        .attentively(Takedown::of(environment, locked, known, proof))
        .await;
    let mut takedown = match looked.map_err(|stop| environment.failure(stop))? {
        Way::Down(takedown) => takedown,
        Way::Nothing { missing } if missing.is_empty() && proof.is_searched => {
            terminal::talk(&format!("{name}: nothing of it exists"));
            return Ok(Exit::Done);
        }
        Way::Nothing { missing } => {
            report_left(Some(name), &complete(ends.advice, missing), args);
            terminal::warn(&format!("{name}: {NOT_KNOWN}"));
            return Ok(Exit::Error);
        }
    };
    let proposal = &mut takedown.proposal;
    if let Some(stale) = saved.and_then(|saved| saved.differs(&proposal.plan)) {
        return Err(Failure::Refused(environment.invocation.complete_all(vec![stale])));
    }
    environment.complete(&mut proposal.plan, &mut proposal.findings);
    let (allowed, question) = match saved {
        Some(saved) => (saved.allowed.clone(), Question::Agreed),
        None => {
            let allowed = Allowed {
                wait_for_sessions: args.wait_for_sessions,
                ..Allowed::losing_all(args.allow_disruption)
            };
            (allowed, Question::Name(name))
        }
    };
    let asked = consent(run, &proposal.plan, &proposal.findings, args, &allowed, question).await?;
    if let Consent::Withheld(exit) = asked {
        return Ok(exit);
    }
    let watch = Watch::of(environment, &proposal.plan, args, run);
    let partial = proposal.plan.partial.clone();
    part::announce(&proposal.plan, args.json);
    let carry_out = async |running: Running<'_>| takedown.carry_out(&allowed, running).await;
    let (taken, mut counted) = watch.follow(None, carry_out).await?;
    let TakenDown {
        outcome,
        left,
        is_gone,
        is_proven,
    } = taken;
    let exit = match exit_of(&outcome) {
        Exit::Done if !is_gone => Exit::Error,
        exit => exit,
    };
    let left = complete(ends.advice, left);
    counted.count("leftovers", left.len());
    counted.count("not-begun", outcome.unfinished.len());
    if exit != Exit::Done {
        counted.next.push(again.to_owned());
    }
    environment.tally.add(counted);
    report_left(Some(name), &left, args);
    if !args.json {
        let told = match exit {
            Exit::Done if is_proven || partial.is_some() => {
                format!("{name}: taken down{}", part::left_out(partial.as_ref()))
            }
            Exit::Done if proof.is_searched => format!(
                "{name}: what was found is gone, but not everything is proven to be gone: see above{}",
                with_its_blueprint(proof.blueprint.is_some())
            ),
            Exit::Interrupted => format!("{name}: interrupted; nothing is lost. Go on with: {again}"),
            Exit::Done => format!(
                "{name}: what was found is gone, but not everything could be read: see above. Look again with: {again}"
            ),
            _ => format!("{name}: not everything is gone yet. Go on with: {again}"),
        };
        match exit {
            Exit::Done if is_proven || partial.is_some() => terminal::talk(&told),
            _ => terminal::warn(&told),
        }
    } else if exit == Exit::Interrupted {
        terminal::warn(&format!(
            "{name}: interrupted; nothing is lost. Go on with: {again}"
        ));
    }
    Ok(match exit {
        Exit::Done if !is_proven && partial.is_none() => Exit::Error,
        exit => exit,
    })
}

/// What else can be done about what a search by tags does not find.
pub(super) fn with_its_blueprint(is_given: bool) -> &'static str {
    match is_given {
        true => "",
        false => {
            ". With its blueprint (`headset destroy FILE`), Headset also looks up by name what carries no tags"
        }
    }
}

/// Tells what stays.
pub(super) fn report_left(environment: Option<&str>, left: &[Row], args: &RunArgs) {
    if args.json {
        let document = json!({ "event": "leftovers", "environment": environment, "leftovers": left });
        terminal::versioned(&document);
    } else {
        say_left(left);
    }
}
