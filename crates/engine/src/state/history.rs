//! Who changed what when: a record of every run that changes an environment.
//!
//! A run writes its record before its first change and again at its end, so that a run that died is one without an end. The
//! records lie beside the state, and in the shared store where that is.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::{StoreError, text_of, write_atomically};
use super::local::LocalStore;

/// The folder of the records.
const FOLDER: &str = "history";

/// The most that is read of a record, in bytes.
const LONGEST: usize = 64 << 10;

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To make an environment what its blueprint says.
    Apply,
    /// To take it down.
    Destroy,
    /// To take over what exists.
    Import,
    /// To put state right by hand.
    Edit,
}

/// Who runs Headset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The ARN as which AWS is called.
    pub caller: String,
    /// The user, the machine and the process, as far as they are known.
    pub on: String,
    /// Headset's version.
    pub headset: String,
}

/// How many things a plan changes, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Made, by Headset or a person.
    pub created: usize,
    /// Changed in place.
    pub changed: usize,
    /// Replaced by another.
    pub replaced: usize,
    /// Deleted.
    pub deleted: usize,
    /// Taken over, or let go.
    pub kept: usize,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Ending {
    /// Everything was done.
    Done,
    /// It waits for people.
    Waits {
        /// How many checkpoints are open.
        checkpoints: usize,
    },
    /// Steps failed.
    Failed {
        /// How many.
        steps: usize,
    },
    /// The user stopped it.
    Interrupted,
    /// Headset could not go on.
    Stopped {
        /// Why.
        why: String,
    },
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// A name of its own.
    pub id: String,
    /// When it began.
    pub began: Timestamp,
    /// What it is for.
    pub purpose: Purpose,
    /// Who runs it.
    #[serde(flatten)]
    pub by: By,
    /// A digest of what was planned: the same plan has the same. None where nothing in AWS was to be changed.
    pub plan: Option<String>,
    /// What was planned.
    pub changes: Changes,
    /// After how many changes of the state it began.
    pub serial: u64,
    /// How it ended, and when. `None`: it is under way, or its process died.
    pub end: Option<End>,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// How.
    #[serde(flatten)]
    pub ending: Ending,
    /// After how many changes of the state.
    pub serial: u64,
}

/// What a store knows of earlier runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The runs, newest first.
    pub runs: Vec<Run>,
    /// How many more there are.
    pub earlier: usize,
    /// The names of records that are none that this version of Headset understands.
    pub unreadable: Vec<String>,
}

impl Run {
    /// What its record is called: names sort by the time of their runs.
    fn name(&self) -> String {
        let began = self.began.strftime("%Y%m%dT%H%M%SZ");
        format!("{began}-{}.json", self.id)
    }
}

impl LocalStore {
    /// Writes the record of a run, in place of what was written of it before.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) async fn keep_run(&self, run: &Run) -> Result<(), StoreError> {
        let body = serde_json::to_vec_pretty(run).map_err(std::io::Error::from)?;
        match self.shared() {
            Some(shared) => shared.put_record(&format!("{FOLDER}/{}", run.name()), body).await,
            None => {
                let folder = self.directory().join(FOLDER);
                fs_err::create_dir_all(&folder)?;
                write_atomically(&folder.join(run.name()), &body)
            }
        }
    }

    /// Puts the records of runs that another place has beside those of this one.
    ///
    /// # Errors
    /// If they cannot be read or written.
    pub(super) async fn take_history(&self, from: &LocalStore) -> Result<(), StoreError> {
        let Some(shared) = self.shared() else {
            return Ok(());
        };
        let folder = from.directory().join(FOLDER);
        let there = shared.records(&format!("{FOLDER}/")).await?;
        for name in names_in(&folder)? {
            if !name.ends_with(".json") || there.contains(&name) {
                continue;
            }
            if let Some(text) = text_of(&folder.join(&name))? {
                let name = format!("{FOLDER}/{name}");
                shared.put_record(&name, text.into_bytes()).await?;
            }
        }
        Ok(())
    }

    /// The last so many runs.
    ///
    /// # Errors
    /// If the records cannot be listed or read.
    pub async fn history(&self, last: usize) -> Result<History, StoreError> {
        let mut names = match self.shared() {
            Some(shared) => shared.records(&format!("{FOLDER}/")).await?,
            None => names_in(&self.directory().join(FOLDER))?,
        };
        names.retain(|name| name.ends_with(".json"));
        names.sort();
        names.reverse();
        let earlier = names.len().saturating_sub(last);
        names.truncate(last);
        let mut history = History {
            earlier,
            ..History::default()
        };
        for name in names {
            let body = match self.shared() {
                Some(shared) => shared.record(&format!("{FOLDER}/{name}")).await?,
                None => text_of(&self.directory().join(FOLDER).join(&name))?.map(String::into_bytes),
            };
            // It was removed meanwhile.
            let Some(body) = body else { continue };
            let run = (body.len() <= LONGEST).then(|| serde_json::from_slice(&body).ok());
            match run.flatten() {
                Some(run) => history.runs.push(run),
                None => history.unreadable.push(name),
            }
        }
        Ok(history)
    }
}

fn names_in(folder: &Path) -> Result<Vec<String>, StoreError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}
