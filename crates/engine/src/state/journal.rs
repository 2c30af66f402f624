//! The append-only journal: one line an entry, each with its serial and a checksum.
//!
//! An intent is written before its call and the result after it, so that a crash between any two leaves
//! something that the next plan can read.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::entry::Entry;
use super::model::State;

#[derive(Serialize, Deserialize)]
struct Line {
    serial: u64,
    sum: String,
    #[serde(flatten)]
    entry: Entry,
}

/// The line for an entry that makes `serial` of a state.
pub(super) fn line(serial: u64, entry: &Entry) -> Result<String, serde_json::Error> {
    let sum = checksum(serial, entry)?;
    let mut line = serde_json::to_string(&Line {
        serial,
        sum,
        entry: entry.clone(),
    })?;
    line.push('\n');
    Ok(line)
}

/// Replays a journal on top of the snapshot that it follows.
///
/// A last line that is cut off is what a crash during a write leaves, and is ignored; anything else that does
/// not fit is an error.
pub(super) fn replay(mut state: State, journal: &str) -> Result<State, String> {
    let lines: Vec<&str> = journal.split_inclusive('\n').collect();
    for (number, text) in lines.iter().enumerate() {
        let parsed = serde_json::from_str::<Line>(text).ok().filter(|line| {
            text.ends_with('\n') && checksum(line.serial, &line.entry).is_ok_and(|sum| sum == line.sum)
        });
        let Some(line) = parsed else {
            if number + 1 == lines.len() {
                break;
            }
            return Err(format!("journal line {} is damaged", number + 1));
        };
        // A crash between writing a snapshot and emptying the journal leaves lines that the snapshot holds.
        if line.serial <= state.serial {
            continue;
        }
        if line.serial != state.serial + 1 {
            return Err(format!(
                "the journal jumps from serial {} to {}",
                state.serial, line.serial
            ));
        }
        state.apply(line.entry);
    }
    state.verify()?;
    Ok(state)
}

fn checksum(serial: u64, entry: &Entry) -> Result<String, serde_json::Error> {
    let mut hash = Sha256::new();
    hash.update(serial.to_le_bytes());
    // Through a value, whose maps are sorted: the text of the line may order members in another way.
    hash.update(serde_json::to_value(entry)?.to_string());
    Ok(hex::encode(&hash.finalize()[..8]))
}

#[cfg(test)]
mod tests {
    use super::super::record::{Intent, Record, Verb};
    use super::*;
    use headset_kinds::Address;
    use proptest::prelude::*;

    fn entries() -> Vec<Entry> {
        let address = Address::new("s3.bucket", "pages");
        let record = Record {
            id: "b".into(),
            origin: super::super::Origin::Created,
            spec: serde_json::json!({"name": "b"}),
            outputs: Default::default(),
            protect: false,
            after: vec![],
            waits: Default::default(),
            as_found: false,
        };
        vec![
            Entry::Expires {
                at: Some("2026-01-01T00:00:00Z".into()),
                lifetime: Some(3600),
            },
            Entry::Intend {
                address: address.clone(),
                intent: Intent {
                    verb: Verb::Create,
                    token: "t".into(),
                    spec: serde_json::Value::Null,
                    after: Vec::new(),
                },
            },
            Entry::Done {
                address: address.clone(),
                record,
            },
            Entry::Depose {
                address: address.clone(),
            },
            Entry::DeposedGone {
                address: address.clone(),
                id: "b".into(),
            },
            Entry::Gone { address },
        ]
    }

    fn start() -> State {
        State::new("acme", "123456789012", "eu-west-2", "l".into())
    }

    proptest! {
        #[test]
        fn any_prefix_of_a_journal_replays_to_a_valid_state(cut in 0usize..2000) {
            let mut text = String::new();
            for (index, entry) in entries().iter().enumerate() {
                text += &line(index as u64 + 1, entry).unwrap();
            }
            let cut = cut.min(text.len());
            let state = replay(start(), &text[..cut]).unwrap();
            prop_assert_eq!(state.serial as usize, text[..cut].matches('\n').count());
        }
    }

    #[test]
    fn a_damaged_line_in_the_middle_is_an_error() {
        let mut text = String::new();
        for (index, entry) in entries().iter().enumerate() {
            text += &line(index as u64 + 1, entry).unwrap();
        }
        let damaged = text.replacen("2026-01-01", "2027-01-01", 1);
        assert!(replay(start(), &damaged).is_err());
    }
}
