//! The append-only journal: a header, and one line an entry.
//!
//! The header names the snapshot that the journal follows by its checksum, and each line's checksum takes in the one
//! before it. So a journal fits one snapshot only, and no line can be changed, left out or put elsewhere unnoticed; only
//! lines at its end can be missing.
//!
//! An intent is written before its call and the result after it, so that a crash between any two leaves
//! something that the next plan can read.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::entry::Entry;
use super::model::State;
use super::snapshot::{Snapshot, Unreadable};
use super::sum::{self, Sum};

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    /// The checksum of the snapshot that the journal follows.
    after: Sum,
}

/// Any other line, its checksum aside.
#[derive(Serialize, Deserialize)]
struct Line {
    serial: u64,
    #[serde(flatten)]
    entry: Entry,
}

/// The header of a journal that follows the snapshot with this sum.
pub(super) fn header(after: &Sum) -> Result<String, serde_json::Error> {
    let mut line = serde_json::to_string(&Header { after: after.clone() })?;
    line.push('\n');
    Ok(line)
}

/// The line for an entry that makes `serial` of a state, after a line or header with the sum `before`; and its sum.
pub(super) fn line(serial: u64, before: &Sum, entry: &Entry) -> Result<(String, Sum), serde_json::Error> {
    let entry = entry.clone();
    // As it is read back, since reading may round a number.
    let mut document: Value = serde_json::from_str(&serde_json::to_string(&Line { serial, entry })?)?;
    let sum = Sum::following(before, &document);
    document[sum::MEMBER] = serde_json::to_value(&sum)?;
    Ok((format!("{document}\n"), sum))
}

/// What a journal made of the snapshot that it follows.
#[derive(Debug)]
pub(super) struct Replayed {
    /// The state after all of its entries.
    pub(super) state: State,
    /// The sum that the next line follows; `None` where the next write begins a new journal.
    pub(super) last: Option<Sum>,
    /// How many entries it had that the snapshot did not hold.
    pub(super) entries: usize,
    /// Why the rest of it cannot be read, if it cannot.
    pub(super) damage: Option<Unreadable>,
}

/// Replays a journal on top of a snapshot, as far as it can be read.
///
/// A last line that is cut off is what a crash during a write leaves, and is ignored. So is a journal of an earlier
/// snapshot that this one holds: a crash between writing a snapshot and beginning its journal leaves that.
pub(super) fn replay(snapshot: Snapshot, journal: &str) -> Replayed {
    let Snapshot { state, sum, .. } = snapshot;
    let serial = state.serial;
    let mut replayed = Replayed {
        state,
        last: None,
        entries: 0,
        damage: None,
    };
    let Some(own) = sum else {
        return unsummed(replayed, journal);
    };
    let mut lines = journal.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.ends_with('\n')) else {
        return replayed;
    };
    let Ok(Header { after }) = serde_json::from_str(first) else {
        replayed.damage = Some(Unreadable::Damaged(
            "it does not say which snapshot it follows".to_owned(),
        ));
        return replayed;
    };
    let follows = after == own;
    let mut last = after;
    for (number, text) in lines.enumerate() {
        if !text.ends_with('\n') {
            break;
        }
        let number = number + 2;
        let (line, sum) = match summed(text, &last, number) {
            Ok(read) => read,
            Err(damage) => {
                replayed.damage = Some(damage);
                break;
            }
        };
        last = sum;
        if follows && line.serial == replayed.state.serial + 1 {
            replayed.state.apply(line.entry);
            replayed.entries += 1;
        } else if follows || line.serial > serial {
            replayed.damage = Some(Unreadable::Damaged(match follows {
                true => format!(
                    "its line {number} is change {} after {}",
                    line.serial, replayed.state.serial
                ),
                false => "it follows another snapshot than the one beside it".to_owned(),
            }));
            break;
        }
    }
    replayed.last = (follows && replayed.damage.is_none()).then_some(last);
    finished(replayed)
}

/// Checks that what came out can be.
fn finished(mut replayed: Replayed) -> Replayed {
    if replayed.damage.is_none() {
        replayed.damage = replayed.state.verify().err().map(Unreadable::Damaged);
    }
    replayed
}

/// The line of this number and its sum, if it follows the one with the sum `before`.
fn summed(text: &str, before: &Sum, number: usize) -> Result<(Line, Sum), Unreadable> {
    let proven = || {
        let mut document: Value = serde_json::from_str(text).ok()?;
        let sum = sum::taken_from(&mut document)?;
        (sum == Sum::following(before, &document)).then_some((document, sum))
    };
    let (document, sum) = proven()
        .ok_or_else(|| Unreadable::Damaged(format!("its line {number} does not fit its checksum")))?;
    let line = serde_json::from_value(document)
        .map_err(|error| Unreadable::OtherVersion(format!("its line {number}: {error}")))?;
    Ok((line, sum))
}

