//! What may go to a terminal: texts in which nothing of others is left that would steer it, and our own colours.
//!
//! Colours are escape sequences, and so is what an attacker writes into the name of a stack. A view that has colours builds
//! its text with [`Colour`]s, which are marks that this process alone knows; [`Painted::marked`] makes colours of them and writes
//! every other escape sequence out. Everything else becomes a [`Painted`] without any.

use std::fmt;
use std::ops::Deref;

use super::colours::{BEGIN, Colour};
use headset_core::revealed::withheld;
use headset_core::visible;

/// A text that a terminal may get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Painted(String);

impl Painted {
    /// A text that was built with [`Colour`]s.
    pub fn marked(text: &str) -> Painted {
        let text = withheld(text);
        let mut out = String::with_capacity(text.len());
        for (index, part) in text.split(BEGIN.as_str()).enumerate() {
            let mut rest = part;
            if index > 0 {
                let mut letters = part.chars();
                if let Some(colour) = letters.next().and_then(Colour::sequence) {
                    out.push_str(&colour);
                    rest = letters.as_str();
                }
            }
            out.push_str(&visible::text(rest));
        }
        Painted(out)
    }

    /// What was drawn with colours and holds nothing hidden otherwise, such as findings.
    pub fn drawn(text: &str) -> Painted {
        Painted(withheld(text).into_owned())
    }

    /// One line of plain text: the ends of its own lines are written out as well.
    pub fn line(text: &str) -> Painted {
        Painted(visible::line(&withheld(text)).into_owned())
    }

    /// A JSON document. What is hidden is written as JSON writes it.
    pub fn document(text: &str) -> Painted {
        Painted(visible::json(&withheld(text)).into_owned())
    }

    /// The same text with its lines broken. `wrap` adds blanks and ends of lines, and nothing else.
    #[must_use]
    pub fn wrapped(&self, width: Option<usize>, wrap: fn(&str, usize) -> String) -> Painted {
        match width {
            Some(width) => Painted(wrap(&self.0, width)),
            None => self.clone(),
        }
    }

    /// The same without blanks and empty lines at its end.
    #[must_use]
    pub fn trimmed(&self) -> Painted {
        Painted(self.0.trim_end().to_owned())
    }
}

impl From<&str> for Painted {
    fn from(text: &str) -> Painted {
        Painted(visible::text(&withheld(text)).into_owned())
    }
}

impl From<&String> for Painted {
    fn from(text: &String) -> Painted {
        text.as_str().into()
    }
}

impl From<String> for Painted {
    fn from(text: String) -> Painted {
        text.as_str().into()
    }
}

impl Deref for Painted {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Painted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::colours::COLOURS;
    use super::*;
    use headset_core::Revealed;
    use proptest::prelude::*;

    /// What is left of a painted text once our own colours are taken away.
    fn without_colours(painted: &str) -> String {
        let own = COLOURS
            .iter()
            .flat_map(|colour| [colour.style.to_string(), format!("{:#}", colour.style)]);
        let mut own: Vec<String> = own.collect();
        // A bold red begins as a red does.
        own.sort_by_key(|sequence| std::cmp::Reverse(sequence.len()));
        own.iter()
            .fold(painted.to_owned(), |text, sequence| text.replace(sequence, ""))
    }

    fn hostile() -> impl Strategy<Value = String> {
        let nasty = prop::sample::select(vec![
            "\u{1b}[31m",
            "\u{1b}[8m",
            "\u{1b}]0;x\u{7}",
            "\u{1b}]52;c;cm0=\u{7}",
            "\u{9b}2J",
            "\r",
            "\u{8}",
            "\u{202e}",
            "\u{2066}",
            "\u{200f}",
            "\u{fdd0}",
            "\u{fdd1}a",
            "\u{fdef}.",
            "\u{e0041}",
            "\u{2028}",
            "ä",
            "a",
            " ",
            "`",
        ]);
        prop::collection::vec(
            prop_oneof![
                nasty.prop_map(str::to_owned),
                any::<char>().prop_map(String::from)
            ],
            0..20,
        )
        .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn nothing_of_others_reaches_a_terminal_raw(text in hostile()) {
            let steers = |shown: &str| shown.chars().any(|c| visible::is_hidden(c) && !matches!(c, '\n' | '\t'));
            prop_assert!(!steers(&Painted::from(&text)));
            let line = Painted::line(&text);
            prop_assert!(!line.chars().any(visible::is_hidden), "{line:?}");
            let marked: String = COLOURS.iter().map(|colour| format!("{text}{colour}{text}{colour:#}{text}")).collect();
            let painted = Painted::marked(&marked);
            let left = without_colours(&painted);
            prop_assert!(!steers(&left), "{left:?}");
            let all: String = std::iter::repeat_n(Painted::from(&text).to_string(), 3 * COLOURS.len()).collect();
            prop_assert_eq!(left, all, "the text itself is all there");
            let document = serde_json::json!({ "text": &text }).to_string();
            let shown = Painted::document(&document);
            prop_assert!(!steers(&shown));
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&shown).unwrap()["text"], &text);
        }
    }

    #[test]
    fn marks_become_colours_and_escape_sequences_of_others_do_not() {
        let colour = COLOURS[0];
        let painted = Painted::marked(&format!("{colour}+ \u{1b}[8m{colour:#}\u{fdd0}x"));
        assert_eq!(
            &*painted,
            format!("{}+ \\u{{1b}}[8m{:#}\\u{{fdd0}}x", colour.style, colour.style)
        );
    }

    #[test]
    fn a_secret_is_taken_out_of_every_form() {
        let secret = Revealed::new("Painted\"Secret\\77".to_owned());
        let text = format!("AWS does not take {}", secret.expose());
        let document = serde_json::json!({ "why": text }).to_string();
        for shown in [
            Painted::from(&text),
            Painted::line(&text),
            Painted::marked(&text),
            Painted::drawn(&text),
            Painted::document(&document),
        ] {
            assert!(
                shown.contains("(secret)") && !shown.contains("Secret\\"),
                "{shown}"
            );
        }
    }
}
