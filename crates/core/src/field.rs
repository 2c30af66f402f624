//! Fields and differences: what a kind can have, how two values compare, and what a change takes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::kind_id::KindId;
use super::text;

/// What the field with tags is called, of every kind whose things carry any.
pub const TAGS: &str = "tags";

/// The tag with an environment's expiry (`tag::EXPIRES`): the only one that has to go where it is not wanted.
pub const EXPIRY_TAG: &str = "headset:expires";

/// What it takes to change a field of something that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// AWS changes it in place, unnoticed.
    InPlace,
    /// It only changes while the thing is stopped, which cuts off its users.
    Stopped,
    /// AWS cannot change it: a new one has to take its place.
    Replace,
    /// AWS cannot change it, and a new one would lose what cannot be made again.
    Forbidden,
    /// It counts in the call that makes the thing, and neither is reported back nor can be changed: another value does
    /// nothing to what is there.
    AtCreation,
}

/// How a wanted value is compared with AWS's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Equal as JSON.
    Exact,
    /// A list in which neither order nor repetition counts.
    Set,
    /// A map of which only the keys that are asked for count: AWS and others may add their own.
    Owned,
    /// An IAM policy document (as JSON text or value): order, string or list, and letter case of effect do not count.
    Policy,
    /// Text in which letter case does not count.
    Caseless,
    /// Checked by AWS at creation only and never reported back, so never compared.
    WriteOnly,
    /// What others may add to the thing, and Headset never does: where there is something, that is drift, and
    /// apply leaves it, since nothing proves that it may go. No spec holds it (see [`others`]).
    Others,
    /// No answer of AWS has it, but it can be changed: compared with what was applied last. Where the thing itself
    /// carries it (in a tag of ours), that counts in its place.
    Applied,
}

/// One field of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the spec, and in diffs.
    pub name: &'static str,
    /// Meaning, unit and limits, for the reference pages.
    pub about: &'static str,
    /// What changing it takes.
    pub change: Change,
    /// How it is compared.
    pub compare: Compare,
    /// The thing always has a value for it: where an answer holds none, AWS did not report it.
    pub always: bool,
    /// What is in it are things of their own, such as the policies of a role: what others added to them is *extra*.
    pub listed: bool,
}

impl Field {
    /// A field that is compared exactly.
    pub const fn new(name: &'static str, change: Change, about: &'static str) -> Field {
        Field {
            name,
            about,
            change,
            compare: Compare::Exact,
            always: false,
            listed: false,
        }
    }

    /// The same field, for which the thing always has a value. An answer without it says nothing, so
    /// that nothing is changed or replaced because of it.
    pub const fn always(mut self) -> Field {
        self.always = true;
        self
    }

    /// The same field, in which things of their own are listed.
    pub const fn listed(mut self) -> Field {
        self.listed = true;
        self
    }

    /// The same field compared in another way.
    pub const fn compared(mut self, compare: Compare) -> Field {
        self.compare = compare;
        self
    }
}

/// The name of a field together with its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldOf<'a> {
    /// The kind, such as `appstream.fleet`.
    pub kind: KindId,
    /// The field's name.
    pub name: &'a str,
}

/// A field of a certain kind, as the derive of its spec names it: `FleetSpec::VIEW`. Such a constant is a pattern too:
/// `match change.id(FleetSpec::KIND) { FleetSpec::VIEW => ... }`.
pub type FieldId = FieldOf<'static>;

impl FieldOf<'_> {
    /// Its value in a spec, if the spec holds one.
    pub fn of(self, spec: &Value) -> Option<&Value> {
        spec.get(self.name)
    }

    /// Its text in a spec, if the spec holds one that is known.
    pub fn text(self, spec: &Value) -> Option<&str> {
        self.of(spec)?.as_str()
    }
}

