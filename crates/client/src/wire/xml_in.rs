//! XML answers, read into serde's types.
//!
//! What an element means is said by the type that it is read into: the items of a list are all elements in its
//! element; a [`Flat`](crate::Flat) list is all the elements of its name. `#[serde(flatten)]` and untagged enums are
//! read as texts only.

use std::borrow::Cow;

use roxmltree::Node;
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};

use super::rest::Extra;
use crate::values::{FLAT, VERBATIM};

/// Why an answer cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(String);

impl de::Error for Unreadable {
    fn custom<T: std::fmt::Display>(message: T) -> Unreadable {
        Unreadable(message.to_string())
    }
}

/// Where in a document the answer's members are.
#[derive(Clone, Copy, Debug)]
pub(super) enum At<'a> {
    /// In the root element.
    Root,
    /// In the element that Query puts around them, or in the root where there is none.
    Result,
    /// The root element is the member of this name.
    Member(&'a str),
}

/// Reads an answer. `extra` are members that are not in the body.
pub(super) fn read<T: DeserializeOwned>(body: &[u8], at: At<'_>, extra: Vec<Extra>) -> Result<T, Unreadable> {
    let text = std::str::from_utf8(body).map_err(de::Error::custom)?;
    if text.trim().is_empty() {
        return T::deserialize(Structure {
            elements: Vec::new(),
            extra,
        });
    }
    let document = roxmltree::Document::parse(text).map_err(de::Error::custom)?;
    let root = document.root_element();
    let structure = match at {
        At::Member(name) => Structure {
            elements: vec![(name, vec![root])],
            extra,
        },
        At::Root => Structure::of(root, extra),
        At::Result => {
            let result = children(root).find(|child| child.tag_name().name().ends_with("Result"));
            Structure::of(result.unwrap_or(root), extra)
        }
    };
    T::deserialize(structure)
}

/// The code, the message and the request id of an error.
pub(super) fn error(body: &[u8]) -> (Option<String>, Option<String>, Option<String>) {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let Ok(document) = roxmltree::Document::parse(text) else {
        // A page of a proxy or a cut answer names neither code nor message.
        return (None, None, None);
    };
    let text_of = |node: Node<'_, '_>, name: &str| {
        let child = children(node).find(|child| child.tag_name().name() == name)?;
        Some(child.text().unwrap_or_default().trim().to_owned())
    };
    let mut elements = document.descendants().filter(Node::is_element);
    let error = elements.find(|node| node.tag_name().name() == "Error");
    let id = document
        .descendants()
        .find(|node| matches!(node.tag_name().name(), "RequestId" | "RequestID"))
        .and_then(|node| node.text())
        .map(|id| id.trim().to_owned());
    (
        error
            .and_then(|error| text_of(error, "Code"))
            .filter(|code| !code.is_empty()),
        error.and_then(|error| text_of(error, "Message").or_else(|| text_of(error, "message"))),
        id,
    )
}

fn children<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

