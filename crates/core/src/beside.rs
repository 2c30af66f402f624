//! What others put into a list that is shared with them, beside what a blueprint declares.
//!
//! Of a field that lists things of their own ([`Field::listed`]), what was neither applied nor is wanted is others': an entry of
//! a map by its key, a plain value by itself, a statement of a policy by its `Sid` or by what it means. Where a statement of ours
//! is missing, one without a `Sid` that differs from it in its actions or in its conditions alone is ours, which others changed.

use serde_json::{Map, Value};

use super::field::Field;
use super::policy;

/// What others put into the lists of a thing, by the fields that are wanted of it. `own` are the specs by which things are
/// this environment's: what is wanted, what was applied, what a call has begun.
pub fn beside<'f>(
    fields: &'f [Field],
    live: &Map<String, Value>,
    want: &Value,
    own: &[&Value],
) -> Vec<(&'f Field, Value)> {
    let listed = fields
        .iter()
        .filter(|field| field.listed && want.get(field.name).is_some());
    let found = listed.filter_map(|field| {
        let own: Vec<&Value> = own.iter().filter_map(|spec| spec.get(field.name)).collect();
        Some((field, of_others(live.get(field.name)?, &own)?))
    });
    found.collect()
}

/// The part of a value that is in none of these.
fn of_others(live: &Value, own: &[&Value]) -> Option<Value> {
    if let Some(document) = document(live) {
        let own: Vec<Value> = own.iter().filter_map(|own| self::document(own)).collect();
        let theirs = policy::statements_beside(&document, &own);
        return (!theirs.is_empty()).then(|| with_statements(&document, theirs));
    }
    match live {
        Value::Object(members) => {
            let is_own = |key: &str| own.iter().any(|own| own.get(key).is_some());
            let theirs: Map<String, Value> = members
                .iter()
                .filter(|(key, _)| !is_own(key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            (!theirs.is_empty()).then_some(Value::Object(theirs))
        }
        Value::Array(items) => {
            let is_own = |item: &Value| {
                own.iter()
                    .filter_map(|own| own.as_array())
                    .any(|own| own.contains(item))
            };
            let theirs: Vec<Value> = items.iter().filter(|item| !is_own(item)).cloned().collect();
            (!theirs.is_empty()).then_some(Value::Array(theirs))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A value of a thing without what others put there. Where nothing is wanted and nothing is left, nothing is there.
pub fn without(live: &Value, theirs: &Value, want: &Value) -> Value {
    let left = match (document(live), document(theirs), live, theirs) {
        (Some(all), Some(theirs), ..) => {
            let theirs = policy::statements(&theirs);
            let left = policy::statements(&all)
                .into_iter()
                .filter(|one| !theirs.contains(one));
            let left: Vec<Value> = left.collect();
            match left.is_empty() {
                true => return Value::Null,
                false => with_statements(&all, left),
            }
        }
        (_, _, Value::Object(all), Value::Object(theirs)) => {
            let left = all.iter().filter(|(key, _)| !theirs.contains_key(*key));
            left.map(|(key, value)| (key.clone(), value.clone())).collect()
        }
        (_, _, Value::Array(all), Value::Array(theirs)) => all
            .iter()
            .filter(|item| !theirs.contains(item))
            .cloned()
            .collect(),
        _ => live.clone(),
    };
    let is_empty = |value: &Value| {
        value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
    };
    match want.is_null() && is_empty(&left) {
        true => Value::Null,
        false => left,
    }
}

/// What is wanted together with what others put there. Where nothing is wanted, nothing is written either.
pub fn together(want: &Value, theirs: &Value) -> Value {
    match (document(want), document(theirs), want, theirs) {
        (Some(own), Some(theirs), ..) => {
            let mut all = policy::statements(&own);
            all.extend(policy::statements(&theirs));
            with_statements(&own, all)
        }
        (_, _, Value::Object(own), Value::Object(theirs)) => {
            let theirs = theirs.iter().map(|(key, value)| (key.clone(), value.clone()));
            Value::Object(theirs.chain(own.clone()).collect())
        }
        (_, _, Value::Array(own), Value::Array(theirs)) => own.iter().chain(theirs).cloned().collect(),
        _ => want.clone(),
    }
}

/// What a value is called in a sentence: `policies.theirs`, an ARN, `policy.Statement[TheirSid]`.
pub fn names(field: &str, theirs: &Value) -> Vec<String> {
    if let Some(document) = document(theirs) {
        let statements = policy::statements(&document).into_iter();
        let name = |statement: Value| match statement.get("Sid").and_then(Value::as_str) {
            Some(sid) => format!("{field}.Statement[{sid}]"),
            None => format!("{field}.Statement {}", policy::readable(&statement)),
        };
        return statements.map(name).collect();
    }
    match theirs {
        Value::Object(members) => members.keys().map(|key| format!("{field}.{key}")).collect(),
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
            .map(|item| format!("{field}: {item}"))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![field.to_owned()],
    }
}

/// A policy document, if a value is one: as text or as a value.
fn document(value: &Value) -> Option<Value> {
    let opened = match value {
        Value::String(text) => serde_json::from_str(text).ok()?,
        value => value.clone(),
    };
    policy::is_document(&opened).then_some(opened)
}

/// A document with these statements, as text.
fn with_statements(document: &Value, statements: Vec<Value>) -> Value {
    let mut document = document.clone();
    document["Statement"] = Value::Array(statements);
    Value::String(document.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::field::{Change, Compare};

    const FIELDS: [Field; 4] = [
        Field::new("policies", Change::InPlace, "").listed(),
        Field::new("managed", Change::InPlace, "")
            .listed()
            .compared(Compare::Set),
        Field::new("policy", Change::InPlace, "")
            .listed()
            .compared(Compare::Policy),
        Field::new("cors", Change::InPlace, "").listed(),
    ];

    fn document(statements: &Value) -> Value {
        json!({ "Version": "2012-10-17", "Statement": statements })
            .to_string()
            .into()
    }

    /// What others put there, by field, with what is left without it and what is written with it.
    fn told(live: &Value, want: &Value, applied: &Value) -> Vec<(&'static str, [Value; 2], Vec<String>)> {
        let found = beside(&FIELDS, live.as_object().unwrap(), want, &[want, applied]);
        let told = found.into_iter().map(|(field, theirs)| {
            let (have, want) = (&live[field.name], &want[field.name]);
            let both = [without(have, &theirs, want), together(want, &theirs)];
            (field.name, both, names(field.name, &theirs))
        });
        told.collect()
    }

    #[test]
    fn an_entry_that_was_neither_applied_nor_is_wanted_is_others() {
        let live =
            json!({ "policies": { "own": 1, "old": 2, "theirs": 3 }, "managed": ["arn:own", "arn:theirs"] });
        let want = json!({ "policies": { "own": 1, "new": 4 }, "managed": ["arn:own"] });
        let applied = json!({ "policies": { "own": 1, "old": 2 }, "managed": [] });
        let found = told(&live, &want, &applied);
        let [policies, managed] = &found[..] else {
            panic!("{found:?}")
        };
        // What this environment made and does not want any more is not left to others.
        assert_eq!(policies.1[0], json!({ "own": 1, "old": 2 }));
        assert_eq!(policies.1[1], json!({ "own": 1, "new": 4, "theirs": 3 }));
        assert_eq!(policies.2, ["policies.theirs"]);
        assert_eq!(managed.1, [json!(["arn:own"]), json!(["arn:own", "arn:theirs"])]);
        assert_eq!(managed.2, ["managed: arn:theirs"]);
    }

    #[test]
    fn a_statement_is_others_by_its_sid_or_by_what_it_means() {
        let own = json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "a" });
        let same = json!({ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": ["S3:GetObject"], "Resource": ["a"] });
        let named = |action: &str| json!({ "Sid": "Own", "Effect": "Deny", "Action": action });
        let theirs = json!({ "Sid": "Theirs", "Effect": "Allow", "Action": "s3:ListBucket" });
        let want = json!({ "policy": document(&json!([own, named("s3:Put")])) });
        let live = json!({ "policy": document(&json!([theirs, same, named("s3:*")])) });
        let found = told(&live, &want, &want);
        let [(_, [left, written], names)] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!(
            *left,
            document(&json!([same, named("s3:*")])),
            "what was changed of ours is ours"
        );
        assert_eq!(*written, document(&json!([own, named("s3:Put"), theirs])));
        assert_eq!(names[..], ["policy.Statement[Theirs]"]);
    }

    /// A trust policy of an earlier version, or one whose name was lost in a console.
    #[test]
    fn a_statement_of_ours_that_lost_its_condition_and_has_no_sid_is_ours() {
        let of = |sid: Option<&str>, provider: &str, condition: Option<&str>| {
            let mut one = json!({ "Effect": "Allow", "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                "Principal": { "Federated": provider } });
            if let Some(sid) = sid {
                one["Sid"] = sid.into();
            }
            if let Some(audience) = condition {
                one["Condition"] = json!({ "StringEquals": { "SAML:aud": audience } });
            }
            one
        };
        let own = of(Some("Headset"), "ours", Some("signin"));
        let want = json!({ "policy": document(&json!([own])) });
        let names = |live: Value| -> Vec<String> {
            let found = told(&json!({ "policy": document(&live) }), &want, &json!({}));
            found.into_iter().flat_map(|(_, _, names)| names).collect()
        };
        let lost = of(None, "ours", None);
        assert!(names(json!([lost])).is_empty());
        // Beside ours, or by another name, or for others: theirs.
        assert_eq!(names(json!([own, lost])).len(), 1);
        assert_eq!(names(json!([of(Some("Theirs"), "ours", None)])).len(), 1);
        assert_eq!(names(json!([of(None, "theirs", Some("signin"))])).len(), 1);
    }

    #[test]
    fn where_nothing_is_wanted_all_is_others() {
        let live = json!({ "policy": document(&json!([{ "Effect": "Deny" }])), "cors": [{ "AllowedMethods": ["GET"] }] });
        let want = json!({ "policy": null, "cors": null });
        let found = told(&live, &want, &want);
        assert_eq!(found.len(), 2);
        for (_, both, names) in &found {
            assert_eq!(*both, [Value::Null, Value::Null]);
            assert_eq!(names.len(), 1);
        }
    }

    #[test]
    fn what_the_spec_does_not_hold_is_not_looked_at() {
        let live = json!({ "policies": { "theirs": 3 } });
        assert!(told(&live, &json!({}), &json!({})).is_empty());
    }
}
