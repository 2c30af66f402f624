//! Where values of a field differ, leaf by leaf.
//!
//! All reports of a difference (`drift`, a plan, an event) are made of [`Leaf`]s, so that a difference reads the
//! same everywhere. A leaf is a path from the field's name on (`tags.team`, `trust.Statement[0].Action`,
//! `links[1].url`) and the values that stand there side by side:
//!
//! * [`changes`] compares two values: what is there, and what is wanted.
//! * [`drifts`] compares three: what was applied last, what is there, and what is wanted.
//!
//! Values are compared as the field is ([`Compare`]): of an owned map only the keys that were asked for count, in a set
//! the order does not, and a policy document is compared statement by statement. A text that holds a JSON object is
//! taken apart as one. A list of plain values is one leaf: [`added_and_removed`] tells what came and what went.
//!
//! No leaf holds an internal form: a text that is not known yet says in words what it waits for, and a secret says where
//! it is kept. What a leaf holds may be shown to everybody who may see the plan.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::field::Compare;
use super::policy;
use super::secret::Secret;
use super::text::Text;

/// One place at which `N` values of a field differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf<const N: usize> {
    /// Where: the field's name, then keys and indices.
    pub path: String,
    /// What stands there in each of the values, in the order in which they were given; `None` where nothing does.
    pub values: [Option<Value>; N],
}

/// Where what is there (first) differs from what is wanted (second).
pub fn changes(field: &str, compare: Compare, have: &Value, want: &Value) -> Vec<Leaf<2>> {
    leaves(field, compare, [Some(have), Some(want)], [false, true])
}

/// Where what was applied last (first), what is there (second) and what is wanted (third) differ. Nothing applied, or
/// nothing wanted any more, is `None`.
pub fn drifts(
    field: &str,
    compare: Compare,
    applied: Option<&Value>,
    live: &Value,
    want: Option<&Value>,
) -> Vec<Leaf<3>> {
    leaves(field, compare, [applied, Some(live), want], [true, false, true])
}

/// Of two lists of plain values: what only the second one has, and what only the first one has. `None` if one of the
/// two is something else; a value that is missing counts as an empty list.
pub fn added_and_removed<'a>(
    before: Option<&'a Value>,
    after: Option<&'a Value>,
) -> Option<(Vec<&'a Value>, Vec<&'a Value>)> {
    let list = |value: Option<&'a Value>| match value {
        None => Some(&[][..]),
        Some(Value::Array(items)) => Some(items.as_slice()),
        Some(_) => None,
    };
    let (before, after) = (list(before)?, list(after)?);
    let only = |one: &'a [Value], other: &[Value]| one.iter().filter(|item| !other.contains(item)).collect();
    Some((only(after, before), only(before, after)))
}

/// Compares values of one field side by side. `owners` tells which of them decide what of an owned map counts.
fn leaves<const N: usize>(
    field: &str,
    compare: Compare,
    values: [Option<&Value>; N],
    owners: [bool; N],
) -> Vec<Leaf<N>> {
    let mut walk = Walk {
        owners,
        found: Vec::new(),
    };
    walk.visit(field, compare, values.map(|value| value.cloned()));
    if walk.found.is_empty() {
        // The kind knows of a difference that this comparison does not see: the whole value is shown.
        let values = values.map(|value| value.map(in_words).filter(|value| !value.is_null()));
        walk.found.push(Leaf {
            path: field.to_owned(),
            values,
        });
    }
    walk.found
}

struct Walk<const N: usize> {
    owners: [bool; N],
    found: Vec<Leaf<N>>,
}

impl<const N: usize> Walk<N> {
    fn visit(&mut self, path: &str, compare: Compare, values: [Option<Value>; N]) {
        let values = values.map(|value| opened(compare, value?));
        if values
            .iter()
            .all(|value| same(compare, value.as_ref(), values[0].as_ref()))
        {
            return;
        }
        let are = |test: fn(&Value) -> bool| values.iter().flatten().all(test);
        let before = self.found.len();
        if are(policy::is_document) {
            self.statements(path, &values);
            self.members(path, compare, &values, |key| key != "Statement");
        } else if are(Value::is_object) {
            self.members(path, compare, &values, |_| true);
            if compare == Compare::Owned {
                return;
            }
        } else if are(|value| {
            value
                .as_array()
                .is_some_and(|items| items.iter().any(Value::is_object))
        }) {
            self.items(path, compare, &values);
        }
        if self.found.len() == before {
            self.found.push(Leaf {
                path: path.to_owned(),
                values: values.map(|value| value.map(|value| in_words(&value))),
            });
        }
    }

