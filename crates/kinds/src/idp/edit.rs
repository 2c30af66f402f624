//! The worksheet of a change: of the whole worksheet only what is no longer as it was.
//!
//! A product's worksheet is written once, for a new application. What an edit takes is the difference of two of them:
//! one with the values that a person typed, one with those that are wanted. So both always speak of the same labels, in
//! the same words and under the same headings.

use std::collections::BTreeMap;

use super::{answers, sheet};
use crate::address::Address;
use crate::kind::Checkpoint;
use crate::shell::word;

/// How a section of a product's worksheet is reached in an application that is there already: its heading, and what to
/// choose.
pub(crate) type Way = (&'static str, &'static str);

/// A section: its heading, its values by label, and its tables.
#[derive(Debug, Default)]
struct Section {
    heading: String,
    values: Vec<(String, String)>,
    tables: Vec<Table>,
}

#[derive(Debug, Default)]
struct Table {
    heads: String,
    rule: String,
    rows: Vec<String>,
}

impl Table {
    /// What tells a row from others: its first cell, but for tables of people, in which each row is one.
    fn key<'row>(&self, row: &'row str) -> &'row str {
        let of_people = ["| Type |", "| Assign to |"];
        if of_people.iter().any(|start| self.heads.starts_with(start)) {
            return row;
        }
        row.trim_start_matches("| ").split(" |").next().unwrap_or(row)
    }
}

/// The sections of a worksheet, without the one in which answers are asked for.
fn sections(sheet: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut in_table = false;
    for line in sheet.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push(Section {
                heading: heading.to_owned(),
                ..Section::default()
            });
        }
        let Some(section) = sections.last_mut() else {
            continue;
        };
        match (line.starts_with('|'), section.tables.last_mut()) {
            (true, Some(table)) if in_table && table.rule.is_empty() => table.rule = line.to_owned(),
            (true, Some(table)) if in_table => table.rows.push(line.to_owned()),
            (true, _) => section.tables.push(Table {
                heads: line.to_owned(),
                ..Table::default()
            }),
            (false, _) => {
                if let Some((label, value)) = line.strip_prefix("- ").and_then(|item| item.split_once(": ")) {
                    section.values.push((label.to_owned(), value.to_owned()));
                }
            }
        }
        in_table = line.starts_with('|');
    }
    sections.retain(|section| section.heading != "Answers");
    sections
}

/// The lines of an edit: by section, what is no longer as in `old`. Where nothing is known of before, that is all.
pub fn lines(old: Option<&str>, new: &str, ways: &[Way]) -> Vec<String> {
    let old: BTreeMap<String, Section> = old
        .map(sections)
        .unwrap_or_default()
        .into_iter()
        .map(|section| (section.heading.clone(), section))
        .collect();
    let mut lines = Vec::new();
    for section in sections(new) {
        let before = old.get(&section.heading);
        let mut body = values(before, &section);
        for (place, table) in section.tables.iter().enumerate() {
            body.extend(rows(before.and_then(|before| before.tables.get(place)), table));
        }
        lines.extend(self::section(&section.heading, ways, body));
    }
    // A section that is gone altogether: no one is left to assign.
    for (heading, before) in &old {
        if sections(new).iter().any(|section| section.heading == *heading) {
            continue;
        }
        let body: Vec<String> = before
            .tables
            .iter()
            .flat_map(|table| rows(Some(table), &table.emptied()))
            .collect();
        lines.extend(section(heading, ways, body));
    }
    lines
}

/// A section's heading, the way to it, and what is to be done there; nothing if there is nothing.
fn section(heading: &str, ways: &[Way], body: Vec<String>) -> Vec<String> {
    if body.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("## {heading}"), String::new()];
    if let Some((_, way)) = ways.iter().find(|(known, _)| *known == heading) {
        lines.extend([(*way).to_owned(), String::new()]);
    }
    lines.extend(body);
    lines
}

impl Table {
    /// The same table without a row.
    fn emptied(&self) -> Table {
        Table {
            heads: self.heads.clone(),
            rule: self.rule.clone(),
            rows: Vec::new(),
        }
    }
}

/// What an edit worksheet is about.
pub(crate) struct Edit<'a> {
    /// Of which checkpoint.
    pub(crate) address: &'a Address,
    /// What the product is called.
    pub(crate) product: &'a str,
    /// What the application is called there now.
    pub(crate) name: &'a str,
    /// How to find it.
    pub(crate) find: Vec<String>,
    /// The worksheet with the values that a person typed, as far as they are known.
    pub(crate) old: Option<String>,
    /// The worksheet with the values that are wanted.
    pub(crate) new: String,
    /// How the sections are reached.
    pub(crate) ways: &'a [Way],
    /// What else is to be done.
    pub(crate) more: Vec<String>,
}

