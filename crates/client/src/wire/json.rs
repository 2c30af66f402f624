//! JSON documents.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde_json::{Map, Number, Value};

use super::node::{Node, Unwritable, float};
use crate::error::ServiceError;

/// The document of a value.
pub(super) fn document(node: Node) -> Result<Value, Unwritable> {
    Ok(match node {
        Node::Bool(value) => Value::Bool(value),
        Node::Int(number) => Value::Number(number.into()),
        Node::UInt(number) => Value::Number(number.into()),
        // Numbers that JSON lacks are texts.
        Node::Float(number) => {
            Number::from_f64(number).map_or_else(|| Value::String(float(number)), Value::Number)
        }
        Node::Text(text) => Value::String(text),
        Node::Verbatim(_) => return Err(Unwritable("JSON has no XML in it".to_owned())),
        Node::Bytes(bytes) => Value::String(crate::values::base64(&bytes)),
        Node::List { items, .. } => {
            let items: Result<Vec<Value>, Unwritable> = items.into_iter().map(document).collect();
            Value::Array(items?)
        }
        Node::Map { entries, .. } | Node::Struct(entries) => {
            let members: Result<Map<String, Value>, Unwritable> = entries
                .into_iter()
                .map(|(name, value)| Ok((name, document(value)?)))
                .collect();
            Value::Object(members?)
        }
    })
}

/// The value of an answer. Nothing at all is an object without members.
///
/// # Errors
/// If it is no JSON.
pub(super) fn read(body: &[u8]) -> Result<Value, serde_json::Error> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_slice(body).map(without_nulls)
}

/// A member that is null means the same as one that is not there.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                members
                    .map(|(name, value)| (name, without_nulls(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

/// The error of an answer.
pub(super) fn error(response: &HttpResponse, body: &[u8], request_id: Option<&str>) -> ServiceError {
    let header = |name: &str| response.headers().get(name).map(str::to_owned);
    // A page of a proxy or a cut answer names neither code nor message.
    let document = read(body).unwrap_or_default();
    let member = |names: &[&str]| {
        let mut texts = names.iter().filter_map(|name| document.get(name)?.as_str());
        texts.next().map(str::to_owned)
    };
    // A service that once spoke Query gives the code of that time, which programs know, in a header of its own.
    let former = header("x-amzn-query-error").and_then(|text| Some(text.split_once(';')?.0.to_owned()));
    let code = former
        .or_else(|| {
            header("x-amzn-errortype")
                .or_else(|| member(&["code", "__type"]))
                .map(|code| plain(&code))
        })
        .filter(|code| !code.is_empty());
    ServiceError::new(code, member(&["message", "Message", "errorMessage"]), request_id)
}

/// A code without the namespace before it and the address behind it.
fn plain(code: &str) -> String {
    let code = code.split(':').next().unwrap_or(code);
    code.rsplit('#').next().unwrap_or(code).to_owned()
}
