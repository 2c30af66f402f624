//! What stands in bodies, as JSON, without any model: nothing that AWS says may be lost for being unexpected.
//!
//! `{"$epoch": seconds}` is a timestamp and `{"$bytes": length}` a blob, where the notation itself says so.

use minicbor::Decoder;
use minicbor::data::Type;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

/// Deeper than any answer of AWS.
const DEEPEST: usize = 64;

/// A CBOR item with its nulls; `None` if the bytes are not one.
pub(super) fn cbor(bytes: &[u8]) -> Option<Value> {
    let mut decoder = Decoder::new(bytes);
    let value = item(&mut decoder, 0)?;
    (decoder.position() == bytes.len()).then_some(value)
}

fn item(decoder: &mut Decoder<'_>, depth: usize) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    Some(match decoder.datatype().ok()? {
        Type::Null | Type::Undefined => {
            decoder.skip().ok()?;
            Value::Null
        }
        Type::Bool => decoder.bool().ok()?.into(),
        Type::String => decoder.str().ok()?.into(),
        Type::StringIndef => decoder
            .str_iter()
            .ok()?
            .collect::<Result<String, _>>()
            .ok()?
            .into(),
        Type::Bytes => json!({ "$bytes": decoder.bytes().ok()?.len() }),
        Type::BytesIndef => {
            let parts: Vec<&[u8]> = decoder.bytes_iter().ok()?.collect::<Result<_, _>>().ok()?;
            json!({ "$bytes": parts.concat().len() })
        }
        Type::Array | Type::ArrayIndef => {
            let length = decoder.array().ok()?;
            let mut entries = Vec::new();
            while more(decoder, length, entries.len() as u64)? {
                entries.push(item(decoder, depth + 1)?);
            }
            entries.into()
        }
        Type::Map | Type::MapIndef => {
            let length = decoder.map().ok()?;
            let (mut members, mut seen) = (Map::new(), 0);
            while more(decoder, length, seen)? {
                seen += 1;
                let key = item(decoder, depth + 1)?;
                let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                members.insert(key, item(decoder, depth + 1)?);
            }
            Value::Object(members)
        }
        Type::Tag => {
            let epoch = decoder.tag().ok()?.as_u64() == 1;
            let inner = item(decoder, depth + 1)?;
            if epoch { json!({ "$epoch": inner }) } else { inner }
        }
        Type::F16 => f64::from(decoder.f16().ok()?).into(),
        Type::F32 => f64::from(decoder.f32().ok()?).into(),
        Type::F64 => decoder.f64().ok()?.into(),
        Type::U64 => decoder.u64().ok()?.into(),
        _ => decoder.i64().ok()?.into(),
    })
}

fn more(decoder: &mut Decoder<'_>, length: Option<u64>, seen: u64) -> Option<bool> {
    match length {
        Some(length) => Some(seen < length),
        None if decoder.datatype().ok()? == Type::Break => {
            decoder.skip().ok()?;
            Some(false)
        }
        None => Some(true),
    }
}

/// An XML document: elements with elements are objects, repeated ones lists, the rest is text. Attributes are
/// left out: AWS says nothing in them but namespaces and types.
pub(super) fn xml(text: &str) -> Option<Value> {
    headset_core::xml::bounded(text).ok()?;
    let document = roxmltree::Document::parse(text).ok()?;
    let root = document.root_element();
    Some(json!({ root.tag_name().name(): element(root, 0) }))
}

fn element(node: roxmltree::Node<'_, '_>, depth: usize) -> Value {
    let mut members = Map::new();
    for child in node
        .children()
        .filter(|child| child.is_element() && depth < DEEPEST)
    {
        let value = element(child, depth + 1);
        match members.get_mut(child.tag_name().name()) {
            None => {
                members.insert(child.tag_name().name().to_owned(), value);
            }
            Some(Value::Array(entries)) => entries.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    if members.is_empty() {
        let text: String = node.children().filter_map(|child| child.text()).collect();
        text.trim().into()
    } else {
        Value::Object(members)
    }
}

/// A form's fields, or a query's parameters, in their order.
pub(super) fn form(text: &str) -> Vec<(String, String)> {
    let plain = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    text.split('&')
        .filter(|field| !field.is_empty())
        .map(|field| field.split_once('=').unwrap_or((field, "")))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use minicbor::Encoder;
    use minicbor::data::Tag;

    use super::*;

    #[test]
    fn nulls_and_timestamps_of_cbor_are_seen() {
        let mut e = Encoder::new(Vec::new());
        e.begin_map().unwrap().str("A").unwrap().null().unwrap();
        e.str("B").unwrap().tag(Tag::new(1)).unwrap().f64(1.5).unwrap();
        e.str("C").unwrap().bytes(b"abc").unwrap();
        e.str("D")
            .unwrap()
            .begin_array()
            .unwrap()
            .i8(-1)
            .unwrap()
            .bool(true)
            .unwrap()
            .end()
            .unwrap();
        e.end().unwrap();
        let wanted = json!({ "A": null, "B": { "$epoch": 1.5 }, "C": { "$bytes": 3 }, "D": [-1, true] });
        assert_eq!(cbor(&e.into_writer()), Some(wanted));
        assert_eq!(cbor(&[0xa1, 0x61]), None);
    }

    #[test]
    fn xml_becomes_objects_lists_and_texts() {
        let text =
            "<R xmlns=\"u\"><L><member><K>a &amp; b</K></member><member><K/></member></L><T> x </T></R>";
        let wanted = json!({ "R": { "L": { "member": [{ "K": "a & b" }, { "K": "" }] }, "T": "x" } });
        assert_eq!(xml(text), Some(wanted));
        assert_eq!(xml("<R>"), None);
    }

    #[test]
    fn a_form_is_read_as_it_was_meant() {
        let wanted = [
            ("A".to_owned(), "b c/ü".to_owned()),
            ("D".to_owned(), String::new()),
        ];
        assert_eq!(form("A=b+c%2F%C3%BC&D"), wanted);
    }
}
