//! One JSON event a line, for pipelines.

use super::Reporter;
use super::out;
use super::painted::Painted;
use super::told::Told;

/// Writes events to standard output.
#[derive(Debug, Default)]
pub struct JsonLines;

impl Reporter for JsonLines {
    fn event(&mut self, at: jiff::Timestamp, told: &Told) {
        if let Ok(text) = told.json(at) {
            // A reader that went away, or a full disk, must not stop the apply halfway.
            out::data(&Painted::document(&format!("{text}\n")));
        }
    }

    fn finish(&mut self) {}
}
