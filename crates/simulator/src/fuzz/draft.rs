//! Requests as bytes, the way a client writes them, and what can happen to bytes.

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::wire::table::{Kind, Operation, Shape, Table};
use crate::wire::{Protocol, cbor, codec, json, xml};

/// Numbers that arithmetic stumbles over.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "-1e308",
    "0.1",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
];

/// Pieces that mean something to some codec: lengths that are not there, breaks, nesting, escapes, entities.
const PIECES: &[&[u8]] = &[
    b"\xff",
    b"\x00",
    b"\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f",
    b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xbb\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x7b\x00\x00\x00\x00\xff\xff\xff\xff",
    b"\xc1\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00",
    b"\xc1\x3b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xf7",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\\u0000",
    b"[[[[[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":",
    b"<a><a><a><a>",
    b"</a>",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"&b;",
    b"&#0;",
    b"]]>",
    b"\r\n",
    b"ffffffffffffffff\r\n",
    b"0\r\n\r\n",
    b"-1\r\n",
    b"%",
    b"%ff",
    b"&",
    b".member.18446744073709551616=",
    b".entry.1.key=",
    b"....",
];

/// A request before it is one.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) method: String,
    /// Path and query, encoded.
    pub(super) target: String,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    /// The body is a document that is broken as soon as its end is missing.
    pub(super) document: bool,
}

/// Percent-encodes all but letters, digits and what may stand in any path.
fn quoted(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

impl Draft {
    /// Writes a request for the operation in this protocol.
    pub(super) fn of(
        table: &Table,
        name: &str,
        operation: &Operation,
        protocol: Protocol,
        input: &Value,
    ) -> Draft {
        let mut draft = Draft {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            document: true,
        };
        let prefix = table.metadata.target_prefix.as_deref().unwrap_or_default();
        let shape = operation.input.as_deref();
        match protocol {
            Protocol::Cbor => {
                draft.target = format!("/service/{prefix}/operation/{name}");
                draft.header("smithy-protocol", "rpc-v2-cbor");
                draft.header("content-type", "application/cbor");
                draft.body = shape.map_or_else(Vec::new, |shape| cbor::encode(table, shape, input));
            }
            Protocol::Json => {
                draft.header("x-amz-target", &format!("{prefix}.{name}"));
                draft.header("content-type", "application/x-amz-json-1.1");
                let body = shape.map_or_else(|| "{}".into(), |shape| json::encode(table, shape, input));
                draft.body = body.to_string().into_bytes();
            }
            Protocol::Query | Protocol::Ec2 => {
                draft.header("content-type", "application/x-www-form-urlencoded");
                let mut form = vec![
                    ("Action".to_owned(), name.to_owned()),
                    ("Version".to_owned(), table.metadata.api_version.clone()),
                ];
                if let Some(shape) = shape {
                    flatten(table, table.shape(shape), input, "", &mut form);
                }
                let pairs: Vec<String> = form
                    .iter()
                    .map(|(name, value)| format!("{}={}", quoted(name), quoted(value)))
                    .collect();
                draft.body = pairs.join("&").into_bytes();
                draft.document = false;
            }
            Protocol::RestJson | Protocol::RestXml => draft.rest(table, operation, protocol, input),
        }
        draft
    }

    pub(super) fn header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.as_bytes().to_vec()));
    }

    fn rest(&mut self, table: &Table, operation: &Operation, protocol: Protocol, input: &Value) {
        self.method.clone_from(&operation.method);
        self.target.clone_from(&operation.uri);
        self.document = false;
        let Some(shape) = operation.input.as_deref().map(|name| table.shape(name)) else {
            return;
        };
        let mut in_body = false;
        for (name, member) in &shape.members {
            let inner = table.shape(&member.shape);
            let wire = member.wire_name(name);
            let Some(value) = input.get(name).filter(|value| !value.is_null()) else {
                continue;
            };
            match member.location.as_deref() {
                Some("uri") => {
                    let text = quoted(value.as_str().unwrap_or("x"));
                    self.target = self
                        .target
                        .replace(&format!("{{{wire}}}"), &text)
                        .replace(&format!("{{{wire}+}}"), &text);
                }
                Some("querystring") => {
                    let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                    for value in values {
                        let text = codec::write_scalar(inner, Some(member), &value, "iso8601");
                        let mark = if self.target.contains('?') { '&' } else { '?' };
                        self.target
                            .extend([mark.to_string(), quoted(wire), "=".to_owned(), quoted(&text)]);
                    }
                }
                Some("header") => {
                    let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                    let all: Vec<String> = values
                        .iter()
                        .map(|value| codec::write_scalar(inner, Some(member), value, "rfc822"))
                        .collect();
                    self.header(&wire.to_ascii_lowercase(), &all.join(","));
                }
                Some("headers") => {
                    for (key, value) in value.as_object().into_iter().flatten() {
                        self.header(
                            &format!("{wire}{key}").to_ascii_lowercase(),
                            value.as_str().unwrap_or_default(),
                        );
                    }
                }
                _ => in_body = true,
            }
        }
        if let Some(member) = &shape.payload {
            let name = &shape.members[member].shape;
            match (
                table.shape(name).kind,
                input.get(member).filter(|value| !value.is_null()),
            ) {
                (Kind::Blob, _) => self.body = b"some bytes".to_vec(),
                (Kind::String, Some(text)) => {
                    self.body = text.as_str().unwrap_or_default().as_bytes().to_vec();
                }
                (_, Some(value)) => self.write(table, name, protocol, value),
                (_, None) => {}
            }
        } else if in_body && let Some(name) = &operation.input {
            self.write(table, name, protocol, input);
        }
    }

    fn write(&mut self, table: &Table, shape: &str, protocol: Protocol, value: &Value) {
        self.document = true;
        if protocol == Protocol::RestJson {
            self.body = json::encode(table, shape, value).to_string().into_bytes();
            return;
        }
        let mut writer = xml::Writer::bare();
        writer.open("Root", &[]);
        xml::members(&mut writer, table, table.shape(shape), value);
        writer.close("Root");
        self.body = writer.into_text().into_bytes();
    }

    /// Streams the body in chunks, with a checksum behind it, as the SDKs do with files.
    pub(super) fn stream(&mut self, random: &mut fastrand::Rng) {
        let sum = crate::wire::checksum::compute("crc32", &self.body).expect("a known algorithm");
        let mut framed = Vec::new();
        for chunk in self.body.chunks(random.usize(1..6)) {
            framed.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            framed.extend_from_slice(chunk);
            framed.extend_from_slice(b"\r\n");
        }
        framed.extend_from_slice(format!("0\r\nx-amz-checksum-crc32:{sum}\r\n\r\n").as_bytes());
        self.header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        self.header("x-amz-decoded-content-length", &self.body.len().to_string());
        self.header("x-amz-trailer", "x-amz-checksum-crc32");
        self.header("content-encoding", "aws-chunked");
        self.body = framed;
    }

    /// Damages the request somewhere; mostly the body, where it has one.
    pub(super) fn damage(&mut self, random: &mut fastrand::Rng) {
        for _ in 0..random.usize(1..4) {
            match random.u8(..) {
                0..180 if !self.body.is_empty() => damage(&mut self.body, random),
                180..220 if !self.headers.is_empty() => {
                    let at = random.usize(..self.headers.len());
                    if random.u8(..) < 60 {
                        self.headers.remove(at);
                    } else {
                        damage(&mut self.headers[at].1, random);
                    }
                }
                _ => {
                    let mut bytes = std::mem::take(&mut self.target).into_bytes();
                    damage(&mut bytes, random);
                    let text = String::from_utf8_lossy(&bytes);
                    self.target = format!("/{}", text.trim_start_matches('/'));
                }
            }
        }
    }

    /// The request; `None` where damage has made something that HTTP itself refuses.
    pub(super) fn request(&self) -> Option<http::Request<Bytes>> {
        let mut builder = http::Request::builder()
            .method(self.method.as_str())
            .uri(self.target.as_str());
        for (name, value) in &self.headers {
            let name = http::HeaderName::try_from(name.as_str()).ok()?;
            builder = builder.header(name, http::HeaderValue::from_bytes(value).ok()?);
        }
        builder.body(Bytes::from(self.body.clone())).ok()
    }
}

