//! What the commands say, and what they ask. Data goes to standard output, talk to standard error; `report::out` writes both.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use terminal_size::{Height, Width, terminal_size_of};

use super::exit::{Exit, Failure};
use crate::report::{Painted, Volume, WIDTH, out, wrap};
use headset_core::diagnostic::{Diagnostic, Severity, render};
use headset_core::text_file::{self, Unreadable};

/// Texts are made for no narrower terminal than this.
const NARROWEST: usize = 20;

/// Prints data for programs and files, which is no JSON.
pub(super) fn data(text: &str) {
    out::data(&text.into());
}

/// Prints a JSON document, and ends its line.
pub(super) fn document(document: &impl std::fmt::Display) {
    out::data(&Painted::document(&format!("{document}\n")));
}

/// Prints a text for people, as wide as the terminal. Elsewhere its lines stay whole, so that they can be searched.
pub(super) fn text(text: &str) {
    painted(&text.into());
}

/// The same with colours.
pub(super) fn painted(text: &Painted) {
    out::data(&text.wrapped(columns(), wrap::text));
}

/// The same for a page that is looked at as a whole: it is as wide as a terminal wherever it goes.
pub(super) fn page(text: &str) {
    out::data(&Painted::from(text).wrapped(Some(columns().unwrap_or(WIDTH)), wrap::text));
}

/// The same for Markdown.
pub(super) fn markdown(text: &str) {
    out::data(&Painted::from(text).wrapped(columns(), wrap::markdown));
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

/// Prints a JSON document of one line, with the version of its form.
pub(super) fn versioned(value: &impl serde::Serialize) {
    document(&with_version(value));
}

/// The same, indented: for what people read too.
pub(super) fn versioned_indented(value: &impl serde::Serialize) {
    document(&format_args!("{:#}", with_version(value)));
}

/// A JSON document with the version of its form.
pub(super) fn with_version(value: &impl serde::Serialize) -> serde_json::Value {
    let mut value = serde_json::json!(value);
    value["schema_version"] = 1.into();
    value
}

/// Prints talk: progress and advice, which `--quiet` leaves out.
pub(super) fn talk(text: &str) {
    out::note(&Painted::from(text).wrapped(talk_columns(), wrap::text));
}

/// Prints talk that is always said: what went wrong, what is not known, what a person has to see.
pub(super) fn warn(text: &str) {
    out::talk(&Painted::from(text).wrapped(talk_columns(), wrap::text));
}

/// Prints Markdown as talk that is always said.
pub(super) fn talk_markdown(text: &str) {
    out::talk(
        &Painted::from(text)
            .wrapped(talk_columns(), wrap::markdown)
            .trimmed(),
    );
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
///
/// Meanwhile leases are renewed and signals are heard.
pub(super) async fn ask(question: &str) -> String {
    asked(question).await.unwrap_or_default()
}

/// Asks for a line; `None`: the terminal is closed.
pub(super) async fn asked(question: &str) -> Option<String> {
    out::ask(&question.into());
    let read = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        let length = std::io::stdin().lock().read_line(&mut answer).unwrap_or(0);
        (length > 0).then(|| answer.trim().to_owned())
    });
    read.await.ok().flatten()
}

/// Asks whether to go on. `help` says what to give where no terminal is, `nothing` what then was not done.
///
/// # Errors
/// If there is no terminal to ask on.
pub(super) async fn agreed(question: &str, help: &str, nothing: &str) -> Result<bool, Failure> {
    if !can_ask() {
        return Err(
            Failure::usage("this has to be confirmed, and there is no terminal to ask on").help(help),
        );
    }
    let agreed = matches!(ask(question).await.as_str(), "y" | "Y" | "yes");
    if !agreed {
        talk(nothing);
    }
    Ok(agreed)
}

