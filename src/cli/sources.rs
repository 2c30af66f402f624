//! What a blueprint is read from: its text, the files that it names, variables, and values over it.

use headset_blueprint::Sources;
use headset_core::Clock;
use sha2::{Digest as _, Sha256};

use super::project::Project;

/// A text that is read as a blueprint.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    /// The file's name, as findings give it.
    pub(super) file: &'a str,
    /// What is in it.
    pub(super) text: &'a str,
    /// What it may name.
    pub(super) project: &'a Project,
    /// Which of its targets is meant.
    pub(super) target: Option<&'a str>,
    /// The files of `--vars`.
    pub(super) values: &'a [(String, String)],
    /// `--set`.
    pub(super) sets: &'a [String],
}

impl Text<'_> {
    /// Lends it with everything that it is read from. What is read on the way is noted: what it is, and what is in it.
    pub(super) fn lend<T>(self, note: &dyn Fn(&str, &str), work: impl FnOnce(&Sources<'_>) -> T) -> T {
        work(&Sources {
            file: self.file,
            text: self.text,
            load: &|wanted| {
                let text = self.project.read(wanted)?;
                note(&format!("file {wanted}"), &text);
                Ok(text)
            },
            load_bytes: &|wanted, most| {
                let content = self.project.read_bytes(wanted, most)?;
                note(&format!("file {wanted}"), &hex::encode(Sha256::digest(&content)));
                Ok(content)
            },
            variable: &|name| {
                let value = std::env::var(name).ok()?;
                note(&format!("variable {name}"), &value);
                Some(value)
            },
            target: self.target,
            values: self.values,
            sets: self.sets,
            now: Some(Clock::wall().now()),
        })
    }
}

/// Nothing is noted.
pub(super) fn unnoted(_what: &str, _text: &str) {}
