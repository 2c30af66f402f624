//! Who is who: names and ids of the recording, and what the replay calls the same things.

use std::collections::{BTreeMap, BTreeSet};

/// What separates the parts of names, addresses and documents. An e-mail address is one part with its `@`.
fn separates(character: char) -> bool {
    character.is_whitespace() || ":/,.\"'{}[]()<>?&=#;*%$|\\".contains(character)
}

/// A text in parts: names and what stands between them, in turns, beginning with a name that may be empty.
fn parts(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let name = rest.find(separates).unwrap_or(rest.len());
        out.push(&rest[..name]);
        rest = &rest[name..];
        let gap = rest.find(|c| !separates(c)).unwrap_or(rest.len());
        if gap > 0 {
            out.push(&rest[..gap]);
        }
        rest = &rest[gap..];
    }
    out
}

/// Whether this part of a text is one that the recorder has put there in place of another.
pub(super) fn is_pseudonym(part: &str) -> bool {
    let numbered = |word: &str, number: &str| {
        matches!(
            word,
            "arn"
                | "body"
                | "bucket"
                | "code"
                | "document"
                | "host"
                | "member"
                | "name"
                | "path"
                | "person"
                | "query"
                | "text"
                | "token"
                | "user"
                | "Withheld"
        ) && !number.is_empty()
            && number
                .trim_end_matches("@example")
                .bytes()
                .all(|byte| byte.is_ascii_digit())
    };
    if part
        .split_once('-')
        .is_some_and(|(word, number)| numbered(word, number))
    {
        return true;
    }
    let counted = |start: &str| {
        part.strip_prefix(start)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let role = part
        .strip_prefix("AWSServiceRoleForAmazonConnect_")
        .is_some_and(|suffix| suffix.starts_with("name") || suffix.starts_with("000000"));
    if counted("Sid") || role {
        return true;
    }
    let zeros = part.find("000000").is_some_and(|at| {
        at <= "ssoins-".len()
            && part[at..]
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
            && (part[at..].len() >= 8)
    });
    zeros && part.len() >= 10
}

/// Whether there is such a part in a text.
pub(super) fn has_pseudonym(text: &str) -> bool {
    parts(text).into_iter().any(is_pseudonym)
}

/// What one comparison taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// The texts mean the same.
    Same,
    /// The fixed parts differ.
    Other,
    /// The texts are of one form, but name different things.
    Unrelated,
}

/// Names of the recording with their counterparts.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    forth: BTreeMap<String, String>,
    back: BTreeMap<String, String>,
    /// Names that the replay was given: they are called the same there.
    given: BTreeSet<String>,
}

impl Mapping {
    /// Says what the replay calls a part.
    pub(super) fn set(&mut self, recorded: &str, replayed: &str) {
        self.forth.insert(recorded.to_owned(), replayed.to_owned());
        self.back.insert(replayed.to_owned(), recorded.to_owned());
    }

    /// A text of the recording as the replay has to hear it.
    pub(super) fn apply(&self, text: &str) -> String {
        if let Some(whole) = self.forth.get(text) {
            return whole.clone();
        }
        parts(text)
            .into_iter()
            .map(|part| self.forth.get(part).map_or(part, String::as_str))
            .collect()
    }

    /// The same for a request: what it names without a counterpart, the replay knows by the same name from now on.
    pub(super) fn tell(&mut self, text: &str) -> String {
        for part in parts(text) {
            // A document that the recording does not hold is another one in the replay.
            let replaced = part.starts_with("document-");
            if is_pseudonym(part) && !replaced && !self.forth.contains_key(part) {
                self.given.insert(part.to_owned());
            }
        }
        self.apply(text)
    }

    /// Whether the last part of this text of the replay stands for something in the recording: that is its name.
    pub(super) fn is_taken(&self, text: &str) -> bool {
        let named = |part: &&str| !part.starts_with(separates);
        let last = parts(text).into_iter().rfind(named).unwrap_or_default();
        self.back.contains_key(last) || self.given.contains(last)
    }

    /// Whether every name in a text has a counterpart, or the same name.
    pub(super) fn knows_all(&self, text: &str) -> bool {
        self.knows(text)
            || parts(text)
                .into_iter()
                .filter(|part| is_pseudonym(part))
                .all(|part| self.knows(part))
    }

