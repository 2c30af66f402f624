//! A value with the path that leads to it, and maps with known keys.

use super::Reader;
use crate::blueprint::escape::is_secret_key;
use crate::blueprint::node::{Entry, Node, Value};
use crate::diagnostic::{Diagnostic, Place};

/// A value and how it is called in messages.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    /// The keys that lead here, with dots: `appstream.fleets.agents.image`.
    pub path: String,
    /// The value.
    pub node: &'a Node,
    /// The key as written, which may hold dots.
    pub key: &'a str,
    /// Where its key stands; a list's element has none.
    pub key_place: Option<&'a Place>,
}

impl<'a> Item<'a> {
    /// The whole blueprint.
    pub(super) fn root(node: &'a Node) -> Item<'a> {
        Item {
            path: String::new(),
            node,
            key: "",
            key_place: None,
        }
    }

    /// Where the key stands, or else the value.
    pub(super) fn place(&self) -> Place {
        self.key_place.unwrap_or(&self.node.place).clone()
    }

    fn child(&self, entry: &'a Entry) -> Item<'a> {
        let path = if self.path.is_empty() {
            entry.key.clone()
        } else {
            format!("{}.{}", self.path, entry.key)
        };
        Item {
            path,
            node: &entry.node,
            key: &entry.key,
            key_place: Some(&entry.key_place),
        }
    }

    /// The value under a key, whatever it is.
    pub(super) fn find(&self, key: &str) -> Option<Item<'a>> {
        let Value::Map(entries) = &self.node.value else {
            return None;
        };
        entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| self.child(entry))
    }
}

/// A map whose keys have been checked.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    item: Item<'a>,
}

impl<'a> Fields<'a> {
    /// The value of a key, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<Item<'a>> {
        self.item.find(key)
    }

    /// The map itself.
    pub(super) fn item(&self) -> &Item<'a> {
        &self.item
    }
}

