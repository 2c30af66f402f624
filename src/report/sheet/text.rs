//! The sheet as text for people.

use std::fmt::Write as _;

use super::{Row, Sheet};

/// Each environment under its name: what was found, and how much in one line.
pub fn text(sheet: &Sheet) -> String {
    let mut out = String::new();
    let rows = sheet.chapters.iter().flat_map(|chapter| &chapter.rows);
    let widest = rows.map(|row| row.sort().len()).max().unwrap_or_default();
    for chapter in &sheet.chapters {
        let _ = writeln!(out, "{}", chapter.environment);
        for row in &chapter.rows {
            put(&mut out, row, widest);
        }
        let _ = writeln!(out, "{}", chapter.summary);
    }
    out
}

fn put(out: &mut String, row: &Row, widest: usize) {
    let _ = writeln!(
        out,
        "{:widest$}  {}: {}",
        row.sort(),
        row.subject(),
        row.sentence()
    );
    for line in row.lines.iter().chain(&row.help) {
        let _ = writeln!(out, "{:widest$}  {line}", "");
    }
}