    /// The members of maps, key by key.
    fn members(
        &mut self,
        path: &str,
        compare: Compare,
        values: &[Option<Value>; N],
        counts: impl Fn(&str) -> bool,
    ) {
        let maps = values.iter().zip(self.owners).filter_map(|(value, owns)| {
            let map = value.as_ref()?.as_object()?;
            (owns || compare != Compare::Owned).then_some(map)
        });
        let keys: BTreeSet<String> = maps.flat_map(Map::keys).cloned().collect();
        for key in keys.iter().filter(|key| counts(key)) {
            let inner = each(values, |value| value.get(key).cloned());
            self.visit(&format!("{path}.{key}"), compare, inner);
        }
    }

    /// The items of lists, one place after the other.
    fn items(&mut self, path: &str, compare: Compare, values: &[Option<Value>; N]) {
        let lengths = values.iter().flatten().filter_map(Value::as_array).map(Vec::len);
        for index in 0..lengths.max().unwrap_or_default() {
            let inner = each(values, |value| value.get(index).cloned());
            self.visit(&format!("{path}[{index}]"), compare, inner);
        }
    }

    /// The statements of policy documents: those that mean the same, have the same `Sid` or are most alike stand side
    /// by side.
    fn statements(&mut self, path: &str, values: &[Option<Value>; N]) {
        for (index, row) in policy::aligned(values).into_iter().enumerate() {
            let folded = each(&row, |statement| Some(policy::statement(statement)));
            let shown = each(&row, |statement| Some(policy::readable(statement)));
            let keys: BTreeSet<&String> = shown
                .iter()
                .flatten()
                .filter_map(Value::as_object)
                .flat_map(Map::keys)
                .collect();
            for key in keys {
                let member = |value: &Value| value.get(key).cloned();
                let meant = each(&folded, member);
                if meant.iter().any(|value| *value != meant[0]) {
                    let path = format!("{path}.Statement[{index}].{key}");
                    self.visit(&path, Compare::Exact, each(&shown, member));
                }
            }
        }
    }
}

fn each<const N: usize>(
    values: &[Option<Value>; N],
    of: impl Fn(&Value) -> Option<Value>,
) -> [Option<Value>; N] {
    std::array::from_fn(|index| values[index].as_ref().and_then(&of))
}

/// A value as it is compared: what is not set is nothing, a text that holds a JSON object is that object, and a set is
/// in order.
fn opened(compare: Compare, value: Value) -> Option<Value> {
    let is_marked = |key: &str| value.get(key).is_some();
    let value = if is_marked("$text") || is_marked("$secret") {
        in_words(&value)
    } else {
        value
    };
    match value {
        Value::Null => None,
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(Value::Object(members)) => Some(Value::Object(members)),
            _ => Some(Value::String(text)),
        },
        Value::Array(items) if compare == Compare::Set => {
            let mut items = items;
            items.sort_by_key(Value::to_string);
            items.dedup();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(members) if members.is_empty() && compare == Compare::Owned => None,
        value => Some(value),
    }
}

fn same(compare: Compare, one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(Value::String(one)), Some(Value::String(other))) if compare == Compare::Caseless => {
            one.eq_ignore_ascii_case(other)
        }
        (one, other) => one == other,
    }
}

