//! State in a local directory: a snapshot, a journal, a lock that ends with its process.
//!
//! Beside them lie the snapshot and the journal of before: what they make is the state as the snapshot was written, so that
//! a damaged file costs nothing but what was recorded after that.

use std::io::Write;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::answers::Answers;
use super::entry::Entry;
use super::file::{StoreError, text_of, write_atomically};
use super::journal::{self, Replayed};
use super::model::State;
use super::snapshot::{self, NoSnapshot};
use super::sum::Sum;
use super::upgrade::upgraded;

/// The names of a snapshot and its journal.
type Names = (&'static str, &'static str);

/// Those that count.
const CURRENT: Names = ("state.json", "journal.jsonl");

/// Those of before.
const BEFORE: Names = ("state.before.json", "journal.before.jsonl");

/// The place of one environment's state.
#[derive(Clone, Debug)]
pub struct LocalStore {
    directory: PathBuf,
    /// Environment, account and region that belong here, where the place says so.
    belongs: Option<(String, String, String)>,
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
    journal: Option<Journal>,
    _lock: std::fs::File,
}

/// A journal that can be written to.
#[derive(Debug)]
struct Journal {
    file: fs::File,
    /// Its length with everything that was written whole.
    length: u64,
    /// The sum that the next line follows.
    last: Sum,
    /// How many entries it has.
    entries: usize,
}

/// What a store was restored to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What was damaged, in the words of the error.
    pub damage: String,
    /// How many changes the environment had seen by then.
    pub serial: u64,
    /// Where the damaged files are now.
    pub aside: PathBuf,
}

impl LocalStore {
    /// The store in this directory, which need not exist yet.
    pub fn new(directory: PathBuf) -> LocalStore {
        LocalStore {
            directory,
            belongs: None,
        }
    }

