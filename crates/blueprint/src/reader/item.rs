//! A value with the path that leads to it and what the table says of it, and maps with known keys.

use super::Reader;
use super::origin::Origin;
use crate::at::At;
use crate::interpolate::is_secret_key;
use crate::node::{Entry, Node, Value, shortened};
use crate::table::{Between, Default, Key, Map, Rule, Shape};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_core::nearest::nearest;
use headset_core::words::plural;

/// A value and how it is called in messages.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    /// The keys that lead here, with dots: `appstream.fleets.agents.image`.
    pub path: String,
    /// The value.
    pub node: &'a Node,
    /// The key as written, which may hold dots.
    pub key: &'a str,
    /// Where its key stands; a list's element has none.
    pub key_place: Option<&'a Place>,
    /// What it looks like.
    pub shape: &'static Shape,
}

impl<'a> Item<'a> {
    /// The whole blueprint, and what it looks like.
    pub(crate) fn root(node: &'a Node, shape: &'static Shape) -> Item<'a> {
        Item {
            path: String::new(),
            node,
            key: "",
            key_place: None,
            shape,
        }
    }

    /// Where its value came from.
    pub(crate) fn origin(&self) -> Origin {
        Origin::of(self.node)
    }

    /// What it would be with another value, as code that fits where this one came from.
    pub(crate) fn giving(&self, value: &str) -> String {
        self.origin().giving(self.key, &self.path, value)
    }

    /// Advice to give it another value, without a full stop.
    pub(crate) fn write(&self, value: &str) -> String {
        self.origin().advice(&self.giving(value))
    }

    /// The same for a value that has no quotes.
    pub(crate) fn write_bare(&self, value: &str) -> String {
        match self.origin() {
            Origin::File | Origin::Option => format!("{}, without quotes.", self.write(value)),
            Origin::Variable => format!("{}.", self.write(value)),
        }
    }

    /// Where the key stands, or else the value.
    pub(crate) fn place(&self) -> Place {
        self.key_place.unwrap_or(&self.node.place).clone()
    }

    /// Whether the value is a map.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self.node.value, Value::Map(_))
    }

    fn child(&self, entry: &'a Entry, shape: &'static Shape) -> Item<'a> {
        Item {
            path: self.path_of(&entry.key),
            node: &entry.node,
            key: &entry.key,
            key_place: Some(&entry.key_place),
            shape,
        }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn entry(&self, key: &str) -> Option<&'a Entry> {
        let Value::Map(entries) = &self.node.value else {
            return None;
        };
        entries.iter().find(|entry| entry.key == key)
    }

    /// Where a key stands, if the value is a map with this key.
    pub(crate) fn place_of(&self, key: &str) -> Option<Place> {
        self.entry(key).map(|entry| entry.key_place.clone())
    }

    /// Whether the value is a map with this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }
}

/// A map whose keys have been checked.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    item: Item<'a>,
    map: &'static Map,
}

impl<'a> Fields<'a> {
    /// The value of a key, if it is there.
    pub(crate) fn get(&self, key: &str) -> Option<Item<'a>> {
        let known = self.map.key(key);
        if cfg!(test) {
            assert!(
                known.is_some(),
                "the table has no key `{key}` in `{}`",
                self.item.path
            );
        }
        let entry = self.item.entry(key)?;
        Some(self.item.child(entry, &known?.shape))
    }

    /// A value that the table says, at the place of the map.
    fn unwritten(&self, value: Value) -> Node {
        Node {
            value,
            place: self.item.place(),
            loose: true,
        }
    }

    fn unwritten_item<'n>(&self, key: &'static Key, node: &'n Node) -> Item<'n> {
        Item {
            path: self.item.path_of(key.name),
            node,
            key: key.name,
            key_place: None,
            shape: &key.shape,
        }
    }

    /// Whether the map has such a key, be it written or not.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.map.key(key).is_some()
    }
}

/// An entry whose name is the user's choice.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    /// The name.
    pub name: String,
    /// The value.
    pub item: Item<'a>,
    /// Whether the name is a good one; if not, that has been reported.
    pub good: bool,
}

