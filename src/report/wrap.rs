//! Lines that fit a terminal: they break at blanks, and go on below the text that they belong to.
//!
//! What a reader pastes stays on one line: what stands between backticks, and a command behind a colon.

use unicode_width::UnicodeWidthStr;

use super::words::put;

/// What a line begins with whose text goes on below the words behind it.
const LABELS: [&str; 4] = ["= help: ", "= note: ", "help: ", "note: "];

/// Where the lines below a line begin.
type Below = fn(&str, usize) -> usize;

/// A text of several lines, none of them wider than so many columns, apart from words that are wider themselves. Colour
/// codes take no room.
pub fn text(text: &str, width: usize) -> String {
    each(text, |line, out| fill(out, line, width, below))
}

/// The same for drawn findings: lines of a source file stay as they are.
pub fn findings(text: &str, width: usize) -> String {
    each(text, |line, out| match is_source(&plain(line)) {
        true => out.push_str(line),
        false => fill(out, line, width, below),
    })
}

/// The same for Markdown: blocks of code stay as they are, and a table that is too wide becomes a list.
pub fn markdown(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut is_code = false;
    let mut table: Vec<&str> = Vec::new();
    for line in text.lines() {
        if !is_code && line.starts_with('|') {
            table.push(line);
            continue;
        }
        rows(&mut out, &std::mem::take(&mut table), width);
        if line.starts_with("```") {
            is_code = !is_code;
            out.push_str(line);
        } else if is_code {
            out.push_str(line);
        } else {
            fill(&mut out, line, width, below_item);
        }
        out.push('\n');
    }
    rows(&mut out, &table, width);
    out
}

fn each(text: &str, mut one: impl FnMut(&str, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        one(line, &mut out);
        out.push_str(end);
    }
    out
}

/// A table: as it is where it fits, else an item of a list for each row, with the head of the column before each cell.
fn rows(out: &mut String, table: &[&str], width: usize) {
    let [head, rule, body @ ..] = table else {
        return;
    };
    if table.iter().all(|line| line.width() <= width) {
        for line in table {
            put(out, format_args!("{line}\n"));
        }
        return;
    }
    debug_assert!(
        rule.starts_with("|-"),
        "the second line of a table is a rule: {rule}"
    );
    let heads = cells(head);
    for row in body {
        for (at, (head, cell)) in heads.iter().zip(cells(row)).enumerate() {
            let mark = if at == 0 { "- " } else { "  " };
            fill(out, &format!("{mark}{head}: {cell}"), width, below);
            out.push('\n');
        }
    }
}

fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

/// One line, broken where it is too wide.
fn fill(out: &mut String, line: &str, width: usize, below: Below) {
    let shown = plain(line);
    if shown.width() <= width {
        out.push_str(line);
        return;
    }
    // A deep indentation leaves room for words all the same.
    let indentation = below(&shown, width).min(width / 2);
    let mut at = 0;
    for (index, Word { gap, text, columns }) in words(line).into_iter().enumerate() {
        let is_first = index == 0;
        // Where the line below begins no further to the left, breaking gains nothing: a mark stays with its word.
        let gains_nothing = at + gap <= indentation;
        let gap = match is_first || gains_nothing || at + gap + columns <= width {
            true => gap,
            false => {
                out.push('\n');
                at = 0;
                indentation
            }
        };
        // No width of a format: those end at 65,535, and a text from outside can have more blanks.
        out.extend(std::iter::repeat_n(' ', gap));
        out.push_str(text);
        at += gap + columns;
    }
}

/// Below what a label or a short first column leaves, else two columns further in than the line itself.
fn below(line: &str, width: usize) -> usize {
    let text = line.trim_start_matches(' ');
    let start = line.len() - text.len();
    if let Some(label) = LABELS.iter().find(|label| text.starts_with(**label)) {
        return start + label.len();
    }
    let column = text.find("  ").map(|gap| {
        let behind = text[gap..].trim_start_matches(' ');
        start + text[..text.len() - behind.len()].width()
    });
    column.filter(|column| *column <= width / 3).unwrap_or(start + 2)
}

/// Below the words of an item of a list; a paragraph goes on where it began.
fn below_item(line: &str, _: usize) -> usize {
    let text = line.trim_start_matches(' ');
    let start = line.len() - text.len();
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    match (text.starts_with("- "), number.starts_with(". ")) {
        (true, _) => start + 2,
        (_, true) if number.len() < text.len() => start + text.len() - number.len() + 2,
        _ => start,
    }
}

