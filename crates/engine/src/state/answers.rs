//! What people answered to checkpoints.
//!
//! Answers are kept beside the journal in files of their own, because `checkpoint answer` has to work
//! while an `apply` holds the lock and waits for exactly that answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fs_err as fs;

use super::answer_file::{self, Opened};
use super::file::{ANSWERS, StoreError, text_of, write_atomically};
use headset_kinds::iam::saml_metadata::excerpt;
use headset_kinds::idp::WORKSHEET;
use headset_kinds::{Address, Kind, registry};
use serde_json::Value;

/// Answers that were stored, with those that the blueprint gives: these hold, since the blueprint says what is wanted.
///
/// A document that was fetched from an address that the blueprint gives stays: under `KEY_url` stands where the answer
/// KEY was fetched.
pub fn together(
    stored: &BTreeMap<String, String>,
    given: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut all = stored.clone();
    for (key, answer) in given {
        let fetched = format!("{key}_url");
        let source = stored.get(&fetched).filter(|url| !url.is_empty());
        let known = source.or_else(|| stored.get(key)).map(|known| known.trim());
        if known != Some(answer.trim()) {
            all.insert(key.clone(), answer.clone());
            all.remove(&fetched);
        }
    }
    all
}

/// What was answered at an address, and the spec there.
#[derive(Debug)]
pub struct AnsweredAt<'a> {
    /// The address.
    pub address: &'a Address,
    /// Its spec, as far as it is known.
    pub want: &'a Value,
    /// The answers.
    pub answers: BTreeMap<String, String>,
}

/// Why answers cannot be taken at an address: they name what another address was answered with. `others` are the other
/// addresses that are wanted; those of other kinds do not count.
pub fn named_elsewhere<'a>(
    kind: &dyn Kind,
    one: &AnsweredAt<'_>,
    others: impl IntoIterator<Item = AnsweredAt<'a>>,
) -> Option<String> {
    let named = kind.answers_name(one.want, &one.answers);
    if named.is_empty() {
        return None;
    }
    others
        .into_iter()
        .filter(|other| other.address.kind == one.address.kind && other.address != one.address)
        .find_map(|other| {
            let theirs = kind.answers_name(other.want, &other.answers);
            let (key, name) = named.iter().find(|name| theirs.contains(name))?;
            Some(format!(
                "{key}: `{}` is the answer of {} already, and {} is another application: give its own. If the answer \
                 of {} is wrong, correct that first",
                excerpt(name),
                other.address,
                one.address,
                other.address,
            ))
        })
}

/// Everything that was answered in an environment, by the address of the checkpoint.
pub(super) type AllAnswers = BTreeMap<Address, BTreeMap<String, String>>;

/// The answers of one environment.
#[derive(Clone, Debug)]
pub struct Answers {
    directory: PathBuf,
    /// Names of files that are to be written to the shared store, if there is one.
    unpublished: Unpublished,
    /// The address of the state in the shared store that this is the copy of, and what its objects are called for people.
    there: Option<(String, String)>,
}

/// The names of files with answers that the shared store does not have yet, or still has.
#[derive(Clone, Debug, Default)]
pub(super) struct Unpublished(Arc<Mutex<BTreeSet<String>>>);

