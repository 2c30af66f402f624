//! Moving a state from this machine to a shared store.

use std::time::Duration;

use fs_err as fs;
use headset_core::clock::Clock;

use super::file::{BEFORE, CURRENT, MOVED, StoreError, write_atomically};
use super::local::LocalStore;

/// Why a state was not moved to a shared store.
#[derive(Debug, thiserror::Error)]
pub enum Migration {
    /// There is none here.
    #[error("there is no state here to move")]
    Nothing,
    /// No shared store is named.
    #[error("no shared store is named")]
    NotShared,
    /// There is one there.
    #[error("the shared store has a state of this environment already")]
    Taken,
    /// One of them cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl LocalStore {
    /// Moves the state that is here to a shared store that has none of the environment, with what people answered. What was
    /// here is kept beside, and refused from now on.
    ///
    /// # Errors
    /// If there is none here, if there is one there, or another run works on either.
    pub async fn migrate(&self, to: &LocalStore, clock: &Clock, wait: Duration) -> Result<u64, Migration> {
        let _lock = self.take_lock()?;
        let Some(state) = self.read()? else {
            return Err(Migration::Nothing);
        };
        let place = to
            .shared()
            .map(|shared| shared.store().to_owned())
            .ok_or(Migration::NotShared)?;
        let locked = to.take(clock, wait, || state.clone()).await?;
        if !locked.is_new() {
            return Err(Migration::Taken);
        }
        to.answers().take_all(&self.answers())?;
        let serial = locked.finish().await?.serial;
        write_atomically(&self.path(MOVED), place.as_bytes())?;
        for name in [CURRENT.0, CURRENT.1, BEFORE.0, BEFORE.1] {
            let path = self.path(name);
            if path.exists() {
                fs::rename(&path, self.path(&format!("migrated.{name}")))?;
            }
        }
        Ok(serial)
    }
}
