//! An HTTP request taken apart as all protocols need it.

use bytes::Bytes;
use percent_encoding::percent_decode_str;

/// A request with its query and headers as lists of text.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The HTTP method in upper case.
    pub method: String,
    /// The path as it was sent, still percent-encoded.
    pub path: String,
    /// Query parameters, decoded, in their order. A parameter without `=` has an empty value.
    pub query: Vec<(String, String)>,
    /// Headers with names in lower case. Values that are not ASCII are read as UTF-8, as S3 does.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Message {
    /// Takes a request apart.
    pub(crate) fn of(request: http::Request<Bytes>) -> Message {
        let (parts, body) = request.into_parts();
        let mut headers: Vec<(String, String)> = parts
            .headers
            .iter()
            .map(|(name, value)| {
                let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), text)
            })
            .collect();
        if !parts.headers.contains_key(http::header::HOST)
            && let Some(authority) = parts.uri.authority()
        {
            headers.push(("host".to_owned(), authority.as_str().to_owned()));
        }
        Message {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: form(parts.uri.query().unwrap_or_default()),
            headers,
            body,
        }
    }

    /// The first header of this lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// The first query parameter of this name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// The host name without its port.
    pub(crate) fn host(&self) -> &str {
        let host = self.header("host").unwrap_or_default();
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    }
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// Reads a query string or a form: `+` is a space, the rest is percent-encoded UTF-8.
pub(crate) fn form(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
        })
        .collect()
}

/// Percent-decodes; bytes that are not UTF-8 become replacement characters.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
