//! A recorded request as bytes again, by the simulator's own tables and codecs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use md5::Digest as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::log::Recorded;
use super::mapping::Mapping;
use crate::service::{saml, sso_admin};
use crate::wire::table::{self, Table};
use crate::wire::{cbor, timestamp, xml};

/// What may stand in paths, forms and queries as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Deeper than any request.
const DEEPEST: usize = 64;

/// The request; `None` for what is no call to a service that the simulator has a table of.
pub(super) fn request(call: &Recorded, origin: i64, mapping: &mut Mapping) -> Option<Request<Bytes>> {
    let table = table::table(&call.service)?;
    let input = in_replay(&call.request, origin, mapping, 0);
    let mut headers: Vec<(String, String)> = Vec::new();
    let (mut path, mut query) = ("/".to_owned(), String::new());
    let body: Vec<u8> = match call.protocol.as_str() {
        "cbor" => {
            let service = table.metadata.target_prefix.as_deref().unwrap_or_default();
            path = format!("/service/{service}/operation/{}", call.operation);
            headers.push(("smithy-protocol".to_owned(), "rpc-v2-cbor".to_owned()));
            headers.push(("content-type".to_owned(), "application/cbor".to_owned()));
            in_cbor(table, &call.operation, &input)
        }
        "json" => {
            let service = table.metadata.target_prefix.as_deref().unwrap_or_default();
            headers.push(("x-amz-target".to_owned(), format!("{service}.{}", call.operation)));
            headers.push(("content-type".to_owned(), "application/x-amz-json-1.1".to_owned()));
            if input.is_null() {
                Vec::new()
            } else {
                input.to_string().into_bytes()
            }
        }
        "query" => {
            let kind = "application/x-www-form-urlencoded".to_owned();
            headers.push(("content-type".to_owned(), kind));
            form(input.as_object()?).into_bytes()
        }
        "rest-json" | "rest-xml" => {
            path = segments(call.path.as_deref()?, mapping);
            let parameters: Vec<String> = call
                .query
                .iter()
                .map(|(name, value)| {
                    let value = plain(&in_replay(value, origin, mapping, 0));
                    let (name, value) = (escaped(name), escaped(&value));
                    if value.is_empty() {
                        name
                    } else {
                        format!("{name}={value}")
                    }
                })
                .collect();
            query = parameters.join("&");
            headers_of(&call.headers, origin, mapping, &mut headers);
            rest_body(call, &input)
        }
        _ => return None,
    };
    if call.protocol == "rest-xml" && !body.is_empty() {
        let digest = STANDARD.encode(md5::Md5::digest(&body));
        headers.push(("content-md5".to_owned(), digest));
    }
    let host = call.host.as_deref().unwrap_or("aws.amazonaws.com");
    let uri = if query.is_empty() {
        format!("https://{}{path}", mapping.apply(host))
    } else {
        format!("https://{}{path}?{query}", mapping.apply(host))
    };
    let mut builder = Request::builder().method(call.method.as_str()).uri(uri);
    if let Some(region) = &call.region {
        // The signature's date goes by the real clock, as every client's does.
        let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let key = mapping.apply(call.key.as_deref().unwrap_or("AKIAIOSFODNN7EXAMPLE"));
        let scope = format!(
            "{key}/{}/{region}/{}/aws4_request",
            &now[..8],
            table.signing_name()
        );
        let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00");
        builder = builder
            .header("authorization", signature)
            .header("x-amz-date", now);
    }
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.body(Bytes::from(body)).ok()
}

/// A value with the replay's names in it, and its moments on the replay's clock, in seconds since the epoch.
pub(super) fn in_replay(value: &Value, origin: i64, mapping: &mut Mapping, depth: usize) -> Value {
    match value {
        Value::String(text) if text.starts_with("%7B") => {
            let plain = percent_decode_str(text).decode_utf8_lossy().into_owned();
            utf8_percent_encode(&mapping.tell(&plain), NON_ALPHANUMERIC)
                .to_string()
                .into()
        }
        Value::String(text) => mapping.tell(text).into(),
        Value::Array(entries) if depth < DEEPEST => entries
            .iter()
            .map(|entry| in_replay(entry, origin, mapping, depth + 1))
            .collect(),
        Value::Object(members) if depth < DEEPEST => {
            if let (Some(at), 1) = (members.get("$at").and_then(Value::as_i64), members.len()) {
                return timestamp::number((origin.saturating_add(at)) as f64 / 1000.0);
            }
            if let (Some(at), 1) = (members.get("$date").and_then(Value::as_i64), members.len()) {
                return date(origin.saturating_add(at)).into();
            }
            if let (Some(length), 1) = (members.get("$bytes").and_then(Value::as_u64), members.len()) {
                return STANDARD
                    .encode(vec![b'x'; usize::try_from(length.min(1 << 20)).unwrap_or(0)])
                    .into();
            }
            members
                .iter()
                .map(|(name, inner)| {
                    let name = if name.starts_with('$') {
                        name.clone()
                    } else {
                        mapping.tell(name)
                    };
                    (name, in_replay(inner, origin, mapping, depth + 1))
                })
                .collect()
        }
        other => other.clone(),
    }
}

