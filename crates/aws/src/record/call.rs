//! One call: request and answer, taken off the wire, and its line.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::decode;
use super::pseudonym::Form;
use super::redact::Redactor;
use super::text;
use super::vocabulary::{ServiceWords, vocabulary};

/// A request as it went out.
#[derive(Debug)]
pub(crate) struct Asked {
    method: String,
    uri: String,
    headers: Vec<(String, String)>,
    /// `None` if it streams.
    body: Option<Bytes>,
    /// What the caller said that it is calling.
    meant: (&'static str, &'static str),
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Told {
    /// An answer: status, headers, body.
    Answer(u16, Vec<(String, String)>, Bytes),
    /// None, and why.
    Lost(String),
}

/// Headers that say nothing of interest, or too much.
const DROPPED: &[&str] = &[
    "authorization",
    "content-length",
    "content-md5",
    "host",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-target",
    "x-amz-trailer",
    "x-amz-user-agent",
    "x-amzn-requestid",
    "x-amzn-trace-id",
];

/// Headers without AWS's prefix that say something.
const KEPT: &[&str] = &[
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-range",
    "content-type",
    "etag",
    "expires",
    "if-match",
    "if-none-match",
    "last-modified",
    "location",
    "range",
    "retry-after",
    "smithy-protocol",
];

impl Asked {
    /// Copies a request.
    pub(crate) fn of(request: &HttpRequest, meant: (&'static str, &'static str)) -> Asked {
        Asked {
            method: request.method().to_owned(),
            uri: request.uri().to_owned(),
            headers: request
                .headers()
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: request.body().bytes().map(Bytes::copy_from_slice),
            meant,
        }
    }

