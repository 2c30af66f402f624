//! XML as AWS's models describe it: answers of Query, bodies of REST XML.

use quick_xml::escape::escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use roxmltree::Node;
use serde_json::{Map, Value};

use super::table::{Kind, Member, Shape, Table};
use super::{Malformed, codec};

/// An XML document in the making, written by `quick-xml`.
pub(crate) struct Writer(quick_xml::Writer<Vec<u8>>);

impl Writer {
    /// A document that begins with its root element.
    pub(crate) fn bare() -> Writer {
        Writer(quick_xml::Writer::new(Vec::new()))
    }

    /// A document with an XML declaration in a line of its own.
    pub(crate) fn declared() -> Writer {
        let mut writer = Writer::bare();
        writer.declare();
        writer.0.get_mut().push(b'\n');
        writer
    }

    /// A declared document for people: each element in a line of its own, two spaces further in than its parent.
    pub(crate) fn indented() -> Writer {
        let mut writer = Writer(quick_xml::Writer::new_with_indent(Vec::new(), b' ', 2));
        writer.declare();
        writer
    }

    fn declare(&mut self) {
        self.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    }

    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("memory takes every byte");
    }

    /// Writes a start tag.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Start(start(name, attributes)));
    }

    /// Writes an end tag.
    pub(crate) fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// Writes an element without contents.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Empty(start(name, attributes)));
    }

    /// Writes an element with text.
    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name, &[]);
        self.text(text);
        self.close(name);
    }

    /// Writes text.
    pub(crate) fn text(&mut self, text: &str) {
        // Some readers drop text that is nothing but white space, unless it is escaped.
        let escaped = escape(allowed(text)).replace('\n', "&#10;").replace('\t', "&#9;");
        self.event(Event::Text(BytesText::from_escaped(escaped)));
    }

    /// What has been written.
    pub(crate) fn into_text(self) -> String {
        String::from_utf8(self.0.into_inner()).expect("every piece is text")
    }
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let allowed: Vec<(&str, String)> = attributes
        .iter()
        .map(|(key, value)| (*key, allowed(value)))
        .collect();
    let pairs = allowed.iter().map(|(key, value)| (*key, value.as_str()));
    BytesStart::new(name).with_attributes(pairs)
}

/// A text without the control characters that XML forbids: no reader would take them.
fn allowed(text: &str) -> String {
    let allowed = |character: &char| match character {
        '\r' | '\n' | '\t' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        other => *other >= ' ',
    };
    text.chars().filter(allowed).collect()
}

/// Writes the members of a structure that are not bound to another part of the message.
pub(crate) fn members(out: &mut Writer, table: &Table, shape: &Shape, value: &Value) {
    let Some(values) = value.as_object() else { return };
    for (name, value) in values.iter().filter(|(_, value)| !value.is_null()) {
        if let Some(member) = shape.members.get(name)
            && member.location.is_none()
            && !member.xml_attribute
        {
            element(out, table, member, member.wire_name(name), value);
        }
    }
}