/// A moment as people write it: without the part below a second where there is none.
fn date(milliseconds: i64) -> String {
    jiff::Timestamp::from_millisecond(milliseconds)
        .unwrap_or_default()
        .to_string()
}

fn in_cbor(table: &Table, operation: &str, input: &Value) -> Vec<u8> {
    let shape = table
        .operations
        .get(operation)
        .and_then(|operation| operation.input.as_deref());
    match (shape, input) {
        (_, Value::Null) => Vec::new(),
        (Some(shape), input) if table.shapes.contains_key(shape) => cbor::encode(table, shape, input),
        (_, input) => cbor::encode_free(input),
    }
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn form(fields: &Map<String, Value>) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            let text = match value {
                // The one document that a replay cannot have: another one of its kind stands in.
                Value::String(text) if name == "SAMLMetadataDocument" => metadata(text),
                Value::Number(number) if number.as_f64().is_some_and(|number| number > 1e9) => {
                    timestamp::write(value, "iso8601")
                }
                other => plain(other),
            };
            [escaped(name), escaped(&text)].join("=")
        })
        .collect();
    fields.join("&")
}

/// SAML metadata, as unlike other metadata as the recorded one was.
fn metadata(name: &str) -> String {
    let place = format!("https://portal.sso.us-east-1.amazonaws.com/saml/assertion/{name}");
    saml::metadata(&place, &place, &place, sso_admin::certificate(0))
}

/// A path: names in it are those of the replay.
fn segments(path: &str, mapping: &mut Mapping) -> String {
    let shown: Vec<String> = path
        .split('/')
        .map(|segment| {
            let plain = percent_decode_str(segment).decode_utf8_lossy().into_owned();
            escaped(&mapping.tell(&plain))
        })
        .collect();
    shown.join("/")
}

fn headers_of(
    recorded: &Map<String, Value>,
    origin: i64,
    mapping: &mut Mapping,
    headers: &mut Vec<(String, String)>,
) {
    for (name, value) in recorded {
        // How a body was cut into chunks is not recorded, and the replay sends it whole.
        if name == "content-encoding" && value == "aws-chunked" {
            continue;
        }
        let text = match value {
            Value::Array(tags) if name == "x-amz-tagging" => {
                let pairs: Vec<String> = tags
                    .iter()
                    .filter_map(Value::as_array)
                    .map(|pair| {
                        let pair: Vec<String> = pair
                            .iter()
                            .map(|part| {
                                let part = in_replay(part, origin, mapping, 0);
                                escaped(&moment_as_text(&part))
                            })
                            .collect();
                        pair.join("=")
                    })
                    .collect();
                pairs.join("&")
            }
            Value::Object(moment) => {
                let at = moment.values().next().and_then(Value::as_i64).unwrap_or_default();
                let seconds = timestamp::number((origin.saturating_add(at)) as f64 / 1000.0);
                timestamp::write(&seconds, "rfc822")
            }
            other => plain(&in_replay(other, origin, mapping, 0)),
        };
        headers.push((name.clone(), text));
    }
}

fn moment_as_text(value: &Value) -> String {
    match value {
        Value::Number(number) if number.as_f64().is_some_and(|number| number > 1e9) => {
            timestamp::write(value, "iso8601")
        }
        other => plain(other),
    }
}

fn rest_body(call: &Recorded, input: &Value) -> Vec<u8> {
    if let Some(text) = input.get("$text").and_then(Value::as_str) {
        return text.as_bytes().to_vec();
    }
    if let Some(body) = input.get("$body") {
        return replacement_body(body);
    }
    match (call.protocol.as_str(), input) {
        (_, Value::Null) => Vec::new(),
        ("rest-json", input) => input.to_string().into_bytes(),
        (_, Value::Object(root)) => {
            let mut writer = xml::Writer::bare();
            for (name, inner) in root {
                elements(&mut writer, name, inner, 0);
            }
            writer.into_text().into_bytes()
        }
        (_, other) => plain(other).into_bytes(),
    }
}

/// Contents as long as the recorded ones, and the same where those were the same.
fn replacement_body(body: &Value) -> Vec<u8> {
    let length = body["length"].as_u64().unwrap_or(0).min(1 << 26);
    let name = body["same_as"].as_str().unwrap_or("body");
    let pattern = [name, "\n"].concat().into_bytes();
    pattern
        .into_iter()
        .cycle()
        .take(usize::try_from(length).unwrap_or(0))
        .collect()
}

fn elements(writer: &mut xml::Writer, name: &str, value: &Value, depth: usize) {
    match value {
        Value::Array(entries) => entries
            .iter()
            .for_each(|entry| elements(writer, name, entry, depth + 1)),
        Value::Object(members) if depth < DEEPEST => {
            writer.open(name, &[]);
            for (inner, value) in members {
                elements(writer, inner, value, depth + 1);
            }
            writer.close(name);
        }
        other => writer.leaf(name, &moment_as_text(other)),
    }
}
