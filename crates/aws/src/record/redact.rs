//! Values: what may stand in a recording, member by member.
//!
//! The rule is to leave out: a text stays only if AWS's model fixes it for this member, if it is public wherever it
//! stands, or if it is a number, a boolean or a moment (which becomes milliseconds since the recording began).

use serde_json::{Map, Value, json};

use super::pseudonym::{Book, Form};
use super::vocabulary::{ServiceWords, vocabulary};
use super::{message, public, text};

/// Members whose values are left out, even as pseudonyms: equal secrets would show as equal.
const SECRETS: &[&str] = &[
    "AccountPassword",
    "Password",
    "PrivateKey",
    "SAMLAssertion",
    "SecretAccessKey",
    "SecretBinary",
    "SecretString",
    "SessionToken",
    "WebIdentityToken",
];

/// What stands in their place; it fits the rules that AWS has for passwords.
const WITHHELD: &str = "Withheld-1";

/// Takes everything private out of calls.
#[derive(Debug)]
pub(super) struct Redactor {
    pub(super) book: Book,
    /// When the recording began, in milliseconds since the epoch.
    origin: i64,
    /// Names of several words that were met, with their pseudonyms: messages hold them word by word.
    phrases: Vec<(String, String)>,
}

impl Redactor {
    pub(super) fn new(book: Book, origin: i64) -> Redactor {
        Redactor {
            book,
            origin,
            phrases: Vec::new(),
        }
    }

