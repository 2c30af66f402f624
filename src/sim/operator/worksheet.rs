//! What a person sees in a printed worksheet.

use std::collections::BTreeMap;

/// The headings of the columns of attribute mappings, lower case, in the console's order.
const COLUMNS: [&str; 3] = ["user attribute in the application", "maps to", "format"];

/// A worksheet as it was understood.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Worksheet {
    /// Address of the checkpoint, such as `identity_center.application/acme-support`.
    pub(super) address: String,
    /// Values to type by lower-case label.
    values: BTreeMap<String, String>,
    /// Rows of the table of attribute mappings: attribute, value, format.
    pub(super) mappings: Vec<(String, String, String)>,
    /// Keys in the section `Answers`.
    pub(super) answers: Vec<String>,
    /// The first fenced block of PowerShell.
    pub(super) commands: Option<String>,
}

impl Worksheet {
    /// The value to type at this label of the console.
    pub(super) fn value(&self, label: &str) -> Option<&str> {
        self.values.get(&label.to_lowercase()).map(String::as_str)
    }
}

/// Reads a worksheet.
///
/// # Errors
///
/// Says what a person would object to: no title, or a label with two different values.
pub(super) fn read(text: &str) -> Result<Worksheet, String> {
    let mut sheet = Worksheet::default();
    let mut in_answers = false;
    let mut in_mappings = false;
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
            in_mappings = row(&mut sheet, &cells, in_mappings);
            continue;
        }
        in_mappings = false;
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
        if in_answers {
            sheet.answers.extend(first_code(item).map(str::to_owned));
        } else if let Some((label, value)) = labelled(item) {
            let known = sheet.values.insert(label.clone(), value.clone());
            if known.is_some_and(|known| known != value) {
                return Err(format!("the worksheet gives two different values for {label}"));
            }
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
    let label = label.replace('*', "");
    let label = label.split('(').next().unwrap_or_default().trim().to_lowercase();
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

/// Takes in one table row; tells whether the table is that of the attribute mappings.
fn row(sheet: &mut Worksheet, cells: &[String], in_mappings: bool) -> bool {
    if !in_mappings {
        let heads = |(cell, head): (&String, &&str)| cell.to_lowercase().starts_with(head);
        return cells.len() >= COLUMNS.len() && cells.iter().zip(&COLUMNS).all(heads);
    }
    let is_rule = cells
        .iter()
        .all(|cell| !cell.is_empty() && cell.chars().all(|c| c == '-' || c == ':'));
    if !is_rule && let [attribute, value, format, ..] = cells {
        let cell = |cell: &str| bare(cell).to_owned();
        sheet.mappings.push((cell(attribute), cell(value), cell(format)));
    }
    true
}