/// Elements by their names: the members of a structure.
struct Structure<'a, 'i> {
    elements: Vec<(&'a str, Vec<Node<'a, 'i>>)>,
    extra: Vec<Extra>,
}

impl<'a, 'i> Structure<'a, 'i> {
    fn of(node: Node<'a, 'i>, extra: Vec<Extra>) -> Structure<'a, 'i> {
        let mut elements: Vec<(&'a str, Vec<Node<'a, 'i>>)> = Vec::new();
        for child in children(node) {
            let name = child.tag_name().name();
            match elements.iter_mut().find(|(known, _)| *known == name) {
                Some((_, same)) => same.push(child),
                None => elements.push((name, vec![child])),
            }
        }
        Structure { elements, extra }
    }

    fn members<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let extra = self
            .extra
            .into_iter()
            .map(|extra| (Cow::Borrowed(extra.member), Value::Text(extra.text)));
        let elements = self.elements.into_iter().map(|(name, nodes)| {
            (
                Cow::Borrowed(name),
                Value::Elements(Elements { nodes, flat: false }),
            )
        });
        let members: Vec<(Cow<'_, str>, Value<'_, '_>)> = extra.chain(elements).collect();
        visitor.visit_map(MapDeserializer::new(members.into_iter()))
    }
}

impl<'de> Deserializer<'de> for Structure<'_, '_> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.members(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The value of a member.
enum Value<'a, 'i> {
    Text(String),
    Elements(Elements<'a, 'i>),
}

/// The elements of one name.
struct Elements<'a, 'i> {
    nodes: Vec<Node<'a, 'i>>,
    /// Whether they themselves are the items.
    flat: bool,
}

impl<'de> IntoDeserializer<'de, Unreadable> for Value<'_, '_> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'a, 'i> Value<'a, 'i> {
    fn text(&self) -> Cow<'a, str> {
        match self {
            Value::Text(text) => Cow::Owned(text.clone()),
            Value::Elements(elements) => {
                let node = elements.nodes.first();
                // A comment splits a text into several nodes.
                let texts: Vec<&'a str> = node
                    .into_iter()
                    .flat_map(|node| node.children())
                    .filter(Node::is_text)
                    .filter_map(|node| node.text())
                    .collect();
                match texts.as_slice() {
                    [text] => Cow::Borrowed(text),
                    texts => Cow::Owned(texts.concat()),
                }
            }
        }
    }

    /// What is in the element, as it was written. A prefix of a namespace that is declared further out would be lost: AWS
    /// uses none.
    fn verbatim(&self) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Elements(elements) => {
                let inside = elements
                    .nodes
                    .first()
                    .into_iter()
                    .flat_map(|node| node.children());
                inside
                    .filter_map(|child| child.document().input_text().get(child.range()))
                    .collect()
            }
        }
    }

    fn parsed<T: std::str::FromStr>(&self, what: &str) -> Result<T, Unreadable> {
        let text = self.text();
        let parsed = text.trim().parse();
        parsed.map_err(|_| Unreadable(format!("`{text}` is not {what}")))
    }

    /// The elements that are a list's items or a map's entries.
    fn items(self) -> Vec<Node<'a, 'i>> {
        match self {
            Value::Text(_) => Vec::new(),
            Value::Elements(Elements { nodes, flat: true }) => nodes,
            Value::Elements(Elements { nodes, flat: false }) => {
                nodes.into_iter().flat_map(children).collect()
            }
        }
    }
}

fn one<'a, 'i>(node: Node<'a, 'i>) -> Value<'a, 'i> {
    Value::Elements(Elements {
        nodes: vec![node],
        flat: false,
    })
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.$visit(self.parsed::<$type>("a number of this size")?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'_, '_> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(&self.text())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.parsed::<bool>("true or false")?)
    }

    numbers! {
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_f32 visit_f32 f32,
        deserialize_f64 visit_f64 f64,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self {
            Value::Elements(elements) if name == FLAT => {
                visitor.visit_newtype_struct(Value::Elements(Elements {
                    flat: true,
                    ..elements
                }))
            }
            other if name == VERBATIM => visitor.visit_newtype_struct(Value::Text(other.verbatim())),
            other => visitor.visit_newtype_struct(other),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(SeqDeserializer::new(self.items().into_iter().map(one)))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        // The first element of an entry is its key and the second its value, under any names.
        let entries = self.items().into_iter().filter_map(|entry| {
            let mut parts = children(entry);
            let key = one(parts.next()?).text().into_owned();
            Some((key, one(parts.next()?)))
        });
        visitor.visit_map(MapDeserializer::new(entries))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self {
            Value::Text(_) => Err(Unreadable("a text in place of a structure".to_owned())),
            Value::Elements(elements) => match elements.nodes.as_slice() {
                [node] => Structure::of(*node, Vec::new()).members(visitor),
                nodes => Err(Unreadable(format!("{} elements in place of one", nodes.len()))),
            },
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let text = self.text();
        let variant: StrDeserializer<'_, Unreadable> = text.trim().into_deserializer();
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit_struct tuple tuple_struct identifier
    }
}
