//! Which service and which operation a request means.

use std::collections::BTreeMap;

use super::Protocol;
use super::message::{self, Message};
use super::scope::Scope;
use super::table::{self, Operation, Table};

/// A request's destination.
#[derive(Debug)]
pub(crate) struct Route {
    /// The service.
    pub table: &'static Table,
    /// The operation's name.
    pub name: &'static str,
    /// The operation.
    pub operation: &'static Operation,
    /// How the request is written.
    pub protocol: Protocol,
    /// The path's labels, decoded.
    pub labels: BTreeMap<String, String>,
}

/// Why a request has no destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoRoute {
    /// No service of the simulator signs by this name.
    Service(String),
    /// The service has no such operation.
    Operation {
        /// botocore's name of the service.
        service: &'static str,
        /// How the answer is to be written.
        protocol: Protocol,
        /// What was asked for.
        asked: String,
    },
    /// The request is unsigned, and what it asks for needs a signature.
    Unsigned(Protocol),
}

/// Finds the operation. Requests are routed by the credential scope, never by host name; unsigned ones go to
/// S3, or to STS where its model takes them.
///
/// # Errors
/// If there is no such service or operation, or a signature is missing.
pub(crate) fn find(message: &Message, scope: Option<&Scope>) -> Result<Route, NoRoute> {
    let protocol = written_as(message);
    let Some(scope) = scope else {
        return match protocol {
            Some(Protocol::Query) => {
                let sts = table::table("sts").expect("a table");
                let route = by_form(sts, message)?;
                if route.operation.unsigned {
                    Ok(route)
                } else {
                    Err(NoRoute::Unsigned(Protocol::Query))
                }
            }
            Some(protocol) => Err(NoRoute::Unsigned(protocol)),
            None => by_path(table::table("s3").expect("a table"), message),
        };
    };
    let table = match &*scope.service {
        // S3 Control signs as S3. It alone names an account in a header, and none of its paths is a bucket's.
        "s3" if message.header("x-amz-account-id").is_some() => table::table("s3control"),
        name => table::signed_as(name),
    };
    let table = table.ok_or_else(|| NoRoute::Service(scope.service.clone()))?;
    match table.metadata.protocol.as_str() {
        "rest-json" | "rest-xml" => by_path(table, message),
        "query" | "ec2" => by_form(table, message),
        _ if protocol == Some(Protocol::Cbor) => by_rpc_path(table, message),
        _ => by_target(table, message),
    }
}

/// The protocol that a request's own marks show; `None` for REST.
fn written_as(message: &Message) -> Option<Protocol> {
    if message.header("smithy-protocol") == Some("rpc-v2-cbor") {
        return Some(Protocol::Cbor);
    }
    if message.header("x-amz-target").is_some() {
        return Some(Protocol::Json);
    }
    let form = message
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    (message.method == "POST" && message.path == "/" && form).then_some(Protocol::Query)
}

fn named(table: &'static Table, name: &str, protocol: Protocol) -> Result<Route, NoRoute> {
    let (name, operation) = table
        .operations
        .get_key_value(name)
        .ok_or_else(|| NoRoute::Operation {
            service: &table.service,
            protocol,
            asked: name.to_owned(),
        })?;
    Ok(Route {
        table,
        name,
        operation,
        protocol,
        labels: BTreeMap::new(),
    })
}

fn by_rpc_path(table: &'static Table, message: &Message) -> Result<Route, NoRoute> {
    let lost = || NoRoute::Operation {
        service: &table.service,
        protocol: Protocol::Cbor,
        asked: format!("{} {}", message.method, message.path),
    };
    if !table
        .metadata
        .protocols
        .iter()
        .any(|one| one == "smithy-rpc-v2-cbor")
        || message.method != "POST"
    {
        return Err(lost());
    }
    let parts: Vec<&str> = message.path.split('/').collect();
    match parts.as_slice() {
        [.., "service", service, "operation", operation]
            if Some(*service) == table.metadata.target_prefix.as_deref() =>
        {
            named(table, operation, Protocol::Cbor)
        }
        _ => Err(lost()),
    }
}

