//! Errors as each protocol writes them, and which error each service answers to a request that its model forbids.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::rest::{self, Written};
use super::route::NoRoute;
use super::scope::Unacceptable;
use super::table::{self, Table};
use super::validate::Violation;
use super::{Malformed, Protocol, cbor, xml};
use crate::answer::Fault;

/// The error for input that breaks the model's constraints.
pub(crate) fn of_violations(service: &str, violations: &[Violation]) -> Fault {
    let list: Vec<String> = violations
        .iter()
        .map(|one| {
            format!(
                "Value at '{}' failed to satisfy constraint: {}",
                one.path, one.constraint
            )
        })
        .collect();
    let plural = if list.len() == 1 { "" } else { "s" };
    let message = format!(
        "{} validation error{plural} detected: {}",
        list.len(),
        list.join("; ")
    );
    let code = match service {
        // Assumption: wire.connect-validation. Connect's model declares both InvalidRequestException and
        // InvalidParameterException; neither says which one answers a broken constraint.
        "connect" => "InvalidParameterException",
        "iam" | "sts" => "ValidationError",
        // EC2's list of error codes.
        "ec2" => return of_ec2(violations),
        // S3's list of error codes has one for this alone, and one for XML that its schema does not allow: what is
        // nested came as XML, everything else as a header or in the query string.
        "s3" if violations
            .iter()
            .any(|one| one.path.ends_with(".locationConstraint")) =>
        {
            "InvalidLocationConstraint"
        }
        "s3" if violations.iter().any(|one| one.path.contains('.')) => "MalformedXML",
        // Assumption: wire.s3-validation. S3's API reference lists InvalidArgument and InvalidRequest; the
        // former speaks of arguments, the latter of what is missing.
        "s3" | "s3control" if violations.iter().any(|one| one.missing) => "InvalidRequest",
        // Assumption: cloudfront.validation. Its model declares InvalidArgument nearly everywhere.
        "cloudfront" => "InvalidArgument",
        "s3" => "InvalidArgument",
        // AWS's common errors: the framework of its JSON services answers this before the service sees the call.
        _ => "ValidationException",
    };
    Fault::new(code, message).with_status(400)
}

/// EC2 names one parameter: the first that is missing, or else the first that is wrong.
fn of_ec2(violations: &[Violation]) -> Fault {
    let missing = violations.iter().find(|one| one.missing);
    let fault = match (missing, violations.first()) {
        (Some(one), _) => Fault::new(
            "MissingParameter",
            format!("The request must contain the parameter {}", one.path),
        ),
        (None, Some(one)) => Fault::new(
            "InvalidParameterValue",
            format!("Value at '{}' is not valid. {}", one.path, one.constraint),
        ),
        (None, None) => Fault::new("InvalidParameterValue", "a parameter is not valid"),
    };
    fault.with_status(400)
}

/// The error for a body or value that cannot be read at all.
pub(crate) fn of_malformed(service: &str, error: &Malformed) -> Fault {
    let code = match service {
        "s3" | "s3control" if error.0.starts_with("the body") => "MalformedXML",
        "cloudfront" if error.0.starts_with("the body") => "MalformedInput",
        "cloudfront" => "InvalidArgument",
        "s3" | "s3control" => "InvalidArgument",
        // Assumption: wire.query-malformed. AWS's common errors list MalformedInput and ValidationError.
        "iam" | "sts" => "MalformedInput",
        "ec2" => "InvalidParameterValue",
        "connect" => "InvalidRequestException",
        _ => "SerializationException",
    };
    Fault::new(code, error.0.clone()).with_status(400)
}

