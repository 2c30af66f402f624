//! CBOR bodies of Smithy's RPC v2.

use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};
use serde_json::{Map, Value};

use super::table::{Kind, Shape, Table};
use super::{Malformed, timestamp};

/// Deeper nesting than any model has, and shallow enough for any stack.
const DEEPEST: usize = 64;

/// CBOR's tag for seconds since the epoch.
const EPOCH: u64 = 1;

/// Reads a CBOR document as the shape's. An empty body is an empty structure.
///
/// # Errors
/// If the document is broken or a value has another type than the model's.
pub(crate) fn decode(table: &Table, shape: &str, body: &[u8]) -> Result<Value, Malformed> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let mut decoder = Decoder::new(body);
    read(table, table.shape(shape), &mut decoder, shape, 0)
}

fn broken(error: minicbor::decode::Error) -> Malformed {
    Malformed(format!("the CBOR document is broken: {error}"))
}

fn read(
    table: &Table,
    shape: &Shape,
    decoder: &mut Decoder<'_>,
    path: &str,
    depth: usize,
) -> Result<Value, Malformed> {
    let wrong = |expected: &str| Malformed::wrong_type(path, expected);
    if depth > DEEPEST {
        return Err(Malformed(format!("{path} is nested too deeply")));
    }
    let found = decoder.datatype().map_err(broken)?;
    match shape.kind {
        Kind::Structure if shape.document => free(decoder, path, depth),
        Kind::Structure | Kind::Map => {
            if !matches!(found, Type::Map | Type::MapIndef) {
                return Err(wrong("structure"));
            }
            let length = decoder.map().map_err(broken)?;
            let mut out = Map::new();
            let mut seen = 0;
            while more(decoder, length, seen)? {
                seen += 1;
                let key = text(decoder)?;
                let inner = if shape.kind == Kind::Map {
                    shape.value.as_ref().map(|value| (key.clone(), value))
                } else {
                    shape
                        .members
                        .iter()
                        .find(|(name, member)| member.wire_name(name) == key)
                        .map(|(name, member)| (name.clone(), member))
                };
                match inner {
                    Some((name, member)) if !absent(decoder)? => {
                        let value = read(table, table.shape(&member.shape), decoder, &name, depth + 1)?;
                        out.insert(name, value);
                    }
                    _ => decoder.skip().map_err(broken)?,
                }
            }
            Ok(Value::Object(out))
        }
        Kind::List => {
            if !matches!(found, Type::Array | Type::ArrayIndef) {
                return Err(wrong("list"));
            }
            let entry = shape.member.as_ref().ok_or_else(|| wrong("list"))?;
            let length = decoder.array().map_err(broken)?;
            let mut out = Vec::new();
            while more(decoder, length, out.len() as u64)? {
                out.push(read(table, table.shape(&entry.shape), decoder, path, depth + 1)?);
            }
            Ok(Value::Array(out))
        }
        Kind::String => match found {
            Type::String | Type::StringIndef => Ok(text(decoder)?.into()),
            _ => Err(wrong("string")),
        },
        Kind::Blob => match found {
            Type::Bytes | Type::BytesIndef => Ok(super::codec::base64(&bytes(decoder)?).into()),
            _ => Err(wrong("blob")),
        },
        Kind::Boolean => match found {
            Type::Bool => Ok(decoder.bool().map_err(broken)?.into()),
            _ => Err(wrong("boolean")),
        },
        Kind::Integer | Kind::Long => whole(decoder, found).ok_or_else(|| wrong("whole number")),
        Kind::Float | Kind::Double => real(decoder, found)
            .filter(|number| number.is_finite())
            .map(Value::from)
            .ok_or_else(|| wrong("number")),
        Kind::Timestamp => {
            if found != Type::Tag || decoder.tag().map_err(broken)?.as_u64() != EPOCH {
                return Err(wrong("timestamp"));
            }
            let inner = decoder.datatype().map_err(broken)?;
            real(decoder, inner)
                .filter(|seconds| seconds.is_finite())
                .map(timestamp::number)
                .ok_or_else(|| wrong("timestamp"))
        }
    }
}

/// Whether another entry follows; consumes the break of an indefinite one.
fn more(decoder: &mut Decoder<'_>, length: Option<u64>, seen: u64) -> Result<bool, Malformed> {
    match length {
        Some(length) => Ok(seen < length),
        None if decoder.datatype().map_err(broken)? == Type::Break => {
            decoder.skip().map_err(broken)?;
            Ok(false)
        }
        None => Ok(true),
    }
}

fn absent(decoder: &Decoder<'_>) -> Result<bool, Malformed> {
    Ok(matches!(
        decoder.datatype().map_err(broken)?,
        Type::Null | Type::Undefined
    ))
}

fn text(decoder: &mut Decoder<'_>) -> Result<String, Malformed> {
    match decoder.datatype().map_err(broken)? {
        Type::StringIndef => decoder
            .str_iter()
            .map_err(broken)?
            .collect::<Result<String, _>>()
            .map_err(broken),
        _ => decoder.str().map(str::to_owned).map_err(broken),
    }
}

