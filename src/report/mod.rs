//! What people and pipelines see: plans, progress, status. The only printing outside of `cli`.
//!
//! Everything here reads values that others made; nothing here decides.

pub mod answer_view;
mod colours;
pub mod drift_view;
pub mod embed_sheet;
pub mod evidence;
pub mod explain_view;
mod failure;
pub mod graph_view;
mod heartbeat;
pub mod history_view;
mod html_page;
mod json_lines;
pub mod leaf_view;
pub mod leftovers;
pub mod metadata_view;
mod operation;
pub mod out;
mod painted;
mod patch;
mod plain;
pub mod plan_json;
pub mod plan_view;
pub mod probe_page;
pub mod probe_script;
pub mod probe_view;
mod progress;
pub mod reason;
#[cfg(test)]
mod samples;
pub mod search_view;
pub mod sheet;
pub mod status_view;
pub mod timeline;
mod timings;
mod told;
mod unopened;
pub mod verify_view;
mod volume;
mod words;
pub mod wrap;
#[cfg(test)]
mod written;

pub use json_lines::JsonLines;
pub use painted::Painted;
pub use patch::patch;
pub use plain::{Plain, not_visible_yet, unanswered};
pub use progress::Progress;
pub use timeline::Timeline;
pub use timings::Timings;
pub use told::Told;
pub use unopened::Unopened;
pub use volume::Volume;
pub use words::{WIDTH, agreeing, pairs, plural, span};

/// Reads the events of a run.
pub trait Reporter: Send {
    /// One event, and when it happened.
    fn event(&mut self, at: jiff::Timestamp, told: &Told);
    /// The run is over: leaves the terminal as a reader would want to find it.
    fn finish(&mut self);
}