/// A value without internal forms: texts that are not known yet, and secrets, in words.
pub fn in_words(value: &Value) -> Value {
    match value {
        Value::Object(members) if members.contains_key("$text") => {
            let text = serde_json::from_value::<Text>(value.clone());
            text.map_or_else(|_| "known after apply".into(), |text| text.to_string().into())
        }
        Value::Object(members) if members.contains_key("$secret") => {
            let secret = serde_json::from_value::<Secret>(value.clone());
            secret.map_or_else(|_| "(a secret)".into(), |secret| format!("({secret})").into())
        }
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), in_words(value)))
            .collect(),
        Value::Array(items) => items.iter().map(in_words).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths<const N: usize>(leaves: &[Leaf<N>]) -> Vec<&str> {
        leaves.iter().map(|leaf| leaf.path.as_str()).collect()
    }

    #[test]
    fn of_a_map_only_the_keys_that_differ_are_told() {
        let have = json!({ "team": "b", "kept": "1", "theirs": "x" });
        let want = json!({ "team": "a", "kept": "1", "gone": null });
        let owned = changes("tags", Compare::Owned, &have, &want);
        assert_eq!(paths(&owned), ["tags.team"]);
        assert_eq!(owned[0].values, [Some(json!("b")), Some(json!("a"))]);
        // A map that is wanted as a whole loses what is not in it.
        let whole = changes("share", Compare::Exact, &have, &want);
        assert_eq!(paths(&whole), ["share.team", "share.theirs"]);
        assert_eq!(whole[1].values, [Some(json!("x")), None]);
    }

    #[test]
    fn a_policy_is_compared_statement_by_statement_whatever_their_order() {
        let first = json!({ "Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": "*" });
        let second = json!({ "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["b", "a"] });
        let wider =
            json!({ "Effect": "Allow", "Action": ["S3:GetObject", "s3:PutObject"], "Resource": ["a", "b"] });
        let applied = json!({ "Version": "2012-10-17", "Statement": [first, second] });
        let live = json!({ "Version": "2012-10-17", "Statement": [wider, first] }).to_string();
        let found = drifts(
            "policy",
            Compare::Policy,
            Some(&applied),
            &json!(live),
            Some(&applied),
        );
        assert_eq!(paths(&found), ["policy.Statement[1].Action"]);
        let was = Some(json!("s3:GetObject"));
        let is = Some(json!(["S3:GetObject", "s3:PutObject"]));
        assert_eq!(found[0].values, [was.clone(), is, was]);
    }

    #[test]
    fn a_statement_that_came_is_told_member_by_member() {
        let one = json!({ "Statement": { "Sid": "a", "Effect": "Allow", "Action": "x:Y", "Resource": "*" } });
        let two = json!({ "Statement": [{ "Sid": "b", "Effect": "Deny", "Principal": "*", "NotAction": "z:Z" },
                                        { "Sid": "a", "Effect": "Allow", "Action": "x:Y", "Resource": "*" }] });
        let found = changes("policy", Compare::Policy, &one, &two);
        let members = ["Effect", "NotAction", "Principal.AWS", "Sid"];
        let expected: Vec<String> = members
            .iter()
            .map(|name| format!("policy.Statement[1].{name}"))
            .collect();
        assert_eq!(paths(&found), expected);
    }

    #[test]
    fn what_is_not_known_yet_is_told_in_words() {
        let provider = crate::address!("iam.saml_provider", "idp");
        let before = r#"{"Statement":[{"Effect":"Allow","Principal":{"Federated":""#;
        let text = Text::join([before.into(), Text::after(&provider, "arn"), "\"}}]}".into()]);
        let want = serde_json::to_value(text).unwrap();
        let have = json!({ "Statement": [{ "Effect": "Allow", "Principal": { "Federated": "arn:x" } }] });
        let found = changes("trust", Compare::Policy, &have, &want);
        assert_eq!(paths(&found), ["trust.Statement[0].Principal.Federated"]);
        assert_eq!(found[0].values[1], Some(json!("(arn of iam.saml_provider/idp)")));
        let whole = changes(
            "metadata",
            Compare::Exact,
            &json!("<xml/>"),
            &json!({ "$text": 1 }),
        );
        assert_eq!(whole[0].values[1], Some(json!("known after apply")));
    }

    #[test]
    fn a_secret_is_told_by_its_place() {
        let secret = json!({ "$secret": { "env": "PASSWORD" } });
        let found = changes("password", Compare::Exact, &Value::Null, &secret);
        assert_eq!(
            found[0].values,
            [None, Some(json!("(the environment variable PASSWORD)"))]
        );
    }

    #[test]
    fn lists_are_one_leaf_and_lists_of_maps_one_for_each_place() {
        let found = changes(
            "profiles",
            Compare::Set,
            &json!(["b", "c"]),
            &json!(["b", "a", "a"]),
        );
        assert_eq!(
            found[0].values,
            [Some(json!(["b", "c"])), Some(json!(["a", "b"]))]
        );
        let [have, want] = &found[0].values;
        let (added, removed) = added_and_removed(have.as_ref(), want.as_ref()).unwrap();
        assert_eq!((added, removed), (vec![&json!("a")], vec![&json!("c")]));
        let link = |url: &str| json!({ "text": "Help", "url": url });
        let found = changes(
            "links",
            Compare::Exact,
            &json!([link("a"), link("b")]),
            &json!([link("a")]),
        );
        assert_eq!(paths(&found), ["links[1].text", "links[1].url"]);
        let found = changes(
            "storage",
            Compare::Exact,
            &json!({ "HOMEFOLDERS": {} }),
            &json!({}),
        );
        assert_eq!(paths(&found), ["storage.HOMEFOLDERS"]);
    }

    #[test]
    fn a_difference_that_only_the_kind_sees_is_told_as_a_whole() {
        let found = changes("idle", Compare::Exact, &json!(60), &json!(60));
        assert_eq!(found[0].values, [Some(json!(60)), Some(json!(60))]);
    }
}
