//! The pieces that worksheets are made of.

/// A value as a Markdown code span, to be typed exactly as it stands between the backticks.
pub(super) fn code(value: &str) -> String {
    if value.contains('`') {
        format!("`` {value} ``")
    } else {
        format!("`{value}`")
    }
}

/// A cell of a Markdown table: a code span in which a pipe does not end the cell.
pub(super) fn cell(value: &str) -> String {
    code(value).replace('|', "\\|")
}

/// A span in words, such as the console's list of session durations has them: `12 hours`, `90 minutes`.
pub(super) fn span(seconds: u32) -> String {
    let (count, unit) = match seconds {
        s if s.is_multiple_of(3_600) => (s / 3_600, "hour"),
        s if s.is_multiple_of(60) => (s / 60, "minute"),
        s => (s, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// A word of a command line, quoted where a shell would take it apart.
pub(super) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
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
        assert_eq!(word("it's"), r"'it'\''s'");
    }
}
