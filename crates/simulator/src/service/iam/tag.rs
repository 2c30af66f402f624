//! Tags, as IAM keeps them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Call, Fault, limit};

/// Tags by key. Lists of tags come sorted by key, as the models' documentation says.
pub(super) type Tags = BTreeMap<String, String>;

const MOST: usize = 50;

fn invalid(message: String) -> Fault {
    Fault::new("InvalidInput", message)
}

/// Adds the call's `Tags` to `tags`; keys are one regardless of case, and the later spelling wins.
pub(super) fn add(call: &Call, tags: &mut Tags) -> Result<(), Fault> {
    let mut next = tags.clone();
    let mut seen = Vec::new();
    for tag in call
        .input
        .get("Tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let (key, value) = (
            tag["Key"].as_str().unwrap_or_default(),
            tag["Value"].as_str().unwrap_or_default(),
        );
        let lower = key.to_lowercase();
        if lower.starts_with("aws:") {
            return Err(invalid("Tag keys may not begin with aws:".to_owned()));
        }
        if seen.contains(&lower) {
            return Err(invalid(format!("Duplicate tag keys found: {key}")));
        }
        seen.push(lower.clone());
        next.retain(|existing, _| existing.to_lowercase() != lower);
        next.insert(key.to_owned(), value.to_owned());
    }
    if next.len() > MOST {
        return Err(limit("TagsPerResource", MOST as u64));
    }
    *tags = next;
    Ok(())
}

/// Takes the call's `TagKeys` away; keys that are not there are no mistake.
pub(super) fn remove(call: &Call, tags: &mut Tags) {
    for key in call
        .input
        .get("TagKeys")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let lower = key.as_str().unwrap_or_default().to_lowercase();
        tags.retain(|existing, _| existing.to_lowercase() != lower);
    }
}

/// The tags as the model's list.
pub(super) fn list(tags: &Tags) -> Vec<Value> {
    tags.iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect()
}
