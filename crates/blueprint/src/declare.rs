//! What a type of the model has to tell the language: what its values look like, and how they are read.
//!
//! The derives [`Section`](headset_derive::Section) and [`Choice`](headset_derive::Choice) write these for structs and
//! enums of the model; the types that everything is made of have them here.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::at::At;

use crate::reader::{Item, Reader};
use crate::table::{Map, Shape};

/// A type of which a key's value can be.
pub(crate) trait Value: Sized {
    /// What its values look like, where the key does not say.
    const SHAPE: Shape;

    /// Reads a value by the shape that the item has. `None`: it is bad, and that has been reported.
    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Self>;

    /// What holds where the key is left out. `None`: it has to be there, which the map's keys see to.
    fn absent() -> Option<Self> {
        None
    }
}

/// A struct that is a map with known keys.
pub(crate) trait Section: Value {
    /// Its keys, and what holds between them.
    const MAP: &'static Map;
}

/// An enum that is a choice of words.
pub(crate) trait Choice: Value + Copy + 'static {
    /// The words, in the order of the variants.
    const WORDS: &'static [&'static str];
    /// The variants.
    const ALL: &'static [Self];
    /// Words that people try and this version does not know, each with what to do instead.
    const LATER: &'static [(&'static str, &'static str)];
}

/// A type that holds several values.
pub(crate) trait Several {
    /// The type of each.
    type Element;
}

impl<T> Several for Vec<T> {
    type Element = T;
}

impl<T> Several for Option<Vec<T>> {
    type Element = T;
}

impl<T> Several for BTreeMap<String, T> {
    type Element = T;
}

impl<T> Several for Option<BTreeMap<String, T>> {
    type Element = T;
}

/// The shape of a type whose key has to say more: no text is as long.
const UNSAID: Shape = Shape::Text(0);

impl Value for bool {
    const SHAPE: Shape = Shape::Boolean;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<bool> {
        reader.boolean(item)
    }
}

impl Value for u64 {
    const SHAPE: Shape = UNSAID;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<u64> {
        reader.number(item)
    }
}

impl Value for Duration {
    const SHAPE: Shape = UNSAID;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Duration> {
        reader.duration(item)
    }
}

impl Value for String {
    const SHAPE: Shape = UNSAID;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
        reader.text(item).map(|text| text.value)
    }
}

impl<T: Value> Value for At<T> {
    const SHAPE: Shape = T::SHAPE;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<T>> {
        T::read(reader, item).map(|value| At {
            value,
            place: item.node.place.clone(),
        })
    }
}

impl<T: Value> Value for Option<T> {
    const SHAPE: Shape = T::SHAPE;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Option<T>> {
        T::read(reader, item).map(Some)
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }
}

impl Value for Vec<At<String>> {
    const SHAPE: Shape = UNSAID;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Vec<At<String>>> {
        reader.texts(item)
    }

    fn absent() -> Option<Vec<At<String>>> {
        Some(Vec::new())
    }
}

/// Entries by name. One with a mistake is left out, which has been reported.
impl<T: Value> Value for BTreeMap<String, T> {
    const SHAPE: Shape = UNSAID;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<BTreeMap<String, T>> {
        let mut entries = BTreeMap::new();
        for entry in reader.entries(item) {
            if let Some(value) = T::read(reader, &entry.item)
                && entry.good
            {
                entries.insert(entry.name, value);
            }
        }
        Some(entries)
    }

    fn absent() -> Option<BTreeMap<String, T>> {
        Some(BTreeMap::new())
    }
}

/// Entries in the order of the file.
impl<T: Value> Value for Vec<(String, T)> {
    const SHAPE: Shape = UNSAID;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Vec<(String, T)>> {
        let mut entries = Vec::new();
        for entry in reader.entries(item) {
            if let Some(value) = T::read(reader, &entry.item) {
                entries.push((entry.name, value));
            }
        }
        Some(entries)
    }

    fn absent() -> Option<Vec<(String, T)>> {
        Some(Vec::new())
    }
}

/// The value of a key that is closed unless it is opened.
pub(crate) fn no(_: &mut Reader<'_>, _: &Item<'_>) -> bool {
    false
}

/// What only another form of the section can say.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
pub(crate) fn is_not(_: &mut Reader<'_>, _: &Item<'_>, _: &crate::reader::Fields<'_>) -> Option<bool> {
    Some(false)
}
