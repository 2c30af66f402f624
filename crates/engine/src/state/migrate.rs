//! Moving a state from this machine to a shared store.

use std::path::PathBuf;
use std::time::Duration;

use fs_err as fs;
use headset_core::clock::Clock;

use super::arrival::{MIGRATED, Migration, arriving};
use super::departure::{Departure, Destination, Kept};
use super::file::{BEFORE, CURRENT, MOVED, MOVING, StoreError, text_of, write_atomically};
use super::local::LocalStore;
use super::upgrade::upgraded;

impl LocalStore {
    /// Moves the state that is here to a shared store that has none of the environment, with what people answered and with the
    /// records of its runs. What was here is kept beside, and refused from now on.
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
        let begun = begun.map(|begun| Destination::Store(begun.trim().to_owned()));
        if let Some(other) = begun.as_ref().filter(|begun| !begun.is_store(&place)) {
            // The state may be there already, and others may have gone on with it.
            return Err(StoreError::Moving {
                to: other.clone(),
                kept: Kept::Here(self.directory().to_owned()),
            }
            .into());
        }
        let locked = to.take_arriving(clock, wait, &state).await?;
        let is_this = *locked.state() == state;
        let locked = arriving(locked, &state, begun.is_some()).await?;
        write_atomically(&self.path(MOVING), place.as_bytes())?;
        if is_this {
            // Before the state: where that is, people are not asked again.
            to.answers().take_all(&self.answers())?;
            to.publish_answers().await?;
        }
        to.take_history(self).await?;
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
                    true => Ok(fs::rename(&path, self.migrated(name))?),
                    false => Ok(()),
                }
            }));
        }
        steps.push(Box::new(|| Ok(fs::remove_file(self.path(MOVING))?)));
        steps.iter().take(most).try_for_each(|step| step())
    }

    /// What a file is called after the move.
    fn migrated(&self, name: &str) -> PathBuf {
        self.path(&format!("migrated.{name}"))
    }

    /// Where the state was moved to, or is being moved to; `None`: it was not moved.
    ///
    /// # Errors
    /// If that, or what is left here, cannot be read.
    pub fn departure(&self) -> Result<Option<Departure>, StoreError> {
        let place = match text_of(&self.path(MOVING))? {
            Some(place) => Some(place),
            None => text_of(&self.path(MOVED))?,
        };
        let Some(place) = place else { return Ok(None) };
        let Some(state) = self.left_state()? else {
            let kept = self.path(MIGRATED.0);
            return Err(StoreError::damaged(&kept, "it is missing".to_owned()));
        };
        Ok(Some(Departure {
            to: Destination::Store(place.trim().to_owned()),
            region: state.region,
        }))
    }

    /// Takes a move back whose shared store is lost for good: what was kept here is worked with again. Returns after which
    /// change it was moved. `None`: it was not moved.
    ///
    /// The state is marked as one that may not know everything, since others may have gone on with it. This may be cut off
    /// anywhere, and what is here is refused until all of it is done.
    ///
    /// # Errors
    /// If what was kept is gone or damaged, or if another process holds the lock.
    pub fn take_back(&self) -> Result<Option<u64>, StoreError> {
        let _lock = self.take_lock()?;
        let Some(departure) = self.departure()? else {
            return Ok(None);
        };
        self.return_files(&departure.to.to_string(), usize::MAX)?;
        let Some(mut state) = self.load_here()?.map(|replayed| upgraded(replayed.state)) else {
            let current = self.path(CURRENT.0);
            return Err(StoreError::damaged(
                &current,
                "it is missing, and so is what a move kept".to_owned(),
            ));
        };
        state.partial = true;
        let serial = state.serial;
        self.begin(&state)?;
        fs::remove_file(self.path(MOVING))?;
        Ok(Some(serial))
    }

    /// Undoes [`LocalStore::leave`] but for its mark, in at most so many steps.
    fn return_files(&self, place: &str, most: usize) -> Result<(), StoreError> {
        let mut steps: Vec<Box<dyn Fn() -> Result<(), StoreError> + '_>> = Vec::new();
        steps.push(Box::new(|| {
            write_atomically(&self.path(MOVING), place.as_bytes())
        }));
        for name in [CURRENT.1, CURRENT.0, BEFORE.1, BEFORE.0] {
            steps.push(Box::new(move || {
                let kept = self.migrated(name);
                // What the move had not put aside yet is newer than what an earlier one kept.
                match kept.exists() && !self.path(name).exists() {
                    true => Ok(fs::rename(&kept, self.path(name))?),
                    false => Ok(()),
                }
            }));
        }
        steps.push(Box::new(|| match self.path(MOVED).exists() {
            true => Ok(fs::remove_file(self.path(MOVED))?),
            false => Ok(()),
        }));
        steps.iter().take(most).try_for_each(|step| step())
    }
}

#[cfg(test)]
mod tests;