/// Writes one member: an element, or several where it is a flattened list.
pub(crate) fn element(out: &mut Writer, table: &Table, member: &Member, name: &str, value: &Value) {
    let shape = table.shape(&member.shape);
    let flat = shape.flattened || member.flattened;
    match (shape.kind, value) {
        (Kind::Structure, _) => {
            let mut attributes = Vec::new();
            if let Some(namespace) = member.xml_namespace.as_ref().or(shape.xml_namespace.as_ref()) {
                let key = namespace
                    .prefix
                    .as_ref()
                    .map_or("xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
                attributes.push((key, namespace.uri.clone()));
            }
            for (inner, member) in shape.members.iter().filter(|(_, member)| member.xml_attribute) {
                if let Some(text) = value.get(inner).and_then(Value::as_str) {
                    attributes.push((member.wire_name(inner).to_owned(), text.to_owned()));
                }
            }
            let attributes: Vec<(&str, &str)> = attributes
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect();
            out.open(name, &attributes);
            members(out, table, shape, value);
            out.close(name);
        }
        (Kind::List, Value::Array(entries)) => {
            let Some(entry) = &shape.member else { return };
            if flat {
                // A flattened list's entries bear the entry's name if it has one, else the member's.
                let each = entry.location_name.as_deref().unwrap_or(name);
                for value in entries {
                    element(out, table, entry, each, value);
                }
            } else {
                out.open(name, &[]);
                for value in entries {
                    element(out, table, entry, entry.wire_name("member"), value);
                }
                out.close(name);
            }
        }
        (Kind::Map, Value::Object(entries)) => {
            let Some((key, inner)) = shape.key.as_ref().zip(shape.value.as_ref()) else {
                return;
            };
            if !flat {
                out.open(name, &[]);
            }
            let each = if flat { name } else { "entry" };
            for (text, value) in entries {
                out.open(each, &[]);
                out.leaf(key.wire_name("key"), text);
                element(out, table, inner, inner.wire_name("value"), value);
                out.close(each);
            }
            if !flat {
                out.close(name);
            }
        }
        _ => out.leaf(name, &codec::write_scalar(shape, Some(member), value, "iso8601")),
    }
}

/// Reads an element as the shape's.
///
/// # Errors
/// If a text is not of the model's type.
pub(crate) fn decode(table: &Table, shape: &Shape, node: Node<'_, '_>) -> Result<Value, Malformed> {
    let path = node.tag_name().name();
    let elements = |name: &str, node: Node<'_, '_>| -> Vec<roxmltree::NodeId> {
        node.children()
            .filter(|child| child.is_element() && child.tag_name().name() == name)
            .map(|child| child.id())
            .collect()
    };
    let at = |id: roxmltree::NodeId| node.document().get_node(id).expect("an id of this document");
    match shape.kind {
        Kind::Structure => {
            let mut out = Map::new();
            for (name, member) in shape
                .members
                .iter()
                .filter(|(_, member)| member.location.is_none())
            {
                let inner = table.shape(&member.shape);
                let wire = member.wire_name(name);
                if member.xml_attribute {
                    let local = wire.rsplit(':').next().unwrap_or(wire);
                    if let Some(found) = node.attributes().find(|attribute| attribute.name() == local) {
                        out.insert(name.clone(), codec::read_scalar(inner, found.value(), name)?);
                    }
                    continue;
                }
                if inner.kind == Kind::List && (inner.flattened || member.flattened) {
                    let Some(entry) = &inner.member else { continue };
                    let each = entry.location_name.as_deref().unwrap_or(wire);
                    let found = elements(each, node);
                    if !found.is_empty() {
                        let entries: Result<Vec<Value>, Malformed> = found
                            .into_iter()
                            .map(|id| decode(table, table.shape(&entry.shape), at(id)))
                            .collect();
                        out.insert(name.clone(), entries?.into());
                    }
                } else if let Some(id) = elements(wire, node).first() {
                    out.insert(name.clone(), decode(table, inner, at(*id))?);
                }
            }
            Ok(Value::Object(out))
        }
        Kind::List => {
            let entry = shape
                .member
                .as_ref()
                .ok_or_else(|| Malformed::wrong_type(path, "list"))?;
            elements(entry.wire_name("member"), node)
                .into_iter()
                .map(|id| decode(table, table.shape(&entry.shape), at(id)))
                .collect()
        }
        Kind::Map => {
            let (key, value) = shape
                .key
                .as_ref()
                .zip(shape.value.as_ref())
                .ok_or_else(|| Malformed::wrong_type(path, "map"))?;
            let mut out = Map::new();
            for id in elements("entry", node) {
                let name = elements(key.wire_name("key"), at(id))
                    .first()
                    .map(|id| text(at(*id)));
                if let (Some(name), Some(inner)) = (name, elements(value.wire_name("value"), at(id)).first())
                {
                    out.insert(name, decode(table, table.shape(&value.shape), at(*inner))?);
                }
            }
            Ok(Value::Object(out))
        }
        _ => codec::read_scalar(shape, &text(node), path),
    }
}

fn text(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}
