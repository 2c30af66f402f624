//! The table in words: shapes, defaults and what changing a key takes.

use crate::duration::duration_text;
use crate::table::{Between, Default, Key, Rule, Shape};
use headset_kinds::field::{Change, Field};
use headset_kinds::{KindId, registry};

/// What a value looks like, in a few words; in Markdown.
pub(super) fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Version(number) => format!("`{number}`"),
        Shape::Text(longest) => format!("text of at most {longest} characters"),
        Shape::Pattern(pattern) => pattern.rule.to_owned(),
        Shape::Word(word) => format!("`{word}`"),
        Shape::Number { range, unit } => format!("a whole number of {unit}, {} to {}", range.0, range.1),
        Shape::Duration { range, also, step } => {
            let limits = format!("{} to {}", duration_text(range.0), duration_text(range.1));
            let also = also.map_or(String::new(), |other| format!(", or {}", duration_text(other)));
            let step = if *step == 60 { ", in whole minutes" } else { "" };
            format!("a duration, {limits}{also}{step}")
        }
        Shape::Choice(words) => match words {
            [only] => format!("`{only}`"),
            _ => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                format!("one of {}", words.join(", "))
            }
        },
        Shape::Boolean => "`true` or `false`".to_owned(),
        Shape::Yes => "`true`".to_owned(),
        Shape::List { of, count } => {
            let count = match count {
                (0, most) => format!("at most {most}"),
                (fewest, most) => format!("{fewest} to {most}"),
            };
            format!("a list ({count}) of: {}", self::shape(of))
        }
        Shape::Map(map) => {
            let names: Vec<String> = map.keys.iter().map(|key| format!("`{}`", key.name)).collect();
            format!("a map with {}", names.join(", "))
        }
        Shape::Entries(entries) => {
            let names = entries
                .names
                .map_or(String::new(), |names| format!("; names are {}", names.rule));
            match &entries.of {
                Shape::Map(_) => format!("a map, each entry {}{names}", entries.what),
                other => format!("a map of names to {}{names}", self::shape(other)),
            }
        }
        Shape::Either(shapes) => {
            let shapes: Vec<String> = shapes.iter().map(self::shape).collect();
            shapes.join("; or ")
        }
        Shape::Reference(section) => format!("a key of `appstream.{section}`"),
        Shape::Values => "a map of keys of the blueprint".to_owned(),
    }
}

/// What holds without the key; in Markdown.
pub(super) fn default(key: &Key) -> String {
    match key.default {
        _ if key.required => "required".to_owned(),
        Default::Nothing => "nothing".to_owned(),
        Default::Value(value) => format!("`{value}`"),
        Default::Words(words) => words.to_owned(),
    }
}

/// What changing a field takes.
pub(super) fn change(change: Change) -> &'static str {
    match change {
        Change::InPlace => "in place",
        Change::Stopped => "needs a stop, which ends sessions",
        Change::Replace => "makes a new one in its place",
        Change::Forbidden => "cannot be changed",
        Change::AtCreation => "counts when it is made",
    }
}

/// The fields that a key ends up in, and what changing them takes.
pub(super) fn landings(key: &Key) -> Vec<(KindId, &'static Field)> {
    key.sets
        .iter()
        .filter_map(|id| {
            let field = registry::kind(id.kind)
                .fields()
                .iter()
                .find(|field| field.name == id.name)?;
            Some((id.kind, field))
        })
        .collect()
}

/// What changing a key takes, for all the fields that it ends up in; in Markdown.
pub(super) fn changing(key: &Key) -> String {
    let mut ways: Vec<&str> = landings(key)
        .iter()
        .map(|(_, field)| change(field.change))
        .collect();
    ways.dedup();
    ways.join("; ")
}

/// A rule as a sentence; in Markdown.
pub(super) fn rule(rule: &Rule) -> String {
    let names = |keys: &[&str], word: &str| {
        let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        match quoted.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
            Some((last, _)) => last.clone(),
            None => String::new(),
        }
    };
    match &rule.is {
        Between::OneOf(keys) => format!("Exactly one of {}.", names(keys, "and")),
        Between::AnyOf(keys) => format!("At least one of {}.", names(keys, "and")),
        Between::Alone(key, but) => format!("Where `{key}` is, no other key is but {}.", names(but, "and")),
        Between::Needs(key, needed) => format!("`{key}` needs {}.", names(needed, "and")),
        Between::Excludes(key, excluded) => format!("`{key}` does not go with {}.", names(excluded, "or")),
    }
}