    /// The store of an environment in an account and region, below the directory of all states. `scope` keeps the states
    /// of AWS and of what stands in for it apart.
    pub fn of(root: &Path, environment: &str, account: &str, region: &str, scope: &str) -> LocalStore {
        LocalStore {
            directory: root.join(environment).join(format!("{account}-{region}{scope}")),
            belongs: Some((environment.to_owned(), account.to_owned(), region.to_owned())),
        }
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
    /// If it cannot be read, is damaged, was edited, is another environment's, or a newer version's.
    pub fn read(&self) -> Result<Option<State>, StoreError> {
        Ok(self.load()?.map(|replayed| upgraded(replayed.state)))
    }

    /// Reads snapshot and journal.
    fn load(&self) -> Result<Option<Replayed>, StoreError> {
        let (snapshot, journal) = self.texts(CURRENT)?;
        let journal_path = self.path(CURRENT.1);
        let Some(text) = snapshot else {
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
            Some(damage) => Err(StoreError::damaged(&journal_path, damage.clone())),
            None => Ok(Some(replayed)),
        }
    }

    /// Texts of a snapshot and of its journal, of one moment.
    fn texts(&self, names: Names) -> Result<(Option<String>, Option<String>), StoreError> {
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

    /// What a snapshot and its journal make, as far as the journal can be read.
    fn replayed(&self, names: Names, text: &str, journal: Option<&str>) -> Result<Replayed, StoreError> {
        let path = self.path(names.0);
        let snapshot = snapshot::read(text).map_err(|why| match why {
            NoSnapshot::Newer(format) => StoreError::Newer {
                path: path.clone(),
                format,
            },
            NoSnapshot::Damaged(reason) => StoreError::damaged(&path, reason),
        })?;
        let state = &snapshot.state;
        let is = (&state.environment, &state.account, &state.region);
        if let Some((environment, account, region)) = &self.belongs
            && is != (environment, account, region)
        {
            let reason = format!(
                "it is the state of `{}` in {} {}, and that of `{environment}` in {account} {region} belongs here",
                state.environment, state.account, state.region
            );
            return Err(StoreError::damaged(&path, reason));
        }
        if journal.is_none() && snapshot.sum.is_some() {
            let reason = format!("it is missing, and {} was written with one", names.0);
            return Err(StoreError::damaged(&self.path(names.1), reason));
        }
        Ok(journal::replay(snapshot, journal.unwrap_or_default()))
    }

    /// Takes the lock and reads the state, or starts with `fresh` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process holds it.
    pub fn lock(&self, fresh: impl FnOnce() -> State) -> Result<Locked, StoreError> {
        let lock = self.take_lock()?;
        let (state, journal) = match self.load()? {
            Some(Replayed {
                state,
                last: Some(last),
                entries: 0,
                ..
            }) => (upgraded(state), Some(self.open(last)?)),
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
            _lock: lock,
        })
    }

    /// Puts the last good state in the place of a damaged one, and the damaged files aside. `None` if nothing is damaged.
    ///
    /// The state is marked as one that may not know everything: what was recorded after it is lost.
    ///
    /// # Errors
    /// If nothing good is left, or another process holds the lock.
    pub fn restore(&self) -> Result<Option<Restored>, StoreError> {
        let _lock = self.take_lock()?;
        let damage = match self.load() {
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
            aside,
        }))
    }

    /// Copies the damaged files to a directory of their own.
    fn put_aside(&self) -> Result<PathBuf, StoreError> {
        let free = |number: &u32| !self.directory.join(format!("damaged-{number}")).exists();
        let number = (1..).find(free).unwrap_or_default();
        let aside = self.directory.join(format!("damaged-{number}"));
        fs::create_dir(&aside)?;
        for name in [CURRENT.0, CURRENT.1] {
            let path = self.path(name);
            if path.exists() {
                fs::copy(&path, aside.join(name))?;
            }
        }
        Ok(aside)
    }

    /// Writes a snapshot and begins its journal; keeps those of before.
    fn begin(&self, state: &State) -> Result<Journal, StoreError> {
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
        self.open(sum)
    }

    /// Opens the journal, which has no entries, to write to.
    fn open(&self, last: Sum) -> Result<Journal, StoreError> {
        let file = fs::OpenOptions::new().append(true).open(self.path(CURRENT.1))?;
        let length = file.metadata()?.len();
        Ok(Journal {
            file,
            length,
            last,
            entries: 0,
        })
    }

    fn take_lock(&self) -> Result<std::fs::File, StoreError> {
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

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

impl Journal {
    /// Writes an entry to the disk.
    fn append(&mut self, serial: u64, entry: &Entry) -> Result<(), StoreError> {
        let (line, sum) = journal::line(serial, &self.last, entry).map_err(std::io::Error::from)?;
        let written = self
            .file
            .write_all(line.as_bytes())
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a line would damage what is written after it; where even this fails, nothing else can be written.
            drop(self.file.file().set_len(self.length));
            return Err(error.into());
        }
        self.length += line.len() as u64;
        self.last = sum;
        self.entries += 1;
        Ok(())
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

    /// A lineage that is in a state counts as known: a plan without agreement leaves none.
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

    /// A store with a state of two snapshots and a journal of one entry.
    fn used() -> (tempfile::TempDir, LocalStore) {
        let directory = tempfile::tempdir().unwrap();
        let store = LocalStore::of(directory.path(), "acme", "123456789012", "eu-west-2", "");
        for lifetime in [60, 120] {
            let mut locked = store.lock(fresh).unwrap();
            locked.record(expires(lifetime)).unwrap();
            locked.close().unwrap();
        }
        store.lock(fresh).unwrap().record(expires(180)).unwrap();
        (directory, store)
    }

    fn expires(lifetime: u64) -> Entry {
        Entry::Expires {
            at: None,
            lifetime: Some(lifetime),
        }
    }

    /// What each damage does to the files, and the lifetime that is known after the restoration.
    #[test]
    fn each_damage_is_refused_and_the_last_good_state_comes_back() {
        type Damage = (&'static str, fn(&LocalStore), u64);
        let damages: [Damage; 6] = [
            (
                "an edited snapshot",
                |store| edit(store, CURRENT.0, "lineage", "another"),
                60,
            ),
            ("a snapshot cut off", |store| cut(store, CURRENT.0), 60),
            (
                "a lost snapshot",
                |store| fs::remove_file(store.path(CURRENT.0)).unwrap(),
                60,
            ),
            (
                "an edited journal",
                |store| edit(store, CURRENT.1, "180", "190"),
                120,
            ),
            (
                "a lost journal",
                |store| fs::remove_file(store.path(CURRENT.1)).unwrap(),
                120,
            ),
            (
                "an older snapshot",
                |store| {
                    fs::copy(store.path(BEFORE.0), store.path(CURRENT.0))
                        .map(drop)
                        .unwrap();
                },
                120,
            ),
        ];
        for (what, damage, known) in damages {
            let (_directory, store) = used();
            let intact = store.read().unwrap().unwrap();
            assert_eq!((intact.lifetime, intact.serial), (Some(180), 3));
            damage(&store);
            for error in [store.read().unwrap_err(), store.lock(fresh).unwrap_err()] {
                assert!(matches!(error, StoreError::Damaged { .. }), "{what}: {error}");
            }
            let restored = store.restore().unwrap().unwrap();
            let state = store.read().unwrap().unwrap();
            assert_eq!(restored.serial, state.serial, "{what}");
            assert!(state.lifetime >= Some(known), "{what}: {:?}", state.lifetime);
            assert!(state.partial, "{what}");
            assert!(restored.aside.is_dir(), "{what}");
            assert_eq!(store.restore().unwrap(), None, "{what}");
        }
    }

    fn edit(store: &LocalStore, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(store.path(name)).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(store.path(name), text.replace(from, to)).unwrap();
    }

    fn cut(store: &LocalStore, name: &str) {
        let text = fs::read_to_string(store.path(name)).unwrap();
        fs::write(store.path(name), &text[..text.len() / 2]).unwrap();
    }

    #[test]
    fn where_nothing_good_is_left_the_damage_stays_as_it_is() {
        let (_directory, store) = used();
        for name in [CURRENT.0, BEFORE.0] {
            cut(&store, name);
        }
        let before = fs::read_to_string(store.path(CURRENT.0)).unwrap();
        assert!(matches!(store.restore().unwrap_err(), StoreError::Damaged { .. }));
        assert_eq!(fs::read_to_string(store.path(CURRENT.0)).unwrap(), before);
    }

    #[test]
    fn another_environments_state_is_refused() {
        let (directory, store) = used();
        for (environment, account) in [("other", "123456789012"), ("acme", "210987654321")] {
            let other = LocalStore::of(directory.path(), environment, account, "eu-west-2", "");
            fs::create_dir_all(other.directory()).unwrap();
            for name in [CURRENT.0, CURRENT.1] {
                fs::copy(store.path(name), other.path(name)).unwrap();
            }
            let error = other.read().unwrap_err().to_string();
            assert!(error.contains("state of `acme` in 123456789012"), "{error}");
        }
    }

    #[test]
    fn a_state_without_checksum_is_read_and_gets_one() {
        let (_directory, store) = used();
        let mut old: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(store.path(CURRENT.0)).unwrap()).unwrap();
        old["version"] = 1.into();
        old.as_object_mut().unwrap().remove("sum");
        fs::write(store.path(CURRENT.0), old.to_string()).unwrap();
        fs::remove_file(store.path(CURRENT.1)).unwrap();
        assert_eq!(store.read().unwrap().unwrap().lifetime, Some(120));
        store.lock(fresh).unwrap().close().unwrap();
        let now = fs::read_to_string(store.path(CURRENT.0)).unwrap();
        assert!(now.contains("\"sum\""), "{now}");
    }

    #[test]
    fn a_serial_that_no_one_counted_to_is_refused() {
        let (_directory, store) = used();
        let mut old: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(store.path(CURRENT.0)).unwrap()).unwrap();
        old["version"] = 1.into();
        old["serial"] = u64::MAX.into();
        old.as_object_mut().unwrap().remove("sum");
        fs::write(store.path(CURRENT.0), old.to_string()).unwrap();
        fs::remove_file(store.path(CURRENT.1)).unwrap();
        assert!(matches!(
            store.lock(fresh).unwrap_err(),
            StoreError::Damaged { .. }
        ));
    }
}
