//! State in a local directory: a snapshot, a journal, a lock that ends with its process.
//!
//! Beside them lie the snapshot and the journal of before: what they make is the state as the snapshot was written, so that
//! a damaged file costs nothing but what was recorded after that.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use fs_err as fs;
use headset_core::clock::Clock;
use jiff::SignedDuration;

use super::answers::{Answers, Unpublished};
use super::belongs::Belongs;
use super::departure::{Destination, Kept};
use super::entry::Entry;
use super::file::{ANSWERS, BEFORE, CURRENT, MOVED, MOVING, Names, StoreError, text_of, write_atomically};
use super::journal::{self, Replayed};
use super::journal_file::JournalFile;
use super::model::State;
use super::shared::{self, Held, Shared};
use super::shared_answers;
use super::snapshot;
use super::upgrade::upgraded;

/// The place of one environment's state.
#[derive(Clone, Debug)]
pub struct LocalStore {
    directory: PathBuf,
    /// The state that belongs here, where the place says so.
    belongs: Option<Belongs>,
    /// The shared store that this is the working copy of.
    shared: Option<Shared>,
    /// Which answers are not there yet.
    unpublished: Unpublished,
}

/// The state of an environment that no other process can change meanwhile. Dropping it gives the lock back.
///
/// A state that was not there before is written with the first change that is recorded in it, or when it is closed: a
/// command that is refused, or to which the user says no, leaves no new state behind.
#[derive(Debug)]
pub struct Locked {
    store: LocalStore,
    state: State,
    /// `None` as long as nothing is written of a new state.
    journal: Option<JournalFile>,
    /// The lease, where the state is shared.
    held: Option<Arc<Held>>,
    _lock: std::fs::File,
}

impl LocalStore {
    /// The store in this directory, which need not exist yet.
    pub fn new(directory: PathBuf) -> LocalStore {
        LocalStore {
            directory,
            belongs: None,
            shared: None,
            unpublished: Unpublished::default(),
        }
    }

    /// The same where the names of the directory say whose state belongs there.
    pub fn named(directory: PathBuf) -> LocalStore {
        LocalStore {
            belongs: Belongs::in_path(&directory),
            ..LocalStore::new(directory)
        }
    }

    /// The store of an environment in an account and region, below the directory of all states. `scope` keeps the states
    /// of AWS and of what stands in for it apart.
    pub fn of(root: &Path, environment: &str, account: &str, region: &str, scope: &str) -> LocalStore {
        let place = format!("{account}-{region}{scope}");
        LocalStore {
            belongs: Some(Belongs::of(environment, &place)),
            ..LocalStore::new(root.join(environment).join(place))
        }
    }

    /// The same as the working copy of a shared store.
    pub fn of_shared(self, shared: Shared) -> LocalStore {
        LocalStore {
            shared: Some(shared),
            ..self
        }
    }

    /// The shared store that this is the working copy of.
    pub fn shared(&self) -> Option<&Shared> {
        self.shared.as_ref()
    }

    /// Fetches what is in the shared store, if this is a working copy: what is read after that is of this moment.
    ///
    /// # Errors
    /// If it cannot be fetched.
    pub async fn fetch(&self) -> Result<(), StoreError> {
        match &self.shared {
            None => Ok(()),
            Some(shared) => {
                // A run on this machine works with the same copy: it is of this moment then.
                let Ok(_lock) = self.take_lock() else {
                    return Ok(());
                };
                shared.fetch(&self.directory, &self.unpublished).await
            }
        }
    }

    /// Fetches what people have answered meanwhile, if this is a working copy.
    ///
    /// # Errors
    /// If it cannot be fetched.
    pub async fn fetch_answers(&self) -> Result<(), StoreError> {
        match &self.shared {
            None => Ok(()),
            Some(shared) => shared_answers::fetch(shared.folder(), &self.directory, &self.unpublished).await,
        }
    }

