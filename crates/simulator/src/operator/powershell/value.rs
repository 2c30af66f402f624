//! What a script works with.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::tree::Block;

/// A value of a script.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    /// A hash table or an object, by the names of its members in lower case.
    Map(BTreeMap<String, Value>),
    Block(Block),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// What a pipeline wrote, as one value.
    pub(super) fn of(mut written: Vec<Value>) -> Value {
        match written.len() {
            0 => Value::Null,
            1 => written.remove(0),
            _ => Value::List(written),
        }
    }

    /// The value as the items that a pipeline hands on.
    pub(super) fn items(self) -> Vec<Value> {
        match self {
            Value::List(items) => items,
            other => vec![other],
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(on) => *on,
            Value::Number(number) => *number != 0,
            Value::Text(text) => !text.is_empty(),
            Value::List(items) => match items.as_slice() {
                [] => false,
                [one] => one.is_true(),
                _ => true,
            },
            Value::Bytes(_) | Value::Map(_) | Value::Block(_) => true,
        }
    }

    /// The text that PowerShell makes of it.
    pub(super) fn shown(&self) -> String {
        match self {
            Value::Null => String::new(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::Bytes(_) => "System.Byte[]".to_owned(),
            Value::List(items) => items.iter().map(Value::shown).collect::<Vec<_>>().join(" "),
            Value::Map(_) => "System.Collections.Hashtable".to_owned(),
            Value::Block(_) => "{ }".to_owned(),
        }
    }

    pub(super) fn number(&self) -> Result<i64, String> {
        match self {
            Value::Null => Ok(0),
            Value::Bool(on) => Ok(i64::from(*on)),
            Value::Number(number) => Ok(*number),
            Value::Text(text) => text
                .trim()
                .parse()
                .map_err(|_| format!("Cannot convert value \"{text}\" to type \"System.Int32\".")),
            _ => Err("Cannot convert the value to type \"System.Int32\".".to_owned()),
        }
    }

    /// Whether two values are equal as PowerShell compares them: texts without regard to case.
    pub(super) fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Null, _) | (_, Value::Null) => false,
            (Value::Number(one), other) => other.number().is_ok_and(|other| other == *one),
            (Value::Bool(one), other) => *one == other.is_true(),
            (one, other) => one.shown().to_lowercase() == other.shown().to_lowercase(),
        }
    }

    pub(super) fn member(&self, name: &str) -> Value {
        match (self, name) {
            (Value::Map(map), name) => map.get(name).cloned().unwrap_or(Value::Null),
            (Value::Text(text), "length") => Value::Number(text.encode_utf16().count() as i64),
            (Value::List(items), "count" | "length") => Value::Number(items.len() as i64),
            // A list gives the members of its items.
            (Value::List(items), name) => Value::of(items.iter().map(|item| item.member(name)).collect()),
            _ => Value::Null,
        }
    }
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(on) => Value::Bool(*on),
            Json::Number(number) => Value::Number(number.as_i64().unwrap_or_default()),
            Json::String(text) => Value::Text(text.clone()),
            Json::Array(items) => Value::List(items.iter().map(Value::from).collect()),
            Json::Object(map) => Value::Map(
                map.iter()
                    .map(|(name, value)| (name.to_lowercase(), Value::from(value)))
                    .collect(),
            ),
        }
    }
}
