//! Markdown, for a comment on a pull request and the summary of a step.

use super::{Chapter, Row, Sheet};
use crate::report::words::put;
use headset_core::diagnostic::Severity;

/// The longest comment that GitHub takes is 65,536 characters; this leaves room for what a workflow adds. In bytes, of which
/// there are never fewer.
pub const COMMENT: usize = 60_000;
/// The longest summary of a step that GitHub takes is a mebibyte.
pub const SUMMARY: usize = 1_000_000;

/// Room for the last line, and for what closes a table.
const END: usize = 300;

/// The sheet, of at most so many bytes. Rows that do not fit are counted in its last line.
pub fn markdown(sheet: &Sheet, most: usize) -> String {
    // A workflow finds its own comment by this.
    let mut out = format!(
        "<!-- headset {} -->\n## {}\n",
        sheet.command.word(),
        sheet.command.title()
    );
    let mut left_out = 0;
    for chapter in &sheet.chapters {
        let mut written = format!(
            "\n### {}\n\n{}\n",
            text(&chapter.environment),
            text(&chapter.summary)
        );
        if out.len() + written.len() + END > most {
            left_out += chapter.rows.len();
            continue;
        }
        if !chapter.rows.is_empty() {
            written.push_str("\n| | what | why |\n|---|---|---|\n");
        }
        let room = most.saturating_sub(END + out.len());
        let mut shown: Vec<&Row> = Vec::new();
        for row in &chapter.rows {
            let line = line(row);
            let details = details(&[row]);
            // Behind the table there are the details of the same rows.
            let so_far = written.len() + self::details(&shown).len();
            match so_far + line.len() + details.len() <= room {
                true => {
                    written.push_str(&line);
                    shown.push(row);
                }
                false => left_out += 1,
            }
        }
        written.push_str(&details(&shown));
        out.push_str(&written);
        out.push_str(&quiet(chapter));
    }
    if left_out > 0 {
        put(
            &mut out,
            format_args!(
                "\n**{left_out} more are not shown**: the other forms of the report have all of them.\n"
            ),
        );
    }
    out
}

fn quiet(chapter: &Chapter) -> String {
    match (chapter.rows.len(), chapter.quiet.len()) {
        (0, 0) => "\nNothing was found.\n".to_owned(),
        (0, quiet) => format!(
            "\nNothing was found in {}.\n",
            crate::report::plural(quiet, "resource")
        ),
        _ => String::new(),
    }
}

/// A row of the table.
fn line(row: &Row) -> String {
    let mark = match (&row.waived, row.severity) {
        (Some(_), _) => "⚪",
        (None, Severity::Error) => "🔴",
        (None, Severity::Warning) => "🟡",
        (None, Severity::Note) => "🔵",
    };
    let place = row
        .place
        .as_ref()
        .map(|place| format!(" <sub>{}:{}</sub>", text(&place.file), place.line));
    format!(
        "| {mark} {} | {}{} | {} |\n",
        text(row.sort()),
        code(row.subject()),
        place.unwrap_or_default(),
        text(&row.sentence())
    )
}

/// What differs, folded in.
fn details(rows: &[&Row]) -> String {
    let mut out = String::new();
    for row in rows
        .iter()
        .filter(|row| !row.lines.is_empty() || row.help.is_some())
    {
        let lines: Vec<&str> = row.lines.iter().chain(&row.help).map(String::as_str).collect();
        let lines = lines.join("\n");
        let fence = fence(&lines);
        put(
            &mut out,
            format_args!(
                "\n<details><summary>{}</summary>\n\n{fence}text\n{lines}\n{fence}\n\n</details>\n",
                text(row.subject())
            ),
        );
    }
    out
}

/// Longer than any run of backticks in the text, so that the text cannot end its block.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

/// A text in a cell: no HTML, no other cell, no markup.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push_str("<br>"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            // A name with an @ would call people.
            '@' => out.push_str("&#64;"),
            c => out.push(c),
        }
    }
    out
}

/// The same as code.
fn code(text: &str) -> String {
    format!("<code>{}</code>", self::text(text))
}