impl fmt::Display for FieldOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A spec of these texts alone, by which a thing is looked up.
pub fn texts<const N: usize>(fields: [(FieldId, &str); N]) -> Value {
    fields
        .into_iter()
        .map(|(field, text)| (field.name.to_owned(), Value::from(text)))
        .collect()
}

/// Whether a name is this field's, where its kind is known from elsewhere.
impl PartialEq<str> for FieldOf<'_> {
    fn eq(&self, name: &str) -> bool {
        self.name == name
    }
}

impl PartialEq<String> for FieldOf<'_> {
    fn eq(&self, name: &String) -> bool {
        self.name == name
    }
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's name.
    pub field: String,
    /// What AWS has; `null` where it has nothing.
    pub have: Value,
    /// What is wanted; may hold texts that are not known yet.
    pub want: Value,
    /// What changing it takes.
    pub change: Change,
}

impl FieldChange {
    /// Which field of its kind it is, to be matched with the constants of the kind's spec.
    pub fn id(&self, kind: KindId) -> FieldOf<'_> {
        FieldOf {
            kind,
            name: &self.field,
        }
    }

    /// Whether it is this field, where its kind is known from elsewhere.
    pub fn is(&self, field: FieldId) -> bool {
        field == self.field
    }
}

/// The change of a field, if it differs.
pub fn change_of(diff: &[FieldChange], field: FieldId) -> Option<&FieldChange> {
    diff.iter().find(|change| change.is(field))
}

/// Whether a change is of one of these fields.
pub fn is_any(change: &FieldChange, fields: &[FieldId]) -> bool {
    fields.iter().any(|field| change.is(*field))
}

/// Whether any of these fields differs.
pub fn differs(diff: &[FieldChange], fields: &[FieldId]) -> bool {
    diff.iter().any(|change| is_any(change, fields))
}

/// All the fields that differ, in the order of the kind's field table. Empty means: as wanted.
pub type Diff = Vec<FieldChange>;

/// Compares the fields that the blueprint owns (those present in `want`) with what AWS has.
///
/// A `null` in `want` means "must not be set". A field that is absent from `want` is not owned and never
/// differs. A wanted value that is still unknown counts as a difference.
pub fn diff(fields: &[Field], want: &Value, have: &Map<String, Value>) -> Diff {
    fields
        .iter()
        .filter_map(|field| {
            let have = have.get(field.name).unwrap_or(&Value::Null);
            let want = &*without_expiry(field, want.get(field.name)?, have);
            let untold = field.always && (have.is_null() || have == "");
            let same = match field.compare {
                Compare::WriteOnly | Compare::Others => true,
                Compare::Applied => have.is_null() || want == have,
                _ => !text::is_unknown(want) && (untold || equal(field.compare, want, have)),
            };
            (!same).then(|| FieldChange {
                field: field.name.to_owned(),
                have: have.clone(),
                want: want.clone(),
                change: field.change,
            })
        })
        .collect()
}

/// What is wanted of tags, if there is an expiry that is not wanted: that it goes. Others' tags stay, but no one else sets
/// this one, and one that is out of date would have the thing deleted.
fn without_expiry<'a>(field: &Field, want: &'a Value, have: &Value) -> Cow<'a, Value> {
    let is_there = have.get(EXPIRY_TAG).is_some_and(|have| !have.is_null());
    match want {
        Value::Object(tags)
            if field.name == TAGS
                && field.compare == Compare::Owned
                && is_there
                && !tags.contains_key(EXPIRY_TAG) =>
        {
            let mut tags = tags.clone();
            tags.insert(EXPIRY_TAG.to_owned(), Value::Null);
            Cow::Owned(Value::Object(tags))
        }
        want => Cow::Borrowed(want),
    }
}

