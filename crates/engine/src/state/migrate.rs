//! Moving a state from this machine to a shared store.

use std::time::Duration;

use fs_err as fs;
use headset_core::clock::Clock;

use super::file::{BEFORE, CURRENT, MOVED, MOVING, StoreError, text_of, write_atomically};
use super::local::LocalStore;
use super::shared::Shared;
use super::upgrade::upgraded;

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

impl LocalStore {
    /// Moves the state that is here to a shared store that has none of the environment, with what people answered. What was
    /// here is kept beside, and refused from now on.
    ///
    /// It may be cut off anywhere. From the moment at which the state may be in both places, what is here is refused, so that
    /// it is not changed; and to move it again ends the move, since the state that is there then is this one, or follows it.
    ///
    /// # Errors
    /// If there is none here, if there is one there, or another run works on either.
    pub async fn migrate(&self, to: &LocalStore, clock: &Clock, wait: Duration) -> Result<u64, Migration> {
        let _lock = self.take_lock()?;
        let Some(state) = self.load_here()?.map(|replayed| upgraded(replayed.state)) else {
            return Err(Migration::Nothing);
        };
        let place = to
            .shared()
            .map(|shared| shared.store().to_owned())
            .ok_or(Migration::NotShared)?;
        let begun = text_of(&self.path(MOVING))?;
        if let Some(other) = begun.as_deref().map(str::trim).filter(|begun| *begun != place) {
            // The state may be there already, and others may have gone on with it.
            return Err(StoreError::Moving {
                place: other.to_owned(),
            }
            .into());
        }
        let locked = to.take(clock, wait, || state.clone()).await?;
        let there = locked.state();
        let is_this = *there == state;
        let has_followed = begun.is_some_and(|begun| begun.trim() == place)
            && there.lineage == state.lineage
            && there.serial > state.serial;
        if !(locked.is_new() || is_this || has_followed) {
            let place = to.shared().map(Shared::place).unwrap_or_default();
            return match locked.finish().await {
                Ok(_) => Err(Migration::Taken { place }),
                Err(error) => Err(error.into()),
            };
        }
        write_atomically(&self.path(MOVING), place.as_bytes())?;
        if is_this {
            // Before the state: where that is, people are not asked again.
            to.answers().take_all(&self.answers())?;
            to.publish_answers().await?;
        }
        let serial = locked.finish().await?.serial;
        self.leave(&place, usize::MAX)?;
        Ok(serial)
    }

    /// Puts aside what was moved, in at most so many steps.
    fn leave(&self, place: &str, most: usize) -> Result<(), StoreError> {
        let mut steps: Vec<Box<dyn Fn() -> Result<(), StoreError> + '_>> = Vec::new();
        steps.push(Box::new(|| write_atomically(&self.path(MOVED), place.as_bytes())));
        // The snapshot of before first: without that of now, it would count as the last good one.
        for name in [BEFORE.0, BEFORE.1, CURRENT.0, CURRENT.1] {
            steps.push(Box::new(move || {
                let path = self.path(name);
                match path.exists() {
                    true => Ok(fs::rename(&path, self.path(&format!("migrated.{name}")))?),
                    false => Ok(()),
                }
            }));
        }
        steps.push(Box::new(|| Ok(fs::remove_file(self.path(MOVING))?)));
        steps.iter().take(most).try_for_each(|step| step())
    }
}

#[cfg(test)]
mod tests;
