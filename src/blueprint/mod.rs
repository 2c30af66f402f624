//! The blueprint language: from YAML text to a checked model, with every mistake found in one run.

pub mod model;
