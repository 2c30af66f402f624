//! Checks decoded input against what AWS's models say: required members, lengths, ranges, patterns, enums.

use serde_json::Value;

use super::table::{Kind, Shape, Table};

/// One broken constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Where in the input, in AWS's notation: `vpcConfig.subnetIds.1.member`.
    pub path: String,
    /// AWS's wording of the constraint.
    pub constraint: String,
    /// A required member is missing.
    pub missing: bool,
}

/// Every constraint that the input breaks, in the order of the model's members.
pub(crate) fn check(table: &Table, shape: &str, input: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    walk(table, table.shape(shape), input, "", &mut found);
    found
}

fn broken(found: &mut Vec<Violation>, path: &str, constraint: String) {
    found.push(Violation {
        path: path.to_owned(),
        constraint,
        missing: false,
    });
}

fn below(path: &str, name: &str) -> String {
    // AWS writes member names with a small first letter in these messages.
    let mut letters = name.chars();
    let small: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .chain(letters)
        .collect();
    if path.is_empty() {
        small
    } else {
        format!("{path}.{small}")
    }
}

fn walk(table: &Table, shape: &Shape, value: &Value, path: &str, found: &mut Vec<Violation>) {
    match value {
        Value::Object(members) if shape.kind == Kind::Structure && !shape.document => {
            for name in &shape.required {
                let given = members.get(name).is_some_and(|value| !value.is_null());
                let made_up = shape
                    .members
                    .get(name)
                    .is_some_and(|member| member.idempotency_token);
                if !given && !made_up && Some(name) != streamed(table, shape) {
                    found.push(Violation {
                        path: below(path, name),
                        constraint: "Member must not be null".to_owned(),
                        missing: true,
                    });
                }
            }
            if shape.union && members.len() != 1 {
                broken(
                    found,
                    path,
                    "Exactly one member of a union must be set".to_owned(),
                );
            }
            for (name, value) in members {
                if let Some(member) = shape.members.get(name) {
                    walk(
                        table,
                        table.shape(&member.shape),
                        value,
                        &below(path, name),
                        found,
                    );
                }
            }
        }
        Value::Array(entries) if shape.kind == Kind::List => {
            bounds(shape, entries.len() as f64, "length", path, found);
            if let Some(entry) = &shape.member {
                for (index, value) in entries.iter().enumerate() {
                    let path = format!("{path}.{}.member", index + 1);
                    walk(table, table.shape(&entry.shape), value, &path, found);
                }
            }
        }
        Value::Object(entries) if shape.kind == Kind::Map => {
            bounds(shape, entries.len() as f64, "length", path, found);
            for (key, value) in entries {
                let path = below(path, key);
                if let Some(inner) = &shape.key {
                    walk(
                        table,
                        table.shape(&inner.shape),
                        &Value::from(key.as_str()),
                        &path,
                        found,
                    );
                }
                if let Some(inner) = &shape.value {
                    walk(table, table.shape(&inner.shape), value, &path, found);
                }
            }
        }
        Value::String(text) if shape.kind == Kind::String => {
            bounds(shape, text.chars().count() as f64, "length", path, found);
            if !shape.matches(text) {
                let pattern = shape.pattern.as_deref().unwrap_or_default();
                broken(
                    found,
                    path,
                    format!("Member must satisfy regular expression pattern: {pattern}"),
                );
            }
            if let Some(values) = &shape.values
                && !values.contains(text)
            {
                broken(
                    found,
                    path,
                    format!("Member must satisfy enum value set: [{}]", values.join(", ")),
                );
            }
        }
        Value::String(text) if shape.kind == Kind::Blob => {
            let length = super::codec::unbase64(text).unwrap_or_default().len();
            bounds(shape, length as f64, "length", path, found);
        }
        Value::Number(number)
            if matches!(
                shape.kind,
                Kind::Integer | Kind::Long | Kind::Float | Kind::Double
            ) =>
        {
            bounds(shape, number.as_f64().unwrap_or_default(), "value", path, found);
        }
        _ => {}
    }
}

/// The member that streams as the HTTP body, which never is in the input structure.
fn streamed<'a>(table: &Table, shape: &'a Shape) -> Option<&'a String> {
    let name = shape.payload.as_ref()?;
    let member = shape.members.get(name)?;
    (table.shape(&member.shape).kind == Kind::Blob).then_some(name)
}

fn bounds(shape: &Shape, measure: f64, what: &str, path: &str, found: &mut Vec<Violation>) {
    if let Some(least) = shape.min.filter(|least| measure < *least) {
        broken(
            found,
            path,
            format!("Member must have {what} greater than or equal to {least}"),
        );
    }
    if let Some(most) = shape.max.filter(|most| measure > *most) {
        broken(
            found,
            path,
            format!("Member must have {what} less than or equal to {most}"),
        );
    }
}
