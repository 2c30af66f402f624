//! JSON bodies of JSON 1.1 and of REST JSON.

use serde_json::{Map, Value};

use super::table::{Kind, Member, Shape, Table};
use super::{Malformed, timestamp};

/// Reads a JSON value as the shape's. Unknown members are ignored, `null` counts as absent, as on AWS.
///
/// # Errors
/// If a value has another type than the model's: AWS's `SerializationException`.
pub(crate) fn decode(table: &Table, shape: &str, value: &Value) -> Result<Value, Malformed> {
    read(table, table.shape(shape), value, shape)
}

fn read(table: &Table, shape: &Shape, value: &Value, path: &str) -> Result<Value, Malformed> {
    let wrong = |expected: &str| Malformed::wrong_type(path, expected);
    match shape.kind {
        Kind::Structure if shape.document => Ok(value.clone()),
        Kind::Structure => {
            let members = value.as_object().ok_or_else(|| wrong("structure"))?;
            let mut out = Map::new();
            for (name, member) in shape
                .members
                .iter()
                .filter(|(_, member)| member.location.is_none())
            {
                match members.get(member.wire_name(name)) {
                    None | Some(Value::Null) => {}
                    Some(value) => {
                        let inner = read(table, table.shape(&member.shape), value, name)?;
                        out.insert(name.clone(), inner);
                    }
                }
            }
            Ok(Value::Object(out))
        }
        Kind::List => {
            let (entries, entry) = value
                .as_array()
                .zip(shape.member.as_ref())
                .ok_or_else(|| wrong("list"))?;
            entries
                .iter()
                .map(|value| read(table, table.shape(&entry.shape), value, path))
                .collect()
        }
        Kind::Map => {
            let (entries, inner) = value
                .as_object()
                .zip(shape.value.as_ref())
                .ok_or_else(|| wrong("map"))?;
            let mut out = Map::new();
            for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
                out.insert(key.clone(), read(table, table.shape(&inner.shape), value, path)?);
            }
            Ok(Value::Object(out))
        }
        Kind::String => value.as_str().map(Value::from).ok_or_else(|| wrong("string")),
        Kind::Blob => value
            .as_str()
            .filter(|text| super::codec::unbase64(text).is_some())
            .map(Value::from)
            .ok_or_else(|| wrong("base64 string")),
        Kind::Boolean => value.as_bool().map(Value::from).ok_or_else(|| wrong("boolean")),
        Kind::Integer | Kind::Long => value
            .as_i64()
            .map(Value::from)
            .ok_or_else(|| wrong("whole number")),
        Kind::Float | Kind::Double => value.as_f64().map(Value::from).ok_or_else(|| wrong("number")),
        Kind::Timestamp => match value {
            Value::Number(seconds) => seconds.as_f64(),
            Value::String(text) => timestamp::read(text),
            _ => None,
        }
        .map(timestamp::number)
        .ok_or_else(|| wrong("timestamp")),
    }
}

/// Writes a value of the shape as JSON. Members that are null are left out; null values of a map are sent, as
/// AWS does in `Image.Applications[].Metadata`. Members that the model does not know are passed on.
pub(crate) fn encode(table: &Table, shape: &str, value: &Value) -> Value {
    write(table, table.shape(shape), None, value)
}

fn write(table: &Table, shape: &Shape, via: Option<&Member>, value: &Value) -> Value {
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) if !shape.document => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .filter_map(|(name, value)| match shape.members.get(name) {
                Some(member) if member.location.is_some() => None,
                Some(member) => {
                    let inner = write(table, table.shape(&member.shape), Some(member), value);
                    Some((member.wire_name(name).to_owned(), inner))
                }
                None => Some((name.clone(), value.clone())),
            })
            .collect(),
        (Kind::List, Value::Array(entries)) => match &shape.member {
            Some(entry) => entries
                .iter()
                .map(|value| write(table, table.shape(&entry.shape), Some(entry), value))
                .collect(),
            None => value.clone(),
        },
        (Kind::Map, Value::Object(entries)) => match &shape.value {
            Some(inner) => entries
                .iter()
                .map(|(key, value)| {
                    (
                        key.clone(),
                        write(table, table.shape(&inner.shape), Some(inner), value),
                    )
                })
                .collect(),
            None => value.clone(),
        },
        (Kind::Timestamp, Value::Number(seconds)) => {
            match super::codec::timestamp_format(shape, via, "unixTimestamp") {
                "unixTimestamp" => timestamp::number(seconds.as_f64().unwrap_or_default()),
                format => timestamp::write(value, format).into(),
            }
        }
        _ => value.clone(),
    }
}
