//! Who does what has no API.

use std::collections::BTreeMap;

use async_trait::async_trait;

use headset_kinds::Checkpoint;

/// Someone who may act on a checkpoint while an apply runs.
#[async_trait]
pub trait CheckpointResponder: Send + Sync {
    /// Shows the worksheet. `None`: no responder acts on it now (a person may later, by `checkpoint answer`).
    /// `Some(Ok(answers))`: it was done, with these answers. `Some(Err(reason))`: it could not be done.
    async fn act(&self, checkpoint: &Checkpoint) -> Option<Result<BTreeMap<String, String>, String>>;
}

/// No one: the answers come by `checkpoint answer`, from another terminal or later.
#[derive(Clone, Copy, Debug)]
pub struct NoResponder;

#[async_trait]
impl CheckpointResponder for NoResponder {
    async fn act(&self, _checkpoint: &Checkpoint) -> Option<Result<BTreeMap<String, String>, String>> {
        None
    }
}
