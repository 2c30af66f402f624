//! What several codecs need: base64, scalars as text, timestamp formats.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::table::{Kind, Member, Shape};
use super::{Malformed, timestamp};

/// The bytes of a base64 string; `None` if it is not one.
pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Bytes as base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// How a timestamp is written here: what the member says, else the shape, else the protocol.
pub(crate) fn timestamp_format<'a>(shape: &'a Shape, via: Option<&'a Member>, protocol: &'a str) -> &'a str {
    via.and_then(|member| member.timestamp_format.as_deref())
        .or(shape.timestamp_format.as_deref())
        .unwrap_or(protocol)
}

/// Reads a scalar that arrived as text (a form value, an XML text, a header, a path segment).
///
/// # Errors
/// If the text is not of the shape's type, or the shape is no scalar.
pub(crate) fn read_scalar(shape: &Shape, text: &str, path: &str) -> Result<Value, Malformed> {
    let wrong = |expected: &str| Malformed::wrong_type(path, expected);
    match shape.kind {
        Kind::String => Ok(text.into()),
        Kind::Boolean => match text {
            "true" | "True" | "TRUE" => Ok(true.into()),
            "false" | "False" | "FALSE" => Ok(false.into()),
            _ => Err(wrong("boolean")),
        },
        Kind::Integer | Kind::Long => text
            .trim()
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| wrong("whole number")),
        Kind::Float | Kind::Double => text
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(Value::from)
            .ok_or_else(|| wrong("number")),
        Kind::Timestamp => timestamp::read(text.trim())
            .map(timestamp::number)
            .ok_or_else(|| wrong("timestamp")),
        Kind::Blob => unbase64(text.trim())
            .map(|_| Value::from(text.trim()))
            .ok_or_else(|| wrong("base64 string")),
        Kind::Structure | Kind::List | Kind::Map => Err(wrong("scalar")),
    }
}

/// Writes a scalar as text. `protocol` is the timestamp format where the model says nothing.
pub(crate) fn write_scalar(shape: &Shape, via: Option<&Member>, value: &Value, protocol: &str) -> String {
    match (shape.kind, value) {
        (Kind::Timestamp, _) => timestamp::write(value, timestamp_format(shape, via, protocol)),
        (_, Value::String(text)) => text.clone(),
        (Kind::Integer | Kind::Long, Value::Number(number)) => number
            .as_i64()
            .map_or_else(|| number.to_string(), |whole| whole.to_string()),
        (_, other) => other.to_string(),
    }
}