/// Compares the fields that AWS never reports back with what was applied last.
///
/// A field that was not applied, or that is still unknown, is no difference: what is there then came with the thing.
/// What the thing itself carries was compared with that already, by [`diff`].
pub fn diff_applied(fields: &[Field], want: &Value, applied: &Value, have: &Map<String, Value>) -> Diff {
    let carried = |field: &Field| have.get(field.name).is_some_and(|value| !value.is_null());
    fields
        .iter()
        .filter(|field| field.compare == Compare::Applied && !carried(field))
        .filter_map(|field| {
            let (want, applied) = (want.get(field.name)?, applied.get(field.name)?);
            (want != applied && !text::is_unknown(want)).then(|| FieldChange {
                field: field.name.to_owned(),
                have: applied.clone(),
                want: want.clone(),
                change: field.change,
            })
        })
        .collect()
}

/// What others have added to a thing: each field with what is there, in the order of the table.
pub fn others<'a>(fields: &'a [Field], have: &'a Map<String, Value>) -> Vec<(&'a str, &'a Value)> {
    let is_nothing = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    fields
        .iter()
        .filter(|field| field.compare == Compare::Others)
        .filter_map(|field| Some((field.name, have.get(field.name)?)))
        .filter(|(_, there)| !is_nothing(there))
        .collect()
}

/// Whether AWS never reports the field of this name back.
pub fn is_applied_only(fields: &[Field], name: &str) -> bool {
    fields
        .iter()
        .any(|field| field.name == name && field.compare == Compare::Applied)
}

/// How the field of this name is compared; exactly where the table does not hold it.
pub fn compare_of(fields: &[Field], name: &str) -> Compare {
    fields
        .iter()
        .find(|field| field.name == name)
        .map_or(Compare::Exact, |field| field.compare)
}

/// Whether AWS's value is what is wanted.
pub fn equal(compare: Compare, want: &Value, have: &Value) -> bool {
    match compare {
        Compare::WriteOnly => true,
        Compare::Exact | Compare::Applied | Compare::Others => want == have,
        Compare::Caseless => match (want, have) {
            (Value::String(want), Value::String(have)) => want.eq_ignore_ascii_case(have),
            (want, have) => want == have,
        },
        Compare::Set => match (want, have) {
            (Value::Array(want), Value::Array(have)) => as_set(want) == as_set(have),
            (Value::Array(want), Value::Null) => want.is_empty(),
            (want, have) => want == have,
        },
        Compare::Owned => match (want, have) {
            (Value::Object(want), Value::Object(have)) => {
                want.iter().all(|(key, value)| match have.get(key) {
                    Some(have) => equal(Compare::Owned, value, have),
                    None => value.is_null(),
                })
            }
            (Value::Object(want), Value::Null) => want.values().all(Value::is_null),
            (want, have) => want == have,
        },
        Compare::Policy => super::policy::same_policy(want, have),
    }
}

fn as_set(items: &[Value]) -> BTreeSet<String> {
    items.iter().map(Value::to_string).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: &[Field] = &[Field::new("base", Change::Replace, "").compared(Compare::Applied)];

    #[test]
    fn what_aws_does_not_report_is_compared_with_what_the_thing_carries_or_else_with_what_was_applied() {
        let have = |base: Value| Map::from_iter([("base".to_owned(), base)]);
        let differs = |want: &str, applied: Value, have: &Map<String, Value>| {
            let want = json!({ "base": want });
            let mut found = diff(FIELDS, &want, have);
            found.extend(diff_applied(FIELDS, &want, &applied, have));
            found.into_iter().map(|change| change.have).collect::<Vec<_>>()
        };
        let none = Map::new();
        assert_eq!(differs("b", json!({}), &none), [] as [Value; 0]);
        assert_eq!(differs("b", json!({ "base": "a" }), &none), ["a"]);
        assert_eq!(differs("b", json!({ "base": "a" }), &have(Value::Null)), ["a"]);
        assert_eq!(differs("b", json!({}), &have(json!("c"))), ["c"]);
        assert_eq!(differs("b", json!({ "base": "a" }), &have(json!("c"))), ["c"]);
        assert_eq!(
            differs("b", json!({ "base": "a" }), &have(json!("b"))),
            [] as [Value; 0]
        );
    }
}
