//! A state as one text: taken out for a backup or another place, and put back.
//!
//! The text holds what the state knows and what people answered, and a checksum over both, so that only what Headset wrote
//! comes back.

use std::path::Path;
use std::time::Duration;

use headset_core::clock::Clock;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answers::AllAnswers;
use super::file::StoreError;
use super::local::LocalStore;
use super::model::State;
use super::snapshot::{self, Unreadable};
use super::sum::{self, Sum};

/// The format of the text.
const FORMAT: u32 = 1;

/// The most that such a text may be, in bytes: thousands of resources, each with a SAML document.
pub const LONGEST: u64 = 256 << 20;

/// What was taken out of a store.
#[derive(Serialize, Deserialize)]
struct Taken {
    format: u32,
    /// A snapshot, with its own sum.
    state: Value,
    /// What people answered, by the address of the checkpoint.
    answers: AllAnswers,
}

/// Why a state was not put back.
#[derive(Debug, thiserror::Error)]
pub enum NotPushed {
    /// The text is not what was taken out of a store.
    #[error(transparent)]
    Unreadable(StoreError),
    /// It is the state of another environment, account or region.
    #[error("it is the state of `{environment}` in {account} {region}")]
    Elsewhere {
        /// Its environment.
        environment: String,
        /// Its account.
        account: String,
        /// Its region.
        region: String,
    },
    /// What is there was begun anew: its things carry another id.
    #[error(
        "it is of another environment of that name: its things carry the tag headset:id {given}, and those of the state there {there}"
    )]
    OtherLineage {
        /// The lineage of what was given.
        given: String,
        /// The lineage of what is there.
        there: String,
    },
    /// What is there has seen as many changes, or more.
    #[error("it is the state after change {given}, and the one there is after change {there}")]
    Older {
        /// How many changes it has seen.
        given: u64,
        /// How many that has seen.
        there: u64,
    },
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a state that was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It is what is there.
    Same,
    /// It is there now, as the state after this change.
    Done {
        /// Counts every change of the state.
        serial: u64,
    },
}

impl LocalStore {
    /// The state and the answers as one text; `None` if there is no state.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn pull(&self) -> Result<Option<String>, StoreError> {
        let Some(state) = self.read()? else {
            return Ok(None);
        };
        let (text, _) = snapshot::text(&state).map_err(std::io::Error::from)?;
        let taken = Taken {
            format: FORMAT,
            state: serde_json::from_str(&text).map_err(std::io::Error::from)?,
            answers: self.answers().all()?,
        };
        let mut document = serde_json::to_value(taken).map_err(std::io::Error::from)?;
        let sum = Sum::of(&document);
        document[sum::MEMBER] = serde_json::to_value(sum).map_err(std::io::Error::from)?;
        let text = serde_json::to_string_pretty(&document).map_err(std::io::Error::from)?;
        Ok(Some(text + "\n"))
    }

    /// Puts a state back that was taken out, with the answers to what is not answered here. With `backwards` also one that
    /// is older than what is there, which is then marked as one that may not know everything. `from` is what the text is
    /// called in errors.
    ///
    /// # Errors
    /// If it is none, is another environment's, is older, or another run works on the environment.
    pub async fn push(
        &self,
        text: &str,
        from: &Path,
        clock: &Clock,
        wait: Duration,
        backwards: bool,
    ) -> Result<Pushed, NotPushed> {
        let (mut given, answers) = read(text).map_err(|why| NotPushed::Unreadable(why.about(from)))?;
        if !self.is_for(&given) {
            return Err(NotPushed::Elsewhere {
                environment: given.environment,
                account: given.account,
                region: given.region,
            });
        }
        let mut locked = self.take(clock, wait, || given.clone()).await?;
        let there = locked.state();
        let is_new = locked.is_new();
        if there.lineage != given.lineage {
            return Err(NotPushed::OtherLineage {
                given: given.lineage,
                there: there.lineage.clone(),
            });
        }
        let is_same = !is_new && *there == given;
        if !is_new && !is_same {
            if given.serial <= there.serial {
                if !backwards {
                    return Err(NotPushed::Older {
                        given: given.serial,
                        there: there.serial,
                    });
                }
                given.serial = there.serial + 1;
                given.partial = true;
            }
            locked.replace(given)?;
        }
        self.answers().fill(&answers)?;
        let serial = locked.finish().await?.serial;
        Ok(match is_same {
            true => Pushed::Same,
            false => Pushed::Done { serial },
        })
    }
}