/// The most that is read of rules for faults, in bytes.
#[cfg(feature = "simulator")]
pub(super) const FAULTS: u64 = 1 << 20;
/// The most that is read of a recording, in bytes: a line is a call, and a first contact has a few thousand.
#[cfg(feature = "simulator")]
pub(super) const RECORDING: u64 = 256 << 20;
/// The most that is read of a blueprint, in bytes: its reader refuses half of it, and an endless file ends here.
pub(super) const BLUEPRINT: u64 = 2 << 20;
/// The most that is read of a file that a blueprint names, in bytes: IAM takes ten million characters of SAML metadata,
/// and nothing else is longer.
pub(super) const NAMED_FILE: u64 = 40_000_000;

/// What stands for standard input in place of a file.
pub(super) const STANDARD_INPUT: &str = "-";

/// Whether a path stands for standard input.
pub(super) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}

/// What came by standard input, which can be read once.
static INPUT: Mutex<Option<String>> = Mutex::new(None);

/// The text of the first so many bytes of a file, or of standard input if the path is `-`.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn read_text(path: &Path, most: u64) -> Result<String, Unreadable> {
    if !is_standard_input(path) {
        return text_file::read(path, most);
    }
    let mut input = INPUT.lock().unwrap_or_else(PoisonError::into_inner);
    let name = "what comes by standard input";
    let text = match input.as_ref() {
        Some(text) => text.clone(),
        None => input
            .insert(text_file::read_from(&mut std::io::stdin().lock(), name, most)?)
            .clone(),
    };
    match text.len() as u64 > most {
        true => Err(Unreadable::TooLarge {
            path: name.to_owned(),
            most,
        }),
        false => Ok(text),
    }
}

/// What `--set` was given, as findings about it refer to it.
static SETS: Mutex<String> = Mutex::new(String::new());

/// Keeps what `--set` was given (or a saved plan holds of it), so that findings can show it.
pub(super) fn remember_sets(sets: &[String]) {
    *SETS.lock().unwrap_or_else(PoisonError::into_inner) = headset_blueprint::set_text(sets);
}

/// A file that is not written yet, as findings about it refer to it: its name and its text.
static DRAFT: OnceLock<(String, String)> = OnceLock::new();

/// Keeps a file that is not written yet, so that findings can show it.
pub(super) fn remember_draft(file: &str, text: &str) {
    DRAFT.get_or_init(|| (file.to_owned(), text.to_owned()));
}

/// Prints the help that was asked for, or what is wrong with a command line.
pub(super) fn usage(error: &clap::Error) {
    let text = error.render().to_string();
    match Painted::from(&text) {
        // Arguments and variables that would steer the terminal, or a secret among them: without colours.
        painted if *painted != *text => out::talk(&painted.trimmed()),
        _ => out::noted(error.print()),
    }
}

/// Draws findings.
pub(super) fn diagnostics(findings: &[Diagnostic]) {
    let least = match out::volume() {
        Volume::Quiet => Severity::Warning,
        Volume::Normal | Volume::Verbose => Severity::Note,
    };
    let said = findings.iter().filter(|finding| finding.severity >= least);
    let findings: Vec<Diagnostic> = said.cloned().collect();
    if findings.is_empty() {
        return;
    }
    let read = RefCell::new(BTreeMap::new());
    let source = |file: &str| {
        let mut read = read.borrow_mut();
        let text: &mut Option<String> = read.entry(file.to_owned()).or_insert_with(|| {
            let draft = DRAFT.get().filter(|(name, _)| name == file);
            match draft {
                Some((_, text)) => Some(text.clone()),
                None if file == "--set" => Some(SETS.lock().unwrap_or_else(PoisonError::into_inner).clone()),
                None => read_text(Path::new(file), BLUEPRINT).ok(),
            }
        });
        text.clone()
    };
    let text = render::human(&findings, &source, out::talks_in_colours());
    out::talk(
        &Painted::drawn(&text)
            .trimmed()
            .wrapped(talk_columns(), wrap::findings),
    );
}

/// Draws a failure and says with which code to exit.
pub(super) fn failure(failure: Failure) -> Exit {
    diagnostics(&failure.findings());
    failure.exit()
}
