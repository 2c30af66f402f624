//! `headset explain FIELD`: one key of the language, by its path.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::describe;
use crate::model::{BLUEPRINT, every_key};
use crate::table::{Entries, Key, Map, Shape};
use headset_core::nearest::nearest;

/// What a key of the language means: its type, limits, default, an example, and what changing it takes.
///
/// The path has dots, such as `appstream.fleets.agents.capacity.min`; `*` stands for any name, and names may hold dots
/// themselves. The answer is plain text of several lines. `None` if there is no such key.
pub fn explain_field(path: &str) -> Option<String> {
    let path = path.trim().trim_matches('.');
    let segments: Vec<&str> = path.split('.').collect();
    let (found, general) = resolve(&BLUEPRINT, &segments, String::new())?;
    let found = match found {
        Found::Key(key) => key,
        Found::Entry(entries) => return Some(explain_entry(entries, &general)),
    };
    let mut text = format!("{general}\n\n  {}\n\n", plain(found.about));
    line(&mut text, "type", &plain(&describe::shape(&found.shape)));
    line(&mut text, "default", &plain(&describe::default(found)));
    line(
        &mut text,
        "example",
        &format!("{}: {}", found.name, found.example),
    );
    for (kind, field) in describe::landings(found) {
        let takes = format!("{kind}, {}: {}", field.name, describe::change(field.change));
        line(&mut text, "changing", &takes);
    }
    for map in found.shape.alternatives().iter().filter_map(Shape::map) {
        for rule in map.rules {
            line(&mut text, "rule", &plain(&describe::rule(rule)));
        }
        keys(&mut text, ".", map);
    }
    if let Some(entries) = found.shape.entries()
        && let Some(map) = entries.of.map()
    {
        keys(&mut text, ".*.", map);
    }
    Some(text)
}

/// What one entry of a map of names is: a user, a fleet.
fn explain_entry(entries: &Entries, general: &str) -> String {
    let mut text = format!("{general}\n\n  One entry: {}.\n\n", entries.what);
    line(&mut text, "type", &plain(&describe::shape(&entries.of)));
    if let Some(names) = entries.names {
        line(&mut text, "name", names.rule);
    }
    line(&mut text, "example", entries.example);
    for map in entries.of.alternatives().iter().filter_map(Shape::map) {
        for rule in map.rules {
            line(&mut text, "rule", &plain(&describe::rule(rule)));
        }
        keys(&mut text, ".", map);
    }
    text
}

/// The keys of a map, one a line, each behind this prefix.
fn keys(text: &mut String, prefix: &str, map: &Map) {
    text.push('\n');
    for key in map.keys {
        let name = format!("{prefix}{}", key.name);
        writeln!(text, "  {name:<23} {}", plain(key.about)).expect("a string takes everything");
    }
}

fn line(text: &mut String, label: &str, value: &str) {
    writeln!(text, "  {label:<10} {value}").expect("a string takes everything");
}

/// The paths of all keys as [`explain_field`] takes them, in the order of their declaration, each once.
pub fn every_field() -> Vec<String> {
    let mut told = BTreeSet::new();
    let paths = every_key().into_iter().map(|place| place.path.replace("[]", ""));
    paths.filter(|path| told.insert(path.clone())).collect()
}

/// Paths that may have been meant by one that does not exist, the likeliest first; at most five.
pub fn similar_fields(path: &str) -> Vec<String> {
    let last = path.rsplit('.').next().unwrap_or(path);
    let all: Vec<String> = every_key().into_iter().map(|place| place.path).collect();
    let mut found: Vec<String> = Vec::new();
    let mut add = |path: &str| {
        let path = path.replace("[]", "");
        if !found.contains(&path) && found.len() < 5 {
            found.push(path);
        }
    };
    // A typo in the last word of a path that is right otherwise comes first, then the same word elsewhere.
    if let Some(near) = nearest(path, all.iter().map(String::as_str)) {
        add(near);
    }
    for known in all.iter().filter(|known| known.rsplit('.').next() == Some(last)) {
        add(known);
    }
    let words = || all.iter().filter_map(|known| known.rsplit('.').next());
    if let Some(near) = nearest(last, words()) {
        let near = near.to_owned();
        for known in all.iter().filter(|known| known.rsplit('.').next() == Some(&near)) {
            add(known);
        }
    }
    found
}

/// What a path leads to.
enum Found {
    /// A key.
    Key(&'static Key),
    /// One entry of a map whose keys are names.
    Entry(&'static Entries),
}

/// What is at the end of a path, and the path with `*` for names.
fn resolve(shape: &'static Shape, segments: &[&str], general: String) -> Option<(Found, String)> {
    for shape in shape.alternatives() {
        match shape {
            Shape::Map(map) => {
                let (first, rest) = segments.split_first()?;
                let name = first.split('[').next().unwrap_or(first);
                let Some(key) = map.key(name) else { continue };
                let general = if general.is_empty() {
                    name.to_owned()
                } else {
                    format!("{general}.{name}")
                };
                if rest.is_empty() {
                    return Some((Found::Key(key), general));
                }
                if let Some(found) = resolve(&key.shape, rest, general) {
                    return Some(found);
                }
            }
            Shape::Entries(entries) => {
                // A name may hold dots: it takes as many segments as leave something that exists.
                for taken in 1..segments.len() {
                    let general = format!("{general}.*");
                    if let Some(found) = resolve(&entries.of, &segments[taken..], general) {
                        return Some(found);
                    }
                }
                // What is left is a name, and not the misspelt key of an entry: of names with dots only addresses count.
                if segments.len() == 1 || segments.iter().any(|one| one.contains('@')) {
                    return Some((Found::Entry(entries), format!("{general}.*")));
                }
            }
            Shape::List { of, .. } => {
                if let Some(found) = resolve(of, segments, general.clone()) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

/// Markdown's code quotes as they are in a terminal: gone around single words that need none.
fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}
