//! What the commands say, and what they ask. Data goes to standard output, talk to standard error.

use std::io::{BufRead, IsTerminal, Write};

use fs_err as fs;

use super::exit::{Exit, Failure};
use crate::diagnostic::{Diagnostic, render};

/// Prints data.
pub(super) fn data(text: &str) {
    // A reader that closed the pipe (`| head`) has what it wanted.
    drop(write!(anstream::stdout().lock(), "{text}"));
}

/// Prints talk.
pub(super) fn talk(text: &str) {
    drop(writeln!(anstream::stderr().lock(), "{text}"));
}

/// Whether standard error is a terminal that can show bars.
pub(super) fn is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether somebody is there who can answer questions.
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

/// Draws findings.
pub(super) fn diagnostics(findings: &[Diagnostic]) {
    if findings.is_empty() {
        return;
    }
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let text = render::human(findings, &|file| fs::read_to_string(file).ok(), colour);
    talk(text.trim_end());
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
