//! The HTTP bindings of REST JSON and REST XML: path, query, headers, payload.

use std::collections::BTreeMap;

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value};

use super::message::Message;
use super::table::{Kind, Member, Operation, Shape, Table};
use super::{Malformed, Protocol, bounds, codec, json, xml};
use crate::answer::Answer;

/// What must not stand in a header value as it is.
const HEADER: &AsciiSet = CONTROLS;

/// The namespace of S3's documents.
const S3_NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// The namespace of a service's documents, as its model gives it to those that clients send.
pub(super) fn namespace(table: &Table) -> &'static str {
    match &*table.service {
        "cloudfront" => "http://cloudfront.amazonaws.com/doc/2020-05-31/",
        "s3control" => "http://awss3control.amazonaws.com/doc/2018-08-20/",
        _ => S3_NAMESPACE,
    }
}

/// Reads a request: the input structure, and the streamed payload where the operation has one.
///
/// # Errors
/// If the body is no document or a value is not of the model's type.
pub(crate) fn decode(
    table: &Table,
    operation: &Operation,
    protocol: Protocol,
    message: &Message,
    labels: &BTreeMap<String, String>,
) -> Result<(Value, Bytes), Malformed> {
    let Some(name) = &operation.input else {
        return Ok((Value::Object(Map::new()), Bytes::new()));
    };
    let shape = table.shape(name);
    let (mut input, body) = payload(table, name, shape, protocol, message)?;
    for (name, member) in shape
        .members
        .iter()
        .filter(|(_, member)| member.location.is_some())
    {
        let inner = table.shape(&member.shape);
        let wire = member.wire_name(name);
        let found = match member.location.as_deref() {
            Some("uri") => labels
                .get(wire)
                .map(|text| scalar(inner, text, name))
                .transpose()?,
            Some("querystring") => parameter(table, inner, wire, message, name)?,
            Some("header") => header(table, inner, &wire.to_ascii_lowercase(), message, name)?,
            Some("headers") => prefixed(&wire.to_ascii_lowercase(), message),
            _ => None,
        };
        if let Some(value) = found {
            input.insert(name.clone(), value);
        }
    }
    Ok((Value::Object(input), body))
}

fn payload(
    table: &Table,
    name: &str,
    shape: &Shape,
    protocol: Protocol,
    message: &Message,
) -> Result<(Map<String, Value>, Bytes), Malformed> {
    let mut input = Map::new();
    if let Some(member) = &shape.payload {
        let inner_name = &shape.members[member].shape;
        let inner = table.shape(inner_name);
        match inner.kind {
            Kind::Blob => return Ok((input, message.body.clone())),
            Kind::String if !message.body.is_empty() => {
                let text = String::from_utf8(message.body.to_vec())
                    .map_err(|_| Malformed::wrong_type(member, "UTF-8 text"))?;
                input.insert(member.clone(), text.into());
            }
            Kind::String => {}
            _ if message.body.is_empty() => {}
            _ => {
                input.insert(
                    member.clone(),
                    document(table, inner_name, protocol, &message.body)?,
                );
            }
        }
    } else if !message.body.is_empty()
        && shape.members.values().any(|member| member.location.is_none())
        && let Value::Object(members) = document(table, name, protocol, &message.body)?
    {
        input = members;
    }
    Ok((input, Bytes::new()))
}

fn document(table: &Table, shape: &str, protocol: Protocol, body: &[u8]) -> Result<Value, Malformed> {
    if protocol == Protocol::RestXml {
        let text = std::str::from_utf8(body).map_err(|_| Malformed("the body is not UTF-8".to_owned()))?;
        bounds::check(text).map_err(|what| Malformed(format!("the body has {what}")))?;
        let document = roxmltree::Document::parse(text)
            .map_err(|error| Malformed(format!("the body is not XML: {error}")))?;
        xml::decode(table, table.shape(shape), document.root_element())
    } else {
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| Malformed(format!("the body is not JSON: {error}")))?;
        json::decode(table, shape, &value)
    }
}

/// S3 keeps an `Expires` that is no date, so a header timestamp that cannot be read stays text.
fn scalar(shape: &Shape, text: &str, name: &str) -> Result<Value, Malformed> {
    match codec::read_scalar(shape, text, name) {
        Err(_) if shape.kind == Kind::Timestamp && name == "Expires" => Ok(text.into()),
        other => other,
    }
}

