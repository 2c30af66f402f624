//! Where a value came from, and advice that fits there.

use crate::compose::SET;
use crate::node::{Node, Value};
use headset_core::shell::option;

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It stands in a file.
    File,
    /// `--set` gave it.
    Option,
    /// An environment variable holds it.
    Variable,
}

impl Origin {
    /// Where this came from.
    pub(crate) fn of(node: &Node) -> Origin {
        let is_text = matches!(node.value, Value::Text(_));
        match (&*node.place.file == SET, node.loose && is_text) {
            (true, _) => Origin::Option,
            (false, true) => Origin::Variable,
            (false, false) => Origin::File,
        }
    }

    /// What a key (the last of its path) would be with another value, as code: a line of the file, an option, or what the
    /// variable holds.
    pub(crate) fn giving(self, key: &str, path: &str, value: &str) -> String {
        match self {
            Origin::File => format!("`{key}: {value}`"),
            Origin::Option => format!("`{}`", option("set", &format!("{path}={value}"))),
            Origin::Variable => format!("`{value}`"),
        }
    }

    /// Advice to give something, without a full stop.
    pub(crate) fn advice(self, giving: &str) -> String {
        match self {
            Origin::File => format!("Write {giving}"),
            Origin::Option => format!("Give {giving}"),
            Origin::Variable => format!("Set the variable to {giving}"),
        }
    }
}
