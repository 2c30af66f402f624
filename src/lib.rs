//! Headset turns one YAML blueprint into a running VDI contact center on AWS.
//!
//! Modules are nouns and import downwards only; this list is in that order, lowest first.
//! `docs/architecture.md` is the map.

pub mod report;

pub mod cli;
