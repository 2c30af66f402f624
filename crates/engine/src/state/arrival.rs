//! A state that arrives at a place where it is moved to.

use std::time::Duration;

use headset_core::clock::Clock;

use super::file::{CURRENT, Names, StoreError};
use super::local::{LocalStore, Locked, patiently};
use super::model::State;

/// Why a state was not moved to a shared store.
#[derive(Debug, thiserror::Error)]
pub enum Migration {
    /// There is none here.
    #[error("there is no state here to move")]
    Nothing,
    /// No shared store is named.
    #[error("no shared store is named")]
    NotShared,
    /// There is another one there.
    #[error("{place} has another state of this environment already")]
    Taken {
        /// Where.
        place: String,
    },
    /// One of them cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What a state and its journal are called after the move.
pub(super) const MIGRATED: Names = ("migrated.state.json", "migrated.journal.jsonl");

impl LocalStore {
    /// Takes the lock of a place that a state is moved to. One that it was moved away from before is a place for it, too.
    ///
    /// # Errors
    /// Those of [`LocalStore::take`].
    pub(super) async fn take_arriving(
        &self,
        clock: &Clock,
        wait: Duration,
        state: &State,
    ) -> Result<Locked, StoreError> {
        let taken = self.take(clock, wait, || state.clone()).await;
        let Err(StoreError::Moved { to, kept }) = taken else {
            return taken;
        };
        let lock = patiently(clock, wait, async || self.take_lock()).await?;
        let held = match self.shared() {
            Some(shared) => match patiently(clock, wait, async || shared.take_left(state).await).await? {
                None => return Err(StoreError::Moved { to, kept }),
                held => held,
            },
            None => match self.left_state()? {
                Some(left) if left.comes_before(state) => None,
                _ => return Err(StoreError::Moved { to, kept }),
            },
        };
        Ok(Locked::anew(self.clone(), state.clone(), held, lock))
    }

    /// The state that was moved away from here, or is being moved.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn left_state(&self) -> Result<Option<State>, StoreError> {
        for names in [CURRENT, MIGRATED] {
            if let (Some(text), journal) = self.texts(names)? {
                let journal = journal.unwrap_or_default();
                return Ok(Some(self.replayed(names, &text, Some(&journal))?.state));
            }
        }
        Ok(None)
    }
}

/// A place to which a state may be moved: there is none, or it is this one, or, where the move was `begun` before, one that
/// follows it.
pub(super) async fn arriving(there: Locked, state: &State, begun: bool) -> Result<Locked, Migration> {
    let known = there.state();
    let has_followed = begun && known.lineage == state.lineage && known.serial > state.serial;
    if there.is_new() || known == state || has_followed {
        return Ok(there);
    }
    let store = there.store();
    let place = match store.shared() {
        Some(shared) => shared.place(),
        None => store.directory().display().to_string(),
    };
    there.finish().await?;
    Err(Migration::Taken { place })
}
