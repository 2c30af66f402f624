//! Texts of which parts are known only once other resources exist.
//!
//! An unknown is explicit, never an empty string: `Text` says of which resource which output is missing,
//! and a plan shows it so. In a spec's JSON form a wholly known text is a plain string, and any other is
//! `{"$text": [part, ...]}` where a part is a string or `{"after": [ADDRESS, OUTPUT]}`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::address::Address;

/// The outputs of resources, by address and then by name: what references are resolved against.
pub type Outputs = BTreeMap<Address, BTreeMap<String, String>>;

/// One part of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// Literal text.
    Known(String),
    /// An output of another resource.
    After {
        /// Whose output, and which.
        after: (Address, String),
    },
}

/// A text that may refer to outputs of other resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    parts: Vec<Part>,
}

impl Text {
    /// The text that is one output of another resource.
    pub fn after(address: &Address, output: &str) -> Text {
        Text {
            parts: vec![Part::After {
                after: (address.clone(), output.to_owned()),
            }],
        }
    }

    /// The concatenation of several texts.
    pub fn join(texts: impl IntoIterator<Item = Text>) -> Text {
        let mut joined: Vec<Part> = Vec::new();
        for part in texts.into_iter().flat_map(|text| text.parts) {
            match (joined.last_mut(), part) {
                (Some(Part::Known(before)), Part::Known(more)) => before.push_str(&more),
                (_, part) => joined.push(part),
            }
        }
        Text { parts: joined }
    }

    /// The text, if every part of it is known.
    pub fn known(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Known(text) => Some(text.as_str()),
                Part::After { .. } => None,
            })
            .collect()
    }

    /// The text; for use in `create` and `update`, where the engine has resolved every reference before.
    ///
    /// # Errors
    /// [`Unresolved`] names what is still missing.
    pub fn resolved(&self) -> Result<String, Unresolved> {
        self.known().ok_or_else(|| Unresolved(self.to_string()))
    }

    /// The text with every part known that `outputs` knows.
    pub fn resolve(&self, outputs: &Outputs) -> Text {
        Text::join(self.parts.iter().map(|part| match part {
            Part::After {
                after: (address, output),
            } => match outputs.get(address).and_then(|known| known.get(output)) {
                Some(value) => Text::from(value.as_str()),
                None => Text {
                    parts: vec![part.clone()],
                },
            },
            Part::Known(_) => Text {
                parts: vec![part.clone()],
            },
        }))
    }

    /// Whose outputs the text waits for.
    pub fn references(&self) -> impl Iterator<Item = (&Address, &str)> {
        self.parts.iter().filter_map(|part| match part {
            Part::After {
                after: (address, output),
            } => Some((address, output.as_str())),
            Part::Known(_) => None,
        })
    }
}

/// A text that was used before all that it refers to existed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{0}` is not known yet")]
pub struct Unresolved(String);

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text {
            parts: vec![Part::Known(text.to_owned())],
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text {
            parts: vec![Part::Known(text)],
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Known(text) => f.write_str(text)?,
                Part::After {
                    after: (address, output),
                } => write!(f, "({output} of {address})")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.known() {
            Some(text) => serializer.serialize_str(&text),
            None => BTreeMap::from([("$text", &self.parts)]).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        let value = Value::deserialize(deserializer)?;
        text_of(&value).ok_or_else(|| serde::de::Error::custom("neither a string nor a $text"))
    }
}

/// Reads a JSON value as a text, if it is one.
fn text_of(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) => Some(Text::from(text.as_str())),
        Value::Object(map) if map.len() == 1 => {
            let parts = serde_json::from_value(map.get("$text")?.clone()).ok()?;
            Some(Text { parts })
        }
        _ => None,
    }
}

/// Resolves every text inside a spec as far as `outputs` allows.
pub fn resolve(spec: &Value, outputs: &Outputs) -> Value {
    match spec {
        Value::Object(map) if map.contains_key("$text") => match text_of(spec) {
            Some(text) => serde_json::to_value(text.resolve(outputs)).unwrap_or_else(|_| spec.clone()),
            None => spec.clone(),
        },
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| (key.clone(), resolve(value, outputs)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(|item| resolve(item, outputs)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => spec.clone(),
    }
}

/// Everything that a spec (or a part of one) waits for.
pub fn references(spec: &Value) -> BTreeSet<(Address, String)> {
    let mut found = BTreeSet::new();
    collect(spec, &mut found);
    found
}

fn collect(spec: &Value, found: &mut BTreeSet<(Address, String)>) {
    match spec {
        Value::Object(map) if map.contains_key("$text") => {
            if let Some(text) = text_of(spec) {
                found.extend(
                    text.references()
                        .map(|(address, output)| (address.clone(), output.to_owned())),
                );
            }
        }
        Value::Object(map) => map.values().for_each(|value| collect(value, found)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether any part of the value is still unknown.
pub fn is_unknown(value: &Value) -> bool {
    !references(value).is_empty()
}