    /// The same from its parts.
    #[cfg(test)]
    pub(super) fn from_parts(
        method: &str,
        uri: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        meant: (&'static str, &'static str),
    ) -> Asked {
        Asked {
            method: method.to_owned(),
            uri: uri.to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: Some(Bytes::copy_from_slice(body)),
            meant,
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The version of the SDK that made it: `api/appstream/1.138.0`.
    pub(super) fn sdk(&self) -> Option<String> {
        let agent = self.header("x-amz-user-agent").or(self.header("user-agent"))?;
        let api = agent.split(' ').find_map(|part| part.strip_prefix("api/"))?;
        let version = api.rsplit('/').next()?;
        let plain = version.len() < 16 && version.chars().all(|c| c.is_ascii_digit() || c == '.');
        plain.then(|| version.to_owned())
    }

    fn path_and_query(&self) -> (&str, &str) {
        let rest = self.uri.split_once("://").map_or(self.uri.as_str(), |(_, rest)| {
            rest.find('/').map_or("/", |slash| &rest[slash..])
        });
        rest.split_once('?').unwrap_or((rest, ""))
    }

    fn host(&self) -> &str {
        let authority = self
            .uri
            .split_once("://")
            .map(|(_, rest)| rest.split(['/', '?']).next().unwrap_or(rest));
        authority.or(self.header("host")).unwrap_or_default()
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// Which call a request is, by what stands in it: a role is taken in the midst of another service's call.
struct Which<'a> {
    service: &'a str,
    words: &'static ServiceWords,
    operation: String,
    protocol: &'static str,
    region: Option<String>,
    key: Option<String>,
}

impl Which<'_> {
    fn of(asked: &Asked) -> Option<Which<'static>> {
        let scope = asked.header("authorization").and_then(|text| {
            let (_, rest) = text.split_once("Credential=")?;
            let credential = rest.split([',', ' ']).next()?;
            let mut parts = credential.rsplitn(5, '/');
            let (_, service, region, _, key) = (
                parts.next()?,
                parts.next()?,
                parts.next()?,
                parts.next()?,
                parts.next()?,
            );
            Some((service.to_owned(), region.to_owned(), key.to_owned()))
        });
        let (path, _) = asked.path_and_query();
        let action = asked
            .header("content-type")
            .filter(|kind| kind.starts_with("application/x-www-form-urlencoded"))
            .and_then(|_| {
                let fields = decode::form(&String::from_utf8_lossy(asked.body.as_deref()?));
                let field = |name: &str| {
                    fields
                        .iter()
                        .find(|(key, _)| key == name)
                        .map(|(_, value)| value.clone())
                };
                field("Action").zip(field("Version"))
            });
        let signing = match (&scope, &action) {
            (Some((service, ..)), _) => service.as_str(),
            // Taking a role with a web identity is not signed.
            (None, Some((_, version))) if version == "2011-06-15" => "sts",
            (None, _) => return None,
        };
        let (service, words) = vocabulary().signed_as(signing)?;
        let target = asked
            .header("x-amz-target")
            .and_then(|target| target.rsplit('.').next());
        let rpc = path.rsplit_once("/operation/").map(|(_, operation)| operation);
        let meant = vocabulary()
            .service(asked.meant.0)
            .is_some_and(|(name, _)| name == service);
        let (operation, protocol) = match (rpc, target, action) {
            (Some(operation), _, _) if asked.header("smithy-protocol").is_some() => {
                (operation.to_owned(), "cbor")
            }
            (_, Some(operation), _) => (operation.to_owned(), "json"),
            (_, _, Some((action, _))) => (action, "query"),
            _ if !meant => return None,
            _ if ["s3", "s3control", "cloudfront"].contains(&service) => {
                (asked.meant.1.to_owned(), "rest-xml")
            }
            _ => (asked.meant.1.to_owned(), "rest-json"),
        };
        let (_, region, key) = scope.map_or((None, None, None), |(service, region, key)| {
            (Some(service), Some(region), Some(key))
        });
        Some(Which {
            service,
            words,
            operation: words
                .operations
                .get_key_value(&operation)
                .map(|(name, _)| name.clone())
                .or_else(|| vocabulary().is_public_name(&operation).then_some(operation))?,
            protocol,
            region: region.filter(|region| vocabulary().is_region(region)),
            key,
        })
    }
}

/// The line of a call, without its number and its times.
pub(super) fn line(redactor: &mut Redactor, asked: &Asked, told: &Told) -> Value {
    let which = Which::of(asked);
    let words = which.as_ref().map(|which| which.words);
    let mut line = Map::new();
    let protocol = which.as_ref().map_or("http", |which| which.protocol);
    line.insert("protocol".to_owned(), protocol.into());
    line.insert("method".to_owned(), method(&asked.method).into());
    match &which {
        Some(which) => {
            line.insert("service".to_owned(), which.service.into());
            line.insert("operation".to_owned(), which.operation.as_str().into());
            line.insert("region".to_owned(), which.region.clone().into());
            if let Some(key) = &which.key {
                line.insert(
                    "key".to_owned(),
                    text::atom(&mut redactor.book, "key", key).into(),
                );
            }
            request(redactor, which, asked, &mut line);
        }
        // A document from somewhere, or credentials from wherever they come: both are left out.
        None => {
            line.insert("service".to_owned(), "http".into());
            line.insert("operation".to_owned(), "request".into());
            let host = text::host(&mut redactor.book, asked.host());
            line.insert("host".to_owned(), host.into());
        }
    }
    match told {
        Told::Lost(why) => {
            line.insert("lost".to_owned(), redactor.prose(why).into());
        }
        Told::Answer(status, headers, body) => {
            line.insert("status".to_owned(), (*status).into());
            if let Some(which) = &which {
                answer(redactor, which, (*status, headers, body), &mut line);
            } else if let Some(kind) = find(headers, "content-type") {
                let kind = redactor.value(words, "content-type", &kind.into());
                line.insert("type".to_owned(), kind);
            }
        }
    }
    Value::Object(line)
}

fn method(given: &str) -> &str {
    match given {
        "GET" | "PUT" | "POST" | "DELETE" | "HEAD" | "PATCH" => given,
        _ => "OTHER",
    }
}

fn request(redactor: &mut Redactor, which: &Which<'_>, asked: &Asked, line: &mut Map<String, Value>) {
    let words = Some(which.words);
    let rest = which.protocol.starts_with("rest");
    let (path, query) = asked.path_and_query();
    if rest {
        let host = text::host(&mut redactor.book, asked.host());
        line.insert("host".to_owned(), host.into());
        let template = which
            .words
            .operations
            .get(&which.operation)
            .map_or("", String::as_str);
        line.insert(
            "path".to_owned(),
            path_of(redactor, which.words, template, path).into(),
        );
        let query: Vec<Value> = decode::form(query)
            .iter()
            .filter(|(name, _)| name != "x-id")
            .map(|(name, value)| {
                let (name, value) = redactor.field(words, name, value);
                json!([name, value])
            })
            .collect();
        if !query.is_empty() {
            line.insert("query".to_owned(), query.into());
        }
        line.insert(
            "headers".to_owned(),
            headers_of(redactor, which.words, &asked.headers),
        );
    }
    let Some(body) = &asked.body else {
        let length = asked
            .header("x-amz-decoded-content-length")
            .or(asked.header("content-length"))
            .and_then(|length| length.parse::<u64>().ok());
        line.insert("request".to_owned(), json!({ "$body": { "length": length } }));
        return;
    };
    if body.is_empty() {
        return;
    }
    let object = which.service == "s3" && matches!(which.operation.as_str(), "PutObject" | "UploadPart");
    let decoded = if object {
        None
    } else {
        decoded(redactor, which, body)
    };
    let shown = decoded.unwrap_or_else(|| opaque(redactor, body));
    line.insert("request".to_owned(), shown);
}

/// A body as far as it can be read; `None` if it is not what the protocol says.
fn decoded(redactor: &mut Redactor, which: &Which<'_>, body: &[u8]) -> Option<Value> {
    let words = Some(which.words);
    let written = match which.protocol {
        "cbor" => decode::cbor(body)?,
        "json" | "rest-json" => serde_json::from_slice(body).ok()?,
        "query" if !body.starts_with(b"<") => {
            let fields = decode::form(std::str::from_utf8(body).ok()?);
            let mut out = Map::new();
            for (name, value) in fields {
                let (shown, value) = match name.as_str() {
                    "Action" => (name, which.operation.as_str().into()),
                    "Version" => (name, moment_free(&value).into()),
                    _ => redactor.field(words, &name, &value),
                };
                out.insert(shown, value);
            }
            return Some(Value::Object(out));
        }
        // A bucket's policy is a JSON document of its own.
        _ if body.starts_with(b"{") => {
            let policy = std::str::from_utf8(body).ok()?;
            return Some(json!({ "$text": text::text(&mut redactor.book, "Policy", policy) }));
        }
        _ => without_ids(decode::xml(std::str::from_utf8(body).ok()?)?),
    };
    Some(redactor.value(words, "", &written))
}

/// A version such as `2010-05-08`; nothing else.
fn moment_free(version: &str) -> &str {
    let plain = version.len() == 10 && version.chars().all(|c| c.is_ascii_digit() || c == '-');
    if plain { version } else { "" }
}

/// An XML document without AWS's ids of the request.
fn without_ids(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(name, _)| {
                !matches!(
                    name.as_str(),
                    "RequestId" | "requestId" | "HostId" | "ResponseMetadata"
                )
            })
            .map(|(name, inner)| (name, without_ids(inner)))
            .collect(),
        other => other,
    }
}

