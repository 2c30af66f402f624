//! A blueprint in the making, as a tree.

use std::collections::BTreeMap;

use headset_core::Address;
use headset_core::untold::Untold;
use headset_kinds::connect::{HoursOfOperationSpec, QueueSpec, UserSpec};
use serde_json::json;
use serde_yaml::{Mapping, Value};

/// Lower-case letters and digits, with this in place of everything else.
pub(super) fn letters(text: &str, between: &str) -> String {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(between).to_ascii_lowercase()
}

/// The keys of a section, by the names that they stand for.
#[derive(Debug, Default)]
pub(super) struct Keys(BTreeMap<String, String>);

impl Keys {
    /// The key of a name. Names that differ may come to the same letters: the later ones are numbered.
    pub(super) fn of(&mut self, name: &str) -> String {
        let own = letters(name, "-");
        let numbered = (2..).map(|number: u32| format!("{own}-{number}"));
        let mut keys = std::iter::once(own.clone()).chain(numbered);
        let is_free = |key: &String| self.0.get(key).is_none_or(|known| known == name);
        let key = keys.find(is_free).unwrap_or(own.clone());
        self.0.insert(key.clone(), name.to_owned());
        key
    }
}

/// What an entry for a thing begins with.
pub(super) struct Entry {
    pub(super) keys: Vec<String>,
    pub(super) value: Value,
}

/// The entry for a thing of a list; `None`: none is its own.
pub(super) fn entry(address: &Address) -> Option<Entry> {
    let key = address.key.to_string();
    let (keys, value) = match address.kind {
        UserSpec::KIND => (
            ["connect", "users", &key],
            // What an entry cannot be without, until it is read.
            json!({ "first": "-", "last": "-", "security": ["-"] }),
        ),
        QueueSpec::KIND => return named("queues", &key, json!({})),
        // What an entry cannot be without, until it is read.
        HoursOfOperationSpec::KIND => {
            return named("hours", &key, json!({ "time_zone": "UTC", "open": [] }));
        }
        _ => return None,
    };
    Some(Entry {
        keys: keys.map(str::to_owned).into(),
        value: serde_yaml::to_value(value).ok()?,
    })
}

/// The entry of a section of `connect` whose keys are letters, and whose names are not.
fn named(section: &str, name: &str, mut value: serde_json::Value) -> Option<Entry> {
    let key = letters(name, "-");
    if key != name {
        value["name"] = json!(name);
    }
    Some(Entry {
        keys: ["connect", section, &key].map(str::to_owned).into(),
        value: serde_yaml::to_value(value).ok()?,
    })
}

/// Sets a value of JSON at a path, with the maps that lead to it.
pub(super) fn put(draft: &mut Value, keys: &[&str], value: serde_json::Value) {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    set(draft, &keys, serde_yaml::to_value(value).unwrap_or_default());
}

/// Sets a value at a path, with the maps that lead to it.
pub(super) fn set(draft: &mut Value, keys: &[String], value: Value) {
    let Some((first, rest)) = keys.split_first() else {
        *draft = value;
        return;
    };
    if !draft.is_mapping() {
        *draft = Value::Mapping(Mapping::new());
    }
    let Value::Mapping(map) = draft else { return };
    let below = map.entry(first.as_str().into()).or_insert(Value::Null);
    set(below, rest, value);
}

/// A value that no key says.
pub(super) fn sentence((address, one): &(Address, Untold)) -> String {
    let member = one.member.as_ref().map(|member| format!(".{member}"));
    let member = member.unwrap_or_default();
    format!("{}{member} of {address} is {}", one.field, short(&one.live))
}

/// The text of a draft.
pub(super) fn plain(draft: &Value) -> String {
    serde_yaml::to_string(draft).unwrap_or_default()
}

/// The value at a path.
pub(super) fn at<'a>(draft: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().try_fold(draft, |value, key| value.get(key))
}

/// The most characters of a value in a sentence.
const LONGEST: usize = 200;

/// A value, as far as it fits into a sentence.
pub(super) fn short(value: &serde_json::Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// Takes the value at a path away.
pub(super) fn remove(draft: &mut Value, keys: &[&str]) {
    let Some((last, before)) = keys.split_last() else {
        return;
    };
    let above = before.iter().try_fold(draft, |value, key| value.get_mut(*key));
    if let Some(Value::Mapping(map)) = above {
        map.remove(*last);
    }
}

/// Takes these tags off every `tags` below a value, and what is then empty away.
pub(super) fn untag(value: &mut Value, tags: &BTreeMap<String, String>) {
    let Value::Mapping(map) = value else { return };
    for (key, below) in map.iter_mut() {
        match below {
            Value::Mapping(own) if key == "tags" => own.retain(|key, value| {
                let same = key.as_str().and_then(|key| tags.get(key));
                same.is_none_or(|same| value.as_str() != Some(same))
            }),
            below => untag(below, tags),
        }
    }
    map.retain(|key, below| key != "tags" || below.as_mapping().is_none_or(|own| !own.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_letters_have_keys_of_their_own() {
        let mut keys = Keys::default();
        let all = ["Desk_A", "desk-a", "Desk_A", "desk.a", "other"].map(|name| keys.of(name));
        assert_eq!(all, ["desk-a", "desk-a-2", "desk-a", "desk-a-3", "other"]);
    }
}
