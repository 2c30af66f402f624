//! A request as a tree: what serde says of it, with everything that some protocol has to know.

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, Serializer,
};

use crate::values::{FLAT, VERBATIM};

/// A value of a request. What is `None` is not in the tree at all.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// XML as it is.
    Verbatim(String),
    List {
        flat: bool,
        items: Vec<Node>,
    },
    Map {
        flat: bool,
        entries: Vec<(String, Node)>,
    },
    /// Members by their names, in the order of the type.
    Struct(Vec<(String, Node)>),
}

/// Why a request cannot be written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unwritable(pub(crate) String);

impl ser::Error for Unwritable {
    fn custom<T: std::fmt::Display>(message: T) -> Unwritable {
        Unwritable(message.to_string())
    }
}

/// A number as every protocol but JSON writes it, where `NaN` and the infinities have names.
pub(crate) fn float(number: f64) -> String {
    if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}Infinity");
    }
    number.to_string()
}

impl Node {
    /// The tree of a request.
    ///
    /// # Errors
    /// If the request has a form that no protocol has.
    pub(crate) fn of<T: Serialize + ?Sized>(value: &T) -> Result<Node, Unwritable> {
        Ok(value.serialize(ToNode)?.unwrap_or(Node::Struct(Vec::new())))
    }

    /// The members of a structure.
    pub(crate) fn members(self) -> Result<Vec<(String, Node)>, Unwritable> {
        match self {
            Node::Struct(members) => Ok(members),
            _ => Err(Unwritable("a request has to be a structure".to_owned())),
        }
    }

    /// A single value as a text; `None` for what consists of several.
    pub(crate) fn text(&self) -> Option<String> {
        Some(match self {
            Node::Bool(value) => value.to_string(),
            Node::Int(number) => number.to_string(),
            Node::UInt(number) => number.to_string(),
            Node::Float(number) => float(*number),
            Node::Text(text) => text.clone(),
            Node::Bytes(bytes) => crate::values::base64(bytes),
            Node::Verbatim(_) | Node::List { .. } | Node::Map { .. } | Node::Struct(_) => return None,
        })
    }
}

type Built = Result<Option<Node>, Unwritable>;

struct ToNode;

fn no(what: &str) -> Unwritable {
    Unwritable(format!("no protocol of AWS's has {what}"))
}

/// Makes a list or a map a flattened one.
fn flattened(node: Option<Node>) -> Built {
    match node {
        None => Ok(None),
        Some(Node::List { items, .. }) => Ok(Some(Node::List { flat: true, items })),
        Some(Node::Map { entries, .. }) => Ok(Some(Node::Map { flat: true, entries })),
        Some(_) => Err(Unwritable("only lists and maps can be flattened".to_owned())),
    }
}

impl Serializer for ToNode {
    type Ok = Option<Node>;
    type Error = Unwritable;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = ser::Impossible<Option<Node>, Unwritable>;
    type SerializeMap = Entries;
    type SerializeStruct = Members;
    type SerializeStructVariant = Variant;

