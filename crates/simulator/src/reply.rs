//! Answers as HTTP responses.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response};

use super::service::Answer;
use super::wire::rest::Written;
use super::wire::route::Route;
use super::wire::{Protocol, cbor, json, query, rest, timestamp};

/// What is known of a call while it is answered.
pub(super) struct Progress {
    pub(super) sequence: u64,
    pub(super) request_id: String,
    pub(super) service: &'static str,
    pub(super) operation: String,
    pub(super) region: String,
    pub(super) protocol: Protocol,
    pub(super) head: bool,
    /// What a caller with policies needed for the call.
    pub(super) needed: Vec<(String, String)>,
    /// The time by AWS's clock, in seconds.
    pub(super) date: i64,
}

/// Writes an answer in the way of its request.
pub(super) fn write(route: &Route, answer: &Answer, progress: &Progress) -> Written {
    let Route {
        table,
        name,
        operation,
        protocol,
        ..
    } = route;
    let mut written = match protocol {
        Protocol::RestJson | Protocol::RestXml => rest::encode(table, name, operation, *protocol, answer),
        _ => {
            let (media_type, body) = match (protocol, &operation.output) {
                (Protocol::Cbor, Some(shape)) => (
                    "application/cbor",
                    cbor::encode(table, shape, &answer.output).into(),
                ),
                (Protocol::Cbor, None) => ("application/cbor", Bytes::from_static(b"\xbf\xff")),
                (Protocol::Query | Protocol::Ec2, _) => {
                    let text = query::encode(table, name, operation, &answer.output, &progress.request_id);
                    ("text/xml", text.into())
                }
                (_, Some(shape)) => {
                    let text = json::encode(table, shape, &answer.output).to_string();
                    ("application/x-amz-json-1.1", text.into())
                }
                (_, None) => ("application/x-amz-json-1.1", Bytes::new()),
            };
            Written {
                status: answer.status.unwrap_or(operation.status),
                headers: vec![("content-type".to_owned(), media_type.to_owned())],
                body,
            }
        }
    };
    identify(&mut written, progress);
    if progress.head {
        written.body = Bytes::new();
    }
    written
}

/// Adds the request id, and what else a protocol's answers always carry.
pub(super) fn identify(written: &mut Written, progress: &Progress) {
    let mut add = |name: &str, value: &str| written.headers.push((name.to_owned(), value.to_owned()));
    add("date", &timestamp::http_date(progress.date));
    if progress.protocol == Protocol::RestXml {
        add("x-amz-request-id", &progress.request_id);
        add("x-amz-id-2", &progress.request_id);
        add("server", "AmazonS3");
    } else {
        add("x-amzn-requestid", &progress.request_id);
    }
    if progress.protocol == Protocol::Cbor {
        add("smithy-protocol", "rpc-v2-cbor");
    }
}

/// Makes an HTTP response. What cannot stand in a header is left out.
pub(super) fn response(written: Written) -> Response<Bytes> {
    let mut response = Response::new(written.body);
    *response.status_mut() =
        http::StatusCode::from_u16(written.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in written.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::try_from(name),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
