//! Headset turns one YAML blueprint into a running VDI contact center on AWS.

pub mod sim;