/// The error for a signature that is refused (AWS's common errors; for S3 its list of error codes).
pub(crate) fn of_unacceptable(service: &str, protocol: Protocol, why: Unacceptable) -> Fault {
    let s3 = service == "s3";
    match why {
        Unacceptable::Incomplete if s3 => Fault::new(
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed",
        )
        .with_status(400),
        Unacceptable::Incomplete => {
            let code = if matches!(protocol, Protocol::Query | Protocol::Ec2) {
                "IncompleteSignature"
            } else {
                "IncompleteSignatureException"
            };
            Fault::new(
                code,
                "Authorization header requires Credential, SignedHeaders and Signature",
            )
            .with_status(400)
        }
        Unacceptable::Skewed if s3 => Fault::new(
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        )
        .with_status(403),
        Unacceptable::Skewed => {
            let code = if matches!(protocol, Protocol::Query | Protocol::Ec2) {
                "SignatureDoesNotMatch"
            } else {
                "InvalidSignatureException"
            };
            Fault::new(code, "Signature expired or not yet current").with_status(403)
        }
        Unacceptable::Expired => Fault::new("AccessDenied", "Request has expired").with_status(403),
    }
}

/// The error for a request that no operation answers. Also says how to write it.
pub(crate) fn of_no_route(lost: &NoRoute) -> (&'static str, Protocol, Fault) {
    match lost {
        NoRoute::Service(name) => {
            let fault = Fault::not_implemented(name, "any operation");
            ("connect", Protocol::RestJson, fault)
        }
        NoRoute::Operation {
            service,
            protocol,
            asked,
        } => {
            let message = format!("{service} has no operation {asked}");
            let fault = match protocol {
                Protocol::Cbor | Protocol::RestJson => {
                    Fault::new("UnknownOperationException", message).with_status(404)
                }
                // Assumption: wire.unknown-operation. JSON 1.1 services are known to answer 400.
                Protocol::Json => Fault::new("UnknownOperationException", message).with_status(400),
                Protocol::Query | Protocol::Ec2 => Fault::new("InvalidAction", message).with_status(400),
                Protocol::RestXml => Fault::new("MethodNotAllowed", message).with_status(405),
            };
            (service, *protocol, fault)
        }
        NoRoute::Unsigned(protocol) => {
            let code = match protocol {
                Protocol::Query => "MissingAuthenticationToken",
                _ => "MissingAuthenticationTokenException",
            };
            let fault = Fault::new(code, "Missing Authentication Token").with_status(403);
            (
                if *protocol == Protocol::Query {
                    "sts"
                } else {
                    "appstream"
                },
                *protocol,
                fault,
            )
        }
    }
}

/// The HTTP status of a fault: what it says itself, else the model, else 400.
pub(crate) fn status(table: &Table, fault: &Fault) -> u16 {
    let modeled = table.error(&fault.code).map(|(_, shape)| {
        let stated = shape.error.as_ref().and_then(|error| error.http_status_code);
        stated.unwrap_or(if shape.fault { 500 } else { 400 })
    });
    fault.status.or(modeled).unwrap_or(400)
}

