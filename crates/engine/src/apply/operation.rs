//! What a step does while it runs, as a value.

use serde::Serialize;

use crate::plan::{Action, Phase, Step};

/// What a step does. The identifier of each is stable: programs read it in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// It makes the thing.
    Create,
    /// It takes a thing into state that is there, and changes it where it differs.
    Adopt,
    /// It changes the thing.
    Update,
    /// It waits for a thing that is on its way.
    Wait,
    /// It makes the thing that takes the place of another.
    Replace,
    /// It waits for a person.
    Checkpoint,
    /// It lets go of a thing that stays.
    Release,
    /// It deletes the thing.
    Delete,
    /// It deletes what a successor has replaced.
    DeletePredecessor,
}

impl Operation {
    /// What this half of a step does; `None` where it does nothing that takes time.
    pub fn of(step: &Step, phase: Phase) -> Option<Operation> {
        match (phase, &step.action) {
            (Phase::Down, _) => Some(Operation::Delete),
            (Phase::Up, Action::Create) => Some(Operation::Create),
            (Phase::Up, Action::Adopt { .. }) => Some(Operation::Adopt),
            (Phase::Up, Action::Update { diff }) if diff.is_empty() => Some(Operation::Wait),
            (Phase::Up, Action::Update { .. }) => Some(Operation::Update),
            (Phase::Up, Action::Replace { .. }) => Some(Operation::Replace),
            (Phase::Up, Action::Await { .. }) => Some(Operation::Checkpoint),
            (Phase::Up, Action::Release) => Some(Operation::Release),
            (
                Phase::Up,
                Action::Keep
                | Action::Read
                | Action::Refused { .. }
                | Action::Unknown { .. }
                | Action::Delete
                | Action::Forget,
            ) => None,
        }
    }
}