fn parameter(
    table: &Table,
    shape: &Shape,
    wire: &str,
    message: &Message,
    name: &str,
) -> Result<Option<Value>, Malformed> {
    let mut values = message
        .query
        .iter()
        .filter(|(key, _)| key == wire)
        .map(|(_, value)| value.as_str())
        .peekable();
    if values.peek().is_none() {
        return Ok(None);
    }
    if let (Kind::List, Some(entry)) = (shape.kind, &shape.member) {
        let inner = table.shape(&entry.shape);
        return values
            .map(|text| scalar(inner, text, name))
            .collect::<Result<Value, _>>()
            .map(Some);
    }
    values.next().map(|text| scalar(shape, text, name)).transpose()
}

fn header(
    table: &Table,
    shape: &Shape,
    wire: &str,
    message: &Message,
    name: &str,
) -> Result<Option<Value>, Malformed> {
    let Some(text) = message.header(wire) else {
        return Ok(None);
    };
    // The SDK sends `content-length` and an empty `content-type`; an empty header says nothing.
    if text.is_empty() {
        return Ok(None);
    }
    if let (Kind::List, Some(entry)) = (shape.kind, &shape.member) {
        let inner = table.shape(&entry.shape);
        return text
            .split(',')
            .map(|part| scalar(inner, part.trim(), name))
            .collect::<Result<Value, _>>()
            .map(Some);
    }
    scalar(shape, text, name).map(Some)
}

fn prefixed(prefix: &str, message: &Message) -> Option<Value> {
    let found: Map<String, Value> = message
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(prefix)?.to_owned(), value.clone().into())))
        .collect();
    (!found.is_empty()).then_some(Value::Object(found))
}

/// An answer in HTTP's parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// The HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// Writes an answer. `name` is the operation's.
pub(crate) fn encode(
    table: &Table,
    name: &str,
    operation: &Operation,
    protocol: Protocol,
    answer: &Answer,
) -> Written {
    let mut out = Written {
        status: answer.status.unwrap_or(operation.status),
        ..Written::default()
    };
    let Some(shape_name) = &operation.output else {
        if protocol == Protocol::RestJson && operation.status != 204 {
            content(&mut out, "application/json", Bytes::from_static(b"{}"));
        }
        return out;
    };
    let shape = table.shape(shape_name);
    bind_headers(table, shape, &answer.output, &mut out.headers);
    if let Some(member_name) = &shape.payload {
        let member = &shape.members[member_name];
        let value = answer.output.get(member_name).unwrap_or(&Value::Null);
        match table.shape(&member.shape).kind {
            Kind::Blob => out.body = answer.body.clone().unwrap_or_default(),
            Kind::String => {
                let text = value.as_str().unwrap_or_default().to_owned();
                out.body = Bytes::from(text);
                // A bucket policy is the only such payload, and it is JSON.
                default_type(&mut out.headers, "application/json");
            }
            _ if value.is_null() => {}
            _ if protocol == Protocol::RestXml => {
                let body = root(table, member, member_name, value);
                content(&mut out, "application/xml", body);
            }
            _ => {
                let body = json::encode(table, &member.shape, value).to_string();
                content(&mut out, "application/json", body.into());
            }
        }
    } else if protocol == Protocol::RestXml {
        if name == "GetBucketLocation" {
            content(&mut out, "application/xml", location(&answer.output));
        } else if shape.members.values().any(|member| member.location.is_none()) {
            let mut writer = xml::Writer::declared();
            let element = root_element(name, shape_name, shape);
            writer.open(&element, &[("xmlns", namespace(table))]);
            xml::members(&mut writer, table, shape, &answer.output);
            writer.close(&element);
            content(&mut out, "application/xml", writer.into_text().into());
        }
    } else {
        let body = json::encode(table, shape_name, &answer.output).to_string();
        content(&mut out, "application/json", body.into());
    }
    out
}

