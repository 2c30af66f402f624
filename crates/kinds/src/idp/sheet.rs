//! The pieces that worksheets of identity providers are made of.

use super::spec::ApplicationSpec;
use crate::address::Address;
use crate::output;
use crate::shell::word;

/// A value as a Markdown code span, to be typed exactly as it is between the backticks.
pub fn code(value: &str) -> String {
    if value.contains('`') {
        format!("`` {value} ``")
    } else {
        format!("`{value}`")
    }
}

/// A cell of a Markdown table: a code span in which a pipe does not end the cell.
pub(crate) fn cell(value: &str) -> String {
    code(value).replace('|', "\\|")
}

/// A span in words, such as the console's list of session durations has them: `12 hours`, `90 minutes`.
pub(crate) fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        s if s.is_multiple_of(3_600) => (s / 3_600, "hour"),
        s if s.is_multiple_of(60) => (s / 60, "minute"),
        s => (s, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// One thing that is asked: its key, and what to give.
pub fn question(key: &str, about: &str) -> String {
    let colon = if about.starts_with('(') { " " } else { ": " };
    format!("- `{key}`{colon}{about}")
}

/// How a worksheet begins: what it is for, and where a person makes it.
pub(super) fn head(address: &Address, spec: &ApplicationSpec, place: &str) -> Vec<String> {
    vec![
        format!("# Checkpoint {address}"),
        String::new(),
        format!(
            "{}. A person makes the application in {place}, from this sheet. Type exactly what is between the backticks: \
             keep upper and lower case, and add no space at either end.",
            spec.description
        ),
        String::new(),
    ]
}

/// A section: its heading, what to choose there, and its lines.
pub(super) fn section(heading: &str, choose: &str, lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut section = vec![
        format!("## {heading}"),
        String::new(),
        choose.to_owned(),
        String::new(),
    ];
    section.extend(lines);
    section.push(String::new());
    section
}

/// A table of these columns.
pub(super) fn table(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let mut lines = vec![
        format!("| {} |", heads.join(" | ")),
        format!("|{}", "---|".repeat(heads.len())),
    ];
    lines.extend(rows.into_iter().map(|row| format!("| {} |", row.join(" | "))));
    lines
}

/// The section that lists the groups of a product that lets in groups only; none without groups.
pub(super) fn groups(heading: &str, choose: &str, spec: &ApplicationSpec) -> Vec<String> {
    if spec.groups.is_empty() {
        return Vec::new();
    }
    let rows = spec
        .groups
        .iter()
        .map(|name| vec!["Group".to_owned(), cell(name)]);
    section(heading, choose, table(&["Type", "Name"], rows))
}

/// The end of an application's worksheet: what to answer, how to give it, and where it may stand in the blueprint
/// instead. `at` is that place as keys joined by dots, such as `sign_in.idp.okta`; the keys themselves have no dots.
pub fn answers(address: &Address, questions: &[(&str, &str)], at: &str) -> Vec<String> {
    let placeholder = |key: &str| match key {
        output::APPLICATION_ARN => ("ARN", "ARN"),
        _ => ("URL", "URL"),
    };
    given(address, questions, at, placeholder)
}

/// The same for metadata that the product hands out as a file only.
pub(super) fn answers_with_file(
    address: &Address,
    questions: &[(&str, &str)],
    at: &str,
    file: (&'static str, &'static str),
) -> Vec<String> {
    let placeholder = |key: &str| match key {
        output::METADATA => file,
        _ => ("URL", "URL"),
    };
    given(address, questions, at, placeholder)
}

/// The end of a worksheet, with what stands in place of each answer on the command line and in the blueprint.
fn given(
    address: &Address,
    questions: &[(&str, &str)],
    at: &str,
    placeholder: impl Fn(&str) -> (&'static str, &'static str),
) -> Vec<String> {
    let mut lines = vec!["## Answers".to_owned(), String::new()];
    lines.extend(questions.iter().map(|(key, about)| question(key, about)));
    let given: Vec<String> = questions
        .iter()
        .map(|(key, _)| format!("{key}={}", placeholder(key).0))
        .collect();
    lines.extend([
        String::new(),
        "Give them with".to_owned(),
        String::new(),
        "```sh".to_owned(),
        format!(
            "headset checkpoint answer BLUEPRINT {} {}",
            word(&address.to_string()),
            given.join(" ")
        ),
        "```".to_owned(),
        String::new(),
        "or commit them in the blueprint instead:".to_owned(),
        String::new(),
        "```yaml".to_owned(),
    ]);
    let mut indent = String::new();
    for key in at.split('.') {
        lines.push(format!("{indent}{key}:"));
        indent.push_str("  ");
    }
    lines.extend(
        questions
            .iter()
            .map(|(key, _)| format!("{indent}{key}: {}", placeholder(key).1)),
    );
    lines.extend(["```".to_owned(), String::new()]);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_in_the_largest_whole_unit() {
        assert_eq!(span(43_200), "12 hours");
        assert_eq!(span(3_600), "1 hour");
        assert_eq!(span(5_400), "90 minutes");
        assert_eq!(span(901), "901 seconds");
    }

    #[test]
    fn values_survive_markdown_and_shells() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(
            word("identity_center.application/acme"),
            "identity_center.application/acme"
        );
    }
}
