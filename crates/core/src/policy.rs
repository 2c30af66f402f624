//! When two IAM policy documents mean the same.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Whether two policy documents, each as JSON text or as a value, mean the same.
///
/// AWS returns documents with lists of one collapsed into strings, principals rewritten and keys in another order, and a
/// statement's `Sid` is its name alone; none of that is a change.
pub fn same_policy(want: &Value, have: &Value) -> bool {
    match (normal(want), normal(have)) {
        (Some(want), Some(have)) => want == have,
        _ => want == have,
    }
}

/// The normal form of a document: lists sorted and always lists, actions in lower case.
fn normal(document: &Value) -> Option<Value> {
    let document = match document {
        Value::String(text) => serde_json::from_str::<Value>(text).ok()?,
        Value::Object(_) => document.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
    };
    let mut out = Map::new();
    for (key, value) in document.as_object()? {
        let value = match key.as_str() {
            "Statement" => {
                let mut statements: Vec<Value> = list(value).iter().map(meaning).collect();
                statements.sort_by_key(Value::to_string);
                Value::Array(statements)
            }
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    Some(Value::Object(out))
}

/// The normal form of a statement, with its name.
pub(crate) fn statement(statement: &Value) -> Value {
    in_order(statement, str::to_ascii_lowercase)
}

/// What two statements that mean the same have in common.
fn meaning(one: &Value) -> Value {
    let mut normal = statement(one);
    if let Some(members) = normal.as_object_mut() {
        members.remove(SID);
    }
    normal
}

/// The member that names a statement.
const SID: &str = "Sid";

/// What a statement is called.
fn sid(statement: &Value) -> Option<&str> {
    statement.get(SID)?.as_str().filter(|sid| !sid.is_empty())
}

/// A statement for people to read: lists in order, a list of one value as that value, letter case as it was written.
pub(crate) fn readable(statement: &Value) -> Value {
    fn plain(value: Value) -> Value {
        match value {
            Value::Array(mut items) if items.len() == 1 => items.remove(0),
            Value::Object(members) => members
                .into_iter()
                .map(|(key, value)| (key, plain(value)))
                .collect(),
            value => value,
        }
    }
    plain(in_order(statement, str::to_owned))
}

/// A statement with its lists in order, and always as lists.
fn in_order(statement: &Value, letters_of_actions: fn(&str) -> String) -> Value {
    let Some(members) = statement.as_object() else {
        return statement.clone();
    };
    let normal = |key: &str, value: &Value| match key {
        "Action" | "NotAction" => sorted(value, letters_of_actions),
        "Resource" | "NotResource" => sorted(value, str::to_owned),
        "Principal" | "NotPrincipal" => match value {
            // `"*"` and `{"AWS": "*"}` are the same to S3 and to IAM.
            Value::String(all) if all == "*" => serde_json::json!({"AWS": ["*"]}),
            value => each_list(value, 1),
        },
        "Condition" => each_list(value, 2),
        _ => value.clone(),
    };
    Value::Object(
        members
            .iter()
            .map(|(key, value)| (key.clone(), normal(key, value)))
            .collect(),
    )
}

/// Whether a value is a policy document.
pub(crate) fn is_document(value: &Value) -> bool {
    value.get("Statement").is_some()
}

/// The statements of a document.
pub(crate) fn statements(document: &Value) -> Vec<Value> {
    document.get("Statement").map_or_else(Vec::new, list)
}

/// The statements of a document that none of these has: neither one that means the same, nor one with the same `Sid`, nor one
/// without a `Sid` that one of these, missing otherwise, has become.
pub(crate) fn statements_beside(document: &Value, others: &[Value]) -> Vec<Value> {
    let others: Vec<Value> = others.iter().flat_map(statements).collect();
    let found = statements(document);
    let is_same = |one: &Value, other: &Value| {
        meaning(other) == meaning(one) || sid(one).is_some_and(|own| sid(other) == Some(own))
    };
    let (among, beside): (Vec<Value>, Vec<Value>) = found
        .into_iter()
        .partition(|one| others.iter().any(|other| is_same(one, other)));
    let missing = others
        .iter()
        .filter(|other| !among.iter().any(|one| is_same(one, other)));
    let missing: Vec<&Value> = missing.collect();
    let has_become = |one: &Value| sid(one).is_none() && missing.iter().any(|other| is_alike(one, other));
    beside.into_iter().filter(|one| !has_become(one)).collect()
}

/// Whether two statements are about the same principals and resources, to the same effect, and differ in one further member at
/// most: what they let do, or under which conditions.
fn is_alike(one: &Value, other: &Value) -> bool {
    let (one, other) = (meaning(one), meaning(other));
    let names = |statement: &Value| -> BTreeSet<String> {
        let members = statement.as_object().into_iter();
        members.flat_map(|members| members.keys().cloned()).collect()
    };
    let mut differ: BTreeSet<String> = names(&one);
    differ.extend(names(&other));
    differ.retain(|name| one.get(name) != other.get(name));
    let mut differ = differ.into_iter();
    let first = differ.next();
    differ.next().is_none() && first.is_none_or(|name| ["Action", "Condition"].contains(&name.as_str()))
}

/// The statements of several documents side by side: one row for each statement, in the order of the first document
/// that has it. Statements that mean the same share a row, else those with the same `Sid`, else those that are most
/// alike.
pub(crate) fn aligned<const N: usize>(documents: &[Option<Value>; N]) -> Vec<[Option<Value>; N]> {
    let mut rows: Vec<[Option<Value>; N]> = Vec::new();
    for (column, document) in documents.iter().enumerate() {
        let mut left = document
            .as_ref()
            .and_then(|document| document.get("Statement"))
            .map_or_else(Vec::new, list);
        // The surest likeness first, so that no statement takes the row of another one.
        for least in [CERTAIN, SAME_SID, 1] {
            for row in rows.iter_mut().filter(|row| row[column].is_none()) {
                let best = left
                    .iter()
                    .enumerate()
                    .map(|(place, one)| (likeness(row, one), std::cmp::Reverse(place)))
                    .max()
                    .filter(|(likeness, _)| *likeness >= least);
                if let Some((_, std::cmp::Reverse(place))) = best {
                    row[column] = Some(left.remove(place));
                }
            }
        }
        for statement in left {
            let mut row = std::array::from_fn(|_| None);
            row[column] = Some(statement);
            rows.push(row);
        }
    }
    rows
}

/// The likeness of statements that mean the same ...
const CERTAIN: usize = 2000;
/// ... and of those that have the same `Sid`, at least.
const SAME_SID: usize = 1000;

/// How alike a statement is to those of a row.
fn likeness<const N: usize>(row: &[Option<Value>; N], one: &Value) -> usize {
    let named = sid(one);
    let one = meaning(one);
    let of = |other: &Value| {
        let is_called_so = named.is_some() && sid(other) == named;
        let other = meaning(other);
        if other == one {
            return CERTAIN;
        }
        let (Some(members), Some(others)) = (one.as_object(), other.as_object()) else {
            return 0;
        };
        let alike = members
            .iter()
            .filter(|(key, value)| others.get(*key) == Some(value))
            .count();
        alike + if is_called_so { SAME_SID } else { 0 }
    };
    row.iter().flatten().map(of).max().unwrap_or_default()
}

/// Sorts the lists `depth` levels down, making lists of single values.
fn each_list(value: &Value, depth: usize) -> Value {
    match value {
        Value::Object(map) if depth > 0 => Value::Object(
            map.iter()
                .map(|(key, value)| (key.clone(), each_list(value, depth - 1)))
                .collect(),
        ),
        value => sorted(value, str::to_owned),
    }
}

fn sorted(value: &Value, letters: impl Fn(&str) -> String) -> Value {
    let mut items: Vec<Value> = list(value)
        .into_iter()
        .map(|item| match item {
            Value::String(text) => Value::String(letters(&text)),
            // Conditions may hold booleans and numbers, which AWS returns as strings.
            Value::Bool(_) | Value::Number(_) => Value::String(item.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => item,
        })
        .collect();
    items.sort_by_key(Value::to_string);
    items.dedup();
    Value::Array(items)
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        value => vec![value.clone()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_single_lists_and_letter_case_of_actions_do_not_count() {
        let ours = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["b", "a"], "Principal": "*",
             "Condition": {"Bool": {"aws:SecureTransport": true}}}]});
        let theirs = r#"{"Statement":{"Resource":["a","b"],"Action":"S3:getobject","Effect":"Allow",
            "Principal":{"AWS":"*"},"Condition":{"Bool":{"aws:SecureTransport":["true"]}}},"Version":"2012-10-17"}"#;
        assert!(same_policy(&ours, &Value::String(theirs.to_owned())));
    }

    #[test]
    fn what_a_statement_is_called_does_not_count() {
        let a = json!({"Statement": [{"Sid": "Own", "Effect": "Allow", "Action": "x:y", "Resource": "a"}]});
        let b = json!({"Statement": {"Effect": "Allow", "Action": "x:y", "Resource": "a"}});
        assert!(same_policy(&a, &b));
    }

    #[test]
    fn another_resource_counts() {
        let a = json!({"Statement": [{"Effect": "Allow", "Action": "x:y", "Resource": "a"}]});
        let b = json!({"Statement": [{"Effect": "Allow", "Action": "x:y", "Resource": "b"}]});
        assert!(!same_policy(&a, &b));
    }
}
