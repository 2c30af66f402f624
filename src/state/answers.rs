//! What people answered to checkpoints.
//!
//! Answers are kept beside the journal in files of their own, because `checkpoint answer` has to work
//! while an `apply` holds the lock and waits for exactly that answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::local::{StoreError, write_atomically};
use crate::resource::Address;

/// The answers of one environment.
#[derive(Clone, Debug)]
pub struct Answers {
    directory: PathBuf,
}

impl Answers {
    pub(super) fn in_directory(directory: &Path) -> Answers {
        Answers {
            directory: directory.join("answers"),
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

    /// What was answered at this address; empty if nothing.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub fn get(&self, address: &Address) -> Result<BTreeMap<String, String>, StoreError> {
        let path = self.path(address);
        match fs::read_to_string(&path) {
            Ok(text) => {
                serde_json::from_str(&text).map_err(|error| StoreError::damaged(&path, error.to_string()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Stores the answers at this address in place of earlier ones.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn put(&self, address: &Address, answers: &BTreeMap<String, String>) -> Result<(), StoreError> {
        fs::create_dir_all(&self.directory)?;
        let text = serde_json::to_string_pretty(answers).map_err(std::io::Error::from)?;
        write_atomically(&self.path(address), text.as_bytes())
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

    /// Forgets the answers at this address.
    ///
    /// # Errors
    /// If the file is there and cannot be removed.
    pub fn forget(&self, address: &Address) -> Result<(), StoreError> {
        match fs::remove_file(self.path(address)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}
