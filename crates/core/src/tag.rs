//! The tags that prove ownership, and which tags a change adds and takes away.

use std::collections::BTreeMap;

use serde_json::Value;

use super::field::{EXPIRY_TAG, FieldChange};

/// What all of Headset's own tags begin with.
pub const PREFIX: &str = "headset:";
/// Names the environment.
pub const ENVIRONMENT: &str = "headset:environment";
/// Proves ownership: the environment's lineage, a UUID that is made with it.
pub const LINEAGE: &str = "headset:id";
/// When the environment expires (RFC 3339): what `destroy --expired` looks at.
pub const EXPIRES: &str = EXPIRY_TAG;
/// The hash of what an image was built from.
pub const RECIPE: &str = "headset:recipe";
/// What a bucket holds, where that is not what Headset publishes.
pub const HOLDS: &str = "headset:holds";
/// The value of [`HOLDS`] for states.
pub const STATES: &str = "states";
/// The base that an image builder was made from, as the blueprint says it.
pub const BASE: &str = "headset:base";

/// Whether tags name an environment or its lineage. One of the two may have been taken off: that makes the thing one that
/// cannot be taken down, and not one that is not there.
pub fn is_marked(tags: &BTreeMap<String, String>) -> bool {
    tags.contains_key(LINEAGE) || tags.contains_key(ENVIRONMENT)
}

/// What it takes to bring tags from what they are to what is wanted. Other tags stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagChange {
    /// Tags to set, new ones and ones with another value.
    pub set: BTreeMap<String, String>,
    /// Keys to remove: those that are wanted as `null`.
    pub remove: Vec<String>,
}

impl TagChange {
    /// Reads it off a difference of the field `tags`.
    pub fn of(change: &FieldChange) -> TagChange {
        let mut out = TagChange::default();
        for (key, want) in change.want.as_object().into_iter().flatten() {
            let have = change.have.get(key).filter(|have| !have.is_null());
            match want {
                Value::String(value) if have != Some(want) => {
                    out.set.insert(key.clone(), value.clone());
                }
                Value::Null if have.is_some() => out.remove.push(key.clone()),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_) => {}
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Change;
    use serde_json::json;

    #[test]
    fn only_what_was_asked_about_changes() {
        let change = FieldChange {
            field: "tags".to_owned(),
            have: json!({"kept": "1", "other": "theirs", "old": "x", "changed": "1"}),
            want: json!({"kept": "1", "changed": "2", "new": "3", "old": null, "gone": null}),
            change: Change::InPlace,
        };
        let tags = TagChange::of(&change);
        let set: Vec<_> = tags.set.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(set, [("changed", "2"), ("new", "3")]);
        assert_eq!(tags.remove, ["old"]);
    }
}
