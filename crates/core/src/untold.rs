//! What AWS has of a thing, and a spec does not say or says otherwise.

use serde_json::{Map, Value};

use super::field::{Compare, Field, TAGS, equal};
use super::{tag, text};

/// A value that AWS has, and that a spec does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct Untold {
    /// In which field.
    pub field: &'static str,
    /// The key, where it is in a map.
    pub member: Option<String>,
    /// What AWS has.
    pub live: Value,
}

/// What a spec does not say of what AWS has, what others have made there among it. What refers to other things, what AWS never reports, and tags of Headset's and of
/// AWS's own are left out.
pub fn untold(fields: &[Field], want: &Value, have: &Map<String, Value>) -> Vec<Untold> {
    let mut found = Vec::new();
    for field in fields {
        if matches!(field.compare, Compare::WriteOnly | Compare::Applied) {
            continue;
        }
        let (want, have) = (want.get(field.name), have.get(field.name).unwrap_or(&Value::Null));
        if want.is_some_and(text::is_unknown) {
            continue;
        }
        let one = |member: Option<&String>, live: &Value| Untold {
            field: field.name,
            member: member.cloned(),
            live: live.clone(),
        };
        match have {
            Value::Null => {}
            Value::Object(members) if matches!(field.compare, Compare::Owned | Compare::Others) => {
                let is_own = |key: &str| {
                    field.name == TAGS && (key.starts_with(tag::PREFIX) || key.starts_with("aws:"))
                };
                let differs = |key: &str, value: &Value| want.and_then(|want| want.get(key)) != Some(value);
                let members = members.iter();
                let members = members.filter(|(key, value)| !is_own(key) && differs(key, value));
                found.extend(members.map(|(key, value)| one(Some(key), value)));
            }
            have if is_empty(have) && want.is_none_or(is_empty) => {}
            have if want.is_some_and(|want| equal(field.compare, want, have)) => {}
            have => found.push(one(None, have)),
        }
    }
    found
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::field::Change;
    use crate::text::Text;

    #[test]
    fn what_is_not_said_is_found_and_what_is_nothing_is_not() {
        let field = |name, compare| Field {
            compare,
            ..Field::new(name, Change::InPlace, "")
        };
        let fields = [
            field("name", Compare::Exact),
            field("note", Compare::Exact),
            field("security", Compare::Set),
            field("secret", Compare::WriteOnly),
            field("others", Compare::Others),
            field(TAGS, Compare::Owned),
        ];
        let have = json!({
            "name": "a", "note": "", "security": ["b", "a"], "secret": "x", "others": { "night": 1 },
            "tags": { "team": "support", "line": "one", "headset:id": "1", "aws:cloudformation:stack-name": "x" },
        });
        let Value::Object(have) = have else { panic!() };
        let said = |want: Value| -> Vec<(&str, Option<String>)> {
            let found = untold(&fields, &want, &have).into_iter();
            found.map(|one| (one.field, one.member)).collect()
        };
        let member = |key: &str| (TAGS, Some(key.to_owned()));
        let others = ("others", Some("night".to_owned()));
        assert_eq!(
            said(json!({})),
            [
                ("name", None),
                ("security", None),
                others.clone(),
                member("line"),
                member("team")
            ]
        );
        let want =
            json!({ "name": "b", "security": ["a", "b"], "tags": { "team": "support", "line": "two" } });
        assert_eq!(said(want), [("name", None), others.clone(), member("line")]);
        // What refers to another thing says what it has to.
        let after = Text::after(&"connect.instance/main".parse().unwrap(), "id");
        assert_eq!(
            said(json!({ "name": after })),
            [("security", None), others, member("line"), member("team")]
        );
    }
}
