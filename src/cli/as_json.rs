//! `--json` of commands that do one thing: what they came to, as one document in place of sentences.

use clap::Args;
use serde_json::Value;

use super::terminal;

/// The option by which a command prints a document.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct AsJson {
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

impl AsJson {
    /// Whether a document is asked for.
    pub(super) fn is_asked(self) -> bool {
        self.json
    }

    /// What the command came to: a sentence for people, which is no data, or a document.
    pub(super) fn talk(self, sentence: &str, document: impl FnOnce() -> Value) {
        match self.json {
            true => terminal::versioned(&document()),
            false => terminal::talk(sentence),
        }
    }

    /// The same where the text for people is data.
    pub(super) fn text(self, text: &str, document: impl FnOnce() -> Value) {
        match self.json {
            true => terminal::versioned(&document()),
            false => terminal::text(text),
        }
    }

    /// Says something to people that stands in the document as well.
    pub(super) fn aside(self, text: &str) {
        match self.json {
            true => terminal::talk(text),
            false => terminal::text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::{Command, CommandFactory as _};

    use crate::cli::Cli;

    /// The commands that have no `--json`, and why.
    const NONE: [(&str, &str); 8] = [
        ("ccp preview", "it serves pages until it is ended"),
        ("completions", "a shell reads it"),
        ("man", "a reader of man pages reads it"),
        (
            "policy show",
            "it prints JSON, or writes files for other programs",
        ),
        ("schema", "it prints JSON"),
        ("sim serve", "it serves until it is ended"),
        ("simulation", "it is a page of help"),
        ("state pull", "it prints JSON with a checksum"),
    ];

    fn without(command: &Command, path: &str, found: &mut Vec<String>) {
        for below in command.get_subcommands() {
            let path = format!("{path}{}", below.get_name());
            let has = below
                .get_arguments()
                .any(|argument| argument.get_long() == Some("json"));
            match below.has_subcommands() {
                true => without(below, &format!("{path} "), found),
                false if has => {}
                false => found.push(path),
            }
        }
    }

    #[test]
    fn every_command_prints_json_or_says_why_not() {
        let mut found = Vec::new();
        without(&Cli::command(), "", &mut found);
        let reasons = BTreeMap::from(NONE);
        let known = reasons
            .keys()
            .filter(|name| cfg!(feature = "simulator") || !name.starts_with("sim "));
        let known: Vec<&str> = known.copied().collect();
        found.sort();
        assert_eq!(found, known);
    }
}