impl Unpublished {
    /// The names.
    pub(super) fn names(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answers {
    pub(super) fn in_directory(directory: &Path, unpublished: Unpublished) -> Answers {
        Answers {
            directory: directory.join(ANSWERS),
            unpublished,
            there: None,
        }
    }

    /// The same as a copy of what is in a shared store: the address of the state there, and what the folder of its answers is
    /// called for people.
    pub(super) fn copied_from(self, there: (String, String)) -> Answers {
        Answers {
            there: Some(there),
            ..self
        }
    }

    /// That a file is damaged, or the object that it is a copy of.
    fn damage(&self, path: &Path, reason: String) -> StoreError {
        match (&self.there, path.file_name()) {
            (Some((state, objects)), Some(name)) => StoreError::DamagedThere {
                state: state.clone(),
                object: format!("{objects}/{}", name.to_string_lossy()),
                reason,
            },
            _ => StoreError::damaged(path, reason),
        }
    }

    /// Notes that the file of this address is not what the shared store has.
    fn touch(&self, address: &Address) {
        if let Some(name) = self.path(address).file_name() {
            self.unpublished
                .names()
                .insert(name.to_string_lossy().into_owned());
        }
    }

    fn path(&self, address: &Address) -> PathBuf {
        let name: String = address
            .to_string()
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect();
        self.directory.join(format!("{name}.json"))
    }

    /// What was answered at this address; empty if nothing. Where nothing was, what earlier versions kept of it with the
    /// answers of another thing: what it was about is then not known.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub fn get(&self, address: &Address) -> Result<BTreeMap<String, String>, StoreError> {
        let own = self.read(address)?;
        let with = registry::kind(address.kind).answered_with();
        let Some((kind, keys)) = with.filter(|_| own.is_empty()) else {
            return Ok(own);
        };
        let mut kept = self.read(&Address::new(kind, &address.key))?;
        kept.retain(|key, answer| keys.contains(&key.as_str()) && !answer.is_empty());
        if !kept.is_empty() {
            kept.insert(WORKSHEET.to_owned(), "{}".to_owned());
        }
        Ok(kept)
    }

    /// Whether anything is kept of this address: after a report that a thing is gone, that it has no answers.
    pub fn are_kept(&self, address: &Address) -> bool {
        self.path(address).exists()
    }

    /// What is in the file of this address.
    fn read(&self, address: &Address) -> Result<BTreeMap<String, String>, StoreError> {
        let opened = self.open(&self.path(address))?;
        Ok(opened.map(|opened| opened.answers).unwrap_or_default())
    }

    /// What is in a file; `None` if there is none.
    fn open(&self, path: &Path) -> Result<Option<Opened>, StoreError> {
        let Some(text) = text_of(path)? else {
            return Ok(None);
        };
        answer_file::open(&text)
            .map(Some)
            .map_err(|reason| self.damage(path, reason))
    }

    /// The files of the answers.
    fn files(&self) -> Result<Vec<PathBuf>, StoreError> {
        if !self.directory.is_dir() {
            return Ok(Vec::new());
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            // Any other file is not one that was written here.
            if address_of(&entry.file_name().to_string_lossy()).is_some() {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    }

    /// Writes a checksum into the files of versions that wrote none. What is damaged is said where it is used.
    ///
    /// # Errors
    /// If files cannot be read or written.
    pub(super) fn seal(&self) -> Result<(), StoreError> {
        for path in self.files()? {
            let Some(text) = text_of(&path)? else { continue };
            if let Ok(Opened {
                answers,
                is_sealed: false,
            }) = answer_file::open(&text)
                // People may answer meanwhile.
                && text_of(&path)? == Some(text)
            {
                write_atomically(&path, answer_file::sealed(&answers)?.as_bytes())?;
            }
        }
        Ok(())
    }

    /// The files that are damaged, each with what is wrong with it.
    ///
    /// # Errors
    /// If files cannot be read.
    pub(super) fn damaged(&self) -> Result<Vec<(PathBuf, StoreError)>, StoreError> {
        let mut damaged = Vec::new();
        for path in self.files()? {
            match self.open(&path) {
                Err(error @ StoreError::Damaged { .. }) => damaged.push((path, error)),
                opened => drop(opened?),
            }
        }
        Ok(damaged)
    }

    /// Stores the answers at this address in place of earlier ones.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn put(&self, address: &Address, answers: &BTreeMap<String, String>) -> Result<(), StoreError> {
        fs::create_dir_all(&self.directory)?;
        write_atomically(&self.path(address), answer_file::sealed(answers)?.as_bytes())?;
        self.touch(address);
        Ok(())
    }

    /// Stores what was answered at the first address of each pair at the second one, too, all at once. What was answered
    /// at the second one meanwhile goes before that.
    ///
    /// # Errors
    /// If they cannot be read or written.
    pub fn copy(&self, moves: &[(Address, Address)]) -> Result<(), StoreError> {
        let mut copies = Vec::new();
        for (from, to) in moves {
            let answers = self.get(from)?;
            let swapped = moves.iter().any(|(other, _)| other == to);
            if !answers.is_empty() && (swapped || self.get(to)?.is_empty()) {
                copies.push((to, answers));
            }
        }
        for (to, answers) in copies {
            self.put(to, &answers)?;
        }
        Ok(())
    }

    /// Stores everything that another environment's directory has.
    ///
    /// # Errors
    /// If files cannot be read or written.
    pub(super) fn take_all(&self, other: &Answers) -> Result<(), StoreError> {
        if !other.directory.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(&self.directory)?;
        for entry in fs::read_dir(&other.directory)? {
            let entry = entry?;
            let name = entry.file_name();
            write_atomically(&self.directory.join(&name), &fs::read(entry.path())?)?;
            self.unpublished
                .names()
                .insert(name.to_string_lossy().into_owned());
        }
        Ok(())
    }

    /// Everything that was answered, by address.
    ///
    /// # Errors
    /// If files cannot be read.
    pub(super) fn all(&self) -> Result<AllAnswers, StoreError> {
        let mut all = BTreeMap::new();
        for path in self.files()? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if let Some(address) = address_of(&name) {
                let answers = self.read(&address)?;
                all.insert(address, answers);
            }
        }
        Ok(all)
    }

    /// Stores these answers at addresses at which nothing was answered.
    ///
    /// # Errors
    /// If files cannot be read or written.
    pub(super) fn fill(&self, all: &AllAnswers) -> Result<(), StoreError> {
        for (address, answers) in all {
            if !self.are_kept(address) {
                self.put(address, answers)?;
            }
        }
        Ok(())
    }

    /// Forgets the answers at this address.
    ///
    /// # Errors
    /// If the file is there and cannot be removed.
    pub fn forget(&self, address: &Address) -> Result<(), StoreError> {
        match fs::remove_file(self.path(address)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => {
                self.touch(address);
                Ok(())
            }
        }
    }
}

/// The address whose answers are in the file of this name.
fn address_of(name: &str) -> Option<Address> {
    let mut parts = name.strip_suffix(".json")?.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend(part.get(2..)?.bytes());
    }
    String::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        pairs.iter().map(own).collect()
    }

    #[test]
    fn a_link_that_was_answered_with_its_application_is_the_links_answer() {
        let directory = tempfile::tempdir().unwrap();
        let answers = Answers::in_directory(directory.path(), Unpublished::default());
        let application = headset_core::address!("identity_center.application", "acme");
        let link = headset_core::address!("identity_center.link", "acme");
        let earlier = of(&[
            ("application_url", "https://console.example.com"),
            ("start_url", "https://s.example.com"),
            ("worksheet", "{\"name\":\"acme\"}"),
        ]);
        answers.put(&application, &earlier).unwrap();
        assert_eq!(answers.get(&application).unwrap(), earlier);
        let taken = of(&[("start_url", "https://s.example.com"), ("worksheet", "{}")]);
        assert_eq!(answers.get(&link).unwrap(), taken);
        assert!(
            answers
                .get(&headset_core::address!("identity_center.link", "other"))
                .unwrap()
                .is_empty()
        );
        // It moves with the application.
        let now = |address: &Address| Address::new(address.kind, "desk");
        let moves = [&application, &link].map(|address| (address.clone(), now(address)));
        answers.copy(&moves).unwrap();
        assert_eq!(answers.get(&now(&link)).unwrap(), taken);
        // What is answered at the link itself goes before it, and the application keeps its own.
        let own = of(&[("start_url", "https://t.example.com")]);
        answers.put(&link, &own).unwrap();
        assert_eq!(answers.get(&link).unwrap(), own);
        // Once the application is gone, so is what was answered with it.
        answers.put(&application, &BTreeMap::new()).unwrap();
        answers.forget(&link).unwrap();
        assert!(answers.get(&link).unwrap().is_empty());
    }

    /// A page shows this address, and an administrator's browser opens it.
    #[test]
    fn what_others_wrote_in_place_of_an_answer_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let answers = Answers::in_directory(directory.path(), Unpublished::default());
        let link = headset_core::address!("identity_center.link", "acme");
        answers
            .put(&link, &of(&[("start_url", "https://s.example.com")]))
            .unwrap();
        assert_eq!(answers.get(&link).unwrap().len(), 1);
        answers
            .put(&link, &of(&[("start_url", "javascript:alert(1)")]))
            .unwrap();
        let error = answers.get(&link).unwrap_err();
        let restore = format!("headset state restore {}", directory.path().display());
        assert_eq!(error.restore_command(), Some(restore));
        assert!(error.to_string().contains("is damaged: start_url"), "{error}");
    }

    #[test]
    fn what_the_blueprint_answers_goes_before_what_was_stored() {
        let stored = of(&[
            ("metadata", "<a/>"),
            ("metadata_url", "https://a"),
            ("start_url", "https://s"),
        ]);
        let same = together(&stored, &of(&[("metadata", "https://a")]));
        assert_eq!(same, stored, "it was fetched from there");
        let other = together(&stored, &of(&[("metadata", "https://b")]));
        assert_eq!(
            other,
            of(&[("metadata", "https://b"), ("start_url", "https://s")])
        );
        let more = together(&stored, &of(&[("application_arn", "arn")]));
        assert_eq!(more.len(), 4);
        let document = of(&[("metadata", "<a/>")]);
        assert_eq!(together(&document, &of(&[("metadata", " <a/>\n")])), document);
    }
}
