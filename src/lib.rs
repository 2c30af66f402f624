//! Headset turns one YAML blueprint into a running VDI contact center on AWS.
//!
//! Modules are nouns and import downwards only; this list is in that order, lowest first.
//! `docs/architecture.md` is the map.

pub mod apply;
pub mod aws;
pub mod blueprint;
pub mod ccp;
pub mod design;
pub mod diagnostic;
pub mod image;
pub mod plan;
pub mod report;
pub mod resource;
pub mod sim;
pub mod state;
pub mod survey;