impl Reader<'_> {
    /// A map with these keys. Others are reported; `later` are keys that this version knows of and does not read,
    /// each with what to do instead.
    pub(super) fn fields<'n>(
        &mut self,
        item: &Item<'n>,
        known: &[&str],
        later: &[(&str, &str)],
    ) -> Option<Fields<'n>> {
        let Value::Map(entries) = &item.node.value else {
            self.wrong_type(
                item,
                "a map",
                &match known {
                    [only] => format!("Its key is `{only}`."),
                    _ => format!("It has the keys {}.", listed(known)),
                },
            );
            return None;
        };
        for entry in entries {
            let child = item.child(entry);
            if known.contains(&entry.key.as_str()) || is_secret_key(&entry.key) {
                continue;
            }
            if let Some((_, instead)) = later.iter().find(|(key, _)| *key == entry.key) {
                self.not_yet(&child, instead);
            } else {
                self.unknown_key(item, &child, known);
            }
        }
        Some(Fields { item: item.clone() })
    }

    /// A map whose keys are names of the user's choice.
    pub(super) fn entries<'n>(&mut self, item: &Item<'n>, example: &str) -> Vec<(String, Item<'n>)> {
        match &item.node.value {
            Value::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), item.child(entry)))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                self.wrong_type(item, "a map of entries by name", example);
                Vec::new()
            }
        }
    }

    /// The elements of a list.
    pub(super) fn list<'n>(&mut self, item: &Item<'n>) -> Option<Vec<Item<'n>>> {
        match &item.node.value {
            Value::List(nodes) => Some(
                nodes
                    .iter()
                    .enumerate()
                    .map(|(index, node)| Item {
                        path: format!("{}[{index}]", item.path),
                        node,
                        key: item.key,
                        key_place: None,
                    })
                    .collect(),
            ),
            Value::Text(text) => {
                self.wrong_type(item, "a list", &format!("Write `{}: [{text}]`.", item.key));
                None
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Map(_) => {
                self.wrong_type(item, "a list", &format!("Write `{}: [one, two]`.", item.key));
                None
            }
        }
    }

    /// The value of a key that has to be there.
    pub(super) fn require<'n>(&mut self, fields: &Fields<'n>, key: &str, help: &str) -> Option<Item<'n>> {
        let found = fields.get(key);
        if found.is_none() {
            let item = fields.item();
            let whose = if item.path.is_empty() {
                "the blueprint".to_owned()
            } else {
                format!("`{}`", item.path)
            };
            self.report(
                Diagnostic::error("missing-key", format!("{whose} lacks `{key}`"))
                    .at(item.place())
                    .help(help),
            );
        }
        found
    }

    /// Reports a value of another type than is meant.
    pub(super) fn wrong_type(&mut self, item: &Item<'_>, meant: &str, help: &str) {
        let finding = if matches!(item.node.value, Value::Null) {
            Diagnostic::error(
                "empty-value",
                format!("`{}` has no value, but should be {meant}", item.path),
            )
        } else {
            Diagnostic::error(
                "wrong-type",
                format!(
                    "`{}` should be {meant}, not {}",
                    item.path,
                    item.node.value.described()
                ),
            )
        };
        self.report(finding.at(item.node.place.clone()).help(help));
    }

    /// Reports something that the language has a place for and this version does not do.
    pub(super) fn not_yet(&mut self, item: &Item<'_>, instead: &str) {
        self.report(
            Diagnostic::error("not-yet", format!("`{}` is not in this version", item.path))
                .at(item.place())
                .help(instead),
        );
    }

    fn unknown_key(&mut self, parent: &Item<'_>, child: &Item<'_>, known: &[&str]) {
        let whose = if parent.path.is_empty() {
            "a blueprint".to_owned()
        } else {
            format!("`{}`", parent.path)
        };
        let mut finding =
            Diagnostic::error("unknown-key", format!("{whose} has no key `{}`", child.key)).at(child.place());
        let valid = match known {
            [only] => format!("Its only key is `{only}`."),
            _ => format!("Its keys are {}.", listed(known)),
        };
        finding = match nearest(child.key, known.iter().copied()) {
            Some(near) => finding.help(format!("Did you mean `{near}`? {valid}")),
            None => finding.help(valid),
        };
        self.report(finding);
    }

    /// A reference to an entry of this blueprint.
    pub(super) fn check_reference(
        &mut self,
        item: &Item<'_>,
        section: &str,
        name: &str,
        declared: &[String],
    ) {
        if declared.iter().any(|key| key == name) {
            return;
        }
        let singular = section.trim_end_matches('s');
        let finding = Diagnostic::error(
            "unknown-reference",
            format!("no {singular} of this blueprint is called `{name}`"),
        )
        .at(item.node.place.clone());
        let help = match nearest(name, declared.iter().map(String::as_str)) {
            Some(near) => format!("Did you mean `{near}`?"),
            None if declared.is_empty() => {
                format!(
                    "Declare it under `appstream.{section}`; one that exists already as `{name}: {{ existing: NAME-IN-AWS }}`."
                )
            }
            None => {
                let declared: Vec<&str> = declared.iter().map(String::as_str).collect();
                format!("`appstream.{section}` declares {}.", listed(&declared))
            }
        };
        self.report(finding.help(help));
    }
}

/// Names for a sentence: `a`, `b` and `c`.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The candidate that is most like the word, if one is like it at all.
pub(super) fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let lower = word.to_lowercase().replace('-', "_");
    candidates
        .map(|candidate| {
            let other = candidate.to_lowercase().replace('-', "_");
            let beginning = other.len() > 2
                && lower.len() > 2
                && (other.starts_with(&lower) || lower.starts_with(&other));
            let likeness = strsim::jaro_winkler(&lower, &other);
            (if beginning { likeness.max(0.9) } else { likeness }, candidate)
        })
        .filter(|(likeness, _)| *likeness >= 0.82)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_key_and_a_foreign_word_does_not() {
        let known = ["image", "instance", "capacity", "timeouts"];
        assert_eq!(nearest("imgae", known.into_iter()), Some("image"));
        assert_eq!(nearest("Timeout", known.into_iter()), Some("timeouts"));
        assert_eq!(nearest("colour", known.into_iter()), None);
        assert_eq!(nearest("", known.into_iter()), None);
    }

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        assert_eq!(listed(&[]), "none");
        assert_eq!(listed(&["a"]), "`a`");
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
