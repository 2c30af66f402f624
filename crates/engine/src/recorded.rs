//! Records of runs, for people who look back: begun before the first change, ended after the last one.

use crate::apply::Outcome;
use crate::plan::{Action, Plan};
use crate::saved;
use crate::session::{Session, Stop};
use crate::state::{By, Changes, End, Ending, Purpose, Run};

/// Writes down that a run begins. `on` is the user, the machine and the process.
///
/// # Errors
/// If the record cannot be written, or AWS does not say who calls.
pub(crate) async fn begin(
    session: &Session,
    purpose: Purpose,
    on: &str,
    plan: Option<&Plan>,
    changes: Changes,
    serial: u64,
) -> Result<Run, Stop> {
    let caller = session.cloud.caller().await.map_err(Stop::Caller)?;
    let run = Run {
        id: uuid::Uuid::new_v4().to_string(),
        began: session.cloud.clock().now(),
        purpose,
        by: By {
            caller: caller.arn,
            on: on.to_owned(),
            headset: env!("CARGO_PKG_VERSION").to_owned(),
        },
        plan: plan.map(saved::digest),
        changes,
        serial,
        end: None,
    };
    session.store.keep_run(&run).await?;
    Ok(run)
}

/// Writes down how it ended.
///
/// # Errors
/// If the record cannot be written.
pub(crate) async fn end(session: &Session, run: Run, ending: Ending, serial: u64) -> Result<(), Stop> {
    let end = Some(End {
        at: session.cloud.clock().now(),
        ending,
        serial,
    });
    Ok(session.store.keep_run(&Run { end, ..run }).await?)
}

/// What a plan changes.
pub(crate) fn changes(plan: &Plan) -> Changes {
    let mut changes = Changes {
        kept: plan.moved.len(),
        deleted: plan.deposed.len(),
        ..Changes::default()
    };
    for step in plan.steps.values() {
        match &step.action {
            Action::Create => changes.created += 1,
            action @ Action::Await { .. } => match action.edits() {
                true => changes.changed += 1,
                false => changes.created += 1,
            },
            Action::Update { .. } => changes.changed += 1,
            Action::Replace { .. } => changes.replaced += 1,
            Action::Delete => changes.deleted += 1,
            Action::Adopt { .. } | Action::Release | Action::Forget => changes.kept += 1,
            Action::Keep | Action::Read | Action::Refused { .. } | Action::Unknown { .. } => {}
        }
    }
    changes
}

/// How a run of steps ended.
pub(crate) fn ending(result: &Result<Outcome, Stop>) -> Ending {
    match result {
        Err(Stop::Store(error)) => Ending::Stopped {
            why: error.to_string(),
        },
        Err(Stop::Run(error)) => Ending::Stopped {
            why: error.to_string(),
        },
        Err(Stop::Caller(error)) => Ending::Stopped {
            why: error.to_string(),
        },
        Err(Stop::Mistakes(_) | Stop::Refused(_)) => Ending::Stopped {
            why: "it was refused".to_owned(),
        },
        Ok(outcome) if outcome.interrupted => Ending::Interrupted,
        Ok(outcome) if !outcome.failed.is_empty() => Ending::Failed {
            steps: outcome.failed.len(),
        },
        Ok(outcome) if !outcome.open.is_empty() => Ending::Waits {
            checkpoints: outcome.open.len(),
        },
        Ok(_) => Ending::Done,
    }
}