/// Writes a fault in the protocol's way. `head` leaves the body out, as HTTP demands.
pub(crate) fn encode(
    service: &str,
    protocol: Protocol,
    fault: &Fault,
    request_id: &str,
    head: bool,
) -> Written {
    let table = table::table(service).expect("services are named by their tables");
    let status = status(table, fault);
    let mut out = Written {
        status,
        ..Written::default()
    };
    let mut members = fault.members.as_object().cloned().unwrap_or_default();
    let shape = table.error(&fault.code);
    let message = shape.map_or("message", |(_, shape)| shape.message_member());
    match protocol {
        Protocol::Cbor => {
            members.insert(message.to_owned(), fault.message.as_str().into());
            // RPC v2 names the error by its absolute shape id.
            let name = format!("com.amazonaws.{service}#{}", fault.code);
            members.insert("__type".to_owned(), name.into());
            out.headers
                .push(("content-type".to_owned(), "application/cbor".to_owned()));
            out.body = match shape {
                Some((name, _)) => cbor::encode(table, name, &Value::Object(members)).into(),
                None => cbor::encode_free(&Value::Object(members)).into(),
            };
        }
        Protocol::Json | Protocol::RestJson => {
            members.insert(message.to_owned(), fault.message.as_str().into());
            let media_type = if protocol == Protocol::Json {
                members.insert("__type".to_owned(), fault.code.as_str().into());
                "application/x-amz-json-1.1"
            } else {
                out.headers
                    .push(("x-amzn-errortype".to_owned(), fault.code.clone()));
                "application/json"
            };
            out.headers
                .push(("content-type".to_owned(), media_type.to_owned()));
            out.body = Value::Object(members).to_string().into();
        }
        Protocol::Query => {
            let namespace = table.metadata.xml_namespace.as_deref().unwrap_or_default();
            let mut writer = xml::Writer::bare();
            writer.open("ErrorResponse", &[("xmlns", namespace)]);
            writer.open("Error", &[]);
            writer.leaf("Type", if status < 500 { "Sender" } else { "Receiver" });
            writer.leaf("Code", &fault.code);
            writer.leaf("Message", &fault.message);
            free_members(&mut writer, &members);
            writer.close("Error");
            writer.leaf("RequestId", request_id);
            writer.close("ErrorResponse");
            out.headers
                .push(("content-type".to_owned(), "text/xml".to_owned()));
            out.body = writer.into_text().into();
        }
        Protocol::Ec2 => {
            let mut writer = xml::Writer::declared();
            writer.open("Response", &[]);
            writer.open("Errors", &[]);
            writer.open("Error", &[]);
            writer.leaf("Code", &fault.code);
            writer.leaf("Message", &fault.message);
            free_members(&mut writer, &members);
            writer.close("Error");
            writer.close("Errors");
            writer.leaf("RequestID", request_id);
            writer.close("Response");
            out.headers
                .push(("content-type".to_owned(), "text/xml;charset=UTF-8".to_owned()));
            out.body = writer.into_text().into();
        }
        // Other than S3, which came before the protocol had a name, its services put an element around the error.
        Protocol::RestXml if service != "s3" => {
            let mut writer = xml::Writer::declared();
            writer.open("ErrorResponse", &[("xmlns", rest::namespace(table))]);
            writer.open("Error", &[]);
            writer.leaf("Type", if status < 500 { "Sender" } else { "Receiver" });
            writer.leaf("Code", &fault.code);
            writer.leaf("Message", &fault.message);
            free_members(&mut writer, &members);
            writer.close("Error");
            writer.leaf("RequestId", request_id);
            writer.close("ErrorResponse");
            out.headers
                .push(("content-type".to_owned(), "text/xml".to_owned()));
            out.body = writer.into_text().into();
        }
        Protocol::RestXml => {
            headers_of_members(&members, &mut out.headers);
            members.retain(|name, _| !name.starts_with("x-amz-") && !name.starts_with("header:"));
            let mut writer = xml::Writer::declared();
            writer.open("Error", &[]);
            writer.leaf("Code", &fault.code);
            writer.leaf("Message", &fault.message);
            free_members(&mut writer, &members);
            writer.leaf("RequestId", request_id);
            writer.leaf("HostId", request_id);
            writer.close("Error");
            // 304 has no body either.
            if !head && status != 304 {
                out.headers
                    .push(("content-type".to_owned(), "application/xml".to_owned()));
                out.body = writer.into_text().into();
            }
        }
    }
    if head {
        out.body = Bytes::new();
    }
    out
}

/// What S3 says in headers even where the error has no body.
fn headers_of_members(members: &Map<String, Value>, headers: &mut Vec<(String, String)>) {
    for (name, value) in members {
        let header = match name.as_str() {
            "BucketRegion" => "x-amz-bucket-region",
            "DeleteMarker" => "x-amz-delete-marker",
            "VersionId" => "x-amz-version-id",
            other if other.starts_with("x-amz-") => other,
            other => match other.strip_prefix("header:") {
                Some(header) => header,
                None => continue,
            },
        };
        headers.push((header.to_owned(), plain(value)));
    }
}

fn free_members(writer: &mut xml::Writer, members: &Map<String, Value>) {
    for (name, value) in members {
        writer.leaf(name, &plain(value));
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
