//! One JSON event a line, for pipelines.

use std::io::Write;

use serde::Serialize;

use super::Reporter;
use headset_engine::apply::event::Event;

/// The version of the events' form; grows when a member changes its meaning or goes.
pub(super) const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Line<'a> {
    schema_version: u32,
    at: String,
    #[serde(flatten)]
    event: &'a Event,
}

/// Writes events to standard output.
#[derive(Debug, Default)]
pub struct JsonLines;

impl Reporter for JsonLines {
    fn event(&mut self, at: jiff::Timestamp, event: &Event) {
        let line = Line {
            schema_version: SCHEMA_VERSION,
            at: at.to_string(),
            event,
        };
        if let Ok(text) = serde_json::to_string(&line) {
            // A reader that went away must not stop the apply halfway.
            drop(writeln!(std::io::stdout().lock(), "{text}"));
        }
    }

    fn finish(&mut self) {}
}