    /// Whether a name has a counterpart, or the same name.
    pub(super) fn knows(&self, part: &str) -> bool {
        self.forth.contains_key(part) || self.given.contains(part)
    }

    /// Holds two texts against each other, and learns the names in them that it did not know.
    pub(super) fn learn(&mut self, recorded: &str, replayed: &str) -> Match {
        if self.apply(recorded) == replayed {
            return Match::Same;
        }
        // A query or a fragment is one pseudonym as a whole.
        let cut = |text: &str| text.find(['?', '#']);
        if let (Some(here), Some(there)) = (cut(recorded), cut(replayed))
            && recorded[here + 1..].starts_with("query-")
        {
            return self.learn(&recorded[..here], &replayed[..there]);
        }
        // What was withheld is not told apart.
        if recorded == "Withheld-1" {
            return Match::Same;
        }
        // Of a path on Windows only the drive and the ending are told, of an address nothing.
        let whole =
            is_pseudonym(recorded) || recorded.starts_with("C:\\path-") || recorded.starts_with("192.0.2.");
        let (theirs, ours) = (parts(recorded), parts(replayed));
        if whole && (theirs.len() != ours.len() || recorded.starts_with("192.0.2.")) {
            if self.knows(recorded) {
                return Match::Unrelated;
            }
            self.set(recorded, replayed);
            return Match::Same;
        }
        if theirs.len() != ours.len() {
            return Match::Other;
        }
        let mut found = Match::Same;
        for (theirs, ours) in theirs.iter().zip(&ours) {
            let mapped = self.forth.get(*theirs).map_or(*theirs, String::as_str);
            if mapped == *ours {
                continue;
            }
            if !is_pseudonym(theirs) {
                return Match::Other;
            }
            if self.knows(theirs) || self.back.contains_key(*ours) || self.given.contains(*ours) {
                found = Match::Unrelated;
            } else {
                self.set(theirs, ours);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudonyms_are_told_from_what_is_as_it_was() {
        for pseudonym in [
            "name-3",
            "000000000001",
            "00000000-0000-4000-8000-00000000000a",
            "subnet-00000000000000001",
            "AROA00000000000000001",
            "user-1@example",
            "Sid2",
            "Withheld-1",
            "d-0000000001",
            "AWSServiceRoleForAmazonConnect_name1",
        ] {
            assert!(is_pseudonym(pseudonym), "{pseudonym}");
        }
        for fixed in [
            "eu-west-2",
            "RUNNING",
            "standard",
            "AppStream-WinServer2022-05-12-2026",
            "2012-10-17",
            "image-builder",
        ] {
            assert!(!is_pseudonym(fixed), "{fixed}");
        }
    }

    #[test]
    fn ids_are_learnt_from_answers_and_used_in_requests() {
        let mut mapping = Mapping::default();
        assert_eq!(mapping.tell("name-1"), "name-1");
        let recorded = "arn:aws:connect:eu-west-2:000000000001:instance/00000000-0000-4000-8000-000000000001";
        let replayed = "arn:aws:connect:eu-west-2:000000000001:instance/0aa1b2c3-1111-4111-8111-111111111111";
        assert_eq!(mapping.learn(recorded, replayed), Match::Same);
        assert_eq!(
            mapping.tell("{\"a\":\"instance/00000000-0000-4000-8000-000000000001/*\"}"),
            "{\"a\":\"instance/0aa1b2c3-1111-4111-8111-111111111111/*\"}"
        );
        assert_eq!(mapping.learn("name-1", "other"), Match::Unrelated);
        assert_eq!(mapping.learn("fleet/name-2", "stack/x"), Match::Other);
        mapping.tell("document-1");
        assert_eq!(mapping.learn("document-1", "<a b=\"c\"/>"), Match::Same);
        assert_eq!(
            mapping.learn("C:\\path-1.exe", "C:\\Windows\\notepad.exe"),
            Match::Same
        );
        assert_eq!(
            mapping.learn("C:\\path-1.exe", "C:\\Windows\\other.exe"),
            Match::Unrelated
        );
        assert_eq!(mapping.learn("192.0.2.1", "10.0.0.10"), Match::Same);
        assert_eq!(mapping.learn("192.0.2.1", "10.0.0.11"), Match::Unrelated);
        assert_eq!(
            mapping.learn("https://a.example/name-3?query-1", "https://a.example/x?y=z"),
            Match::Same
        );
    }
}
