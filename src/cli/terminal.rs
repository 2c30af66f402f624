//! What the commands say, and what they ask. Data goes to standard output, talk to standard error.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::sync::OnceLock;

use terminal_size::{Height, Width, terminal_size_of};

use super::exit::{Exit, Failure};
use crate::report::{WIDTH, wrap};
use headset_core::diagnostic::{Diagnostic, render};
use headset_core::text_file::{self, Unreadable};

/// Texts are made for no narrower terminal than this.
const NARROWEST: usize = 20;

/// Prints data for programs and files.
pub(super) fn data(text: &str) {
    // A reader that closed the pipe (`| head`) has what it wanted.
    drop(write!(anstream::stdout().lock(), "{text}"));
}

/// Prints a text for people, as wide as the terminal. Elsewhere its lines stay whole, so that they can be searched.
pub(super) fn text(text: &str) {
    data(&fitting(text, columns(), wrap::text));
}

/// The same for a page that is looked at as a whole: it is as wide as a terminal wherever it goes.
pub(super) fn page(text: &str) {
    data(&wrap::text(text, columns().unwrap_or(WIDTH)));
}

/// The same for Markdown.
pub(super) fn markdown(text: &str) {
    data(&fitting(text, columns(), wrap::markdown));
}

/// How many columns data has: what the variable COLUMNS says, else those of the terminal that it goes to, if it does.
pub(super) fn columns() -> Option<usize> {
    asked_columns(terminal_size_of(std::io::stdout()))
}

/// The same for talk.
pub(super) fn talk_columns() -> Option<usize> {
    asked_columns(terminal_size_of(std::io::stderr()))
}

fn asked_columns(size: Option<(Width, Height)>) -> Option<usize> {
    let asked = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let own = || size.map(|(width, _)| usize::from(width.0));
    let columns: Option<usize> = asked.filter(|asked| *asked > 0).or_else(own);
    columns.map(|columns| columns.max(NARROWEST))
}

/// A text as wide as a terminal, if it goes to one.
fn fitting(text: &str, columns: Option<usize>, wrap: fn(&str, usize) -> String) -> String {
    columns.map_or_else(|| text.to_owned(), |width| wrap(text, width))
}

/// A JSON document of one line, with the version of its form.
pub(super) fn versioned(document: &impl serde::Serialize) -> String {
    let mut document = serde_json::json!(document);
    document["schema_version"] = 1.into();
    format!("{document}\n")
}

/// Prints talk.
pub(super) fn talk(text: &str) {
    say(&fitting(text, talk_columns(), wrap::text));
}

/// Prints Markdown as talk.
pub(super) fn talk_markdown(text: &str) {
    say(fitting(text, talk_columns(), wrap::markdown).trim_end());
}

fn say(text: &str) {
    drop(writeln!(anstream::stderr().lock(), "{text}"));
}

/// Whether standard error is a terminal that can show bars.
pub(super) fn is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether a person is there who can answer questions.
pub(super) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a line.
pub(super) fn ask(question: &str) -> String {
    drop(write!(anstream::stderr().lock(), "{question} "));
    let mut answer = String::new();
    match std::io::stdin().lock().read_line(&mut answer) {
        Ok(_) => answer.trim().to_owned(),
        Err(_) => String::new(),
    }
}

/// The most that is read of a blueprint, in bytes: its reader refuses half of it, and an endless file ends here.
pub(super) const BLUEPRINT: u64 = 2 << 20;
/// The most that is read of a file that a blueprint names, in bytes: IAM takes ten million characters of SAML metadata,
/// and nothing else is longer.
pub(super) const NAMED_FILE: u64 = 40_000_000;

/// The text of the first so many bytes of a file.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn read_text(path: &Path, most: u64) -> Result<String, Unreadable> {
    text_file::read(path, most)
}

/// What `--set` was given, as findings about it refer to it.
static SETS: OnceLock<String> = OnceLock::new();

/// Keeps what `--set` was given, so that findings can show it.
pub(super) fn remember_sets(sets: &[String]) {
    SETS.get_or_init(|| headset_blueprint::set_text(sets));
}

/// A file that is not written yet, as findings about it refer to it: its name and its text.
static DRAFT: OnceLock<(String, String)> = OnceLock::new();

/// Keeps a file that is not written yet, so that findings can show it.
pub(super) fn remember_draft(file: &str, text: &str) {
    DRAFT.get_or_init(|| (file.to_owned(), text.to_owned()));
}

/// Draws findings.
pub(super) fn diagnostics(findings: &[Diagnostic]) {
    if findings.is_empty() {
        return;
    }
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let read = RefCell::new(BTreeMap::new());
    let source = |file: &str| {
        let mut read = read.borrow_mut();
        let text: &mut Option<String> = read.entry(file.to_owned()).or_insert_with(|| {
            let draft = DRAFT.get().filter(|(name, _)| name == file);
            match draft {
                Some((_, text)) => Some(text.clone()),
                None if file == "--set" => SETS.get().cloned(),
                None => read_text(Path::new(file), BLUEPRINT).ok(),
            }
        });
        text.clone()
    };
    let text = render::human(findings, &source, colour);
    say(&fitting(text.trim_end(), talk_columns(), wrap::findings));
}

/// Draws a failure and says with which code to exit.
pub(super) fn failure(failure: Failure) -> Exit {
    match failure {
        Failure::Diagnostics(findings) => {
            diagnostics(&findings);
            Exit::Error
        }
        Failure::Refused(findings) => {
            diagnostics(&findings);
            Exit::Refused
        }
        Failure::Message { message, help, exit } => {
            let finding = Diagnostic {
                help,
                ..Diagnostic::error("failed", message)
            };
            diagnostics(&[finding]);
            exit
        }
    }
}
