//! Diagnostics for programs.

use serde_json::{Value, json};

use super::Diagnostic;

/// The findings as a JSON list, in the given order. Each has `severity`, `code`, `message`, `place` (or null), `help`
/// (or null) and `notes`; a place has `file`, one-based `line` and `column` (in characters), and `bytes`.
pub fn list(diagnostics: &[Diagnostic]) -> Value {
    diagnostics.iter().map(one).collect()
}

fn one(diagnostic: &Diagnostic) -> Value {
    json!({
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "place": diagnostic.place,
        "help": diagnostic.help,
        "notes": diagnostic.notes,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Place;

    #[test]
    fn every_field_is_there() {
        let place = Place {
            file: Arc::from("b.yaml"),
            line: 2,
            column: 7,
            bytes: (17, 21),
        };
        let finding = Diagnostic::warning("unused", "no stack uses it")
            .at(place)
            .help("Delete it.")
            .note("so");
        assert_eq!(
            list(&[finding, Diagnostic::error("syntax", "not YAML")]),
            json!([
                {
                    "severity": "warning", "code": "unused", "message": "no stack uses it",
                    "place": {"file": "b.yaml", "line": 2, "column": 7, "bytes": [17, 21]},
                    "help": "Delete it.", "notes": ["so"],
                },
                {
                    "severity": "error", "code": "syntax", "message": "not YAML",
                    "place": null, "help": null, "notes": [],
                },
            ])
        );
    }
}