fn damage(bytes: &mut Vec<u8>, random: &mut fastrand::Rng) {
    let length = bytes.len();
    if length == 0 {
        bytes.extend_from_slice(random.choice(PIECES).expect("pieces"));
        return;
    }
    let (one, other) = (random.usize(..length), random.usize(..length));
    let (from, to) = (one.min(other), one.max(other));
    match random.u8(..8) {
        0 => bytes[from] ^= 1 << random.u8(..8),
        1 => bytes[from] = random.u8(..),
        2 => bytes.truncate(from),
        3 => drop(bytes.drain(from..(to + 1).min(from + 9))),
        4 => {
            let piece = bytes[from..=to].to_vec();
            drop(bytes.splice(to..to, piece.into_iter().take(400)));
        }
        5 => drop(bytes.splice(from..from, random.choice(PIECES).expect("pieces").iter().copied())),
        6 => {
            // A number, or a literal, in place of another one.
            let start = (from..length)
                .find(|at| bytes[*at].is_ascii_digit())
                .unwrap_or(from);
            let end = (start..length)
                .find(|at| !bytes[*at].is_ascii_digit())
                .unwrap_or(length);
            let number = random.choice(NUMBERS).expect("numbers");
            drop(bytes.splice(start..end.max(start + 1), number.bytes()));
        }
        _ => bytes.swap(from, to),
    }
}

/// The form of AWS Query: `Tags.member.1.Key`, `Map.entry.1.key`.
fn flatten(table: &Table, shape: &Shape, value: &Value, path: &str, form: &mut Vec<(String, String)>) {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match (shape.kind, value) {
        (_, Value::Null) => {}
        (Kind::Structure, Value::Object(members)) => {
            for (name, value) in members {
                if let Some(member) = shape.members.get(name) {
                    let path = below(&table.form_name(member, name));
                    flatten(table, table.shape(&member.shape), value, &path, form);
                }
            }
        }
        (Kind::List, Value::Array(entries)) => {
            let Some(entry) = &shape.member else { return };
            for (index, value) in entries.iter().enumerate() {
                let path = match table.is_ec2() {
                    true => below(&format!("{}", index + 1)),
                    false => below(&format!("{}.{}", entry.wire_name("member"), index + 1)),
                };
                flatten(table, table.shape(&entry.shape), value, &path, form);
            }
        }
        (Kind::Map, Value::Object(entries)) => {
            let Some(inner) = &shape.value else { return };
            for (index, (key, value)) in entries.iter().enumerate() {
                let path = below(&format!("entry.{}", index + 1));
                form.push((format!("{path}.key"), key.clone()));
                flatten(
                    table,
                    table.shape(&inner.shape),
                    value,
                    &format!("{path}.value"),
                    form,
                );
            }
        }
        _ => form.push((
            path.to_owned(),
            codec::write_scalar(shape, None, value, "iso8601"),
        )),
    }
}