/// A body of which only the length is recorded, and whether it is the same as another.
fn opaque(redactor: &mut Redactor, body: &[u8]) -> Value {
    let digest = hex::encode(Sha256::digest(body));
    let same = redactor.book.name(Form::Word("body"), &digest);
    json!({ "$body": { "length": body.len(), "same_as": same } })
}

fn answer(
    redactor: &mut Redactor,
    which: &Which<'_>,
    (status, headers, body): (u16, &[(String, String)], &Bytes),
    line: &mut Map<String, Value>,
) {
    let words = Some(which.words);
    if let Some(kind) = find(headers, "content-type") {
        let kind = text::text(&mut redactor.book, "content-type", kind);
        line.insert("type".to_owned(), kind.into());
    }
    if which.protocol.starts_with("rest") {
        line.insert(
            "answer_headers".to_owned(),
            headers_of(redactor, which.words, headers),
        );
    }
    let object = which.operation == "GetObject" && (200..300).contains(&status);
    if !body.is_empty() {
        let decoded = if object {
            None
        } else {
            decoded(redactor, which, body)
        };
        let shown = decoded.unwrap_or_else(|| opaque(redactor, body));
        line.insert("answer".to_owned(), shown);
    }
    if !(200..300).contains(&status) {
        let code = find(headers, "x-amzn-errortype")
            .map(str::to_owned)
            .or_else(|| code_in(line.get("answer")));
        let code = code.map(|code| redactor.code(words, &code));
        line.insert("code".to_owned(), code.into());
    }
}