fn by_target(table: &'static Table, message: &Message) -> Result<Route, NoRoute> {
    let target = message.header("x-amz-target").unwrap_or_default();
    let (prefix, operation) = target.rsplit_once('.').unwrap_or(("", target));
    if message.method != "POST" || Some(prefix) != table.metadata.target_prefix.as_deref() {
        return Err(NoRoute::Operation {
            service: &table.service,
            protocol: Protocol::Json,
            asked: format!("{} {target}", message.method),
        });
    }
    named(table, operation, Protocol::Json)
}

fn by_form(table: &'static Table, message: &Message) -> Result<Route, NoRoute> {
    let protocol = if table.is_ec2() {
        Protocol::Ec2
    } else {
        Protocol::Query
    };
    let body = message::form(&String::from_utf8_lossy(&message.body));
    let value = |name: &str| {
        body.iter()
            .chain(&message.query)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    };
    if value("Version") != table.metadata.api_version {
        return Err(NoRoute::Operation {
            service: &table.service,
            protocol,
            asked: format!("{} of version {:?}", value("Action"), value("Version")),
        });
    }
    named(table, value("Action"), protocol)
}

/// Finds the operation of a REST service by method, path, query and headers.
fn by_path(table: &'static Table, message: &Message) -> Result<Route, NoRoute> {
    let s3 = table.service == "s3";
    let protocol = match table.metadata.protocol.as_str() {
        "rest-xml" => Protocol::RestXml,
        _ => Protocol::RestJson,
    };
    let bucket = if s3 { bucket_of_host(message.host()) } else { None };
    let path = match bucket {
        Some(bucket) => format!("/{bucket}{}", message.path),
        None => message.path.clone(),
    };
    let mut best: Option<(usize, Route)> = None;
    for (name, operation) in table
        .operations
        .iter()
        .filter(|(_, operation)| !operation.deprecated)
    {
        if operation.method != message.method {
            continue;
        }
        let (template, literals) = operation.uri.split_once('?').unwrap_or((&operation.uri, ""));
        let literals: Vec<(&str, Option<&str>)> = literals
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                pair.split_once('=')
                    .map_or((pair, None), |(key, value)| (key, Some(value)))
            })
            .collect();
        let literal = |(key, value): &(&str, Option<&str>)| match value {
            Some(value) => message
                .query
                .iter()
                .any(|(name, text)| name == key && text == value),
            None => message.parameter(key).is_some(),
        };
        let bound = literals.iter().all(literal)
            && operation
                .needs_query
                .iter()
                .all(|key| message.parameter(key).is_some())
            && operation
                .needs_header
                .iter()
                .all(|key| message.header(key).is_some());
        if !bound {
            continue;
        }
        let Some((labels, exact)) = labels(template, &path, s3) else {
            continue;
        };
        let named = usize::from(message.parameter("x-id") == Some(name));
        let score = 1000 * exact
            + 100 * named
            + 10 * (literals.len() + operation.needs_query.len() + operation.needs_header.len());
        // Twins without any mark of their own (ListDirectoryBuckets) lose against the first by name.
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((
                score,
                Route {
                    table,
                    name,
                    operation,
                    protocol,
                    labels,
                },
            ));
        }
    }
    best.map(|(_, route)| route).ok_or_else(|| NoRoute::Operation {
        service: &table.service,
        protocol,
        asked: format!("{} {path}", message.method),
    })
}

/// The bucket that a request to S3 names in its host or path, and whether it names an object in it.
pub(crate) fn bucket(message: &Message) -> Option<(String, bool)> {
    let path = message.path.strip_prefix('/').unwrap_or(&message.path);
    if let Some(bucket) = bucket_of_host(message.host()) {
        return Some((bucket.to_owned(), !path.is_empty()));
    }
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    (!bucket.is_empty()).then(|| (message::decode(bucket), !key.is_empty()))
}

/// Matches a path against a template. Returns the labels and how many segments are literal.
fn labels(template: &str, path: &str, s3: bool) -> Option<(BTreeMap<String, String>, usize)> {
    let mut labels = BTreeMap::new();
    let mut exact = 0;
    let mut rest = Some(path.strip_prefix('/')?);
    let segments = template.strip_prefix('/')?;
    if segments.is_empty() {
        return rest?.is_empty().then_some((labels, 0));
    }
    for segment in segments.split('/') {
        let left = rest?;
        if let Some(label) = segment
            .strip_prefix('{')
            .and_then(|label| label.strip_suffix("+}"))
        {
            if left.is_empty() {
                return None;
            }
            labels.insert(label.to_owned(), message::decode(left));
            rest = None;
            continue;
        }
        let (part, after) = left
            .split_once('/')
            .map_or((left, None), |(part, after)| (part, Some(after)));
        match segment
            .strip_prefix('{')
            .and_then(|label| label.strip_suffix('}'))
        {
            Some(_) if part.is_empty() => return None,
            Some(label) => {
                labels.insert(label.to_owned(), message::decode(part));
            }
            None if part == segment => exact += 1,
            None => return None,
        }
        rest = after;
    }
    // S3 reads `/bucket/` as the bucket.
    match rest {
        None => Some((labels, exact)),
        Some("") if s3 => Some((labels, exact)),
        Some(_) => None,
    }
}

