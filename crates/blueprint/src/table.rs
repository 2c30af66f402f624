//! The language as a table: every key with its meaning, shape, limits and default, and where it ends up.
//!
//! Pure data, which the derive [`Section`](headset_derive::Section) writes from the structs of the model. The reader, the
//! JSON Schema, the explanations and the reference pages use it: a key that is not here exists nowhere.

use super::limits::Pattern;
use headset_kinds::field::FieldId;

/// One key of a map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it says, in one sentence.
    pub about: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// Whether it has to be there, where its map does not stand for something existing.
    pub required: bool,
    /// What holds without it.
    pub default: Default,
    /// A value, as it is written in a blueprint.
    pub example: &'static str,
    /// The kinds and fields that it ends up in.
    pub sets: &'static [FieldId],
}

/// What holds where a key is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Default {
    /// Nothing: it is off, absent, or left to AWS.
    Nothing,
    /// This value, as it is written in a blueprint.
    Value(&'static str),
    /// Something that these words describe.
    Words(&'static str),
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// `version`: this number and no other.
    Version(u64),
    /// Any text on one line of at most so many characters.
    Text(usize),
    /// A text of a certain shape.
    Pattern(&'static Pattern),
    /// The text `ccp.in_session`, or others that stand for something in the blueprint itself.
    Word(&'static str),
    /// A whole number.
    Number {
        /// The smallest and the greatest.
        range: (u64, u64),
        /// What it counts.
        unit: &'static str,
    },
    /// A duration.
    Duration {
        /// The shortest and the longest, in seconds.
        range: (u64, u64),
        /// A further value outside of the range, in seconds.
        also: Option<u64>,
        /// It is a multiple of this, in seconds.
        step: u64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
    /// `true` and nothing else.
    Yes,
    /// A list.
    List {
        /// What its elements look like.
        of: &'static Shape,
        /// The fewest and the most elements.
        count: (usize, usize),
    },
    /// A map with known keys.
    Map(&'static Map),
    /// A map whose keys are names of the user's choice.
    Entries(&'static Entries),
    /// Any of these.
    Either(&'static [Shape]),
    /// The key of an entry of this section of `appstream`.
    Reference(&'static str),
    /// A map of keys of the blueprint itself, which are read as part of it elsewhere.
    Values,
}

/// A map with known keys.
#[derive(Debug)]
pub(crate) struct Map {
    /// The keys.
    pub keys: &'static [Key],
    /// What holds between them.
    pub rules: &'static [Rule],
    /// Keys that people try and this version does not have, each with what to do instead.
    pub later: &'static [(&'static str, &'static str)],
}

/// A map whose keys are names.
#[derive(Debug)]
pub(crate) struct Entries {
    /// What an entry is called in a message: `a fleet`.
    pub what: &'static str,
    /// What the names look like; `None`: anything.
    pub names: Option<&'static Pattern>,
    /// What the values look like.
    pub of: Shape,
    /// The fewest and the most entries.
    pub count: (usize, usize),
    /// How to write one.
    pub example: &'static str,
}

/// What holds between the keys of one map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// What holds.
    pub is: Between,
    /// The way out where it does not.
    pub help: &'static str,
}

/// The kinds of rules.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Between {
    /// Exactly one of these is there.
    OneOf(&'static [&'static str]),
    /// At least one of these is there.
    AnyOf(&'static [&'static str]),
    /// Where the first is, no other is but these, and none is required.
    Alone(&'static str, &'static [&'static str]),
    /// Where the first is, the others are too.
    Needs(&'static str, &'static [&'static str]),
    /// Where the first is, none of the others is.
    Excludes(&'static str, &'static [&'static str]),
}

/// A rule with its way out.
pub(crate) const fn rule(is: Between, help: &'static str) -> Rule {
    Rule { is, help }
}

impl Key {
    /// A key that may be left out, without a default.
    pub(crate) const fn new(
        name: &'static str,
        shape: Shape,
        example: &'static str,
        about: &'static str,
    ) -> Key {
        Key {
            name,
            about,
            shape,
            required: false,
            default: Default::Nothing,
            example,
            sets: &[],
        }
    }

    /// It has to be there.
    pub(crate) const fn required(mut self) -> Key {
        self.required = true;
        self
    }

    /// What holds without it, as it would be written.
    pub(crate) const fn default(mut self, value: &'static str) -> Key {
        self.default = Default::Value(value);
        self
    }

    /// What holds without it, in words.
    pub(crate) const fn otherwise(mut self, words: &'static str) -> Key {
        self.default = Default::Words(words);
        self
    }

    /// The kinds and fields that it ends up in.
    pub(crate) const fn sets(mut self, fields: &'static [FieldId]) -> Key {
        self.sets = fields;
        self
    }
}

impl Shape {
    /// A whole number in a range, and what it counts.
    pub(crate) const fn number(range: &std::ops::RangeInclusive<u64>, unit: &'static str) -> Shape {
        Shape::Number {
            range: (*range.start(), *range.end()),
            unit,
        }
    }

    /// A duration in a range of seconds.
    pub(crate) const fn duration(range: &std::ops::RangeInclusive<u64>) -> Shape {
        Shape::Duration {
            range: (*range.start(), *range.end()),
            also: None,
            step: 1,
        }
    }

    /// A duration of whole minutes in a range of seconds, or one more value.
    pub(crate) const fn minutes(range: &std::ops::RangeInclusive<u64>, also: Option<u64>) -> Shape {
        Shape::Duration {
            range: (*range.start(), *range.end()),
            also,
            step: 60,
        }
    }

    /// The alternatives, one of which is the shape itself where there are no others.
    pub(crate) fn alternatives(&self) -> &[Shape] {
        match self {
            Shape::Either(shapes) => shapes,
            one => std::slice::from_ref(one),
        }
    }

    /// The map with known keys, if it may be one.
    pub(crate) fn map(&self) -> Option<&'static Map> {
        self.alternatives().iter().find_map(|shape| match shape {
            Shape::Map(map) => Some(*map),
            _ => None,
        })
    }

    /// The map of entries, if it may be one.
    pub(crate) fn entries(&self) -> Option<&'static Entries> {
        self.alternatives().iter().find_map(|shape| match shape {
            Shape::Entries(entries) => Some(*entries),
            _ => None,
        })
    }

    /// What the elements of the list are, if it may be one.
    pub(crate) fn list(&self) -> Option<(&'static Shape, (usize, usize))> {
        self.alternatives().iter().find_map(|shape| match shape {
            Shape::List { of, count } => Some((*of, *count)),
            _ => None,
        })
    }
}

impl Map {
    /// The key of this name, to be said again of another map. It has to be there.
    pub(crate) const fn like(&'static self, name: &str) -> Key {
        let mut index = 0;
        while index < self.keys.len() {
            if equal(self.keys[index].name.as_bytes(), name.as_bytes()) {
                return Key {
                    required: false,
                    ..self.keys[index]
                };
            }
            index += 1;
        }
        panic!("the other map has no such key")
    }

    /// The key of this name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of all keys.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }

    /// The key that stands for something existing, if the map may be that, and what may be beside it.
    pub(crate) fn alone(&self) -> Option<(&'static str, &'static [&'static str])> {
        self.rules.iter().find_map(|rule| match rule.is {
            Between::Alone(key, but) => Some((key, but)),
            _ => None,
        })
    }
}

const fn equal(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// A key with the path that leads to it, in which `*` stands for names of the user's choice and `[]` for elements.
#[derive(Debug)]
pub(crate) struct Place {
    pub path: String,
    pub key: &'static Key,
}

/// Every key below a map, in the table's order.
pub(crate) fn keys_below(map: &'static Map) -> Vec<Place> {
    fn walk(shape: &Shape, path: &str, found: &mut Vec<Place>) {
        for shape in shape.alternatives() {
            match shape {
                Shape::Map(map) => keys_of(map, path, found),
                Shape::Entries(entries) => walk(&entries.of, &format!("{path}.*"), found),
                Shape::List { of, .. } => walk(of, &format!("{path}[]"), found),
                _ => {}
            }
        }
    }
    fn keys_of(map: &'static Map, path: &str, found: &mut Vec<Place>) {
        for key in map.keys {
            let path = if path.is_empty() {
                key.name.to_owned()
            } else {
                format!("{path}.{}", key.name)
            };
            found.push(Place {
                path: path.clone(),
                key,
            });
            walk(&key.shape, &path, found);
        }
    }
    let mut found = Vec::new();
    keys_of(map, "", &mut found);
    found
}
