//! Members in path, query and headers.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use percent_encoding::{AsciiSet, utf8_percent_encode};

use super::form::STRICT;
use super::node::{Node, Unwritable};
use crate::operation::{Answered, Body, Http};

/// A greedy label keeps its slashes.
const GREEDY: &AsciiSet = &STRICT.remove(b'/');

/// A request whose members are where they belong.
pub(super) struct Bound {
    /// Path and query.
    pub(super) target: String,
    /// Headers.
    pub(super) headers: Vec<(&'static str, String)>,
    /// What the body is made of; `None`: nothing.
    pub(super) body: Option<Content>,
}

/// What a body is made of.
pub(super) enum Content {
    /// A document: the name of its element, and its value.
    Document(&'static str, Node),
    /// Bytes as they are.
    Raw(Vec<u8>),
}

/// Takes a member out.
fn take(members: &mut Vec<(String, Node)>, name: &str) -> Option<Node> {
    let place = members.iter().position(|(member, _)| member == name)?;
    Some(members.remove(place).1)
}

fn single(name: &str, node: &Node) -> Result<String, Unwritable> {
    node.text()
        .ok_or_else(|| Unwritable(format!("`{name}` is not a single value")))
}

/// Puts members where they belong.
pub(super) fn bind(http: &Http, mut members: Vec<(String, Node)>) -> Result<Bound, Unwritable> {
    let mut target = path(http.path, &mut members)?;
    let mut separator = if target.contains('?') { '&' } else { '?' };
    let mut pair = |name: &str, value: &str| {
        target.push(separator);
        target.extend(utf8_percent_encode(name, STRICT));
        target.push('=');
        target.extend(utf8_percent_encode(value, STRICT));
        separator = '&';
    };
    for (name, member) in http.query {
        match take(&mut members, member) {
            None => {}
            Some(Node::List { items, .. }) => {
                for item in items {
                    pair(name, &single(member, &item)?);
                }
            }
            Some(node) => pair(name, &single(member, &node)?),
        }
    }
    let mut headers = Vec::new();
    for (name, member) in http.headers {
        let value = match take(&mut members, member) {
            None => continue,
            Some(Node::List { items, .. }) => {
                let texts: Result<Vec<String>, Unwritable> =
                    items.iter().map(|item| single(member, item)).collect();
                texts?.join(",")
            }
            Some(node) => single(member, &node)?,
        };
        headers.push((*name, value));
    }
    let body = match http.body {
        Body::Empty => None,
        Body::Members(name) => Some(Content::Document(
            name,
            Node::Struct(std::mem::take(&mut members)),
        )),
        Body::Member(member, name) => take(&mut members, member).map(|node| Content::Document(name, node)),
        Body::Raw(member) => match take(&mut members, member) {
            None => None,
            Some(Node::Bytes(bytes)) => Some(Content::Raw(bytes)),
            Some(node) => Some(Content::Raw(single(member, &node)?.into_bytes())),
        },
    };
    if let Some((name, _)) = members.first() {
        return Err(Unwritable(format!("`{name}` is bound to no part of the request")));
    }
    Ok(Bound {
        target,
        headers,
        body,
    })
}

/// The path with its members.
fn path(pattern: &str, members: &mut Vec<(String, Node)>) -> Result<String, Unwritable> {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after
            .split_once('}')
            .ok_or_else(|| Unwritable(format!("`{pattern}` has a brace that is not closed")))?;
        let (name, encoded) = match name.strip_suffix('+') {
            Some(name) => (name, GREEDY),
            None => (name, STRICT),
        };
        let node = take(members, name).ok_or_else(|| Unwritable(format!("`{name}` is missing")))?;
        let value = single(name, &node)?;
        // Without it the path would be another operation's.
        if value.is_empty() {
            return Err(Unwritable(format!("`{name}` is empty")));
        }
        path.push_str(before);
        path.extend(utf8_percent_encode(&value, encoded));
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// A member of an answer that is not in its document.
pub(super) struct Extra {
    /// Its name.
    pub(super) member: &'static str,
    /// Its value.
    pub(super) text: String,
}

/// The members of an answer that are not in a document.
pub(super) fn extras(answered: &Answered, response: &HttpResponse, body: &[u8]) -> Vec<Extra> {
    let mut extras: Vec<Extra> = answered
        .headers
        .iter()
        .filter_map(|(name, member)| {
            let text = response.headers().get(*name)?.to_owned();
            Some(Extra { member, text })
        })
        .collect();
    if let Some(member) = answered.status {
        let text = response.status().as_u16().to_string();
        extras.push(Extra { member, text });
    }
    if let Body::Raw(member) = answered.body {
        let text = crate::values::base64(body);
        extras.push(Extra { member, text });
    }
    extras
}
