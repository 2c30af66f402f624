//! Who changed what when: a record of every run that changes an environment.
//!
//! A run writes its record before its first change and again at its end, so that a run that died is one without an end. The
//! records lie beside the state, and in the shared store where that is.

use std::path::Path;

use headset_kinds::objects::When;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::{StoreError, text_of, write_atomically};
use super::local::LocalStore;
use super::shared::Shared;

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
    /// To put a state back that was taken out.
    Push,
    /// To move the state to another place.
    Move,
    /// To put right what is damaged, or to work with a state again whose place is lost.
    Restore,
    /// To break the lease of another run.
    Unlock,
}

impl Purpose {
    /// Whether it is about the state itself, and never about anything in AWS.
    pub fn is_about_state(self) -> bool {
        match self {
            Purpose::Push | Purpose::Move | Purpose::Restore | Purpose::Unlock => true,
            Purpose::Apply | Purpose::Destroy | Purpose::Import | Purpose::Edit => false,
        }
    }
}

/// Something that was done to a state itself, at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Who did it.
    pub by: By,
    /// When.
    pub at: Timestamp,
    /// After how many changes of the state.
    pub serial: u64,
}

/// Who runs Headset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The ARN as which AWS is called; empty where AWS was not asked.
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

impl Touched {
    /// The record of it.
    fn recorded(self, purpose: Purpose) -> Run {
        let Touched { by, at, serial } = self;
        Run {
            id: uuid::Uuid::new_v4().to_string(),
            began: at,
            purpose,
            by,
            plan: None,
            changes: Changes::default(),
            serial,
            end: Some(End {
                at,
                ending: Ending::Done,
                serial,
            }),
        }
    }
}

impl Shared {
    /// Writes down what was done to the state.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn note(&self, purpose: Purpose, touched: Touched) -> Result<(), StoreError> {
        let run = touched.recorded(purpose);
        let body = serde_json::to_vec_pretty(&run).map_err(std::io::Error::from)?;
        let name = format!("{FOLDER}/{}", run.name());
        self.folder().put(&name, body, &When::Always).await.map(drop)
    }
}

impl LocalStore {
    /// Writes down what was done to the state.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn note(&self, purpose: Purpose, touched: Touched) -> Result<(), StoreError> {
        self.keep_run(&touched.recorded(purpose)).await
    }

    /// Writes the record of a run, in place of what was written of it before.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) async fn keep_run(&self, run: &Run) -> Result<(), StoreError> {
        let body = serde_json::to_vec_pretty(run).map_err(std::io::Error::from)?;
        self.keep_record(&run.name(), body).await
    }

    /// Puts the records of runs that another place has beside those of this one.
    ///
    /// # Errors
    /// If they cannot be read or written.
    pub(super) async fn take_history(&self, from: &LocalStore) -> Result<(), StoreError> {
        let has = self.record_names().await?;
        for name in from.record_names().await? {
            if has.contains(&name) {
                continue;
            }
            if let Some(body) = from.record(&name).await? {
                self.keep_record(&name, body).await?;
            }
        }
        Ok(())
    }

    /// What the records that are here are called.
    async fn record_names(&self) -> Result<Vec<String>, StoreError> {
        let mut names = match self.shared() {
            Some(shared) => shared.folder().names(&format!("{FOLDER}/")).await?,
            None => names_in(&self.directory().join(FOLDER))?,
        };
        // Who can write there must not write elsewhere here.
        names.retain(|name| name.ends_with(".json") && !name.contains(['/', '\\']) && !name.starts_with('.'));
        Ok(names)
    }

    /// What is in a record; `None` if there is none of that name.
    async fn record(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.shared() {
            Some(shared) => {
                let object = shared.folder().get(&format!("{FOLDER}/{name}")).await?;
                Ok(object.map(|object| object.body))
            }
            None => {
                let text = text_of(&self.directory().join(FOLDER).join(name))?;
                Ok(text.map(String::into_bytes))
            }
        }
    }

    /// Writes a record, in place of what was written of it before.
    async fn keep_record(&self, name: &str, body: Vec<u8>) -> Result<(), StoreError> {
        match self.shared() {
            Some(shared) => {
                let name = format!("{FOLDER}/{name}");
                shared.folder().put(&name, body, &When::Always).await.map(drop)
            }
            None => {
                let folder = self.directory().join(FOLDER);
                fs_err::create_dir_all(&folder)?;
                write_atomically(&folder.join(name), &body)
            }
        }
    }

    /// The last so many runs.
    ///
    /// # Errors
    /// If the records cannot be listed or read.
    pub async fn history(&self, last: usize) -> Result<History, StoreError> {
        let mut names = self.record_names().await?;
        names.sort();
        names.reverse();
        let earlier = names.len().saturating_sub(last);
        names.truncate(last);
        let mut history = History {
            earlier,
            ..History::default()
        };
        for name in names {
            // It was removed meanwhile.
            let Some(body) = self.record(&name).await? else {
                continue;
            };
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