    /// Writes what was answered to the shared store, if this is a working copy.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn publish_answers(&self) -> Result<(), StoreError> {
        match &self.shared {
            None => Ok(()),
            Some(shared) => {
                shared_answers::publish(shared.folder(), &self.directory, &self.unpublished).await
            }
        }
    }

    /// Which answers are not in the shared store yet.
    pub(super) fn unpublished(&self) -> &Unpublished {
        &self.unpublished
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The checkpoints' answers.
    pub fn answers(&self) -> Answers {
        let answers = Answers::in_directory(&self.directory, self.unpublished.clone());
        match &self.shared {
            Some(shared) => answers.copied_from((shared.address(), shared.folder().named(ANSWERS))),
            None => answers,
        }
    }

    /// Reads the state without locking it: for commands that only look. `None` if there is none yet.
    ///
    /// # Errors
    /// If it cannot be read, is damaged, was edited, is another environment's, or a newer version's.
    pub fn read(&self) -> Result<Option<State>, StoreError> {
        Ok(self.load()?.map(|replayed| upgraded(replayed.state)))
    }

    /// Reads snapshot and journal. What is being moved may be in the other place already, and be changed there.
    pub(super) fn load(&self) -> Result<Option<Replayed>, StoreError> {
        match text_of(&self.path(MOVING))? {
            Some(place) if self.path(CURRENT.0).exists() => Err(StoreError::Moving {
                to: Destination::Store(place.trim().to_owned()),
                kept: Kept::Here(self.directory.clone()),
            }),
            _ => self.load_here(),
        }
    }

    /// The same, be it moved or not.
    pub(super) fn load_here(&self) -> Result<Option<Replayed>, StoreError> {
        let (snapshot, journal) = self.texts(CURRENT)?;
        let journal_path = self.path(CURRENT.1);
        let Some(text) = snapshot else {
            if let Some(place) = text_of(&self.path(MOVED))? {
                return Err(StoreError::Moved {
                    to: Destination::Store(place.trim().to_owned()),
                    kept: Kept::Here(self.directory.clone()),
                });
            }
            return match journal {
                // A crash before the first snapshot leaves an empty journal.
                None => Ok(None),
                Some(journal) if journal.is_empty() => Ok(None),
                Some(_) => Err(StoreError::damaged(
                    &self.path(CURRENT.0),
                    format!("it is missing, and {} beside it follows it", CURRENT.1),
                )),
            };
        };
        let replayed = self.replayed(CURRENT, &text, journal.as_deref())?;
        match &replayed.damage {
            Some(damage) => Err(damage.clone().about(&journal_path)),
            None => Ok(Some(replayed)),
        }
    }

    /// Texts of a snapshot and of its journal, of one moment.
    pub(super) fn texts(&self, names: Names) -> Result<(Option<String>, Option<String>), StoreError> {
        let mut snapshot = text_of(&self.path(names.0))?;
        // A snapshot that its holder writes meanwhile begins another journal: only two that are of one moment fit together.
        loop {
            let journal = text_of(&self.path(names.1))?;
            let again = text_of(&self.path(names.0))?;
            if again == snapshot {
                return Ok((snapshot, journal));
            }
            snapshot = again;
        }
    }

    /// Whether a state is of the environment, account and region that belong here.
    pub(super) fn is_for(&self, state: &State) -> bool {
        self.belongs.as_ref().is_none_or(|belongs| belongs.is(state))
    }

    /// What a snapshot and its journal make, as far as the journal can be read.
    pub(super) fn replayed(
        &self,
        names: Names,
        text: &str,
        journal: Option<&str>,
    ) -> Result<Replayed, StoreError> {
        let path = self.path(names.0);
        let snapshot = snapshot::read(text).map_err(|why| why.about(&path))?;
        let state = &snapshot.state;
        if let Some(belongs) = self.belongs.as_ref().filter(|belongs| !belongs.is(state)) {
            return Err(StoreError::damaged(&path, belongs.but_is(state)));
        }
        if journal.is_none() && snapshot.sum.is_some() {
            let reason = format!("it is missing, and {} was written with one", names.0);
            return Err(StoreError::damaged(&self.path(names.1), reason));
        }
        Ok(journal::replay(snapshot, journal.unwrap_or_default()))
    }

    /// Takes the lock, and the lease where the state is shared, and reads the state; starts with `fresh` where there is none.
    /// What another run holds is asked for again for as long as `wait`.
    ///
    /// # Errors
    /// [`StoreError::Locked`] or [`StoreError::Leased`] if another run holds it.
    pub async fn take(
        &self,
        clock: &Clock,
        wait: Duration,
        fresh: impl Fn() -> State,
    ) -> Result<Locked, StoreError> {
        patiently(clock, wait, async || self.take_once(&fresh).await).await
    }

    async fn take_once(&self, fresh: impl FnOnce() -> State) -> Result<Locked, StoreError> {
        let lock = self.take_lock()?;
        let held = match &self.shared {
            None => {
                self.answers().seal()?;
                None
            }
            Some(shared) => Some(shared.take(&self.directory, &self.unpublished).await?),
        };
        self.locked(lock, held, fresh)
    }

    /// Takes the lock of a state that is not shared.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process holds it.
    pub fn lock(&self, fresh: impl FnOnce() -> State) -> Result<Locked, StoreError> {
        self.locked(self.take_lock()?, None, fresh)
    }

    fn locked(
        &self,
        lock: std::fs::File,
        held: Option<Arc<Held>>,
        fresh: impl FnOnce() -> State,
    ) -> Result<Locked, StoreError> {
        let (state, journal) = match self.load()? {
            Some(Replayed {
                state,
                last: Some(last),
                entries: 0,
                ..
            }) => (
                upgraded(state),
                Some(JournalFile::open(&self.path(CURRENT.1), last)?),
            ),
            Some(replayed) => {
                let state = upgraded(replayed.state);
                let journal = self.begin(&state)?;
                (state, Some(journal))
            }
            None => (fresh(), None),
        };
        Ok(Locked {
            store: self.clone(),
            state,
            journal,
            held,
            _lock: lock,
        })
    }

    /// Writes a snapshot and begins its journal; keeps those of before.
    pub(super) fn begin(&self, state: &State) -> Result<JournalFile, StoreError> {
        let path = self.path(CURRENT.0);
        state
            .verify()
            .map_err(|reason| StoreError::damaged(&path, reason))?;
        // Only what is good is kept: a damaged one would take the place of a good one.
        if matches!(self.load(), Ok(Some(_))) {
            for (from, to) in [(CURRENT.0, BEFORE.0), (CURRENT.1, BEFORE.1)] {
                if let Some(text) = text_of(&self.path(from))? {
                    write_atomically(&self.path(to), text.as_bytes())?;
                }
            }
        }
        let (text, sum) = snapshot::text(state).map_err(std::io::Error::from)?;
        let header = journal::header(&sum).map_err(std::io::Error::from)?;
        if !self.path(CURRENT.1).exists() && !path.exists() {
            // So that a journal that is missing later is known to be lost.
            write_atomically(&self.path(CURRENT.1), b"")?;
        }
        write_atomically(&path, text.as_bytes())?;
        write_atomically(&self.path(CURRENT.1), header.as_bytes())?;
        JournalFile::open(&self.path(CURRENT.1), sum)
    }

    pub(super) fn take_lock(&self) -> Result<std::fs::File, StoreError> {
        fs::create_dir_all(&self.directory)?;
        let path = self.path("lock");
        // The system releases an advisory lock when its process ends, in any way: nothing has to be unlocked.
        let file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        let mut file = file.into_parts().0;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                writeln!(file, "process {}", std::process::id())?;
                Ok(file)
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                Err(StoreError::Locked {
                    holder: holder.trim().to_owned(),
                })
            }
            Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

/// Does what another run may keep from being done, again and again for as long as `wait`.
///
/// # Errors
/// Those of the last try.
pub(super) async fn patiently<T>(
    clock: &Clock,
    wait: Duration,
    once: impl AsyncFn() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let asked = clock.now();
    loop {
        let done = once().await;
        let waited = clock.now().duration_since(asked);
        match done {
            Err(error)
                if error.is_locked() && waited < SignedDuration::try_from(wait).unwrap_or_default() =>
            {
                clock.sleep(shared::ASKED_AGAIN.min(wait)).await;
            }
            done => return done,
        }
    }
}

/// How the shared state is brought to what was recorded.
#[derive(Debug)]
pub(crate) struct Committing {
    held: Arc<Held>,
    serial: u64,
}

impl Committing {
    /// Writes what `latest` gives, unless what was recorded by now is written already.
    ///
    /// # Errors
    /// If another run has taken the lease, or the store cannot be written.
    pub(crate) async fn commit(
        self,
        latest: impl Fn() -> Result<(u64, String), StoreError>,
    ) -> Result<(), StoreError> {
        self.held.commit(self.serial, latest).await
    }
}

impl Locked {
    /// The state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Records one change: on disk first, then in memory.
    ///
    /// # Errors
    /// If it cannot be written; the state is then as it was.
    pub fn record(&mut self, entry: Entry) -> Result<(), StoreError> {
        let mut journal = match self.journal.take() {
            Some(journal) => journal,
            None => self.store.begin(&self.state)?,
        };
        let written = journal.append(self.state.serial + 1, &entry);
        self.journal = Some(journal);
        written?;
        self.state.apply(entry);
        Ok(())
    }

    /// Puts another state in the place of this one, which is kept as the one of before.
    pub(super) fn replace(&mut self, state: State) -> Result<(), StoreError> {
        self.journal = Some(self.store.begin(&state)?);
        self.state = state;
        Ok(())
    }

    /// A state that is new in its place.
    pub(super) fn anew(
        store: LocalStore,
        state: State,
        held: Option<Arc<Held>>,
        lock: std::fs::File,
    ) -> Locked {
        Locked {
            store,
            state,
            journal: None,
            held,
            _lock: lock,
        }
    }

    /// Whether there was no state before.
    pub(super) fn is_new(&self) -> bool {
        self.journal.is_none()
    }

    /// Where it is kept.
    pub(crate) fn store(&self) -> &LocalStore {
        &self.store
    }

    /// How the shared state is written, if there is one.
    pub(crate) fn committing(&self) -> Option<Committing> {
        self.held.as_ref().map(|held| Committing {
            held: Arc::clone(held),
            serial: self.state.serial,
        })
    }

    /// Serial and text of the state as it is.
    pub(crate) fn text(&self) -> Result<(u64, String), StoreError> {
        text(&self.state)
    }

    /// Ends the work: writes everything, and gives lease and lock back.
    ///
    /// # Errors
    /// If it cannot be written; what was written until then holds.
    pub async fn finish(mut self) -> Result<State, StoreError> {
        let held = self.held.take();
        let store = self.store.clone();
        let is_new = self.journal.is_none();
        let state = self.close()?;
        if let Some(held) = held {
            // A state that was not there is written even if nothing was recorded.
            held.commit(if is_new { u64::MAX } else { state.serial }, || text(&state))
                .await?;
            held.keep_copy(&text(&state)?.1).await?;
            store.publish_answers().await?;
            held.release().await?;
        }
        Ok(state)
    }

    /// Writes a snapshot of what was recorded since the last one: at the end of a run.
    ///
    /// # Errors
    /// If it cannot be written; snapshot and journal then still hold everything.
    pub fn close(self) -> Result<State, StoreError> {
        if self.journal.as_ref().is_none_or(|journal| journal.entries > 0) {
            self.store.begin(&self.state)?;
        }
        Ok(self.state)
    }
}

/// Serial and text of a state.
fn text(state: &State) -> Result<(u64, String), StoreError> {
    let (text, _) = snapshot::text(state).map_err(std::io::Error::from)?;
    Ok((state.serial, text))
}

#[cfg(test)]
mod tests;