/// What a text that was taken out holds.
fn read(text: &str) -> Result<(State, AllAnswers), Unreadable> {
    let damaged = |reason: &str| Unreadable::Damaged(reason.to_owned());
    let mut document: Value =
        serde_json::from_str(text).map_err(|error| Unreadable::Damaged(error.to_string()))?;
    let sum = sum::taken_from(&mut document)
        .ok_or_else(|| damaged("it has no checksum: it is not what `headset state pull` writes"))?;
    if sum != Sum::of(&document) {
        return Err(damaged("its content does not fit its checksum"));
    }
    match document.get("format").and_then(Value::as_u64) {
        Some(format) if format == u64::from(FORMAT) => {}
        Some(format) => return Err(Unreadable::OtherVersion(format!("it has format {format}"))),
        None => return Err(damaged("it is not what `headset state pull` writes")),
    }
    let taken: Taken =
        serde_json::from_value(document).map_err(|error| Unreadable::OtherVersion(error.to_string()))?;
    let snapshot = snapshot::read(&taken.state.to_string())?;
    Ok((super::upgrade::upgraded(snapshot.state), taken.answers))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::LazyLock;

    use headset_core::address;
    use proptest::prelude::*;

    use super::*;
    use crate::state::{Entry, Intent, Verb};
    use crate::tests::table::on_virtual_time;

    const NOW: Duration = Duration::ZERO;

    fn store(root: &Path, environment: &str) -> LocalStore {
        LocalStore::of(root, environment, "123456789012", "eu-west-2", "")
    }

    fn fresh(lineage: &str) -> State {
        State::new("acme", "123456789012", "eu-west-2", lineage.to_owned())
    }

    /// An environment with so many changes.
    fn changed(root: &Path, lineage: &str, changes: u64) -> LocalStore {
        let store = store(root, "acme");
        let mut locked = store.lock(|| fresh(lineage)).unwrap();
        for change in 0..changes {
            let entry = Entry::Intend {
                address: address!("s3.object", format!("{change}")),
                intent: Intent {
                    verb: Verb::Create,
                    token: "t".to_owned(),
                    spec: Value::Null,
                    after: Vec::new(),
                    at: None,
                },
            };
            locked.record(entry).unwrap();
        }
        locked.close().unwrap();
        store
    }

    fn push(to: &LocalStore, text: &str, backwards: bool) -> Result<Pushed, NotPushed> {
        let clock = Clock::wall();
        on_virtual_time(to.push(text, Path::new("backup.json"), &clock, NOW, backwards))
    }

    #[test]
    fn what_was_taken_out_comes_back_with_its_answers() {
        let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let from = changed(one.path(), "lineage", 3);
        let address = address!("idp.application", "acme support/1");
        let answered = BTreeMap::from([("start_url".to_owned(), "https://one.example.com".to_owned())]);
        from.answers().put(&address, &answered).unwrap();
        let text = from.pull().unwrap().unwrap();
        let to = store(other.path(), "acme");
        assert_eq!(push(&to, &text, false).unwrap(), Pushed::Done { serial: 3 });
        assert_eq!(to.read().unwrap(), from.read().unwrap());
        assert_eq!(to.answers().get(&address).unwrap(), answered);
        assert_eq!(push(&to, &text, false).unwrap(), Pushed::Same);
        assert_eq!(to.pull().unwrap().unwrap(), text);
        // What was answered here meanwhile stays.
        let newer = BTreeMap::from([("start_url".to_owned(), "https://newer.example.com".to_owned())]);
        to.answers().put(&address, &newer).unwrap();
        push(&to, &text, false).unwrap();
        assert_eq!(to.answers().get(&address).unwrap(), newer);
    }

    #[test]
    fn an_older_one_comes_back_only_if_it_may_and_is_marked() {
        let directory = tempfile::tempdir().unwrap();
        let store = changed(directory.path(), "lineage", 2);
        let text = store.pull().unwrap().unwrap();
        changed(directory.path(), "lineage", 3);
        let error = push(&store, &text, false).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it is the state after change 2, and the one there is after change 5"
        );
        assert_eq!(push(&store, &text, true).unwrap(), Pushed::Done { serial: 6 });
        let state = store.read().unwrap().unwrap();
        assert!(state.partial);
        assert_eq!(state.intents.len(), 2);
    }

    #[test]
    fn a_state_of_another_environment_is_refused() {
        let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let text = changed(one.path(), "lineage", 9).pull().unwrap().unwrap();
        for backwards in [false, true] {
            let error = push(&changed(other.path(), "another", 1), &text, backwards).unwrap_err();
            assert!(matches!(error, NotPushed::OtherLineage { .. }), "{error}");
            let error = push(&store(other.path(), "globex"), &text, backwards).unwrap_err();
            assert!(matches!(error, NotPushed::Elsewhere { .. }), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_was_edited_is_refused(at in any::<prop::sample::Index>(), bit in 0u8..8) {
            static TEXT: LazyLock<String> = LazyLock::new(|| {
                let directory = tempfile::tempdir().unwrap();
                changed(directory.path(), "lineage", 2).pull().unwrap().unwrap()
            });
            let mut bytes = TEXT.trim_end().as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            if let Ok(edited) = String::from_utf8(bytes) {
                // White space between members is no content.
                let is_same = serde_json::from_str::<Value>(&edited).ok() == serde_json::from_str(&TEXT).ok();
                prop_assert!(read(&edited).is_err() || is_same, "{edited}");
            }
        }
    }
}