/// The code in a decoded error.
fn code_in(answer: Option<&Value>) -> Option<String> {
    let answer = answer?;
    let direct = ["__type", "code", "Code"]
        .iter()
        .find_map(|name| answer.get(name).and_then(Value::as_str));
    let nested = || {
        answer
            .pointer("/ErrorResponse/Error/Code")
            .or(answer.pointer("/Error/Code"))
            .and_then(Value::as_str)
    };
    direct.or_else(nested).map(str::to_owned)
}

/// A path in which the template's own words stay, and names become pseudonyms.
fn path_of(redactor: &mut Redactor, words: &ServiceWords, template: &str, path: &str) -> String {
    let template = template.split('?').next().unwrap_or_default();
    let mut literals: Vec<&str> = template.split('/').collect();
    let parts: Vec<&str> = path.split('/').collect();
    if literals.len() != parts.len() {
        // S3's keys hold slashes, and its buckets stand in the host name.
        literals = vec!["{}"; parts.len()];
    }
    let shown: Vec<String> = parts
        .iter()
        .zip(&literals)
        .map(|(part, literal)| {
            if part == literal {
                return (*part).to_owned();
            }
            let plain = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
            // A label may hold a value of an enumeration, such as the type of an attribute.
            let member = literal.trim_matches(['{', '}', '+']);
            let shown = match redactor.value(Some(words), member, &plain.as_ref().into()) {
                Value::String(shown) => shown,
                _ => text::text(&mut redactor.book, "", &plain),
            };
            percent_encoding::utf8_percent_encode(&shown, SEGMENT).to_string()
        })
        .collect();
    shown.join("/")
}

/// What must be escaped within a segment of a path.
const SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn headers_of(redactor: &mut Redactor, words: &ServiceWords, headers: &[(String, String)]) -> Value {
    let mut out = Map::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let amz = name.strip_prefix("x-amz-").or(name.strip_prefix("x-amzn-"));
        if DROPPED.contains(&name.as_str()) || name.starts_with("x-amz-checksum-") {
            continue;
        }
        if let Some(key) = name.strip_prefix("x-amz-meta-") {
            let key = text::atom(&mut redactor.book, "key", key);
            let value = redactor.value(Some(words), "", &value.as_str().into());
            out.insert(["x-amz-meta-", &key].concat(), value);
        } else if name == "x-amz-tagging" {
            let tags: Vec<Value> = decode::form(value)
                .iter()
                .map(|(key, value)| {
                    let key = redactor.value(Some(words), "Key", &key.as_str().into());
                    json!([key, redactor.value(Some(words), "Value", &value.as_str().into())])
                })
                .collect();
            out.insert(name, tags.into());
        } else if name == "x-amzn-errortype" {
            out.insert(name, redactor.code(Some(words), value).into());
        } else if name == "cache-control" && is_cache_control(value) {
            out.insert(name, value.as_str().into());
        } else if KEPT.contains(&name.as_str())
            || amz.is_some_and(|rest| rest.split('-').all(|part| vocabulary().is_word(part)))
        {
            let value = redactor.value(Some(words), &name, &value.as_str().into());
            out.insert(name, value);
        }
    }
    Value::Object(out)
}

fn is_cache_control(value: &str) -> bool {
    value.split(',').map(str::trim).all(|directive| {
        let (name, seconds) = directive.split_once('=').unwrap_or((directive, "0"));
        let known = matches!(
            name,
            "max-age"
                | "s-maxage"
                | "no-cache"
                | "no-store"
                | "no-transform"
                | "must-revalidate"
                | "private"
                | "public"
                | "immutable"
        );
        known && seconds.len() <= 9 && seconds.chars().all(|c| c.is_ascii_digit())
    })
}