fn bytes(decoder: &mut Decoder<'_>) -> Result<Vec<u8>, Malformed> {
    match decoder.datatype().map_err(broken)? {
        Type::BytesIndef => {
            let parts: Result<Vec<&[u8]>, _> = decoder.bytes_iter().map_err(broken)?.collect();
            Ok(parts.map_err(broken)?.concat())
        }
        _ => decoder.bytes().map(<[u8]>::to_vec).map_err(broken),
    }
}

fn whole(decoder: &mut Decoder<'_>, found: Type) -> Option<Value> {
    match found {
        Type::U8
        | Type::U16
        | Type::U32
        | Type::U64
        | Type::I8
        | Type::I16
        | Type::I32
        | Type::I64
        | Type::Int => decoder.i64().ok().map(Value::from),
        _ => None,
    }
}

fn real(decoder: &mut Decoder<'_>, found: Type) -> Option<f64> {
    match found {
        Type::F16 => decoder.f16().ok().map(f64::from),
        Type::F32 => decoder.f32().ok().map(f64::from),
        Type::F64 => decoder.f64().ok(),
        _ => whole(decoder, found)?.as_f64(),
    }
}

/// Reads a document value, whose type no model gives.
fn free(decoder: &mut Decoder<'_>, path: &str, depth: usize) -> Result<Value, Malformed> {
    if depth > DEEPEST {
        return Err(Malformed(format!("{path} is nested too deeply")));
    }
    let found = decoder.datatype().map_err(broken)?;
    Ok(match found {
        Type::Null | Type::Undefined => {
            decoder.skip().map_err(broken)?;
            Value::Null
        }
        Type::Bool => decoder.bool().map_err(broken)?.into(),
        Type::String | Type::StringIndef => text(decoder)?.into(),
        Type::Array | Type::ArrayIndef => {
            let length = decoder.array().map_err(broken)?;
            let mut out = Vec::new();
            while more(decoder, length, out.len() as u64)? {
                out.push(free(decoder, path, depth + 1)?);
            }
            out.into()
        }
        Type::Map | Type::MapIndef => {
            let length = decoder.map().map_err(broken)?;
            let mut out = Map::new();
            let mut seen = 0;
            while more(decoder, length, seen)? {
                seen += 1;
                let key = text(decoder)?;
                out.insert(key, free(decoder, path, depth + 1)?);
            }
            Value::Object(out)
        }
        Type::F16 | Type::F32 | Type::F64 => real(decoder, found).map_or(Value::Null, Value::from),
        _ => whole(decoder, found).ok_or_else(|| Malformed::wrong_type(path, "document"))?,
    })
}

/// Writes a value of the shape. Null members are left out; null values of a map are sent as nulls, as AWS does.
pub(crate) fn encode(table: &Table, shape: &str, value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(table, Some(table.shape(shape)), value, &mut encoder).expect("writing to a Vec cannot fail");
    encoder.into_writer()
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write(table: &Table, shape: Option<&Shape>, value: &Value, to: &mut Encoder<Vec<u8>>) -> Written {
    let kind = shape.map(|shape| shape.kind);
    match (kind, value) {
        (Some(Kind::Timestamp), Value::Number(seconds)) => {
            to.tag(Tag::new(EPOCH))?;
            let seconds = seconds.as_f64().unwrap_or_default();
            match timestamp::number(seconds).as_i64() {
                Some(whole) => to.i64(whole)?,
                None => to.f64(seconds)?,
            };
        }
        (Some(Kind::Blob), Value::String(text)) => {
            to.bytes(&super::codec::unbase64(text).unwrap_or_default())?;
        }
        (Some(Kind::Float | Kind::Double), Value::Number(number)) => {
            to.f64(number.as_f64().unwrap_or_default())?;
        }
        (_, Value::Null) => {
            to.null()?;
        }
        (_, Value::Bool(flag)) => {
            to.bool(*flag)?;
        }
        (_, Value::Number(number)) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => {
                to.i64(whole)?;
            }
            (None, Some(large)) => {
                to.u64(large)?;
            }
            (None, None) => {
                to.f64(number.as_f64().unwrap_or_default())?;
            }
        },
        (_, Value::String(text)) => {
            to.str(text)?;
        }
        (_, Value::Array(entries)) => {
            let inner = shape
                .and_then(|shape| shape.member.as_ref())
                .map(|entry| table.shape(&entry.shape));
            to.array(entries.len() as u64)?;
            for entry in entries {
                write(table, inner, entry, to)?;
            }
        }
        (Some(Kind::Map), Value::Object(entries)) => {
            let inner = shape
                .and_then(|shape| shape.value.as_ref())
                .map(|entry| table.shape(&entry.shape));
            to.map(entries.len() as u64)?;
            for (key, entry) in entries {
                to.str(key)?;
                write(table, inner, entry, to)?;
            }
        }
        (_, Value::Object(members)) => {
            // RPC v2 lets a service choose; AWS sends structures of indefinite length.
            to.begin_map()?;
            for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                let member = shape.and_then(|shape| shape.members.get(name));
                to.str(member.map_or(name, |member| member.wire_name(name)))?;
                write(table, member.map(|member| table.shape(&member.shape)), value, to)?;
            }
            to.end()?;
        }
    }
    Ok(())
}

/// Writes a value that no model describes.
pub(crate) fn encode_free(value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    // Without a shape no table is looked at; any will do.
    let table = super::table::table("sts").expect("a table");
    write(table, None, value, &mut encoder).expect("writing to a Vec cannot fail");
    encoder.into_writer()
}