/// The document of a payload member. Its root bears the member's wire name where the model gives one.
fn root(table: &Table, member: &Member, name: &str, value: &Value) -> Bytes {
    let element = member
        .location_name
        .as_deref()
        .unwrap_or(match member.shape.as_str() {
            "CopyObjectResult" | "CopyPartResult" => &member.shape,
            _ => name,
        });
    let mut writer = xml::Writer::declared();
    writer.open(element, &[("xmlns", namespace(table))]);
    xml::members(&mut writer, table, table.shape(&member.shape), value);
    writer.close(element);
    writer.into_text().into()
}

/// GetBucketLocation's answer is one element with a text, which no model member describes.
fn location(output: &Value) -> Bytes {
    let mut writer = xml::Writer::declared();
    writer.open("LocationConstraint", &[("xmlns", S3_NAMESPACE)]);
    writer.text(
        output
            .get("LocationConstraint")
            .and_then(Value::as_str)
            .unwrap_or_default(),
    );
    writer.close("LocationConstraint");
    writer.into_text().into()
}

/// The root elements of S3's answers (its API reference); the models leave them out.
fn root_element(operation: &str, shape_name: &str, shape: &Shape) -> String {
    if let Some(name) = &shape.location_name {
        return name.clone();
    }
    match operation {
        "ListBuckets" => "ListAllMyBucketsResult",
        "ListObjects" | "ListObjectsV2" => "ListBucketResult",
        "ListObjectVersions" => "ListVersionsResult",
        "ListMultipartUploads" => "ListMultipartUploadsResult",
        "ListParts" => "ListPartsResult",
        "DeleteObjects" => "DeleteResult",
        "CreateMultipartUpload" => "InitiateMultipartUploadResult",
        "CompleteMultipartUpload" => "CompleteMultipartUploadResult",
        "GetBucketVersioning" => "VersioningConfiguration",
        "GetBucketTagging" | "GetObjectTagging" => "Tagging",
        "GetBucketWebsite" => "WebsiteConfiguration",
        "GetBucketCors" => "CORSConfiguration",
        "GetBucketAcl" | "GetObjectAcl" => "AccessControlPolicy",
        "GetBucketLifecycleConfiguration" => "LifecycleConfiguration",
        "GetBucketLogging" => "BucketLoggingStatus",
        "GetBucketRequestPayment" => "RequestPaymentConfiguration",
        "GetBucketAccelerateConfiguration" => "AccelerateConfiguration",
        "GetBucketNotificationConfiguration" => "NotificationConfiguration",
        "GetObjectAttributes" => "GetObjectAttributesResponse",
        _ => return shape_name.to_owned(),
    }
    .to_owned()
}

fn bind_headers(table: &Table, shape: &Shape, output: &Value, headers: &mut Vec<(String, String)>) {
    let Some(members) = output.as_object() else { return };
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let Some(member) = shape.members.get(name) else {
            continue;
        };
        let inner = table.shape(&member.shape);
        match (member.location.as_deref(), value) {
            (Some("header"), Value::Array(entries)) => {
                let all: Vec<String> = entries
                    .iter()
                    .map(|entry| entry.as_str().map_or_else(|| entry.to_string(), str::to_owned))
                    .collect();
                headers.push((member.wire_name(name).to_ascii_lowercase(), clean(&all.join(","))));
            }
            (Some("header"), _) => {
                let text = codec::write_scalar(inner, Some(member), value, "rfc822");
                headers.push((member.wire_name(name).to_ascii_lowercase(), clean(&text)));
            }
            (Some("headers"), Value::Object(entries)) => {
                for (key, entry) in entries {
                    let text = entry.as_str().unwrap_or_default();
                    let name = format!("{}{key}", member.wire_name(name)).to_ascii_lowercase();
                    headers.push((name, clean(text)));
                }
            }
            _ => {}
        }
    }
}

/// Line breaks would end the header; they cannot have arrived in one either.
fn clean(text: &str) -> String {
    if text.chars().any(char::is_control) {
        utf8_percent_encode(text, HEADER).to_string()
    } else {
        text.to_owned()
    }
}

fn content(out: &mut Written, media_type: &str, body: Bytes) {
    default_type(&mut out.headers, media_type);
    out.body = body;
}

fn default_type(headers: &mut Vec<(String, String)>, media_type: &str) {
    if !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".to_owned(), media_type.to_owned()));
    }
}
