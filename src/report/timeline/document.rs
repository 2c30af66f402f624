//! A run as a timeline shows it.

use serde::Serialize;

use crate::report::timings::Wait;
use headset_core::Address;
use headset_engine::plan::Phase;

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum End {
    /// It is done.
    Done,
    /// It failed.
    Failed,
    /// The run ended before it did.
    CutOff,
}

/// A step as it is drawn.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Span {
    pub(super) address: Address,
    pub(super) phase: Phase,
    /// What it did, as people read it.
    pub(super) what: &'static str,
    /// When it began and ended, in seconds since the run began.
    pub(super) began: f64,
    pub(super) ended: f64,
    pub(super) end: End,
    /// It is one of the chain of steps that the run was as long as.
    pub(super) critical: bool,
    /// What it came after, of what ran.
    pub(super) after: Vec<Address>,
}

/// The runs of several environments, as JSON has them.
#[derive(Debug, Serialize)]
pub(super) struct Several<'a> {
    pub(super) schema_version: u32,
    /// When the first one began.
    pub(super) began: String,
    /// From then to the end of the last one, in seconds.
    pub(super) seconds: f64,
    pub(super) environments: Vec<&'a Document>,
}

/// All of a run.
#[derive(Debug, Serialize)]
pub(super) struct Document {
    pub(super) schema_version: u32,
    pub(super) environment: String,
    pub(super) began: String,
    /// How long the run took, in seconds.
    pub(super) seconds: f64,
    pub(super) spans: Vec<Span>,
    /// What calls had to wait for before they were sent, all tasks together.
    pub(super) waits: Vec<Wait>,
}
