//! XML documents that are sent.

use super::node::Node;

/// A document: one element in a namespace.
pub(super) fn document(name: &str, namespace: &str, node: Node) -> String {
    let mut text = String::new();
    let attribute = match namespace {
        "" => String::new(),
        namespace => format!(" xmlns=\"{}\"", escaped(namespace)),
    };
    text.push('<');
    text.push_str(name);
    text.push_str(&attribute);
    text.push('>');
    inside(&mut text, node);
    close(&mut text, name);
    text
}

fn close(text: &mut String, name: &str) {
    text.push_str("</");
    text.push_str(name);
    text.push('>');
}

fn element(text: &mut String, name: &str, node: Node) {
    text.push('<');
    text.push_str(name);
    text.push('>');
    inside(text, node);
    close(text, name);
}

/// What is in an element.
fn inside(text: &mut String, node: Node) {
    if let Some(value) = node.text() {
        text.push_str(&escaped(&value));
        return;
    }
    match node {
        Node::List { items, .. } => {
            for item in items {
                element(text, "member", item);
            }
        }
        Node::Map { entries, .. } => {
            for (key, value) in entries {
                entry(text, "entry", key, value);
            }
        }
        Node::Struct(members) => {
            for (name, value) in members {
                member(text, &name, value);
            }
        }
        Node::Verbatim(xml) => text.push_str(&xml),
        // Single values are texts, above.
        Node::Bool(_) | Node::Int(_) | Node::UInt(_) | Node::Float(_) | Node::Text(_) | Node::Bytes(_) => {}
    }
}

/// A member of a structure: one element, or several of one name where it is flattened.
fn member(text: &mut String, name: &str, node: Node) {
    match node {
        Node::List { flat: true, items } => {
            for item in items {
                element(text, name, item);
            }
        }
        Node::Map { flat: true, entries } => {
            for (key, value) in entries {
                entry(text, name, key, value);
            }
        }
        node => element(text, name, node),
    }
}

fn entry(text: &mut String, name: &str, key: String, value: Node) {
    let pair = vec![("key".to_owned(), Node::Text(key)), ("value".to_owned(), value)];
    element(text, name, Node::Struct(pair));
}

/// A text in which nothing is markup, and of which a reader changes nothing.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Readers make line feeds of these.
            '\r' => escaped.push_str("&#xD;"),
            '\u{85}' => escaped.push_str("&#x85;"),
            '\u{2028}' => escaped.push_str("&#x2028;"),
            c => escaped.push(c),
        }
    }
    escaped
}
