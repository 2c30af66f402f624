//! One JSON event a line, for pipelines.

use std::io::Write;

use super::Reporter;
use super::told::Told;

/// Writes events to standard output.
#[derive(Debug, Default)]
pub struct JsonLines;

impl Reporter for JsonLines {
    fn event(&mut self, at: jiff::Timestamp, told: &Told) {
        if let Ok(text) = told.json(at) {
            // A reader that went away must not stop the apply halfway.
            drop(writeln!(std::io::stdout().lock(), "{text}"));
        }
    }

    fn finish(&mut self) {}
}
