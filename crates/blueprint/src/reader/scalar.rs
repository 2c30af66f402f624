//! Texts, numbers, booleans, durations and choices.

use std::time::Duration;

use jiff::civil::Date;

use super::Reader;
use super::item::{Item, listed};
use super::origin::Origin;
use crate::at::At;
use crate::declare::Choice;
use crate::duration::{duration_text, seconds};
use crate::limits::Pattern;
use crate::node::{Value, shortened};
use crate::table::Shape;
use headset_core::arn;
use headset_core::diagnostic::{Diagnostic, Place};
use headset_core::nearest::nearest;
use headset_core::words::plural;

impl Reader<'_> {
    /// The text that is written there, unless it is empty.
    pub(crate) fn any_text(&mut self, item: &Item<'_>) -> Option<At<String>> {
        match &item.node.value {
            Value::Text(text) if text.trim().is_empty() => {
                self.report(
                    Diagnostic::error("empty-value", format!("`{}` is an empty text", item.path))
                        .at(item.node.place.clone())
                        .help(match item.origin() {
                            Origin::File => "Fill it in, or delete the key.",
                            Origin::Option => "Give it a value, or leave the option out.",
                            Origin::Variable => "Give the variable a value, or delete the key.",
                        }),
                );
                None
            }
            Value::Text(text) => Some(At {
                value: text.clone(),
                place: item.node.place.clone(),
            }),
            Value::Number(text) if item.node.loose => Some(At {
                value: text.clone(),
                place: item.node.place.clone(),
            }),
            Value::Number(text) => {
                self.wrong_type(item, "text", &format!("Quote it: \"{text}\"."));
                None
            }
            Value::Bool(value) => {
                let quoted = item.giving(&format!("\"{value}\""));
                self.wrong_type(item, "text", &format!("If you mean the word: {quoted}."));
                None
            }
            Value::Null | Value::List(_) | Value::Map(_) => {
                self.wrong_type(item, "text", "Write one text behind the colon.");
                None
            }
        }
    }

    /// A text of one of the shapes that the table gives it.
    pub(crate) fn text(&mut self, item: &Item<'_>) -> Option<At<String>> {
        if let Shape::Reference(section) = item.shape
            && item.has("existing")
        {
            self.misplaced_existing(item, section);
            return None;
        }
        let text = self.any_text(item)?;
        let mut patterns: Vec<&'static Pattern> = Vec::new();
        let mut word = None;
        for shape in item.shape.alternatives() {
            match shape {
                Shape::Text(longest) => return self.short_text(item, text, *longest),
                Shape::Reference(section) => {
                    self.check_reference(item, section, &text.value);
                    return Some(text);
                }
                Shape::Word(only) if *only == text.value => return Some(text),
                Shape::Word(only) => word = Some(*only),
                Shape::Pattern(pattern) if pattern.accepts(&text.value) => {
                    self.locate(&item.path, pattern, &text);
                    return Some(text);
                }
                Shape::Pattern(pattern) => patterns.push(pattern),
                _ => {}
            }
        }
        // Of a name and an ARN, the one that was meant shows by its beginning.
        let is_arn = |pattern: &&Pattern| pattern.source.starts_with("^arn");
        let arn = arn::is_meant(&text.value);
        if patterns.iter().any(|pattern| is_arn(pattern) == arn) {
            patterns.retain(|pattern| is_arn(pattern) == arn);
        }
        let mut rules: Vec<String> = patterns.iter().map(|pattern| pattern.rule.to_owned()).collect();
        if let Some(word) = word {
            let near = nearest(&text.value, std::iter::once(word)).is_some() && !text.value.contains(':');
            let alone = format!("`{word}`");
            rules = if near {
                vec![alone]
            } else {
                [vec![alone], rules].concat()
            };
        }
        let help = format!("It must be {}.", rules.join(" or "));
        self.bad_value(&item.path, &text.value, text.place, &help);
        None
    }

    /// What lives outside is declared first, so that every link can be drawn.
    fn misplaced_existing(&mut self, item: &Item<'_>, section: &str) {
        self.report(
            Diagnostic::error(
                "wrong-type",
                format!(
                    "`{}` should be a key of `appstream.{section}`, not a map",
                    item.path
                ),
            )
            .at(item.node.place.clone())
            .help(format!(
                "Declare it as `appstream.{section}.NAME: {{ existing: ... }}`, and write NAME here."
            )),
        );
    }

    fn short_text(&mut self, item: &Item<'_>, text: At<String>, longest: usize) -> Option<At<String>> {
        let length = text.value.chars().count();
        if length > longest {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!(
                        "`{}` has {}; it may have {longest}",
                        item.path,
                        plural(length, "character")
                    ),
                )
                .at(text.place)
                .help("Shorten it."),
            );
            return None;
        }
        if text.value.chars().any(char::is_control) {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!("`{}` holds a line break or another control character", item.path),
                )
                .at(text.place)
                .help("Write it on one line."),
            );
            return None;
        }
        if text.value.trim() != text.value {
            // AWS takes any text here, and keeps and compares the blank as it is.
            self.report(
                Diagnostic::warning(
                    "blank-at-end",
                    format!(
                        "`{}` begins or ends with a blank: `{}`",
                        item.path,
                        shortened(&text.value)
                    ),
                )
                .at(text.place.clone())
                .help("AWS keeps it, and a name with it is another name. Delete it, unless it is meant."),
            );
        }
        Some(text)
    }

    /// A day that there is, in a text that looks like one.
    pub(crate) fn date(&mut self, item: &Item<'_>) -> Option<At<Date>> {
        let text = self.text(item)?;
        let Ok(value) = text.value.parse() else {
            let help = "There is no such day: write a date such as `2026-12-31`.";
            self.bad_value(&item.path, &text.value, text.place, help);
            return None;
        };
        Some(At {
            value,
            place: text.place,
        })
    }

    /// Whether the name of an entry has the shape; reports it if not. `what` is such as `a user`.
    pub(crate) fn check_name(&mut self, what: &str, name: &str, pattern: &Pattern, place: &Place) -> bool {
        let accepted = pattern.accepts(name);
        if !accepted {
            let message = format!("{what} cannot be called `{}`", shortened(name));
            let help = format!("It must be {}.", pattern.rule);
            self.report(
                Diagnostic::error("bad-name", message)
                    .at(place.clone())
                    .help(help),
            );
        }
        accepted
    }

    /// Reports a value that has the right type and is wrong.
    pub(crate) fn bad_value(&mut self, path: &str, text: &str, place: Place, help: &str) {
        let message = format!("`{path}` cannot be `{}`", shortened(text));
        self.report(Diagnostic::error("bad-value", message).at(place).help(help));
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, item: &Item<'_>) -> Option<bool> {
        let help = match &item.node.value {
            Value::Bool(value) => return Some(*value),
            Value::Text(text) if item.node.loose && text == "true" => return Some(true),
            Value::Text(text) if item.node.loose && text == "false" => return Some(false),
            Value::Text(text) => match text.to_lowercase().as_str() {
                "yes" | "on" | "y" | "true" => item.write_bare("true"),
                "no" | "off" | "n" | "false" => item.write_bare("false"),
                _ => format!("{} or {}.", item.write("true"), item.giving("false")),
            },
            Value::Null | Value::Number(_) | Value::List(_) | Value::Map(_) => {
                format!("{} or {}.", item.write("true"), item.giving("false"))
            }
        };
        self.wrong_type(item, "true or false", &help);
        None
    }

    /// `true` and nothing else.
    pub(crate) fn yes(&mut self, item: &Item<'_>, help: &str) -> Option<bool> {
        if matches!(item.node.value, Value::Bool(true)) {
            return Some(true);
        }
        self.wrong_type(item, "`true`", help);
        None
    }

    /// A whole number within the table's limits.
    pub(crate) fn number(&mut self, item: &Item<'_>) -> Option<u64> {
        let (least, most) = item.shape.alternatives().iter().find_map(|shape| match shape {
            Shape::Number { range, .. } => Some(*range),
            _ => None,
        })?;
        let text = match &item.node.value {
            Value::Number(text) => text,
            Value::Text(text) if item.node.loose => text,
            _ => {
                let help = item.write_bare(&least.max(2).to_string());
                self.wrong_type(item, "a whole number", &help);
                return None;
            }
        };
        match text.parse::<u64>() {
            Ok(number) if (least..=most).contains(&number) => Some(number),
            Ok(_) | Err(_) => {
                let help = format!("It is a whole number from {least} to {most}.");
                self.bad_value(&item.path, text, item.node.place.clone(), &help);
                None
            }
        }
    }

    /// A duration such as `15m` within the table's limits.
    pub(crate) fn duration(&mut self, item: &Item<'_>) -> Option<Duration> {
        let (range, also, step) = item.shape.alternatives().iter().find_map(|shape| match shape {
            Shape::Duration { range, also, step } => Some((range.0..=range.1, *also, *step)),
            _ => None,
        })?;
        let text = match &item.node.value {
            Value::Text(text) | Value::Number(text) => text,
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => {
                let help = format!("{}: a whole number and s, m, h or d.", item.write("15m"));
                self.wrong_type(item, "a duration", &help);
                return None;
            }
        };
        let limits = format!(
            "from {} to {}",
            duration_text(*range.start()),
            duration_text(*range.end())
        );
        let limits = match also {
            Some(other) => format!("{}, or {limits}", duration_text(other)),
            None => limits,
        };
        let place = item.node.place.clone();
        let Some(seconds) = seconds(text) else {
            let help = format!(
                "A duration is a whole number and s, m, h or d, such as `15m`; this one is {limits}."
            );
            self.bad_value(&item.path, text, place, &help);
            return None;
        };
        if !range.contains(&seconds) && also != Some(seconds) {
            self.bad_value(&item.path, text, place, &format!("It is {limits}."));
            return None;
        }
        if !seconds.is_multiple_of(step) {
            // Assumption: appstream-minutes: field reports say that AppStream rounds to minutes, which would show as
            // drift for ever. Nothing else has steps.
            let rounded = duration_text(seconds.next_multiple_of(step));
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!("`{}` is not a whole number of minutes", item.path),
                )
                .at(place)
                .help(format!(
                    "AppStream rounds to minutes. {}.",
                    item.write(&rounded.to_string())
                ))
                .note("assumption appstream-minutes: seen in the field, not documented"),
            );
            return None;
        }
        Some(Duration::from_secs(seconds))
    }

    /// One of several words.
    pub(crate) fn choice<T: Choice>(&mut self, item: &Item<'_>) -> Option<T> {
        let help = format!("It is one of {}.", listed(T::WORDS));
        let Value::Text(text) = &item.node.value else {
            self.wrong_type(item, "a word", &help);
            return None;
        };
        if let Some(index) = T::WORDS.iter().position(|word| word == text) {
            return T::ALL.get(index).copied();
        }
        if let Some((_, instead)) = T::LATER.iter().find(|(word, _)| word == text) {
            self.report(
                Diagnostic::error(
                    "not-yet",
                    format!("`{}: {text}` is not in this version", item.path),
                )
                .at(item.node.place.clone())
                .help(*instead),
            );
            return None;
        }
        let help = match nearest(text, T::WORDS.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`? {help}"),
            None => help,
        };
        self.bad_value(&item.path, text, item.node.place.clone(), &help);
        None
    }
}
