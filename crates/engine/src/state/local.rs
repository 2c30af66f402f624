//! State in a local directory: a snapshot, a journal, a lock that dies with its holder.

use std::io::Write;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::answers::Answers;
use super::entry::Entry;
use super::file::{StoreError, text_of, write_atomically};
use super::journal;
use super::model::State;
use super::upgrade::upgraded;

/// The place of one environment's state.
#[derive(Clone, Debug)]
pub struct LocalStore {
    directory: PathBuf,
}

/// The state of an environment that nobody else can change meanwhile. Dropping it gives the lock back.
///
/// A state that was not there before is written with the first change that is recorded in it, or when it is closed: a
/// command that is refused, or to which the user says no, leaves no new state behind.
#[derive(Debug)]
pub struct Locked {
    store: LocalStore,
    state: State,
    /// `None` as long as nothing is written of a new state.
    journal: Option<fs::File>,
    _lock: std::fs::File,
}

impl LocalStore {
    /// The store in this directory, which need not exist yet.
    pub fn new(directory: PathBuf) -> LocalStore {
        LocalStore { directory }
    }

    /// The store of an environment in an account and region, below the directory of all states. `scope` keeps the states
    /// of AWS and of what stands in for it apart.
    pub fn of(root: &Path, environment: &str, account: &str, region: &str, scope: &str) -> LocalStore {
        LocalStore::new(root.join(environment).join(format!("{account}-{region}{scope}")))
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The checkpoints' answers.
    pub fn answers(&self) -> Answers {
        Answers::in_directory(&self.directory)
    }

    /// Reads the state without locking it: for commands that only look. `None` if there is none yet.
    ///
    /// # Errors
    /// If it cannot be read, or is damaged.
    pub fn read(&self) -> Result<Option<State>, StoreError> {
        let path = self.snapshot_path();
        let Some(mut text) = text_of(&path)? else {
            return Ok(None);
        };
        // A snapshot that its holder writes meanwhile empties the journal: only two that are of one moment fit together.
        let journal = loop {
            let journal = text_of(&self.journal_path())?.unwrap_or_default();
            match text_of(&path)? {
                Some(again) if again != text => text = again,
                _ => break journal,
            }
        };
        let state: State =
            serde_json::from_str(&text).map_err(|error| StoreError::damaged(&path, error.to_string()))?;
        state
            .verify()
            .map_err(|reason| StoreError::damaged(&path, reason))?;
        journal::replay(state, &journal)
            .map(|state| Some(upgraded(state)))
            .map_err(|reason| StoreError::damaged(&self.journal_path(), reason))
    }

    /// Takes the lock and reads the state, or starts with `fresh` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process holds it.
    pub fn lock(&self, fresh: impl FnOnce() -> State) -> Result<Locked, StoreError> {
        fs::create_dir_all(&self.directory)?;
        let lock = self.take_lock()?;
        let (state, journal) = match self.read()? {
            Some(state) => {
                let journal = self.begin(&state)?;
                (state, Some(journal))
            }
            None => (fresh(), None),
        };
        Ok(Locked {
            store: self.clone(),
            state,
            journal,
            _lock: lock,
        })
    }

    /// Writes a snapshot, and opens a journal with nothing in it.
    fn begin(&self, state: &State) -> Result<fs::File, StoreError> {
        self.write_snapshot(state)?;
        let journal = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.journal_path())?;
        journal.file().set_len(0)?;
        Ok(journal)
    }

