//! The forms that Query and EC2 Query post.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::node::{Node, Unwritable};

/// Everything but what a URL never has to encode.
pub(super) const STRICT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// How a form names what is in lists and maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `Names.member.1`, or `Names.1` where the list is flattened; an empty list is `Names=`.
    Query,
    /// `Name.1` always; an empty list is not there.
    Ec2,
}

/// The form of a request.
pub(super) fn form(
    operation: &str,
    version: &str,
    members: Vec<(String, Node)>,
    style: Style,
) -> Result<String, Unwritable> {
    let mut form = Form {
        text: format!("Action={operation}&Version={version}"),
        style,
    };
    for (name, node) in members {
        form.put(&name, node)?;
    }
    Ok(form.text)
}

struct Form {
    text: String,
    style: Style,
}

impl Form {
    fn pair(&mut self, path: &str, value: &str) {
        self.text.push('&');
        self.text.extend(utf8_percent_encode(path, STRICT));
        self.text.push('=');
        self.text.extend(utf8_percent_encode(value, STRICT));
    }

    fn put(&mut self, path: &str, node: Node) -> Result<(), Unwritable> {
        if let Some(text) = node.text() {
            self.pair(path, &text);
            return Ok(());
        }
        match node {
            Node::List { flat, items } => {
                if items.is_empty() && self.style == Style::Query {
                    self.pair(path, "");
                }
                let path = match flat || self.style == Style::Ec2 {
                    true => path.to_owned(),
                    false => format!("{path}.member"),
                };
                for (index, item) in items.into_iter().enumerate() {
                    self.put(&format!("{path}.{}", index + 1), item)?;
                }
            }
            Node::Map { flat, entries } => {
                if self.style == Style::Ec2 {
                    return Err(Unwritable("EC2's protocol has no maps".to_owned()));
                }
                let path = match flat {
                    true => path.to_owned(),
                    false => format!("{path}.entry"),
                };
                for (index, (key, value)) in entries.into_iter().enumerate() {
                    self.pair(&format!("{path}.{}.key", index + 1), &key);
                    self.put(&format!("{path}.{}.value", index + 1), value)?;
                }
            }
            Node::Struct(members) => {
                for (name, value) in members {
                    self.put(&format!("{path}.{name}"), value)?;
                }
            }
            Node::Verbatim(_) => return Err(Unwritable("a form has no XML in it".to_owned())),
            // Single values are texts, above.
            Node::Bool(_)
            | Node::Int(_)
            | Node::UInt(_)
            | Node::Float(_)
            | Node::Text(_)
            | Node::Bytes(_) => {}
        }
        Ok(())
    }
}
