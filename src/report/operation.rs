//! What a step does and did, in words.

use headset_engine::apply::Operation;

/// In the progressive form: `creating`.
pub(super) fn doing(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "creating",
        Operation::Adopt => "adopting",
        Operation::Update => "updating",
        Operation::Wait => "waiting for",
        Operation::Replace => "replacing",
        Operation::Checkpoint => "checkpoint",
        Operation::Release => "letting go of",
        Operation::Delete => "deleting",
        Operation::DeletePredecessor => "deleting predecessor of",
    }
}

/// In the past: `created`.
pub(super) fn done(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "created",
        Operation::Adopt => "adopted",
        Operation::Update => "updated",
        Operation::Wait => "ready",
        Operation::Replace => "replaced",
        Operation::Checkpoint => "passed",
        Operation::Release => "let go",
        Operation::Delete | Operation::DeletePredecessor => "deleted",
    }
}
