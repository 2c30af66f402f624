//! Headset turns one YAML blueprint into a running VDI contact center on AWS.
//!
//! Modules are nouns and import downwards only; this list is in that order, lowest first.
//! `docs/architecture.md` is the map.

pub use headset_core::{diagnostic, text_file};

pub use headset_aws as aws;
pub use headset_aws::kinds as resource;

pub use headset_blueprint as blueprint;

pub use headset_design as design;

pub use headset_engine::{apply, assess, drift, import, metadata, plan, proposal, session, state, survey};

pub mod report;

pub mod cli;