impl Edit<'_> {
    /// The checkpoint.
    pub(crate) fn checkpoint(self) -> Checkpoint {
        let mut worksheet = vec![
            format!("# Checkpoint {}", self.address),
            String::new(),
            format!(
                "The values of an application that is there already changed. It stays the one application: do not add \
                 another one. A person edits it in {}, and types only what is listed here. Type exactly what is \
                 between the backticks: keep upper and lower case, and add no space at either end.",
                self.product
            ),
            String::new(),
            "## Find the application".to_owned(),
            String::new(),
        ];
        worksheet.extend(self.find);
        worksheet.push(String::new());
        if self.old.is_none() {
            worksheet.extend([
                "Headset does not know what was typed before: these are all its values. Compare them."
                    .to_owned(),
                String::new(),
            ]);
        }
        worksheet.extend(lines(self.old.as_deref(), &self.new, self.ways));
        worksheet.extend(self.more);
        worksheet.extend(["## Answers".to_owned(), String::new()]);
        let questions = answers::edit_questions();
        worksheet.extend(
            questions
                .iter()
                .map(|question| sheet::question(&question.key, &question.about)),
        );
        worksheet.extend([
            String::new(),
            "Give it with".to_owned(),
            String::new(),
            "```sh".to_owned(),
            format!(
                "headset checkpoint answer BLUEPRINT {} {}=yes",
                word(&self.address.to_string()),
                answers::EDITED
            ),
            "```".to_owned(),
            String::new(),
        ]);
        Checkpoint {
            address: self.address.clone(),
            title: format!("edit the SAML application `{}` in {}", self.name, self.product),
            worksheet: worksheet.join("\n"),
            questions,
            notices: Vec::new(),
            unread: None,
        }
    }
}

fn values(before: Option<&Section>, section: &Section) -> Vec<String> {
    let mut lines = Vec::new();
    for (label, value) in &section.values {
        let was = before.and_then(|before| before.values.iter().find(|(known, _)| known == label));
        match was {
            Some((_, was)) if was == value => {}
            Some((_, was)) => lines.push(format!("- {label}: {value} (it was {was})")),
            None => lines.push(format!("- {label}: {value}")),
        }
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn rows(before: Option<&Table>, table: &Table) -> Vec<String> {
    let had = before.map(|before| before.rows.as_slice()).unwrap_or_default();
    let is_now = |row: &&String| !had.contains(row);
    let is_gone = |row: &&String| {
        let key = table.key(row);
        !table.rows.iter().any(|now| table.key(now) == key)
    };
    let (now, gone): (Vec<&String>, Vec<&String>) = (
        table.rows.iter().filter(is_now).collect(),
        had.iter().filter(is_gone).collect(),
    );
    let mut lines = Vec::new();
    if !now.is_empty() {
        lines.extend(["These rows have to be like this:".to_owned(), String::new()]);
        lines.extend([table.heads.clone(), table.rule.clone()]);
        lines.extend(now.into_iter().cloned());
        lines.push(String::new());
    }
    if !gone.is_empty() {
        lines.extend(["Delete these:".to_owned(), String::new()]);
        // Another first heading, so that the two tables are not taken for each other.
        lines.push(table.heads.replacen("| ", "| Out: ", 1));
        lines.push(table.rule.clone());
        lines.extend(gone.into_iter().cloned());
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "# Checkpoint x\n\nMake it.\n\n## Form\n\n- Name: `a`\n- Session: `1 hour`\n\n## Rows\n\n\
        | Name | Value |\n|---|---|\n| `one` | `1` |\n| `two` | `2` |\n\n## People\n\n| Type | Name |\n|---|---|\n\
        | Group | `agents` |\n\n## Answers\n\n- `metadata`: its address\n";

    #[test]
    fn only_what_differs_is_listed_with_what_it_was() {
        let new = OLD
            .replace("`1 hour`", "`2 hours`")
            .replace("`two` | `2`", "`two` | `3`")
            .replace("`agents`", "`leads`");
        let ways = [("Form", "Choose **Edit**.")];
        assert_eq!(
            lines(Some(OLD), &new, &ways).join("\n"),
            "## Form\n\nChoose **Edit**.\n\n- Session: `2 hours` (it was `1 hour`)\n\n## Rows\n\n\
             These rows have to be like this:\n\n| Name | Value |\n|---|---|\n| `two` | `3` |\n\n## People\n\n\
             These rows have to be like this:\n\n| Type | Name |\n|---|---|\n| Group | `leads` |\n\n\
             Delete these:\n\n| Out: Type | Name |\n|---|---|\n| Group | `agents` |\n"
        );
        assert_eq!(lines(Some(OLD), OLD, &ways), Vec::<String>::new());
    }

    #[test]
    fn a_table_that_is_gone_is_taken_out() {
        let start = OLD.find("## People").unwrap_or_default();
        let end = OLD.find("## Answers").unwrap_or_default();
        let new = format!("{}{}", &OLD[..start], &OLD[end..]);
        let edit = lines(Some(OLD), &new, &[]).join("\n");
        assert!(edit.starts_with("## People\n\nDelete these:"), "{edit}");
        assert!(edit.contains("| Group | `agents` |"), "{edit}");
    }

    #[test]
    fn where_nothing_is_known_of_before_all_is_listed() {
        let all = lines(None, OLD, &[]).join("\n");
        for line in ["- Name: `a`", "| `two` | `2` |", "| Group | `agents` |"] {
            assert!(all.contains(line), "{all}");
        }
        assert!(!all.contains("metadata"), "{all}");
    }
}
