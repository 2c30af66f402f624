//! What a person sees in a printed worksheet.

use std::collections::BTreeMap;

/// A worksheet as it was understood.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Worksheet {
    /// Address of the checkpoint, such as `identity_center.application/acme-support`.
    pub(super) address: String,
    /// Values to type by lower-case label.
    values: BTreeMap<String, String>,
    /// What stands at labels without anything to type: words, by lower-case label.
    words: BTreeMap<String, String>,
    /// The tables.
    tables: Vec<Table>,
    /// All of it.
    text: String,
    /// The programs that it says to install, by their paths.
    pub(super) programs: Vec<String>,
    /// Keys in the section `Answers`.
    pub(super) answers: Vec<String>,
    /// The first fenced block of PowerShell.
    pub(super) commands: Option<String>,
}

/// A table: its headings in lower case, and its rows.
#[derive(Debug, Default, PartialEq)]
struct Table {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Worksheet {
    /// Whether the worksheet speaks of this anywhere.
    pub(super) fn mentions(&self, words: &str) -> bool {
        self.text.contains(words)
    }

    /// Whether it asks for this answer.
    pub(super) fn asks(&self, key: &str) -> bool {
        self.answers.iter().any(|asked| asked == key)
    }

    /// The value to type at this label of the console. Remarks in brackets do not count.
    pub(super) fn value(&self, label: &str) -> Option<&str> {
        self.values.get(&plain(label)).map(String::as_str)
    }

    /// The same, or else the words that stand there instead of a value.
    pub(super) fn value_or_words(&self, label: &str) -> Option<&str> {
        self.value(label)
            .or_else(|| self.words.get(&plain(label)).map(String::as_str))
    }

    /// The rows of the first table whose columns begin with these headings, in lower case.
    pub(super) fn table(&self, heads: &[&str]) -> Option<&[Vec<String>]> {
        let fits = |table: &&Table| {
            table.heads.len() >= heads.len()
                && table
                    .heads
                    .iter()
                    .zip(heads)
                    .all(|(one, head)| one.starts_with(head))
        };
        self.tables.iter().find(fits).map(|table| table.rows.as_slice())
    }
}

/// A label as it is looked up: lower case, without emphasis or remarks in brackets.
fn plain(label: &str) -> String {
    let label = label.replace('*', "");
    label.split('(').next().unwrap_or_default().trim().to_lowercase()
}

/// Reads a worksheet.
///
/// # Errors
///
/// Says what a person would object to: no title, or a label with two different values.
pub(super) fn read(text: &str) -> Result<Worksheet, String> {
    let mut sheet = Worksheet {
        text: text.to_owned(),
        ..Worksheet::default()
    };
    let mut in_answers = false;
    let mut in_table = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if let Some(fence) = trimmed.strip_prefix("```") {
            let block: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim().starts_with("```"))
                .collect();
            let language = fence.trim().to_lowercase();
            if sheet.commands.is_none() && matches!(language.as_str(), "powershell" | "ps1" | "pwsh") {
                sheet.commands = Some(block.join("\n"));
            }
            continue;
        }
        if let Some(cells) = cells(trimmed) {
            row(&mut sheet, &cells, in_table);
            in_table = true;
            continue;
        }
        in_table = false;
        if trimmed.starts_with('#') {
            let heading = trimmed.trim_start_matches('#').trim();
            if let Some(address) = heading
                .strip_prefix("Checkpoint ")
                .filter(|_| sheet.address.is_empty())
            {
                sheet.address = bare(address).to_owned();
            }
            in_answers = heading.eq_ignore_ascii_case("answers");
            continue;
        }
        let Some(item) = item(trimmed) else {
            continue;
        };
        if let Some(path) = first_code(item)
            .filter(|code| item.starts_with('`') && code.get(1..).is_some_and(|rest| rest.starts_with(":\\")))
        {
            sheet.programs.push(path.to_owned());
        } else if in_answers {
            sheet.answers.extend(first_code(item).map(str::to_owned));
        } else if let Some((label, value)) = labelled(item) {
            let known = sheet.values.insert(label.clone(), value.clone());
            if known.is_some_and(|known| known != value) {
                return Err(format!("the worksheet gives two different values for {label}"));
            }
        } else if let Some((label, words)) = item.split_once(": ") {
            // What it was before is not what is to be typed.
            let words = words.split(" (it was ").next().unwrap_or_default();
            sheet.words.insert(plain(label), words.trim().to_owned());
        }
    }
    if sheet.address.is_empty() {
        return Err("the worksheet has no title that names a checkpoint".to_owned());
    }
    Ok(sheet)
}

/// The text of a list item, bulleted or numbered.
fn item(line: &str) -> Option<&str> {
    for bullet in ["- ", "* ", "+ "] {
        if let Some(rest) = line.strip_prefix(bullet) {
            return Some(rest.trim());
        }
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(['.', ')'])?;
    (digits > 0).then(|| rest.trim())
}

/// Label and value of `Label: \`value\``, the label possibly bold or with a remark in brackets.
fn labelled(item: &str) -> Option<(String, String)> {
    let before = &item[..item.find('`')?];
    let label = before
        .trim_end()
        .trim_end_matches('*')
        .trim_end()
        .strip_suffix(':')?;
    let label = plain(label);
    if label.is_empty() {
        return None;
    }
    // An empty value is written as an empty pair of backticks.
    Some((label, first_code(item).unwrap_or_default().to_owned()))
}

/// The content of the first code span. A span may be fenced by two backticks when its content has one.
fn first_code(text: &str) -> Option<&str> {
    let start = text.find('`')?;
    let ticks = text[start..].chars().take_while(|c| *c == '`').count();
    let fence = &text[start..start + ticks];
    let rest = &text[start + ticks..];
    let end = rest.find(fence)?;
    let content = &rest[..end];
    Some(if ticks > 1 { content.trim() } else { content })
}

/// A cell or a title without the backticks around it.
fn bare(text: &str) -> &str {
    first_code(text).unwrap_or(text).trim()
}

/// The cells of a table row. A pipe inside a code span, or after a backslash, belongs to the cell.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?;
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut cells = vec![String::new()];
    let (mut in_code, mut escaped) = (false, false);
    for character in inner.chars() {
        let Some(cell) = cells.last_mut() else { break };
        match character {
            '|' if escaped => {
                cell.pop();
                cell.push('|');
            }
            '|' if !in_code => cells.push(String::new()),
            _ => {
                in_code ^= character == '`';
                cell.push(character);
            }
        }
        escaped = character == '\\';
    }
    Some(cells.iter().map(|cell| cell.trim().to_owned()).collect())
}

/// Takes in one table row: headings, the rule below them, or a row.
fn row(sheet: &mut Worksheet, cells: &[String], in_table: bool) {
    if !in_table {
        let heads = cells.iter().map(|cell| bare(cell).to_lowercase()).collect();
        sheet.tables.push(Table {
            heads,
            rows: Vec::new(),
        });
        return;
    }
    let is_rule = cells
        .iter()
        .all(|cell| !cell.is_empty() && cell.chars().all(|c| c == '-' || c == ':'));
    if let Some(table) = sheet.tables.last_mut().filter(|_| !is_rule) {
        table
            .rows
            .push(cells.iter().map(|cell| bare(cell).to_owned()).collect());
    }
}
