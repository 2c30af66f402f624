//! An answer of the simulator as the recorder would have shown it: without any model, nulls and all.

use bytes::Bytes;
use http::Response;
use minicbor::Decoder;
use minicbor::data::Type;
use serde_json::{Map, Value, json};

use crate::wire::bounds;

/// Deeper than any answer.
const DEEPEST: usize = 64;

/// Headers that are compared, besides those that begin with `x-amz`.
const COMPARED: &[&str] = &[
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-range",
    "etag",
    "last-modified",
    "location",
];

/// Headers that say nothing: ids of requests.
const IGNORED: &[&str] = &[
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amzn-requestid",
    "x-amzn-errortype",
    "x-amzn-trace-id",
];

/// Whether a header is worth a comparison.
pub(super) fn is_compared(name: &str) -> bool {
    COMPARED.contains(&name)
        || (name.starts_with("x-amz") && !IGNORED.contains(&name) && !name.starts_with("x-amz-checksum-"))
}

/// An answer taken apart.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) code: Option<String>,
    pub(super) media_type: Option<String>,
    pub(super) headers: Map<String, Value>,
    pub(super) body: Value,
}

impl Answered {
    /// Takes an answer apart. `object`: its body is an S3 object's.
    pub(super) fn of(response: &Response<Bytes>, protocol: &str, object: bool) -> Answered {
        let status = response.status().as_u16();
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let body = response.body();
        let opaque = || json!({ "$body": { "length": body.len() } });
        let body = match protocol {
            _ if body.is_empty() => Value::Null,
            _ if object && status < 300 => opaque(),
            "cbor" => {
                let mut decoder = Decoder::new(body);
                item(&mut decoder, 0).unwrap_or_else(opaque)
            }
            "json" | "rest-json" => serde_json::from_slice(body).unwrap_or_else(|_| opaque()),
            _ if body.starts_with(b"{") => json!({ "$text": String::from_utf8_lossy(body) }),
            _ => document(body).unwrap_or_else(opaque),
        };
        let code = (!(200..300).contains(&status))
            .then(|| header("x-amzn-errortype").or_else(|| code_in(&body)))
            .flatten()
            .map(|code| {
                let code = code.rsplit('#').next().unwrap_or_default();
                code.split(':').next().unwrap_or_default().to_owned()
            });
        let headers = response
            .headers()
            .keys()
            .map(http::HeaderName::as_str)
            .filter(|name| is_compared(name))
            .filter_map(|name| Some((name.to_owned(), header(name)?.into())))
            .collect();
        Answered {
            status,
            code,
            media_type: header("content-type"),
            headers,
            body,
        }
    }
}

fn code_in(body: &Value) -> Option<String> {
    [
        "/__type",
        "/code",
        "/Code",
        "/ErrorResponse/Error/Code",
        "/Error/Code",
    ]
    .iter()
    .find_map(|path| body.pointer(path)?.as_str())
    .map(str::to_owned)
}

/// An XML document: elements as objects, repeated ones as lists, without the ids of the request.
fn document(body: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(body).ok()?;
    bounds::check(text).ok()?;
    let document = roxmltree::Document::parse(text).ok()?;
    let root = document.root_element();
    Some(json!({ root.tag_name().name(): element(root, 0) }))
}

fn element(node: roxmltree::Node<'_, '_>, depth: usize) -> Value {
    let mut children = node.children().filter(roxmltree::Node::is_element).peekable();
    if children.peek().is_none() || depth > DEEPEST {
        let text: String = node.children().filter_map(|child| child.text()).collect();
        return text.trim().into();
    }
    let mut lists: Vec<(String, Vec<Value>)> = Vec::new();
    for child in children {
        let name = child.tag_name().name();
        if matches!(name, "RequestId" | "HostId" | "ResponseMetadata") {
            continue;
        }
        let value = element(child, depth + 1);
        match lists.iter_mut().find(|(known, _)| known == name) {
            Some((_, entries)) => entries.push(value),
            None => lists.push((name.to_owned(), vec![value])),
        }
    }
    lists
        .into_iter()
        .map(|(name, mut entries)| match (entries.len(), entries.pop()) {
            (1, Some(only)) => (name, only),
            (_, last) => {
                entries.extend(last);
                (name, Value::Array(entries))
            }
        })
        .collect()
}

/// A CBOR item with its nulls; a timestamp is `{"$epoch": seconds}`, a blob `{"$bytes": length}`.
fn item(decoder: &mut Decoder<'_>, depth: usize) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    let found = decoder.datatype().ok()?;
    match found {
        Type::Map | Type::MapIndef => {
            let mut left = decoder.map().ok()?;
            let mut members = Map::new();
            while another(decoder, &mut left)? {
                let name = decoder.str().ok()?.to_owned();
                members.insert(name, item(decoder, depth + 1)?);
            }
            Some(Value::Object(members))
        }
        Type::Array | Type::ArrayIndef => {
            let mut left = decoder.array().ok()?;
            let mut entries = Vec::new();
            while another(decoder, &mut left)? {
                entries.push(item(decoder, depth + 1)?);
            }
            Some(Value::Array(entries))
        }
        Type::Tag => {
            decoder.tag().ok()?;
            Some(json!({ "$epoch": item(decoder, depth + 1)? }))
        }
        Type::Null | Type::Undefined => {
            decoder.skip().ok()?;
            Some(Value::Null)
        }
        Type::Bool => decoder.bool().ok().map(Value::from),
        Type::String => decoder.str().ok().map(Value::from),
        Type::Bytes => decoder.bytes().ok().map(|bytes| json!({ "$bytes": bytes.len() })),
        Type::F16 => decoder.f16().ok().map(|number| f64::from(number).into()),
        Type::F32 => decoder.f32().ok().map(|number| f64::from(number).into()),
        Type::F64 => decoder.f64().ok().map(Value::from),
        _ => decoder.i64().ok().map(Value::from),
    }
}

fn another(decoder: &mut Decoder<'_>, left: &mut Option<u64>) -> Option<bool> {
    match left {
        Some(0) => Some(false),
        Some(count) => {
            *count -= 1;
            Some(true)
        }
        None if decoder.datatype().ok()? == Type::Break => {
            decoder.skip().ok()?;
            Some(false)
        }
        None => Some(true),
    }
}
