//! Reading members of a call's input.

use serde_json::{Map, Value};

use super::account::Tags;
use super::fault;
use crate::sim::service::Fault;

/// A member that is there and not null.
pub(super) fn member<'input>(input: &'input Value, name: &str) -> Option<&'input Value> {
    input.get(name).filter(|value| !value.is_null())
}

/// A list of strings; absent is `None`, which is not the same as empty.
pub(super) fn texts(input: &Value, name: &str) -> Option<Vec<String>> {
    let list = member(input, name)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// A string that the wire layer has already found to be there.
pub(super) fn required(input: &Value, name: &str) -> Result<String, Fault> {
    member(input, name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| fault::combination(format!("{name} is required.")))
}

/// Copies the members of these names that are there.
pub(super) fn keep(input: &Value, names: &[&str], into: &mut Map<String, Value>) {
    for name in names {
        if let Some(value) = member(input, name) {
            into.insert((*name).to_owned(), value.clone());
        }
    }
}

/// A map of tags.
pub(super) fn tags(input: &Value, name: &str) -> Tags {
    member(input, name)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

/// Refuses a number outside `low..=high` (`or_zero`: zero is fine too).
pub(super) fn range(input: &Value, name: &str, low: i64, high: i64, or_zero: bool) -> Result<(), Fault> {
    match member(input, name).map(|value| value.as_i64()) {
        None => Ok(()),
        Some(Some(number)) if (low..=high).contains(&number) || (or_zero && number == 0) => Ok(()),
        Some(_) => Err(fault::combination(format!(
            "{name} must be between {low} and {high}."
        ))),
    }
}
