//! Diagnostics for people, in the look of rustc.

use std::collections::BTreeSet;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::visible;

/// The code of findings about secrets: no line that one of them points at is ever shown, by any finding, since what
/// is printed here ends up in CI logs.
const SECRET: &str = "plain-secret";

/// Draws the findings one below the other, in the given order, with a blank line between.
///
/// `sources` gives the text of a file by its name in [`super::Place::file`]; where it gives none, or another text than
/// the finding was made from, only the place is named. Colour is ANSI escapes; without it, the text is plain ASCII
/// apart from what the findings themselves say.
pub fn human(diagnostics: &[Diagnostic], sources: &dyn Fn(&str) -> Option<String>, colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let secret_lines: BTreeSet<(&str, usize)> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == SECRET)
        .filter_map(|diagnostic| diagnostic.place.as_ref())
        .map(|place| (&*place.file, place.line))
        .collect();
    let mut text = String::new();
    for diagnostic in diagnostics {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&one(diagnostic, sources, &renderer, &secret_lines));
        text.push('\n');
    }
    text
}

/// Counts for a last line: `2 errors and 1 warning`, or nothing if there is nothing to count.
pub fn tally(diagnostics: &[Diagnostic]) -> Option<String> {
    let count = |severity| {
        diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    };
    let phrase = |number: usize, noun: &str| match number {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{number} {noun}s")),
    };
    let phrases: Vec<String> = [
        phrase(count(Severity::Error), "error"),
        phrase(count(Severity::Warning), "warning"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!phrases.is_empty()).then(|| phrases.join(" and "))
}

fn one(
    diagnostic: &Diagnostic,
    sources: &dyn Fn(&str) -> Option<String>,
    renderer: &Renderer,
    secret_lines: &BTreeSet<(&str, usize)>,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = visible::text(&diagnostic.message);
    let title = level.primary_title(message).id(diagnostic.code);
    let mut group = Group::with_title(title);
    let excerpt = diagnostic.place.as_ref().and_then(|place| {
        if secret_lines.contains(&(&*place.file, place.line)) {
            return None;
        }
        Excerpt::around(&sources(&place.file)?, place)
    });
    if let Some(place) = &diagnostic.place {
        group = match &excerpt {
            Some(excerpt) => group.element(
                Snippet::source(excerpt.line.as_str())
                    .line_start(place.line)
                    .path(visible::line(&place.file).into_owned())
                    .annotation(AnnotationKind::Primary.span(excerpt.start..excerpt.end)),
            ),
            None => group.element(
                Origin::path(visible::line(&place.file).into_owned())
                    .line(place.line)
                    .char_column(place.column),
            ),
        };
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(visible::text(note)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(visible::text(help)));
    }
    renderer.render(&[group])
}

/// The first line of the text in question: underlining forty lines would help no one.
struct Excerpt {
    line: String,
    start: usize,
    end: usize,
}

impl Excerpt {
    fn around(text: &str, place: &super::Place) -> Option<Excerpt> {
        let (start, end) = place.bytes;
        if !text.is_char_boundary(start) || !text.is_char_boundary(end) || end < start {
            return None;
        }
        let line_start = text[..start].rfind('\n').map_or(0, |offset| offset + 1);
        let line_end = text[start..]
            .find('\n')
            .map_or(text.len(), |offset| start + offset);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let (start, end) = (
            (start - line_start).min(line.len()),
            (end - line_start).min(line.len()),
        );
        let end = end.max(start);
        // What is written out takes more room: each part by itself says how much.
        let [before, meant, after] = [&line[..start], &line[start..end], &line[end..]].map(visible::text);
        Some(Excerpt {
            start: before.len(),
            end: before.len() + meant.len(),
            line: [before, meant, after].concat(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Place;

    const TEXT: &str = "version: 1\nname: acme\nfleets: {password: hunter2, x: 1}\n";

    fn place(start: usize, end: usize) -> Place {
        let before = &TEXT[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
        Place {
            file: Arc::from("b.yaml"),
            line,
            column,
            bytes: (start, end),
        }
    }

    fn rendered(diagnostics: &[Diagnostic]) -> String {
        human(diagnostics, &|_| Some(TEXT.to_owned()), false)
    }

    #[test]
    fn a_finding_shows_its_line_and_the_way_out() {
        let finding = Diagnostic::error("bad-value", "`name` cannot be `acme`")
            .at(place(17, 21))
            .help("Choose another.")
            .note("because");
        let lines = [
            "error[bad-value]: `name` cannot be `acme`",
            " --> b.yaml:2:7",
            "  |",
            "2 | name: acme",
            "  |       ^^^^",
            "  |",
            "  = note: because",
            "  = help: Choose another.",
        ];
        assert_eq!(rendered(&[finding]).trim_end(), lines.join("\n"));
    }

    #[test]
    fn a_line_with_a_secret_is_shown_by_no_finding() {
        let secret = TEXT.find("password").expect("it is there");
        let other = TEXT.find("x: 1").expect("it is there");
        let output = rendered(&[
            Diagnostic::error("plain-secret", "a secret").at(place(secret, secret + 8)),
            Diagnostic::error("unknown-key", "no key `x`").at(place(other, other + 1)),
        ]);
        assert!(!output.contains("hunter2"), "{output}");
        assert!(output.contains("b.yaml:3:"), "{output}");
    }

    #[test]
    fn without_the_file_the_place_is_still_named() {
        let output = human(
            &[Diagnostic::warning("unused", "unused").at(place(11, 15))],
            &|_| None,
            false,
        );
        assert!(output.contains("b.yaml:2:1"), "{output}");
    }

    #[test]
    fn colour_is_the_callers_choice() {
        let finding = [Diagnostic::error("bad-value", "wrong")];
        assert!(!rendered(&finding).contains('\u{1b}'));
        assert!(human(&finding, &|_| None, true).contains('\u{1b}'));
    }

    #[test]
    fn a_message_cannot_steer_the_terminal() {
        let output = rendered(&[Diagnostic::error("bad-value", "red \u{1b}[31m")]);
        assert!(!output.contains('\u{1b}'), "{output}");
    }

    /// Neither the file's name nor the line that is shown, nor what stands beside the place.
    #[test]
    fn nothing_of_a_file_steers_the_terminal() {
        let text = "na\u{1b}[2Jme: \u{202e}ac\u{9b}me\u{8} # \u{7f}\r\n";
        let start = text.find("\u{202e}").unwrap();
        let place = Place {
            file: Arc::from("b\u{1b}]0;x\u{7}.yaml"),
            line: 1,
            column: 7,
            bytes: (start, text.find(" #").unwrap()),
        };
        let finding = Diagnostic::error("bad-value", "\u{202e}no")
            .at(place)
            .help("\u{9b}1m")
            .note("\u{2066}");
        let shown = human(&[finding], &|_| Some(text.to_owned()), false);
        assert!(
            !shown.chars().any(|c| visible::is_hidden(c) && c != '\n'),
            "{shown:?}"
        );
        let under = r"1 | na\u{1b}[2Jme: \u{202e}ac\u{9b}me\u{8} # \u{7f}";
        assert!(shown.contains(under), "{shown}");
        let marks = "  |             ^^^^^^^^^^^^^^^^^^^^^^";
        assert!(
            shown
                .lines()
                .any(|line| line.len() > marks.len() - 6 && line.trim_end().ends_with("^^^^")),
            "{shown}"
        );
    }

    #[test]
    fn the_tally_counts_in_words() {
        let error = Diagnostic::error("a", "a");
        let warning = Diagnostic::warning("b", "b");
        assert_eq!(tally(&[]), None);
        assert_eq!(tally(std::slice::from_ref(&error)).as_deref(), Some("1 error"));
        assert_eq!(
            tally(&[error.clone(), error, warning]).as_deref(),
            Some("2 errors and 1 warning")
        );
    }
}
