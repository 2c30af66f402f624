//! What the table of the language is made of: keys, shapes, maps, and what holds between keys.

use crate::limits::Pattern;

/// One key of a map.
#[derive(Debug)]
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
    pub lands: &'static [(&'static str, &'static str)],
}

/// What holds where a key is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Default {
    /// Nothing: it is off, absent, or AWS's business.
    Nothing,
    /// This value, as it is written in a blueprint.
    Value(&'static str),
    /// Something that these words describe.
    Words(&'static str),
}

/// What a value looks like.
#[derive(Debug)]
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
#[derive(Debug)]
pub(crate) struct Rule {
    /// What holds.
    pub is: Between,
    /// The way out where it does not.
    pub help: &'static str,
}

/// The kinds of rules.
#[derive(Debug)]
pub(crate) enum Between {
    /// Exactly one of these is there.
    OneOf(&'static [&'static str]),
    /// At least one of these is there.
    AnyOf(&'static [&'static str]),
    /// Where this key is, no other is, and none is required.
    Alone(&'static str),
    /// Where the first is, the others are too.
    Needs(&'static str, &'static [&'static str]),
    /// Where the first is, none of the others is.
    Excludes(&'static str, &'static [&'static str]),
}

/// Keys of a map for [`Shape::Map`], without rules.
pub(super) const fn map(keys: &'static [Key]) -> Map {
    Map {
        keys,
        rules: &[],
        later: &[],
    }
}

/// A rule with its way out.
pub(super) const fn rule(is: Between, help: &'static str) -> Rule {
    Rule { is, help }
}

impl Key {
    pub(super) const fn new(
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
            lands: &[],
        }
    }

    pub(super) const fn required(mut self) -> Key {
        self.required = true;
        self
    }

    pub(super) const fn default(mut self, value: &'static str) -> Key {
        self.default = Default::Value(value);
        self
    }

    pub(super) const fn otherwise(mut self, words: &'static str) -> Key {
        self.default = Default::Words(words);
        self
    }

    pub(super) const fn lands(mut self, fields: &'static [(&'static str, &'static str)]) -> Key {
        self.lands = fields;
        self
    }
}

impl Shape {
    pub(super) const fn text(longest: usize) -> Shape {
        Shape::Text(longest)
    }

    pub(super) const fn number(range: &std::ops::RangeInclusive<u64>, unit: &'static str) -> Shape {
        Shape::Number {
            range: (*range.start(), *range.end()),
            unit,
        }
    }

    pub(super) const fn duration(range: &std::ops::RangeInclusive<u64>) -> Shape {
        Shape::Duration {
            range: (*range.start(), *range.end()),
            also: None,
            step: 1,
        }
    }

    pub(super) const fn minutes(range: &std::ops::RangeInclusive<u64>, also: Option<u64>) -> Shape {
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
    /// The key of this name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of all keys.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }

    /// The key that stands for something existing, if the map may be that.
    pub(crate) fn alone(&self) -> Option<&'static str> {
        self.rules.iter().find_map(|rule| match rule.is {
            Between::Alone(key) => Some(key),
            _ => None,
        })
    }
}