/// The bucket of a virtual-hosted request: `bucket.s3.eu-west-2.amazonaws.com`, `bucket.s3.amazonaws.com`,
/// `bucket.s3.localhost`, `bucket.localhost`. Bucket names may hold dots.
fn bucket_of_host(host: &str) -> Option<&str> {
    if let Some(left) = host.strip_suffix(".amazonaws.com") {
        return ["s3", "s3-fips"]
            .iter()
            .flat_map(|service| {
                [
                    format!(".{service}."),
                    format!(".{service}-"),
                    format!(".{service}"),
                ]
            })
            .find_map(|mark| {
                if mark.ends_with(['.', '-']) {
                    left.rfind(&mark).map(|at| &left[..at])
                } else {
                    left.strip_suffix(mark.as_str())
                }
            })
            .filter(|bucket| !bucket.is_empty());
    }
    let left = host.strip_suffix(".localhost")?;
    let left = left.strip_suffix(".s3").unwrap_or(left);
    (left != "s3").then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn routed(method: &str, uri: &str, headers: &[(&str, &str)]) -> (String, BTreeMap<String, String>) {
        let mut request = http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let message = Message::of(request.body(Bytes::new()).expect("a request"));
        let route = find(&message, None).expect("a route");
        (route.name.to_owned(), route.labels)
    }

    #[test]
    fn s3_operations_are_told_apart_by_query_and_headers() {
        let copy = [("x-amz-copy-source", "/a/b")];
        for (method, path, headers, operation) in [
            ("GET", "/", &[][..], "ListBuckets"),
            ("GET", "/b", &[], "ListObjects"),
            ("GET", "/b?list-type=2&prefix=x", &[], "ListObjectsV2"),
            ("GET", "/b/", &[], "ListObjects"),
            ("GET", "/b?tagging", &[], "GetBucketTagging"),
            ("GET", "/b?lifecycle", &[], "GetBucketLifecycleConfiguration"),
            ("GET", "/b/k?uploadId=1", &[], "ListParts"),
            ("GET", "/b/k", &[], "GetObject"),
            ("PUT", "/b/k", &[], "PutObject"),
            ("PUT", "/b/k", &copy, "CopyObject"),
            ("PUT", "/b/k?uploadId=1&partNumber=2", &[], "UploadPart"),
            ("PUT", "/b/k?uploadId=1&partNumber=2", &copy, "UploadPartCopy"),
            ("POST", "/b?delete", &[], "DeleteObjects"),
            ("DELETE", "/b/k?uploadId=1", &[], "AbortMultipartUpload"),
            ("HEAD", "/b/k", &[], "HeadObject"),
        ] {
            let (found, _) = routed(
                method,
                &format!("http://s3.eu-west-2.amazonaws.com{path}"),
                headers,
            );
            assert_eq!(found, operation, "{method} {path}");
        }
    }

    #[test]
    fn the_bucket_may_stand_in_the_host_name() {
        for host in [
            "my.pages.s3.eu-west-2.amazonaws.com",
            "my.pages.s3.amazonaws.com",
            "my.pages.s3-eu-west-2.amazonaws.com",
            "my.pages.s3.localhost:4566",
            "my.pages.localhost",
        ] {
            let (operation, labels) = routed("GET", &format!("http://{host}/a%2Fb/c%20d"), &[]);
            assert_eq!(operation, "GetObject", "{host}");
            assert_eq!(labels["Bucket"], "my.pages");
            assert_eq!(labels["Key"], "a/b/c d");
        }
        assert_eq!(bucket_of_host("127.0.0.1"), None);
        assert_eq!(bucket_of_host("s3.eu-west-2.amazonaws.com"), None);
    }
}
