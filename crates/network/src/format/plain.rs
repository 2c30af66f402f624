//! Text, Markdown and CSV.

use super::formed::put;
use super::names::sides;
use crate::list::{AllowList, Allowed};
use crate::terms::Direction;

/// What the list is of, in a line or two.
fn heading(list: &AllowList) -> Vec<String> {
    let mut lines = vec![format!(
        "{}: what the network has to let through, by AWS's pages of {}",
        list.environment, list.data_of
    )];
    if let Some(stamp) = &list.ranges {
        lines.push(format!(
            "addresses of ip-ranges.json: createDate {}, syncToken {}",
            stamp.created, stamp.sync_token
        ));
    }
    lines
}

/// Groups of rows: by side and direction, in order.
fn groups(list: &AllowList) -> Vec<(String, Vec<&Allowed>)> {
    let mut found = Vec::new();
    for side in sides(list) {
        for direction in [Direction::Out, Direction::In] {
            let rows: Vec<&Allowed> = list
                .rows
                .iter()
                .filter(|row| row.side == side && row.direction == direction)
                .collect();
            if !rows.is_empty() {
                found.push((format!("{}, {}", side.name(), direction.name()), rows));
            }
        }
    }
    found
}

fn ports(row: &Allowed) -> String {
    let texts: Vec<String> = row.ports.iter().map(ToString::to_string).collect();
    texts.join(" ")
}

/// Text for people.
pub fn text(list: &AllowList) -> String {
    let mut out = heading(list).join("\n");
    out.push('\n');
    for (title, rows) in groups(list) {
        put(&mut out, format_args!("\n{title}\n"));
        for row in rows {
            put(&mut out, format_args!("  {}\n", ports(row)));
            for destination in row.destinations() {
                put(&mut out, format_args!("    {destination}\n"));
            }
            put(&mut out, format_args!("      {}: {}\n", row.service, row.reason));
            for remark in &row.remarks {
                put(&mut out, format_args!("      note: {remark}\n"));
            }
        }
    }
    for note in &list.notes {
        put(&mut out, format_args!("\nNote: {note}\n"));
    }
    out
}

/// Markdown: a table for each side.
pub fn markdown(list: &AllowList) -> String {
    let mut lines = heading(list);
    let title = lines.remove(0);
    let mut out = format!("# {title}\n");
    for line in lines {
        put(&mut out, format_args!("\n{line}\n"));
    }
    for (title, rows) in groups(list) {
        put(
            &mut out,
            format_args!(
                "\n## {}\n\n| ports | to | service | why | read |\n|---|---|---|---|---|\n",
                capital(&title)
            ),
        );
        for row in rows {
            let to: Vec<String> = row.destinations().iter().map(|to| cell_code(to)).collect();
            let mut why = vec![row.reason.clone()];
            why.extend(row.remarks.iter().map(|remark| format!("*{remark}*")));
            let read = match row.source.starts_with("https://") {
                true => format!("[{}]({})", row.read, row.source),
                false => format!("{}, {}", row.read, row.source),
            };
            put(
                &mut out,
                format_args!(
                    "| {} | {} | {} | {} | {} |\n",
                    ports(row),
                    to.join("<br>"),
                    cell(&row.service),
                    cell(&why.join("<br>")),
                    cell(&read)
                ),
            );
        }
    }
    for note in &list.notes {
        put(&mut out, format_args!("\n> {note}\n"));
    }
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn cell_code(text: &str) -> String {
    format!("`{}`", cell(text))
}

/// The columns of CSV.
const COLUMNS: [&str; 12] = [
    "environment",
    "side",
    "direction",
    "protocol",
    "ports",
    "to",
    "service",
    "id",
    "reason",
    "remarks",
    "source",
    "read",
];

/// CSV (RFC 4180): a line for each destination and port.
pub fn csv(list: &AllowList) -> String {
    let mut out = line(&COLUMNS.map(str::to_owned));
    for row in &list.rows {
        for to in row.destinations() {
            for ports in &row.ports {
                out.push_str(&line(&[
                    list.environment.clone(),
                    row.side.word().to_owned(),
                    row.direction.name().to_owned(),
                    ports.protocol.word().to_owned(),
                    ports.numbers(),
                    to.clone(),
                    row.service.clone(),
                    row.id.clone(),
                    row.reason.clone(),
                    row.remarks.join("; "),
                    row.source.clone(),
                    row.read.to_string(),
                ]));
            }
        }
    }
    out
}

fn line(fields: &[String]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    format!("{}\n", fields.join(","))
}

/// A field. What a spreadsheet would take for a formula has an apostrophe before it.
fn quoted(field: &str) -> String {
    let safe = match field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{field}"),
        false => field.to_owned(),
    };
    match safe.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", safe.replace('"', "\"\"")),
        false => safe,
    }
}