/// Whether a line of a drawn finding shows or names a place of a file.
fn is_source(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit());
    line.starts_with('|') || line.starts_with("-->")
}

fn plain(line: &str) -> String {
    anstream::adapter::strip_str(line).to_string()
}

/// What stands between two blanks, and how many blanks stand before it.
struct Word<'a> {
    gap: usize,
    text: &'a str,
    columns: usize,
}

fn words(line: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut rest = line;
    loop {
        let text = rest.trim_start_matches(' ');
        if text.is_empty() {
            return words;
        }
        let gap = rest.len() - text.len();
        let follows_colon = words.last().is_some_and(|word| word.text.ends_with(':'));
        let end = match follows_colon && text.starts_with("headset ") {
            true => text.len(),
            false => end_of(text),
        };
        let (text, after) = text.split_at(end);
        words.push(Word {
            gap,
            text,
            columns: plain(text).width(),
        });
        rest = after;
    }
}

/// Where the first word of a text ends: at a blank that does not stand between two backticks.
fn end_of(text: &str) -> usize {
    let mut is_quoted = false;
    for (at, character) in text.char_indices() {
        match character {
            '`' => is_quoted = !is_quoted && text[at + 1..].contains('`'),
            ' ' if !is_quoted => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_at_blanks_and_goes_on_further_in() {
        assert_eq!(text("short\n", 10), "short\n");
        assert_eq!(text("one two three four\n", 10), "one two\n  three\n  four\n");
        assert_eq!(
            text("    capture the image now", 20),
            "    capture the\n      image now"
        );
        assert_eq!(text("a\n\nb", 5), "a\n\nb");
        assert_eq!(
            text("+ a/very-long-address created", 10),
            "+ a/very-long-address\n  created"
        );
    }

    #[test]
    fn many_blanks_are_no_width() {
        let blanks = " ".repeat(70_000);
        assert_eq!(text(&format!("a{blanks}b c"), 80_000).len(), 70_004);
        assert_eq!(text(&format!("a{blanks}b c"), 20), "a\n  b c");
    }

    #[test]
    fn columns_and_labels_keep_their_places() {
        assert_eq!(
            text("drift    a/b: it was changed outside", 30),
            "drift    a/b: it was changed\n         outside"
        );
        assert_eq!(
            text("  = help: run it again and again", 24),
            "  = help: run it again\n          and again"
        );
        // A first column that takes too much room is none.
        assert_eq!(
            text("connect.instance/main  it is there", 30),
            "connect.instance/main  it is\n  there"
        );
    }

    #[test]
    fn what_is_pasted_stays_on_one_line() {
        assert_eq!(
            text("take it with `headset import a.yaml b` now", 20),
            "take it with\n  `headset import a.yaml b`\n  now"
        );
        assert_eq!(
            text("to take it down: headset destroy --name acme", 20),
            "to take it down:\n  headset destroy --name acme"
        );
        assert_eq!(text("one ` alone here", 10), "one `\n  alone\n  here");
        let long = "x".repeat(30);
        assert_eq!(text(&long, 20), long);
    }

    #[test]
    fn colours_take_no_room() {
        let line = "\u{1b}[31mred red\u{1b}[0m";
        assert_eq!(text(line, 7), line);
        assert_eq!(text(line, 5), "\u{1b}[31mred\n  red\u{1b}[0m");
    }

    #[test]
    fn lines_of_a_file_are_not_broken() {
        let drawn = "error[a]: one two three\n --> b.yaml:2:7\n  |\n2 | name: acme and so on\n  |       ^^^^";
        let broken = drawn.replace("two three", "two\n  three");
        assert_eq!(findings(drawn, 18), broken);
    }

    #[test]
    fn markdown_keeps_its_blocks_and_lists_what_a_table_is_too_wide_for() {
        let sheet = "# A head\n\na line that is too long\n\n- an item that is long\n\n```sh\na line of code as it is\n```\n\n\
                     | Name | Value |\n|---|---|\n| `a` | `a long value of it` |\n";
        assert_eq!(
            markdown(sheet, 18),
            "# A head\n\na line that is too\nlong\n\n- an item that is\n  long\n\n```sh\na line of code as it \
             is\n```\n\n- Name: `a`\n  Value:\n    `a long value of it`\n"
        );
        assert_eq!(markdown(sheet, 80), sheet);
    }
}
