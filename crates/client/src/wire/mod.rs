//! AWS's protocols, each written once: from a request to HTTP, and from HTTP to an answer or an error.

mod form;
mod json;
mod node;
mod rest;
#[cfg(test)]
mod tests;
mod xml_in;
mod xml_out;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_types::request_id::RequestId;
use serde::Deserialize;

use self::form::Style;
use self::node::{Node, Unwritable};
use self::rest::{Bound, Content};
use self::xml_in::At;
use crate::error::ServiceError;
use crate::operation::{Body, Http, Operation};
use crate::service::{Json, Protocol};

/// The request of an operation, with path and query only: the host comes from the service.
///
/// # Errors
/// If the request has a form that the protocol does not have.
pub(crate) fn request<O: Operation>(operation: &O) -> Result<HttpRequest, BoxError> {
    let members = Node::of(operation)?.members()?;
    let service = O::SERVICE;
    match service.protocol {
        Protocol::Json(json) => json_request(json, O::NAME, members),
        Protocol::Query | Protocol::Ec2Query => {
            let style = match service.protocol {
                Protocol::Ec2Query => Style::Ec2,
                _ => Style::Query,
            };
            let form = form::form(O::NAME, service.version, members, style)?;
            let form_type = "application/x-www-form-urlencoded";
            post("/", &[("content-type", form_type.to_owned())], form.into_bytes())
        }
        Protocol::RestJson => rest_request(&O::HTTP, members, "application/json", |_, node| {
            Ok(json::document(node)?.to_string())
        }),
        Protocol::RestXml { namespace } => {
            rest_request(&O::HTTP, members, "application/xml", |name, node| {
                Ok(xml_out::document(name, namespace, node))
            })
        }
    }
}

fn json_request(json: Json, name: &str, members: Vec<(String, Node)>) -> Result<HttpRequest, BoxError> {
    let body = json::document(Node::Struct(members))?.to_string();
    let mut headers = vec![
        ("content-type", format!("application/x-amz-json-{}", json.version)),
        ("x-amz-target", format!("{}.{name}", json.target)),
    ];
    if json.was_query {
        headers.push(("x-amzn-query-mode", "true".to_owned()));
    }
    post("/", &headers, body.into_bytes())
}

fn post(target: &str, headers: &[(&'static str, String)], body: Vec<u8>) -> Result<HttpRequest, BoxError> {
    http("POST", target, headers, Some(body))
}

fn http(
    method: &str,
    target: &str,
    headers: &[(&'static str, String)],
    body: Option<Vec<u8>>,
) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_method(method)?;
    request.set_uri(target)?;
    for (name, value) in headers {
        request.headers_mut().try_insert(*name, value.clone())?;
    }
    if let Some(body) = body {
        let length = body.len().to_string();
        request.headers_mut().try_insert("content-length", length)?;
        *request.body_mut() = SdkBody::from(body);
    }
    Ok(request)
}

fn rest_request(
    binding: &Http,
    members: Vec<(String, Node)>,
    document_type: &str,
    document: impl FnOnce(&str, Node) -> Result<String, Unwritable>,
) -> Result<HttpRequest, BoxError> {
    let Bound {
        target,
        mut headers,
        body,
    } = rest::bind(binding, members)?;
    let body = match body {
        None => None,
        Some(Content::Document(name, node)) => {
            headers.push(("content-type", document_type.to_owned()));
            Some(document(name, node)?.into_bytes())
        }
        Some(Content::Raw(bytes)) => {
            if !headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            {
                headers.push(("content-type", "application/octet-stream".to_owned()));
            }
            Some(bytes)
        }
    };
    http(binding.method, &target, &headers, body)
}

/// The answer to an operation.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn answer<O: Operation>(response: &HttpResponse, body: &[u8]) -> Result<O::Answer, BoxError> {
    let answered = O::HTTP.answer;
    match O::SERVICE.protocol {
        Protocol::Json(_) => Ok(O::Answer::deserialize(json::read(body)?)?),
        Protocol::RestJson => {
            let mut value = match answered.body {
                Body::Empty | Body::Raw(_) => json::read(b"")?,
                Body::Members(_) => json::read(body)?,
                Body::Member(member, _) => {
                    let mut value = json::read(b"")?;
                    if !body.is_empty() {
                        value[member] = json::read(body)?;
                    }
                    value
                }
            };
            for extra in rest::extras(&answered, response, body) {
                value[extra.member] = match answered.status == Some(extra.member) {
                    true => response.status().as_u16().into(),
                    false => extra.text.into(),
                };
            }
            Ok(O::Answer::deserialize(value)?)
        }
        Protocol::RestXml { .. } => {
            let extras = rest::extras(&answered, response, body);
            Ok(match answered.body {
                Body::Empty | Body::Raw(_) => xml_in::read(b"", At::Root, extras)?,
                Body::Members(_) => xml_in::read(body, At::Root, extras)?,
                Body::Member(member, _) => xml_in::read(body, At::Member(member), extras)?,
            })
        }
        Protocol::Query => Ok(xml_in::read(body, At::Result, Vec::new())?),
        Protocol::Ec2Query => Ok(xml_in::read(body, At::Root, Vec::new())?),
    }
}

/// The error of an answer whose status is not one of success.
pub(crate) fn error(protocol: Protocol, response: &HttpResponse, body: &[u8]) -> ServiceError {
    let id = response.request_id();
    match protocol {
        Protocol::Json(_) | Protocol::RestJson => json::error(response, body, id),
        Protocol::RestXml { .. } | Protocol::Query | Protocol::Ec2Query => {
            let (code, message, told) = xml_in::error(body);
            ServiceError::new(code, message, id.or(told.as_deref()))
        }
    }
}
