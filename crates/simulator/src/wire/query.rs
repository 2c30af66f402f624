//! AWS Query: a form in, XML out. IAM and STS speak it, and EC2 a dialect of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::table::{Kind, Member, Operation, Shape, Table};
use super::{Malformed, codec, xml};

/// Deeper than any model's names; names with more dots are ignored.
const DEEPEST: usize = 24;

/// The form's dotted names as a tree.
#[derive(Debug, Default)]
struct Node {
    value: Option<String>,
    children: BTreeMap<String, Node>,
}

impl Node {
    fn grow(form: &[(String, String)]) -> Node {
        let mut root = Node::default();
        for (name, value) in form
            .iter()
            .filter(|(name, _)| name.matches('.').count() < DEEPEST)
        {
            let mut node = &mut root;
            for part in name.split('.') {
                node = node.children.entry(part.to_owned()).or_default();
            }
            node.value = Some(value.clone());
        }
        root
    }

    /// The children that are numbered, in the order of their numbers.
    fn numbered(&self) -> Vec<&Node> {
        let mut found: Vec<(u64, &Node)> = self
            .children
            .iter()
            .filter_map(|(name, node)| Some((name.parse().ok()?, node)))
            .collect();
        found.sort_by_key(|(number, _)| *number);
        found.into_iter().map(|(_, node)| node).collect()
    }
}

/// Reads the form as the shape's input. Unknown parameters are ignored.
///
/// # Errors
/// If a value is not of the model's type.
pub(crate) fn decode(table: &Table, shape: &str, form: &[(String, String)]) -> Result<Value, Malformed> {
    let root = Node::grow(form);
    read(table, table.shape(shape), None, &root, shape)
}

fn read(
    table: &Table,
    shape: &Shape,
    via: Option<&Member>,
    node: &Node,
    path: &str,
) -> Result<Value, Malformed> {
    let flat = table.is_ec2() || shape.flattened || via.is_some_and(|member| member.flattened);
    match shape.kind {
        Kind::Structure => {
            let mut out = Map::new();
            for (name, member) in &shape.members {
                let inner = table.shape(&member.shape);
                // A flattened list is called by its entries' name.
                let key = match &inner.member {
                    Some(entry) if inner.flattened => entry.location_name.clone().unwrap_or(name.clone()),
                    _ => table.form_name(member, name),
                };
                if let Some(child) = node.children.get(&key) {
                    out.insert(name.clone(), read(table, inner, Some(member), child, name)?);
                }
            }
            Ok(Value::Object(out))
        }
        Kind::List => {
            let entry = shape
                .member
                .as_ref()
                .ok_or_else(|| Malformed::wrong_type(path, "list"))?;
            let holder = if flat {
                Some(node)
            } else {
                node.children.get(entry.wire_name("member"))
            };
            holder
                .map(Node::numbered)
                .unwrap_or_default()
                .into_iter()
                .map(|child| read(table, table.shape(&entry.shape), Some(entry), child, path))
                .collect()
        }
        Kind::Map => {
            let (key, value) = shape
                .key
                .as_ref()
                .zip(shape.value.as_ref())
                .ok_or_else(|| Malformed::wrong_type(path, "map"))?;
            let holder = if flat {
                Some(node)
            } else {
                node.children.get("entry")
            };
            let mut out = Map::new();
            for child in holder.map(Node::numbered).unwrap_or_default() {
                let name = child
                    .children
                    .get(key.wire_name("key"))
                    .and_then(|node| node.value.clone());
                if let (Some(name), Some(node)) = (name, child.children.get(value.wire_name("value"))) {
                    out.insert(
                        name,
                        read(table, table.shape(&value.shape), Some(value), node, path)?,
                    );
                }
            }
            Ok(Value::Object(out))
        }
        _ => codec::read_scalar(shape, node.value.as_deref().unwrap_or_default(), path),
    }
}

/// Writes an answer.
pub(crate) fn encode(
    table: &Table,
    name: &str,
    operation: &Operation,
    output: &Value,
    request_id: &str,
) -> String {
    let namespace = table.metadata.xml_namespace.as_deref().unwrap_or_default();
    let mut out = xml::Writer::bare();
    out.open(&format!("{name}Response"), &[("xmlns", namespace)]);
    if table.is_ec2() {
        out.leaf("requestId", request_id);
        match &operation.output {
            Some(shape) => xml::members(&mut out, table, table.shape(shape), output),
            // What has no output says that it is done.
            None => out.leaf("return", "true"),
        }
        out.close(&format!("{name}Response"));
        return out.into_text();
    }
    if let Some(shape) = &operation.output {
        let wrapper = operation
            .result_wrapper
            .clone()
            .unwrap_or_else(|| format!("{name}Result"));
        out.open(&wrapper, &[]);
        xml::members(&mut out, table, table.shape(shape), output);
        out.close(&wrapper);
    }
    out.open("ResponseMetadata", &[]);
    out.leaf("RequestId", request_id);
    out.close("ResponseMetadata");
    out.close(&format!("{name}Response"));
    out.into_text()
}
