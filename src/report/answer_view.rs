//! What becomes of answers to checkpoints: taken, taken with a note, or refused.

use headset_core::diagnostic::Place;
use headset_engine::checkpoints::{Note, Refusal, Taken};
use headset_kinds::idp::answers::GONE;

/// What is to be known about an answer, without the word before it. `None`: it is a diagnostic, drawn as such.
pub fn note(note: &Note) -> Option<String> {
    let text = match note {
        Note::Document(_) => return None,
        Note::StillThere { id } => {
            format!("AWS still has the application ({id}): delete it, or there will be two of them")
        }
        Note::Remark(remark) => remark.clone(),
        Note::GoesWith { address, keys, place } => format!(
            "the blueprint has answers for {address}, too ({}): delete them{}, since that application is gone",
            quoted(keys),
            at(place.as_ref())
        ),
        Note::Incompatibility { address, reason } => {
            format!("{address} has an answer that does not fit: {reason}. The checkpoint is open again")
        }
    };
    Some(text)
}

/// How far a checkpoint is after it was answered, as a sentence.
pub fn taken(taken: &Taken) -> String {
    let now = match (taken.is_taken_back, taken.missing.is_empty()) {
        (true, _) => "is open again: its answers were deleted".to_owned(),
        (false, true) => "answered".to_owned(),
        (false, false) => format!("answered in part; still missing: {}", taken.missing.join(", ")),
    };
    format!("{} {now}", taken.address)
}

/// Why answers are refused, and what to do. `list` is the command that lists all checkpoints.
pub fn refusal(refusal: &Refusal, list: &str) -> (String, Option<String>) {
    match refusal {
        Refusal::NoCheckpoint(address) => (
            format!("{address} is not a checkpoint of this blueprint"),
            Some(format!("`{list}` lists them")),
        ),
        Refusal::NotAsked { address, key, asked } => (
            format!("{address} does not ask for `{key}`"),
            Some(format!("it asks for: {}", asked.join(", "))),
        ),
        Refusal::InBlueprint { address, key } => (
            format!("the blueprint itself sets `{key}` of {address}"),
            Some("change it there: the blueprint goes before other answers".to_owned()),
        ),
        Refusal::GoneInBlueprint { address, keys, place } => (
            format!(
                "the blueprint itself has answers for {address}: {}{}",
                quoted(keys),
                at(place.as_ref())
            ),
            Some(format!(
                "delete them there first, since that application is gone; then answer `{GONE}=yes` again"
            )),
        ),
        Refusal::GoneUnanswered(address) => (
            format!("{address} has no answer yet, so there is no application that could be gone"),
            Some("make the application as its worksheet says, and answer".to_owned()),
        ),
        Refusal::Rejected(reason) => (reason.to_string(), None),
        Refusal::Store(error) => (format!("state: {error}"), None),
    }
}

fn quoted(keys: &[String]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    keys.join(", ")
}

fn at(place: Option<&Place>) -> String {
    place.map(|place| format!(" (at {place})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do_instead() {
        let address = headset_core::address!("idp.application", "agents");
        let not_asked = Refusal::NotAsked {
            address: address.clone(),
            key: "arm".to_owned(),
            asked: vec!["application_arn".to_owned(), "metadata".to_owned()],
        };
        let told = refusal(&not_asked, "headset checkpoint list acme.yaml");
        assert_eq!(
            told,
            (
                "idp.application/agents does not ask for `arm`".to_owned(),
                Some("it asks for: application_arn, metadata".to_owned())
            )
        );
        let (_, help) = refusal(
            &Refusal::NoCheckpoint(address),
            "headset checkpoint list acme.yaml",
        );
        assert_eq!(
            help.as_deref(),
            Some("`headset checkpoint list acme.yaml` lists them")
        );
    }
}