    fn take_lock(&self) -> Result<std::fs::File, StoreError> {
        let path = self.directory.join("lock");
        // The system gives an advisory lock back when its holder dies, however it dies: nothing to unstick.
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

    fn write_snapshot(&self, state: &State) -> Result<(), StoreError> {
        let path = self.snapshot_path();
        state
            .verify()
            .map_err(|reason| StoreError::damaged(&path, reason))?;
        let text = serde_json::to_string_pretty(state).map_err(std::io::Error::from)?;
        write_atomically(&path, text.as_bytes())
    }

    fn snapshot_path(&self) -> PathBuf {
        self.directory.join("state.json")
    }

    fn journal_path(&self) -> PathBuf {
        self.directory.join("journal.jsonl")
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
        let line = journal::line(self.state.serial + 1, &entry).map_err(std::io::Error::from)?;
        let mut journal = match self.journal.take() {
            Some(journal) => journal,
            None => self.store.begin(&self.state)?,
        };
        let written = journal
            .write_all(line.as_bytes())
            .and_then(|()| journal.sync_data());
        self.journal = Some(journal);
        written?;
        self.state.apply(entry);
        Ok(())
    }

    /// Writes a snapshot and empties the journal: at the end of a run.
    ///
    /// # Errors
    /// If it cannot be written; snapshot and journal then still hold everything.
    pub fn close(self) -> Result<State, StoreError> {
        self.store.begin(&self.state)?;
        Ok(self.state)
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::{Intent, Verb};
    use super::*;
    use headset_kinds::Address;

    fn fresh() -> State {
        State::new("acme", "123456789012", "eu-west-2", "lineage".into())
    }

    #[test]
    fn what_was_recorded_survives_a_crash_before_close() {
        let directory = tempfile::tempdir().unwrap();
        let store = LocalStore::new(directory.path().join("acme"));
        let address = Address::new("s3.bucket", "pages");
        {
            let mut locked = store.lock(fresh).unwrap();
            let intent = Intent {
                verb: Verb::Create,
                token: "t".into(),
                spec: serde_json::Value::Null,
                after: Vec::new(),
            };
            locked
                .record(Entry::Intend {
                    address: address.clone(),
                    intent,
                })
                .unwrap();
        }
        let state = store.read().unwrap().unwrap();
        assert!(state.intents.contains_key(&address));
        assert_eq!(store.lock(fresh).unwrap().state(), &state);
    }

    /// A lineage that is in a state counts as known: what nobody agreed to leaves none.
    #[test]
    fn a_new_state_is_written_with_its_first_change() {
        let directory = tempfile::tempdir().unwrap();
        let store = LocalStore::new(directory.path().join("acme"));
        drop(store.lock(fresh).unwrap());
        assert_eq!(store.read().unwrap(), None);
        let mut locked = store.lock(fresh).unwrap();
        locked
            .record(Entry::Expires {
                at: None,
                lifetime: None,
            })
            .unwrap();
        drop(locked);
        assert_eq!(store.read().unwrap().unwrap().serial, 1);
        let other = LocalStore::new(directory.path().join("other"));
        other.lock(fresh).unwrap().close().unwrap();
        assert_eq!(other.read().unwrap(), Some(fresh()));
    }

    #[test]
    fn a_second_holder_is_told_who_has_it() {
        let directory = tempfile::tempdir().unwrap();
        let store = LocalStore::new(directory.path().to_owned());
        let held = store.lock(fresh).unwrap();
        let error = store.lock(fresh).unwrap_err();
        assert!(matches!(error, StoreError::Locked { ref holder } if holder.contains("process")));
        drop(held);
        assert!(store.lock(fresh).is_ok());
    }

    #[test]
    fn answers_are_kept_by_address() {
        let directory = tempfile::tempdir().unwrap();
        let answers = LocalStore::new(directory.path().to_owned()).answers();
        let address = Address::new("identity_center.application", "acme support/1");
        assert!(answers.get(&address).unwrap().is_empty());
        answers
            .put(
                &address,
                &[("start_url".to_owned(), "https://x".to_owned())].into(),
            )
            .unwrap();
        assert_eq!(answers.get(&address).unwrap()["start_url"], "https://x");
        answers.forget(&address).unwrap();
        assert!(answers.get(&address).unwrap().is_empty());
    }
}
