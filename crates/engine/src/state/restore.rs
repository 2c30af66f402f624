//! Putting the last good state in the place of a damaged one.

use std::path::PathBuf;

use fs_err as fs;

use super::file::{BEFORE, CURRENT, StoreError};
use super::local::LocalStore;
use super::model::State;
use super::restored::{PutAside, Restored};
use super::upgrade::upgraded;

impl LocalStore {
    /// Puts the last good state in the place of a damaged one, and the damaged files aside. `None` if nothing is damaged.
    ///
    /// The state is marked as one that may not know everything: what was recorded after it is lost.
    ///
    /// # Errors
    /// If nothing good is left, or another process holds the lock.
    pub fn restore(&self) -> Result<Option<Restored>, StoreError> {
        let _lock = self.take_lock()?;
        // Be it moved or not: what cannot be read cannot be moved, either.
        let damage = match self.load_here() {
            Ok(_) => return Ok(None),
            Err(error @ StoreError::Damaged { .. }) => error,
            Err(error) => return Err(error),
        };
        let mut good: Option<State> = None;
        for names in [CURRENT, BEFORE] {
            let (Some(snapshot), journal) = self.texts(names)? else {
                continue;
            };
            // A journal that is gone is no reason to leave its snapshot: that is good by itself.
            if let Ok(replayed) =
                self.replayed(names, &snapshot, Some(journal.as_deref().unwrap_or_default()))
                && good
                    .as_ref()
                    .is_none_or(|good| good.serial < replayed.state.serial)
            {
                good = Some(replayed.state);
            }
        }
        let Some(mut state) = good.map(upgraded) else {
            return Err(damage);
        };
        let aside = self.put_aside()?;
        state.partial = true;
        let serial = state.serial;
        self.begin(&state)?;
        Ok(Some(Restored {
            damage: damage.to_string(),
            serial,
            aside: Some(aside.display().to_string()),
        }))
    }

    /// Puts the answers aside that are damaged, so that people are asked again. Returns what was wrong with each, and where
    /// it is now.
    ///
    /// # Errors
    /// If they cannot be read or moved, or another process holds the lock.
    pub fn restore_answers(&self) -> Result<Vec<PutAside>, StoreError> {
        let _lock = self.take_lock()?;
        let mut put_aside = Vec::new();
        let mut aside = None;
        for (path, damage) in self.answers().damaged()? {
            let folder = match &aside {
                Some(folder) => folder,
                None => aside.insert(self.free_folder()?),
            };
            let now = folder.join(path.file_name().unwrap_or_default());
            fs::rename(&path, &now)?;
            put_aside.push(PutAside {
                damage: damage.to_string(),
                aside: now.display().to_string(),
            });
        }
        Ok(put_aside)
    }

    /// Copies the damaged files to a directory of their own.
    fn put_aside(&self) -> Result<PathBuf, StoreError> {
        let aside = self.free_folder()?;
        for name in [CURRENT.0, CURRENT.1] {
            let path = self.path(name);
            if path.exists() {
                fs::copy(&path, aside.join(name))?;
            }
        }
        Ok(aside)
    }

    /// A new directory for what is damaged.
    fn free_folder(&self) -> Result<PathBuf, StoreError> {
        let free = |number: &u32| !self.directory().join(format!("damaged-{number}")).exists();
        let number = (1..).find(free).unwrap_or_default();
        let aside = self.directory().join(format!("damaged-{number}"));
        fs::create_dir(&aside)?;
        Ok(aside)
    }
}