/// Replays the journal of a snapshot that has no checksum: each line has one of its own.
fn unsummed(mut replayed: Replayed, journal: &str) -> Replayed {
    #[derive(Deserialize)]
    struct Old {
        sum: String,
        #[serde(flatten)]
        line: Line,
    }
    let lines: Vec<&str> = journal.split_inclusive('\n').collect();
    for (number, text) in lines.iter().enumerate() {
        let parsed = serde_json::from_str::<Old>(text).ok().filter(|old| {
            text.ends_with('\n')
                && old_checksum(old.line.serial, &old.line.entry).is_ok_and(|sum| sum == old.sum)
        });
        let Some(Old { line, .. }) = parsed else {
            if number + 1 < lines.len() {
                replayed.damage = Some(Unreadable::Damaged(format!("its line {} is damaged", number + 1)));
            }
            break;
        };
        if line.serial <= replayed.state.serial {
            continue;
        }
        if line.serial != replayed.state.serial + 1 {
            let (from, to) = (replayed.state.serial, line.serial);
            replayed.damage = Some(Unreadable::Damaged(format!(
                "it jumps from change {from} to {to}"
            )));
            break;
        }
        replayed.state.apply(line.entry);
        replayed.entries += 1;
    }
    finished(replayed)
}

/// The checksum of a line of format 1.
fn old_checksum(serial: u64, entry: &Entry) -> Result<String, serde_json::Error> {
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
    use proptest::prelude::*;

    fn entries() -> Vec<Entry> {
        let address = headset_core::address!("s3.bucket", "pages");
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
                    at: None,
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

    /// A journal of these entries after the snapshot of a new state.
    fn journal(entries: &[Entry]) -> (Snapshot, String) {
        let (text, mut last) = super::super::snapshot::text(&start()).unwrap();
        let mut journal = header(&last).unwrap();
        for (index, entry) in entries.iter().enumerate() {
            let (line, sum) = line(index as u64 + 1, &last, entry).unwrap();
            journal += &line;
            last = sum;
        }
        (super::super::snapshot::read(&text).unwrap(), journal)
    }

    proptest! {
        #[test]
        fn any_prefix_of_a_journal_replays_to_a_valid_state(cut in 0usize..3000) {
            let (snapshot, text) = journal(&entries());
            let cut = cut.min(text.len());
            let replayed = replay(snapshot, &text[..cut]);
            prop_assert_eq!(&replayed.damage, &None);
            let lines = text[..cut].matches('\n').count();
            prop_assert_eq!(replayed.state.serial as usize, lines.saturating_sub(1));
            prop_assert_eq!(replayed.entries, lines.saturating_sub(1));
        }

        #[test]
        fn a_flipped_bit_costs_nothing_that_is_before_it(at in 0usize..24_000) {
            let (snapshot, text) = journal(&entries());
            let at = at % (text.len() * 8);
            let mut bytes = text.clone().into_bytes();
            bytes[at / 8] ^= 1 << (at % 8);
            let Ok(flipped) = String::from_utf8(bytes) else { return Ok(()) };
            let intact = text[..at / 8].matches('\n').count();
            let replayed = replay(snapshot, &flipped);
            prop_assert_eq!(replayed.entries, intact.saturating_sub(1));
            // What is cut off at the end is no damage: a crash leaves that.
            let is_last = intact == text.matches('\n').count() - 1;
            prop_assert!(replayed.damage.is_some() || is_last, "bit {}", at);
        }
    }

    #[test]
    fn lines_that_change_places_or_are_left_out_are_damage() {
        let (snapshot, text) = journal(&entries());
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let damage = |lines: &[&str]| {
            let state = snapshot.state.clone();
            let sum = snapshot.sum.clone();
            replay(
                Snapshot {
                    state,
                    sum,
                    leaving: None,
                },
                &lines.concat(),
            )
            .damage
        };
        assert_eq!(damage(&lines), None);
        assert!(damage(&[lines[0], lines[2], lines[1], lines[3]]).is_some());
        assert!(damage(&[lines[0], lines[1], lines[3]]).is_some());
        assert!(damage(&[lines[1], lines[2]]).is_some());
    }

    #[test]
    fn a_journal_fits_its_own_snapshot_only() {
        let (snapshot, text) = journal(&entries());
        let other = State::new("acme", "123456789012", "eu-west-2", "another".into());
        let (other, _) = super::super::snapshot::text(&other).unwrap();
        let other = super::super::snapshot::read(&other).unwrap();
        let damage = replay(other, &text).damage.unwrap();
        let Unreadable::Damaged(damage) = damage else {
            panic!("{damage:?}");
        };
        assert!(damage.contains("another snapshot"), "{damage}");
        // A snapshot that holds all of the journal was written after it.
        let whole = replay(snapshot, &text).state;
        let (later, _) = super::super::snapshot::text(&whole).unwrap();
        let replayed = replay(super::super::snapshot::read(&later).unwrap(), &text);
        assert_eq!(
            (replayed.damage, replayed.entries, replayed.last),
            (None, 0, None)
        );
        assert_eq!(replayed.state, whole);
    }
}