impl Reader<'_> {
    /// The value of a key: what is written, or else the table's default, or else what its type says of its absence.
    /// `None`: it is bad or missing, and that has been reported.
    pub(crate) fn key<V, T: From<V>>(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
        read: impl FnOnce(&mut Self, &Item<'_>) -> Option<V>,
        absent: impl FnOnce(&mut Self, &Item<'_>) -> Option<T>,
    ) -> Option<T> {
        if let Some(item) = fields.get(name) {
            return read(self, &item).map(T::from);
        }
        let key = fields.map.key(name)?;
        let Default::Value(text) = key.default else {
            return absent(self, &fields.item);
        };
        let node = fields.unwritten(Value::Text(text.to_owned()));
        read(self, &fields.unwritten_item(key, &node)).map(T::from)
    }

    /// The value of a key that is a section: without it, each of the section's keys is as without itself.
    pub(crate) fn section<V, T: From<V>>(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
        read: impl FnOnce(&mut Self, &Item<'_>) -> Option<V>,
    ) -> Option<T> {
        if let Some(item) = fields.get(name) {
            return read(self, &item).map(T::from);
        }
        let key = fields.map.key(name)?;
        let node = fields.unwritten(Value::Map(Vec::new()));
        read(self, &fields.unwritten_item(key, &node)).map(T::from)
    }

    /// A map with known keys. What is unknown, what is missing, and what does not go together is reported.
    pub(crate) fn fields<'n>(&mut self, item: &Item<'n>) -> Option<Fields<'n>> {
        let map = item.shape.map()?;
        let Value::Map(entries) = &item.node.value else {
            let names = map.names();
            let help = match names.as_slice() {
                [only] => format!("Its key is `{only}`."),
                _ => format!("It has the keys {}.", listed(&names)),
            };
            self.wrong_type(item, "a map", &help);
            return None;
        };
        for entry in entries {
            let secret =
                is_secret_key(&entry.key) && matches!(entry.node.value, Value::Text(_) | Value::Number(_));
            if map.key(&entry.key).is_some() || secret {
                continue;
            }
            let path = item.path_of(&entry.key);
            if let Some((_, instead)) = map.later.iter().find(|(key, _)| *key == entry.key) {
                self.report(
                    Diagnostic::error("not-yet", format!("`{path}` is not in this version"))
                        .at(entry.key_place.clone())
                        .help(*instead),
                );
            } else {
                self.unknown_key(item, entry, &map.names());
            }
        }
        let alone = map.alone().is_some_and(|(key, _)| item.has(key));
        if !alone {
            for key in map.keys.iter().filter(|key| key.required && !item.has(key.name)) {
                self.missing(item, key);
            }
        }
        for rule in map.rules {
            self.hold(item, map, rule);
        }
        Some(Fields {
            item: item.clone(),
            map,
        })
    }

    fn missing(&mut self, item: &Item<'_>, key: &Key) {
        self.report(
            Diagnostic::error("missing-key", format!("{} lacks `{}`", whole(item), key.name))
                .at(item.place())
                .help(format!("Write `{}: {}`. {}", key.name, key.example, key.about)),
        );
    }

    /// Reports what breaks a rule.
    fn hold(&mut self, item: &Item<'_>, map: &Map, rule: &Rule) {
        let alone = map.alone().is_some_and(|(key, _)| item.has(key));
        match &rule.is {
            Between::Alone(key, but) => {
                let others = match &item.node.value {
                    Value::Map(entries) => {
                        let may_be = |name: &str| name == *key || but.contains(&name);
                        entries.iter().any(|entry| !may_be(&entry.key))
                    }
                    _ => false,
                };
                if let Some(entry) = item.entry(key)
                    && others
                {
                    let message = format!("`{}` is existing, so it takes no other key", item.path);
                    self.conflict(message, &entry.key_place, rule.help);
                }
            }
            Between::OneOf(keys) => {
                let mut there: Vec<(&Entry, &str)> = keys
                    .iter()
                    .filter_map(|key| Some((item.entry(key)?, *key)))
                    .collect();
                there.sort_by_key(|(entry, _)| entry.key_place.bytes);
                match there.as_slice() {
                    // The rule of those that stand alone says it better.
                    [(_, first), .., (last, second)] if !alone => {
                        let message = format!("{} has both `{first}` and `{second}`", whole(item));
                        self.conflict(message, &last.key_place, rule.help);
                    }
                    [] => {
                        let message = format!("{} lacks {}", whole(item), either(keys));
                        self.report(
                            Diagnostic::error("missing-key", message)
                                .at(item.place())
                                .help(rule.help),
                        );
                    }
                    _ => {}
                }
            }
            Between::AnyOf(keys) => {
                if keys.iter().all(|key| !item.has(key)) {
                    let message = format!("{} lacks {}", whole(item), either(keys));
                    self.report(
                        Diagnostic::error("missing-key", message)
                            .at(item.place())
                            .help(rule.help),
                    );
                }
            }
            Between::Needs(key, needed) => {
                if alone || !item.has(key) {
                    return;
                }
                for needed in needed.iter().filter(|needed| !item.has(needed)) {
                    let message = format!("{} has `{key}` and lacks `{needed}`", whole(item));
                    self.report(
                        Diagnostic::error("missing-key", message)
                            .at(item.place())
                            .help(rule.help),
                    );
                }
            }
            Between::Excludes(key, excluded) => {
                if !item.has(key) {
                    return;
                }
                for excluded in *excluded {
                    if let Some(entry) = item.entry(excluded) {
                        let message = format!("`{}` does not go with `{key}`", item.path_of(excluded));
                        self.conflict(message, &entry.key_place, rule.help);
                    }
                }
            }
        }
    }

    fn conflict(&mut self, message: String, place: &Place, help: &str) {
        self.report(
            Diagnostic::error("conflict", message)
                .at(place.clone())
                .help(help),
        );
    }

    /// A map whose keys are names of the user's choice.
    pub(crate) fn entries<'n>(&mut self, item: &Item<'n>) -> Vec<Named<'n>> {
        let Some(rules) = item.shape.entries() else {
            return Vec::new();
        };
        let Value::Map(entries) = &item.node.value else {
            let help = match item.origin() {
                Origin::Option => format!(
                    "Maps stand in the file: {}",
                    rules.example.trim_start_matches("Write ")
                ),
                Origin::File | Origin::Variable => rules.example.to_owned(),
            };
            self.wrong_type(item, "a map of entries by name", &help);
            return Vec::new();
        };
        let (fewest, most) = rules.count;
        if entries.len() < fewest {
            self.report(
                Diagnostic::error("empty-value", format!("`{}` is empty", item.path))
                    .at(item.node.place.clone())
                    .help(rules.example),
            );
        }
        if entries.len() > most {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!(
                        "`{}` has {}; there is room for {most}",
                        item.path,
                        plural(entries.len(), "entry")
                    ),
                )
                .at(item.place())
                .help("Leave some out."),
            );
            return Vec::new();
        }
        entries
            .iter()
            .map(|entry| {
                let good = match rules.names {
                    Some(names) => self.check_name(rules.what, &entry.key, names, &entry.key_place),
                    None => true,
                };
                Named {
                    name: entry.key.clone(),
                    item: item.child(entry, &rules.of),
                    good,
                }
            })
            .collect()
    }

    /// The elements of a list.
    pub(crate) fn list<'n>(&mut self, item: &Item<'n>) -> Option<Vec<Item<'n>>> {
        let (of, (fewest, most)) = item.shape.list()?;
        match &item.node.value {
            Value::List(nodes) => {
                if !(fewest..=most).contains(&nodes.len()) {
                    let help = match (fewest, most) {
                        (0, most) => format!("It has at most {most}."),
                        (fewest, most) => format!("It has {fewest} to {most}."),
                    };
                    let place = nodes.get(most).map_or(&item.node.place, |node| &node.place);
                    self.report(
                        Diagnostic::error(
                            "bad-value",
                            format!("`{}` lists {}", item.path, plural(nodes.len(), "value")),
                        )
                        .at(place.clone())
                        .help(help),
                    );
                    return None;
                }
                Some(
                    nodes
                        .iter()
                        .enumerate()
                        .map(|(index, node)| Item {
                            path: format!("{}[{index}]", item.path),
                            node,
                            key: item.key,
                            key_place: None,
                            shape: of,
                        })
                        .collect(),
                )
            }
            Value::Text(text) => {
                self.wrong_type(item, "a list", &list_of(item, text));
                None
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Map(_) => {
                self.wrong_type(item, "a list", &list_of(item, "one, two"));
                None
            }
        }
    }

    /// A list of texts, each once. `None` if any of them is bad.
    pub(crate) fn texts(&mut self, item: &Item<'_>) -> Option<Vec<At<String>>> {
        let elements = self.list(item)?;
        let count = elements.len();
        let mut texts: Vec<At<String>> = Vec::new();
        for element in elements {
            let Some(text) = self.text(&element) else { continue };
            if texts.iter().any(|known| known.value == text.value) {
                self.report(
                    Diagnostic::error(
                        "duplicate-value",
                        format!("`{}` lists `{}` twice", item.path, text.value),
                    )
                    .at(text.place.clone())
                    .help("Keep one of them."),
                );
            } else if let Some(near) = texts.iter().find(|known| are_alike(&known.value, &text.value)) {
                // The services compare names each in its own way: whether these are two, only they know.
                self.report(
                    Diagnostic::warning(
                        "similar-names",
                        format!(
                            "`{}` lists `{}` and `{}`, which differ in letter case or blanks only",
                            item.path, near.value, text.value
                        ),
                    )
                    .at(text.place.clone())
                    .help("If they are one and the same, keep the one that is written as it is there."),
                );
            }
            texts.push(text);
        }
        (texts.len() == count).then_some(texts)
    }

    /// Reports a value of another type than is meant.
    pub(crate) fn wrong_type(&mut self, item: &Item<'_>, meant: &str, help: &str) {
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

    fn unknown_key(&mut self, parent: &Item<'_>, child: &Entry, known: &[&str]) {
        let whose = if parent.path.is_empty() {
            "a blueprint".to_owned()
        } else {
            format!("`{}`", parent.path)
        };
        let mut finding = Diagnostic::error(
            "unknown-key",
            format!("{whose} has no key `{}`", shortened(&child.key)),
        )
        .at(child.key_place.clone());
        let valid = match known {
            [only] => format!("Its only key is `{only}`."),
            _ => format!("Its keys are {}.", listed(known)),
        };
        let near = if self.is_full() {
            None
        } else {
            nearest(&child.key, known.iter().copied())
        };
        finding = match near {
            Some(near) => finding.help(format!("Did you mean `{near}`? {valid}")),
            None => finding.help(valid),
        };
        self.report(finding);
    }

    /// A reference to an entry of this blueprint.
    pub(crate) fn check_reference(&mut self, item: &Item<'_>, section: &str, name: &str) {
        let outline = self.outline;
        let declared = match section {
            "images" => &outline.images,
            "fleets" => &outline.fleets,
            _ => &outline.stacks,
        };
        self.check_declared(&item.node.place, section, name, declared);
    }

    /// Reports a name that no entry of a section has.
    pub(crate) fn check_declared(&mut self, place: &Place, section: &str, name: &str, declared: &[String]) {
        if declared.iter().any(|key| key == name) {
            return;
        }
        let singular = section.trim_end_matches('s');
        let finding = Diagnostic::error(
            "unknown-reference",
            format!("no {singular} of this blueprint is called `{}`", shortened(name)),
        )
        .at(place.clone());
        let near = if self.is_full() {
            None
        } else {
            nearest(name, declared.iter().map(String::as_str))
        };
        let help = match near {
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

/// Whose keys a message is about.
fn whole(item: &Item<'_>) -> String {
    if item.path.is_empty() {
        "the blueprint".to_owned()
    } else {
        format!("`{}`", item.path)
    }
}

/// Names for a sentence: `a`, `b` or `c`.
fn either(names: &[&str]) -> String {
    listed(names).replacen(" and ", " or ", 1)
}

/// Names for a sentence: `a`, `b` and `c`.
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Whether two names are one for people: they differ in letter case or outer blanks only.
fn are_alike(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Advice to write a list. No option holds one.
fn list_of(item: &Item<'_>, items: &str) -> String {
    let verb = match item.origin() {
        Origin::Option => "Lists stand in the file:",
        Origin::File | Origin::Variable => "Write",
    };
    format!("{verb} `{}: [{items}]`.", item.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        assert_eq!(listed(&[]), "none");
        assert_eq!(listed(&["a"]), "`a`");
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
