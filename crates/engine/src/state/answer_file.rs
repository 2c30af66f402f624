//! The text of a file with answers: what people answered at one address, with a checksum over it.

use std::collections::BTreeMap;

use headset_kinds::kept::unsound;
use serde::Deserialize;
use serde_json::{Value, json};

use super::sum::{self, Sum};

/// The answers at one address, by their keys.
type Answered = BTreeMap<String, String>;

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    /// The answers.
    pub(super) answers: Answered,
    /// Whether it has a checksum; earlier versions wrote none.
    pub(super) is_sealed: bool,
}

/// The member with the answers.
const ANSWERS: &str = "answers";

/// The text of a file with these answers.
///
/// # Errors
/// If they cannot be written as JSON.
pub(super) fn sealed(answers: &Answered) -> std::io::Result<String> {
    let mut document = json!({ ANSWERS: answers });
    document[sum::MEMBER] = serde_json::to_value(Sum::of(&document))?;
    Ok(serde_json::to_string_pretty(&document)?)
}

/// Reads the text of a file.
///
/// # Errors
/// What is wrong with it: a phrase that follows its name and "is damaged".
pub(super) fn open(text: &str) -> Result<Opened, String> {
    let mut document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    // Those of earlier versions are the answers themselves.
    let is_sealed = document.get(ANSWERS).is_some_and(Value::is_object);
    let answers = match is_sealed {
        true => {
            let sum = sum::taken_from(&mut document);
            let sum = sum.ok_or_else(|| "its checksum is missing".to_owned())?;
            if sum != Sum::of(&document) {
                return Err("its content does not fit its checksum".to_owned());
            }
            document[ANSWERS].take()
        }
        false => document,
    };
    let answers = Answered::deserialize(answers).map_err(|error| error.to_string())?;
    match unsound(&answers) {
        None => Ok(Opened { answers, is_sealed }),
        Some(why) => Err(why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Answered {
        [("start_url", "https://s.example.com/a"), ("worksheet", "{}")]
            .map(|(key, answer)| (key.to_owned(), answer.to_owned()))
            .into()
    }

    /// Every single bit of it.
    #[test]
    fn no_flipped_bit_goes_unnoticed() {
        let written = sealed(&answers()).unwrap();
        assert_eq!(open(&written).unwrap().answers, answers());
        for at in 0..written.len() * 8 {
            let mut bytes = written.clone().into_bytes();
            bytes[at / 8] ^= 1 << (at % 8);
            if let Ok(flipped) = String::from_utf8(bytes) {
                assert!(open(&flipped).is_err(), "bit {at}:\n{flipped}");
            }
        }
    }

    #[test]
    fn what_earlier_versions_wrote_is_read() {
        let earlier = serde_json::to_string(&answers()).unwrap();
        let opened = open(&earlier).unwrap();
        assert_eq!((opened.answers, opened.is_sealed), (answers(), false));
    }
}
