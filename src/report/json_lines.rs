//! One JSON event a line, for pipelines.

use super::Reporter;
use super::out;
use super::painted::Painted;
use super::told::Told;

/// Writes the events of an environment to standard output.
#[derive(Debug)]
pub struct JsonLines {
    environment: String,
}

impl JsonLines {
    /// For the run of this environment.
    pub fn new(environment: &str) -> JsonLines {
        JsonLines {
            environment: environment.to_owned(),
        }
    }
}

impl Reporter for JsonLines {
    fn event(&mut self, at: jiff::Timestamp, told: &Told) {
        if let Ok(text) = told.json(at, Some(&self.environment)) {
            // A reader that went away, or a full disk, must not stop the apply halfway.
            out::data(&Painted::document(&format!("{text}\n")));
        }
    }

    fn finish(&mut self) {}
}