    /// A decoded value. `member` is the name under which it stands.
    pub(super) fn value(&mut self, words: Option<&ServiceWords>, member: &str, given: &Value) -> Value {
        match given {
            Value::Null | Value::Bool(_) => given.clone(),
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                let moment = words.is_some_and(|words| words.holds(member, 't'));
                let counted = words.is_some_and(|words| words.holds(member, 'n'));
                if moment || (!counted && number.abs() >= 1e9) {
                    self.moment(number)
                } else {
                    given.clone()
                }
            }
            Value::String(given) => self.string(words, member, given),
            Value::Array(entries) => entries
                .iter()
                .map(|entry| match entry {
                    // One name may mean a list of structures here and a map there.
                    Value::Object(members) if words.is_some_and(|words| words.holds(member, 'o')) => {
                        self.object(words, "", members)
                    }
                    entry => self.value(words, member, entry),
                })
                .collect(),
            Value::Object(members) => self.object(words, member, members),
        }
    }

    fn object(&mut self, words: Option<&ServiceWords>, member: &str, members: &Map<String, Value>) -> Value {
        if let (Some(seconds), 1) = (members.get("$epoch").and_then(Value::as_f64), members.len()) {
            return self.moment(seconds);
        }
        if let (Some(length), 1) = (members.get("$bytes").and_then(Value::as_u64), members.len()) {
            return json!({ "$bytes": length });
        }
        let map = words.is_some_and(|words| words.is_map(member));
        let mut out = Map::new();
        for (name, inner) in members {
            let (shown, below) = if map {
                (self.key(words, member, name), member)
            } else {
                (self.member(words, name), name.as_str())
            };
            let inner = self.value(words, below, inner);
            out.insert(shown, inner);
        }
        Value::Object(out)
    }

    /// The key of a map: anybody may have chosen it.
    fn key(&mut self, words: Option<&ServiceWords>, member: &str, name: &str) -> String {
        let fixed = words.is_some_and(|words| words.is_value(member, name));
        if fixed || public::is_tag_key(name) || (member == "Metadata" && is_capitals(name)) {
            name.to_owned()
        } else {
            text::text(&mut self.book, "key", name)
        }
    }

    /// A member's name: AWS's own, also one that is newer than the models, unless it is made of anything but the
    /// words that AWS uses.
    pub(super) fn member(&mut self, words: Option<&ServiceWords>, name: &str) -> String {
        let known = words.is_some_and(|words| words.has_member(name)) || matches!(name, "__type");
        if known || vocabulary().is_public_name(name) {
            name.to_owned()
        } else {
            self.book.name(Form::Word("member"), name)
        }
    }

    fn string(&mut self, words: Option<&ServiceWords>, member: &str, given: &str) -> Value {
        if SECRETS.contains(&member) {
            return WITHHELD.into();
        }
        // Who made a call, from which address, with which parameters.
        if member == "CloudTrailEvent" {
            return "{}".into();
        }
        if given.is_empty() || words.is_some_and(|words| words.is_value(member, given)) {
            return given.into();
        }
        let counted = words.is_some_and(|words| words.holds(member, 'n'));
        if counted && (given.len() <= 9 && given.parse::<f64>().is_ok() || matches!(given, "true" | "false"))
        {
            return given.into();
        }
        if let Some(moment) = self.written_moment(words, member, given) {
            return moment;
        }
        if matches!(
            member,
            "__type" | "Code" | "code" | "ErrorCode" | "x-amzn-errortype"
        ) {
            return self.code(words, given).into();
        }
        let prose = member.to_ascii_lowercase();
        if prose.ends_with("message") || prose.ends_with("reason") {
            return message::message(&mut self.book, &self.phrases, given).into();
        }
        // Where people live is theirs. This zone is one that AWS takes.
        if matches!(member, "Timezone" | "TimeZone") {
            return "Etc/UTC".into();
        }
        if matches!(member, "Name" | "name") && public::is_default_name(given) {
            return given.into();
        }
        // What is looked up in an event history. An operation's name is in AWS's models.
        if matches!(member, "AttributeValue" | "EventName") && vocabulary().is_operation(given) {
            return given.into();
        }
        if matches!(member, "Key" | "TagKeys" | "tagKeys" | "Tag") && public::is_tag_key(given) {
            return given.into();
        }
        let shown = text::text(&mut self.book, member, given);
        if given.contains(char::is_whitespace) && given.len() < 200 && shown != given {
            let known = self.phrases.iter().any(|(phrase, _)| phrase == given);
            if !known {
                self.phrases.push((given.to_owned(), shown.clone()));
                // Longer ones first: a name may begin with another.
                self.phrases
                    .sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
            }
        }
        shown.into()
    }

    /// A code of an error: without the namespace before it and the address behind it.
    pub(super) fn code(&mut self, words: Option<&ServiceWords>, given: &str) -> String {
        let code = given.rsplit('#').next().unwrap_or(given);
        let code = code.split(':').next().unwrap_or(code);
        let known = words.is_some_and(|words| words.is_error(code));
        if known || code.split(['.', '_', '-']).all(is_code) {
            code.to_owned()
        } else {
            self.book.name(Form::Word("code"), code)
        }
    }

    /// Prose that is no member: why no answer came.
    pub(super) fn prose(&mut self, given: &str) -> String {
        message::message(&mut self.book, &self.phrases, given)
    }

    /// One field of a form or a query: its name in parts, and its value.
    pub(super) fn field(&mut self, words: Option<&ServiceWords>, name: &str, given: &str) -> (String, Value) {
        let parts: Vec<&str> = name.split('.').collect();
        let shown: Vec<String> = parts
            .iter()
            .map(|part| match part.parse::<u32>() {
                Ok(number) => number.to_string(),
                // Parameters of S3 and of presigned URLs are hyphenated.
                Err(_)
                    if part
                        .split('-')
                        .all(|word| vocabulary().is_public_name(word) || is_code(word)) =>
                {
                    (*part).to_owned()
                }
                Err(_) => self.member(words, part),
            })
            .collect();
        let member = parts
            .iter()
            .rev()
            .find(|part| part.parse::<u32>().is_err() && !matches!(**part, "member" | "entry"))
            .unwrap_or(&name);
        let value = self.string(words, member, given);
        (shown.join("."), value)
    }

    /// A number of seconds since the epoch, or of milliseconds if it is too large for that.
    fn moment(&self, seconds: f64) -> Value {
        let milliseconds = if seconds.abs() >= 1e11 {
            seconds
        } else {
            seconds * 1000.0
        };
        json!({ "$at": milliseconds.round() as i64 - self.origin })
    }

    /// A moment that is written as text: `$at` where the model says that it is one, `$date` where it is just a text
    /// for AWS, such as a tag's value.
    fn written_moment(&self, words: Option<&ServiceWords>, member: &str, given: &str) -> Option<Value> {
        let digits = given.as_bytes().first()?.is_ascii_digit() && given.contains('T') && given.len() >= 19;
        let moment = if digits {
            given.parse::<jiff::Timestamp>().ok()?
        } else if given.ends_with(" GMT") {
            jiff::fmt::rfc2822::parse(given).ok()?.timestamp()
        } else {
            return None;
        };
        let known = words.is_some_and(|words| words.holds(member, 't') && !words.holds(member, 's'));
        let name = if known { "$at" } else { "$date" };
        Some(json!({ name: moment.as_millisecond() - self.origin }))
    }
}

/// `WORKING_DIRECTORY`: how AppStream calls the entries of an application's metadata.
fn is_capitals(name: &str) -> bool {
    name.split('_').all(|part| {
        part.chars().all(|c| c.is_ascii_uppercase()) && vocabulary().is_word(&part.to_ascii_lowercase())
    })
}

fn is_code(part: &str) -> bool {
    vocabulary().is_public_name(part) || is_capitals(part)
}
