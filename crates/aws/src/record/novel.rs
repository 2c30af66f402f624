//! What answers have that AWS's models of this version do not: members that were added since.

use std::collections::BTreeSet;

use serde_json::Value;

use super::vocabulary::{ServiceWords, vocabulary};

/// The members of a service's answer that its model does not have. What is in such a member is not looked at. None of a
/// service whose model is not kept.
pub(crate) fn novel(service: &str, answer: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some((_, words)) = vocabulary().service(service) {
        walk(words, answer, false, &mut found);
    }
    found
}

/// `is_map`: people or AWS choose the keys.
fn walk(words: &ServiceWords, value: &Value, is_map: bool, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(words, item, is_map, found)),
        Value::Object(members) => {
            for (name, value) in members {
                if is_map {
                    walk(words, value, false, found);
                } else if words.has_member(name) {
                    walk(words, value, words.is_map(name), found);
                } else {
                    found.insert(name.clone());
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_member_that_no_model_has_is_new_and_a_key_of_a_map_is_not() {
        let answer = json!({ "Fleets": [{ "Name": "agents", "Weather": { "Name": "fine", "Sun": 1 }, "State": "RUNNING" }],
                             "Tags": { "Weather": "fine" } });
        let found: Vec<String> = novel("appstream", &answer).into_iter().collect();
        assert_eq!(found, ["Weather"]);
        assert!(novel("no-such-service", &answer).is_empty());
    }
}