    fn serialize_bool(self, value: bool) -> Built {
        Ok(Some(Node::Bool(value)))
    }
    fn serialize_i8(self, value: i8) -> Built {
        self.serialize_i64(value.into())
    }
    fn serialize_i16(self, value: i16) -> Built {
        self.serialize_i64(value.into())
    }
    fn serialize_i32(self, value: i32) -> Built {
        self.serialize_i64(value.into())
    }
    fn serialize_i64(self, value: i64) -> Built {
        Ok(Some(Node::Int(value)))
    }
    fn serialize_u8(self, value: u8) -> Built {
        self.serialize_u64(value.into())
    }
    fn serialize_u16(self, value: u16) -> Built {
        self.serialize_u64(value.into())
    }
    fn serialize_u32(self, value: u32) -> Built {
        self.serialize_u64(value.into())
    }
    fn serialize_u64(self, value: u64) -> Built {
        Ok(Some(Node::UInt(value)))
    }
    fn serialize_f32(self, value: f32) -> Built {
        self.serialize_f64(value.into())
    }
    fn serialize_f64(self, value: f64) -> Built {
        Ok(Some(Node::Float(value)))
    }
    fn serialize_char(self, value: char) -> Built {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Built {
        Ok(Some(Node::Text(value.to_owned())))
    }
    fn serialize_bytes(self, value: &[u8]) -> Built {
        Ok(Some(Node::Bytes(value.to_vec())))
    }
    fn serialize_none(self) -> Built {
        Ok(None)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Built {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Built {
        Ok(None)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Built {
        Ok(Some(Node::Struct(Vec::new())))
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Built {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Built {
        let node = value.serialize(self)?;
        match (name, node) {
            (FLAT, node) => flattened(node),
            (VERBATIM, Some(Node::Text(text))) => Ok(Some(Node::Verbatim(text))),
            (_, node) => Ok(node),
        }
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Built {
        // A union: a structure with one member.
        let inner = value.serialize(ToNode)?;
        let members = inner.map(|node| (variant.to_owned(), node));
        Ok(Some(Node::Struct(members.into_iter().collect())))
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Items, Unwritable> {
        Ok(Items(Vec::new()))
    }
    fn serialize_tuple(self, _: usize) -> Result<Items, Unwritable> {
        Ok(Items(Vec::new()))
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items, Unwritable> {
        Ok(Items(Vec::new()))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unwritable> {
        Err(no("variants of several values"))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Unwritable> {
        Ok(Entries {
            entries: Vec::new(),
            key: None,
        })
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, Unwritable> {
        Ok(Members(Vec::new()))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Variant, Unwritable> {
        Ok(Variant {
            name: variant,
            members: Vec::new(),
        })
    }
}

struct Items(Vec<Node>);

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        let item = value.serialize(ToNode)?;
        self.0
            .push(item.ok_or_else(|| no("nothing among the items of a list"))?);
        Ok(())
    }

    fn done(self) -> Built {
        Ok(Some(Node::List {
            flat: false,
            items: self.0,
        }))
    }
}

impl SerializeSeq for Items {
    type Ok = Option<Node>;
    type Error = Unwritable;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.push(value)
    }
    fn end(self) -> Built {
        self.done()
    }
}

impl SerializeTuple for Items {
    type Ok = Option<Node>;
    type Error = Unwritable;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.push(value)
    }
    fn end(self) -> Built {
        self.done()
    }
}

impl SerializeTupleStruct for Items {
    type Ok = Option<Node>;
    type Error = Unwritable;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.push(value)
    }
    fn end(self) -> Built {
        self.done()
    }
}

struct Entries {
    entries: Vec<(String, Node)>,
    key: Option<String>,
}

impl SerializeMap for Entries {
    type Ok = Option<Node>;
    type Error = Unwritable;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unwritable> {
        let key = key.serialize(ToNode)?.and_then(|key| key.text());
        self.key = Some(key.ok_or_else(|| no("keys that are not texts"))?);
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        let value = value.serialize(ToNode)?;
        if let (Some(key), Some(value)) = (self.key.take(), value) {
            self.entries.push((key, value));
        }
        Ok(())
    }
    fn end(self) -> Built {
        Ok(Some(Node::Map {
            flat: false,
            entries: self.entries,
        }))
    }
}

struct Members(Vec<(String, Node)>);

impl SerializeStruct for Members {
    type Ok = Option<Node>;
    type Error = Unwritable;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        if let Some(value) = value.serialize(ToNode)? {
            self.0.push((name.to_owned(), value));
        }
        Ok(())
    }
    fn end(self) -> Built {
        Ok(Some(Node::Struct(self.0)))
    }
}

/// A union whose only member is a structure.
struct Variant {
    name: &'static str,
    members: Vec<(String, Node)>,
}

impl SerializeStructVariant for Variant {
    type Ok = Option<Node>;
    type Error = Unwritable;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        if let Some(value) = value.serialize(ToNode)? {
            self.members.push((name.to_owned(), value));
        }
        Ok(())
    }
    fn end(self) -> Built {
        let inner = Node::Struct(self.members);
        Ok(Some(Node::Struct(vec![(self.name.to_owned(), inner)])))
    }
}
