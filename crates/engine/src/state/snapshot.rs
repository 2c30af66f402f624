//! The text of a snapshot: the state with a checksum over all of it.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::departure::Leaving;
use super::file::StoreError;
use super::model::{State, VERSION};
use super::sum::{self, Sum};

/// The member that holds the number of the lease.
const FENCE: &str = "fence";

/// The last format without a checksum.
const UNSUMMED: u32 = 1;

/// A snapshot that was read.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// The state.
    pub(super) state: State,
    /// Its checksum; `None` in the format of before there was one.
    pub(super) sum: Option<Sum>,
    /// Where it went, if it counts here no more.
    pub(super) leaving: Option<Leaving>,
}

/// The member of a snapshot that says where its state went.
const LEAVING: &str = "leaving";

/// Why a snapshot or a journal cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Another version of Headset wrote it, and this is what this one does not know.
    OtherVersion(String),
    /// It is not what Headset wrote: a phrase that follows the file's name and "is damaged".
    Damaged(String),
}

impl Unreadable {
    /// The error about the file or object of this name.
    pub(super) fn about(self, path: &Path) -> StoreError {
        match self {
            Unreadable::OtherVersion(what) => StoreError::OtherVersion {
                path: path.to_owned(),
                what,
            },
            Unreadable::Damaged(reason) => StoreError::damaged(path, reason),
        }
    }
}

/// The text of a snapshot of this state, and its sum.
///
/// # Errors
/// If the state cannot be written as JSON.
pub(super) fn text(state: &State) -> Result<(String, Sum), serde_json::Error> {
    #[derive(Serialize)]
    struct Summed<'a> {
        #[serde(flatten)]
        state: &'a State,
        sum: &'a Sum,
    }
    let state = &State {
        version: VERSION,
        ..state.clone()
    };
    // Of the text as it is read back, since reading may round a number.
    let sum = Sum::of(&serde_json::from_str(&serde_json::to_string(state)?)?);
    let text = serde_json::to_string_pretty(&Summed { state, sum: &sum })?;
    Ok((text, sum))
}

/// The text of a snapshot with the number of the lease under which it is written, and a sum over both.
///
/// # Errors
/// If the text is no JSON.
pub(super) fn fenced(text: &str, fence: u64) -> Result<String, serde_json::Error> {
    resealed(text, |document| document[FENCE] = fence.into())
}

/// The number of the lease under which a snapshot was written, even where something else is wrong with it.
pub(super) fn fence_of(text: &[u8]) -> Option<u64> {
    let document: Value = serde_json::from_slice(text).ok()?;
    document.get(FENCE)?.as_u64()
}

/// The same text, of a state that counts here no more.
///
/// # Errors
/// If the text is no JSON.
pub(super) fn left(text: &str, leaving: &Leaving) -> Result<String, serde_json::Error> {
    let leaving = serde_json::to_value(leaving)?;
    resealed(text, |document| document[LEAVING] = leaving)
}

/// A snapshot with something more in it, and a sum over all of it.
fn resealed(text: &str, change: impl FnOnce(&mut Value)) -> Result<String, serde_json::Error> {
    let mut document: Value = serde_json::from_str(text)?;
    sum::taken_from(&mut document);
    change(&mut document);
    let sum = Sum::of(&document);
    document[sum::MEMBER] = serde_json::to_value(sum)?;
    serde_json::to_string_pretty(&document)
}

/// Reads a snapshot.
///
/// # Errors
/// If it is damaged, was edited, or is of a version that knows more.
pub(super) fn read(text: &str) -> Result<Snapshot, Unreadable> {
    let damaged = |reason: &str| Unreadable::Damaged(reason.to_owned());
    let mut document: Value =
        serde_json::from_str(text).map_err(|error| Unreadable::Damaged(error.to_string()))?;
    let version = document.get("version").and_then(Value::as_u64);
    let version = version.ok_or_else(|| damaged("it does not say which format it has"))?;
    let sum = sum::taken_from(&mut document);
    match (u32::try_from(version).unwrap_or(u32::MAX), &sum) {
        // A damaged number is more likely than a version that skips that many.
        (newer, _) if newer > VERSION => {
            return Err(Unreadable::OtherVersion(format!("it has format {newer}")));
        }
        (UNSUMMED, None) => {}
        (VERSION, Some(sum)) if *sum == Sum::of(&document) => {}
        (VERSION, Some(_)) => return Err(damaged("its content does not fit its checksum")),
        (VERSION, None) => return Err(damaged("its checksum is missing")),
        (UNSUMMED, Some(_)) => return Err(damaged("its format has no checksum, and it has one")),
        (older, _) => return Err(Unreadable::Damaged(format!("no version wrote format {older}"))),
    }
    let leaving = document
        .get(LEAVING)
        .cloned()
        .map(serde_json::from_value)
        .transpose();
    let leaving = leaving.map_err(|error| Unreadable::OtherVersion(error.to_string()))?;
    // What has the right sum is what Headset wrote, so that what is not understood is not damage.
    let state: State = serde_json::from_value(document).map_err(|error| match &sum {
        Some(_) => Unreadable::OtherVersion(error.to_string()),
        None => Unreadable::Damaged(error.to_string()),
    })?;
    state.verify().map_err(Unreadable::Damaged)?;
    Ok(Snapshot { state, sum, leaving })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::record::{Intent, Verb};
    use super::*;

    fn state() -> State {
        let mut state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
        let intent = Intent {
            verb: Verb::Create,
            token: "t".into(),
            spec: serde_json::json!({"name": "pages", "target": 75.1}),
            after: Vec::new(),
            at: None,
        };
        state
            .intents
            .insert(headset_core::address!("s3.bucket", "pages"), intent);
        state
    }

    #[test]
    fn what_was_written_is_read_with_its_sum() {
        let (written, sum) = text(&state()).unwrap();
        let snapshot = read(&written).unwrap();
        assert_eq!(snapshot.state, state());
        assert_eq!(snapshot.sum, Some(sum));
    }

    #[test]
    fn a_newer_format_is_named_and_not_called_damage() {
        let (written, _) = text(&state()).unwrap();
        let newer = written.replace(&format!("\"version\": {VERSION}"), "\"version\": 7");
        assert_eq!(
            read(&newer).unwrap_err(),
            Unreadable::OtherVersion("it has format 7".to_owned())
        );
    }

    #[test]
    fn a_kind_of_another_version_is_named_and_not_called_damage() {
        let mut document = serde_json::to_value(state()).unwrap();
        document["intents"] = serde_json::json!({"connect.hologram/main": state().intents.values().next()});
        document["sum"] = serde_json::to_value(Sum::of(&document)).unwrap();
        let Err(Unreadable::OtherVersion(what)) = read(&document.to_string()) else {
            panic!("it was read");
        };
        assert_eq!(what, "there is no kind `connect.hologram`");
    }

    /// Every single bit: the file is short enough.
    #[test]
    fn no_flipped_bit_goes_unnoticed() {
        let (written, _) = text(&state()).unwrap();
        for at in 0..written.len() * 8 {
            let mut bytes = written.clone().into_bytes();
            bytes[at / 8] ^= 1 << (at % 8);
            if let Ok(flipped) = String::from_utf8(bytes) {
                assert!(read(&flipped).is_err(), "bit {at}:\n{flipped}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            drop(read(&text));
        }
    }
}
