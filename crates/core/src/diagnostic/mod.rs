//! Mistakes and warnings as data: a code, a severity, a place, a sentence and a way out.
//!
//! Everything that checks returns all of its diagnostics at once; the renderers draw them.

pub mod json;
pub mod render;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How bad it is. Only an [`Severity::Error`] stops a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Nothing can go on until this is corrected.
    Error,
}

/// A stretch of a source file: where a key or value of a blueprint stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file as the user named it.
    #[serde(serialize_with = "as_str", deserialize_with = "of_string")]
    pub file: Arc<str>,
    /// One-based line.
    pub line: usize,
    /// One-based column, in characters.
    pub column: usize,
    /// Byte offsets into the file: start and end of the text in question.
    pub bytes: (usize, usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for the kind of finding, in kebab case, such as `unknown-key`.
    pub code: &'static str,
    /// One sentence that says what is wrong, without a full stop.
    pub message: String,
    /// Where in which file, if it is about a file.
    pub place: Option<Place>,
    /// What to do about it.
    pub help: Option<String>,
    /// Further facts: an assumption's id, AWS's request id, a related place.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// An error with this code and message.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// A warning with this code and message.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// What is worth knowing, with this code and message.
    pub fn remark(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity,
            code,
            message: message.into(),
            place: None,
            help: None,
            notes: Vec::new(),
        }
    }

    /// The same finding at a place.
    pub fn at(mut self, place: Place) -> Diagnostic {
        self.place = Some(place);
        self
    }

    /// The same finding with a place if there is one.
    pub fn at_maybe(mut self, place: Option<Place>) -> Diagnostic {
        self.place = place;
        self
    }

    /// The same finding with a way out.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// The same finding with one more fact.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }
}

/// Whether any of the findings is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
}

fn of_string<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    String::deserialize(deserializer).map(Arc::from)
}

fn as_str<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}
