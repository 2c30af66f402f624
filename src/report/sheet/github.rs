//! Workflow commands of GitHub Actions: an annotation at the blueprint's line for each row.

use super::{Row, Sheet};
use crate::report::words::put;
use headset_core::diagnostic::Severity;

/// How many annotations of a level GitHub shows for a step (its documentation of workflow commands, read 2026-11).
const MOST: usize = 10;

/// The annotations, a line for each. What GitHub would leave out is counted in the last one.
pub fn annotations(sheet: &Sheet) -> String {
    let mut out = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let rows: Vec<(&str, &Row)> = sheet
            .chapters
            .iter()
            .flat_map(|chapter| chapter.rows.iter().map(|row| (chapter.environment.as_str(), row)))
            .filter(|(_, row)| level(row) == severity)
            .collect();
        // What says how many more there are is a notice, too, once for each level.
        let most = match severity {
            Severity::Note => MOST - 3,
            Severity::Error | Severity::Warning => MOST,
        };
        for (environment, row) in rows.iter().take(most) {
            annotation(&mut out, sheet.command.word(), environment, row);
        }
        if let Some(more) = rows.len().checked_sub(most).filter(|more| *more > 0) {
            put(
                &mut out,
                format_args!(
                    "::notice title=headset {}::{more} more are in the summary\n",
                    sheet.command.word()
                ),
            );
        }
    }
    out
}

/// What is waived has to be seen, and is no reason to fail.
fn level(row: &Row) -> Severity {
    match row.waived {
        Some(_) => Severity::Note,
        None => row.severity,
    }
}

fn annotation(out: &mut String, command: &str, environment: &str, row: &Row) {
    let word = match level(row) {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = row.place.as_ref().map(|place| {
        format!(
            "file={},line={},col={},",
            property(&place.file),
            place.line,
            place.column
        )
    });
    let title = format!("headset {command}: {environment}");
    let mut text = format!("{}: {}", row.subject(), row.sentence());
    for line in row.lines.iter().chain(&row.help) {
        text.push('\n');
        text.push_str(line);
    }
    put(
        out,
        format_args!(
            "::{word} {}title={}::{}\n",
            place.unwrap_or_default(),
            property(&title),
            message(&text)
        ),
    );
}

/// A text behind the second `::`.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
