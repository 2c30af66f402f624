//! Texts of others made fit for a terminal: what would steer it, or would show letters in another order than they have,
//! is written out.
//!
//! People who name things in AWS, or write blueprints and answers, decide what a part of the output says. They do not decide
//! what the terminal does.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a terminal would act on this character, or show others differently because of it: control characters (C0, delete
/// and C1), those that change the direction of text, line and paragraph separators, marks and tags without a shape of their
/// own, and noncharacters.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061c}' | '\u{200e}' | '\u{200f}' // marks of direction
            | '\u{2028}' | '\u{2029}' // separators, which some programs take for the end of a line
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' // embeddings, overrides, isolates, and what they replaced
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' // a byte order mark, annotations
            | '\u{fdd0}'..='\u{fdef}' // noncharacters
            | '\u{e0000}'..='\u{e007f}') // tags: letters that are not shown
}

/// A text with everything hidden written out, but for the ends of its lines and for tabs.
pub fn text(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_hidden(c) && !matches!(c, '\n' | '\t'), in_words)
}

/// A text that stands on one line: the ends of its own lines are written out, too.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden, in_words)
}

/// A JSON document with everything hidden written as JSON writes it, so that it means the same. JSON has such characters
/// inside of its texts alone, apart from ends of lines and tabs between them.
pub fn json(document: &str) -> Cow<'_, str> {
    escaped(
        document,
        |c| is_hidden(c) && !matches!(c, '\n' | '\r' | '\t'),
        |out, c| {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        },
    )
}

/// As Rust and many shells write it: `\n`, `\u{1b}`.
fn in_words(out: &mut String, character: char) {
    out.extend(character.escape_default());
}

fn escaped(text: &str, is_meant: impl Fn(char) -> bool, escape: impl Fn(&mut String, char)) -> Cow<'_, str> {
    let Some(first) = text.find(&is_meant) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for character in text[first..].chars() {
        match is_meant(character) {
            true => escape(&mut out, character),
            false => out.push(character),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character that has no business on a terminal, by the properties that Unicode gives it.
    #[test]
    fn nothing_hidden_is_left_in_any_form() {
        let all: String = ('\0'..=char::MAX).filter(|c| is_hidden(*c)).collect();
        assert!(all.chars().count() > 200, "{}", all.chars().count());
        for c in [
            "\u{1b}", "\r", "\u{7f}", "\u{9b}", "\u{202e}", "\u{2066}", "\u{200f}", "\u{61c}", "\u{2028}",
        ] {
            assert!(all.contains(c), "{c:?}");
        }
        assert!(!line(&all).chars().any(is_hidden));
        assert!(!text(&all).chars().any(|c| is_hidden(c) && c != '\n' && c != '\t'));
        for other in ["ä", "مرحبا", "👩\u{200d}💻", "東京", "a\u{301}"] {
            assert_eq!(line(other), other);
        }
    }

    #[test]
    fn json_means_the_same_afterwards() {
        let all: String = ('\0'..=char::MAX)
            .filter(|c| is_hidden(*c))
            .chain("\"\\ä".chars())
            .collect();
        let value = serde_json::json!({ "text": all, &*all: [all] });
        for document in [value.to_string(), format!("{value:#}\n")] {
            let shown = json(&document);
            assert!(!shown.chars().any(|c| is_hidden(c) && c != '\n'));
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }

    #[test]
    fn it_can_be_read_what_was_meant() {
        assert_eq!(text("red \u{1b}[31m\nnext\ta\r"), "red \\u{1b}[31m\nnext\ta\\r");
        assert_eq!(line("a\nb\tc"), "a\\nb\\tc");
        assert_eq!(json("\"\u{9b}\u{e0041}\""), "\"\\u009b\\udb40\\udc41\"");
    }
}
