//! Files that a crash leaves with the old content or the new one, and why one cannot be read or written.

use std::io::Write;
use std::path::{Path, PathBuf};

use fs_err as fs;
use headset_core::shell::word;
use headset_core::text_file::{self, Unreadable};
use headset_core::{AwsError, Class};

use super::departure::{Destination, Kept};
use super::lease::Lease;

/// Why state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A file does not hold what it should.
    #[error("{path} is damaged: {reason}", path = path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The state in a shared store is not what Headset wrote.
    #[error("{object} is damaged: {reason}")]
    DamagedThere {
        /// The address of the state.
        state: String,
        /// Which object, for people.
        object: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The lease of a shared state cannot be read: it may be held, or not.
    #[error("{object} is damaged, so that it does not say whether a run works on the state: {reason}")]
    DamagedLease {
        /// Which object, for people.
        object: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Another version of Headset wrote a file, and this one does not understand it.
    #[error("another version of Headset wrote {path}: {what}", path = path.display())]
    OtherVersion {
        /// Which file.
        path: PathBuf,
        /// What this version does not know.
        what: String,
    },
    /// The shared store did not do what it was asked to.
    #[error("{place}: {error}")]
    Shared {
        /// Which store.
        place: String,
        /// What it answered.
        error: Box<AwsError>,
    },
    /// Another run holds the lease of a shared state.
    #[error("another run works on {place}: {lease}")]
    Leased {
        /// Which state.
        place: String,
        /// Who holds it, since when, until when.
        lease: Box<Lease>,
    },
    /// Another run has taken the lease of this one.
    #[error("this run may not write {place} any more: {why}")]
    LeaseLost {
        /// Which state.
        place: String,
        /// What shows it.
        why: String,
    },
    /// The state was moved to another place.
    #[error("the state of this environment is in {to}")]
    Moved {
        /// Where it is.
        to: Destination,
        /// Where what was kept of it is.
        kept: Kept,
    },
    /// The state is being moved to another place, and that has not come to its end.
    #[error("the state of this environment is being moved to {to}, and that has not come to its end")]
    Moving {
        /// Where it will be.
        to: Destination,
        /// Where what was kept of it is.
        kept: Kept,
    },
    /// Another process works on the environment.
    #[error("another process works on this environment: {holder}")]
    Locked {
        /// Who.
        holder: String,
    },
}

impl StoreError {
    /// Whether another run works on the environment: it may be asked for again later.
    pub fn is_locked(&self) -> bool {
        matches!(self, StoreError::Locked { .. } | StoreError::Leased { .. })
    }

    /// Whether the caller may not do that in the shared store.
    pub fn is_denied(&self) -> bool {
        matches!(self, StoreError::Shared { error, .. } if error.class == Class::Denied)
    }

    /// The command that puts right what is damaged, or takes back a move to a place that is lost for good.
    pub fn restore_command(&self) -> Option<String> {
        let restore = |what: &str| format!("headset state restore {}", word(what));
        // The blueprint says with which role the store is reached.
        let there = |state: &str| format!("{} FILE", restore(state));
        match self {
            StoreError::Damaged { path, .. } => {
                let mut directory = path.parent().unwrap_or(path);
                if directory.file_name().is_some_and(|name| name == ANSWERS) {
                    directory = directory.parent().unwrap_or(directory);
                }
                Some(restore(&directory.display().to_string()))
            }
            StoreError::DamagedThere { state, .. } => Some(there(state)),
            StoreError::Moved { kept, .. } | StoreError::Moving { kept, .. } => {
                let restore = match kept {
                    Kept::Here(directory) => restore(&directory.display().to_string()),
                    Kept::There { state, .. } => there(state),
                };
                Some(format!("{restore} --store-lost"))
            }
            _ => None,
        }
    }

    pub(super) fn damaged(path: &Path, reason: impl Into<String>) -> StoreError {
        StoreError::Damaged {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }
}

/// The most that is read of a file of state, in bytes: a thousand users take a few megabytes.
const LARGEST: u64 = 1 << 30;

/// The text of a file, if there is one.
pub(super) fn text_of(path: &Path) -> Result<Option<String>, StoreError> {
    let bytes = match text_file::bytes(path, LARGEST + 1) {
        Ok(bytes) => bytes,
        Err(error) if error.is_missing() => return Ok(None),
        Err(Unreadable::File(error)) => return Err(error.into()),
        Err(error) => return Err(StoreError::damaged(path, error.to_string())),
    };
    if bytes.len() as u64 > LARGEST {
        return Err(StoreError::damaged(
            path,
            format!("it is longer than {LARGEST} bytes"),
        ));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(_) => {
            let why = format!("{}: it is not UTF-8 text", path.display());
            Err(std::io::Error::new(std::io::ErrorKind::InvalidData, why).into())
        }
    }
}

/// Makes a file for its owner alone: state names people.
fn private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Writes a file so that a crash leaves either the old content or the new one.
pub(super) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let beside = path.with_extension("new");
    let mut file = private(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    if let Some(directory) = path.parent() {
        // Without this the rename itself may be lost with the machine.
        fs::File::open(directory)?.sync_all()?;
    }
    Ok(())
}

/// The names of a snapshot and its journal.
pub(super) type Names = (&'static str, &'static str);

/// Those that count.
pub(super) const CURRENT: Names = ("state.json", "journal.jsonl");

/// Those of before.
pub(super) const BEFORE: Names = ("state.before.json", "journal.before.jsonl");

/// The folder with what people answered.
pub(super) const ANSWERS: &str = "answers";

/// Names the shared store that the state was moved to.
pub(super) const MOVED: &str = "moved-to";
/// The file that names the shared store that a state is being moved to.
pub(super) const MOVING: &str = "moving-to";
