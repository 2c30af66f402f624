//! What a person does where no call of Headset's can: what is asked, and what is to be known about it.

use std::collections::BTreeMap;
use std::fmt;

use headset_core::{Address, AwsError};
use serde::{Deserialize, Serialize};

/// Something that a person does: AWS has no API for it, or Headset does not use what there is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// What it waits for.
    pub address: Address,
    /// One line: what a person has to do.
    pub title: String,
    /// The worksheet as Markdown: the exact values to type, in order, and where.
    pub worksheet: String,
    /// What may be answered. None is required where the result shows by itself (an image appears).
    pub questions: Vec<Question>,
    /// What is there already and may be what is asked for, each with the command that says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// Why it could not be looked up what is there already, if it could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<AwsError>,
}

impl Checkpoint {
    /// What is to be known besides what it asks for: what is there already, and what could not be looked up.
    pub fn notes(&self) -> Vec<String> {
        let unread = self
            .unread
            .iter()
            .map(|why| format!("whether it exists already could not be looked up: {why}"));
        self.notices
            .iter()
            .map(ToString::to_string)
            .chain(unread)
            .collect()
    }

    /// The required answers that are not there yet.
    pub fn missing<'a>(&'a self, answers: &BTreeMap<String, String>) -> Vec<&'a str> {
        self.questions
            .iter()
            .filter(|question| question.required)
            .filter(|question| answers.get(&question.key).is_none_or(String::is_empty))
            .map(|question| question.key.as_str())
            .collect()
    }
}

/// One answer that a checkpoint asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The answer's key.
    pub key: String,
    /// What to give.
    pub about: String,
    /// Whether the checkpoint stays open without it.
    pub required: bool,
    /// What an answer consists of.
    #[serde(default)]
    pub answer: Answer,
}

/// What an answer to a question consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// A text that only the person knows.
    #[default]
    Text,
    /// `yes`, and nothing else.
    Yes,
}

/// Something that is there already and may be what a checkpoint asks for. JSON has its sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Notice {
    /// What is there: the answer that takes it, such as its ARN or its name.
    pub of: String,
    /// What is said about it, with the command that takes it.
    pub text: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Notice> for String {
    fn from(notice: Notice) -> String {
        notice.text
    }
}

impl From<String> for Notice {
    fn from(text: String) -> Notice {
        Notice {
            of: String::new(),
            text,
        }
    }
}
