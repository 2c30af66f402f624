//! What the reference page says that changing a field takes, held against what the planner does.

use headset_core::{Address, Change, Compare};
use headset_engine::plan::Action;
use headset_kinds::registry;
use serde_json::{Value, json};

use super::{Bench, design};

/// Fields that no look at AWS compares, and that are part of one that is compared: what a blueprint changes changes both.
const PART_OF: [(&str, &str, &str); 7] = [
    ("appstream.image", "builder", "name"),
    ("appstream.image", "display_name", "name"),
    ("appstream.image", "apps", "name"),
    ("appstream.image", "policy_files", "name"),
    ("appstream.image", "recipe", "name"),
    ("appstream.image", "copy_of", "name"),
    ("s3.object", "body", "sha256"),
];

/// Another value of the same type.
fn another(value: &Value) -> Value {
    match value {
        // One of a few words.
        Value::String(text) if text == "entra" => json!("okta"),
        Value::String(text) if text == "email" => json!("user-name"),
        Value::Bool(value) => json!(!value),
        Value::Number(number) => json!(number.as_u64().unwrap() + 60),
        Value::Null => json!("elsewhere"),
        Value::String(text) => json!(format!("{text}x")),
        Value::Array(items) if items.is_empty() => json!(["elsewhere"]),
        Value::Array(items) => json!(items[1..]),
        // A text that is known later, or a map.
        Value::Object(map) if map.contains_key("$text") => json!("elsewhere"),
        Value::Object(map) => {
            let mut map = map.clone();
            map.insert("another".to_owned(), json!("x"));
            Value::Object(map)
        }
    }
}

/// Each field gets another value in the blueprint, alone: the plan does what the reference page says that it takes.
pub(super) async fn as_the_page_says(
    bench: &Bench,
    things: &[(Address, Value)],
    changes: &[(&'static str, Value)],
) {
    let (address, spec) = things.last().unwrap();
    let kind = registry::kind(address.kind);
    // What follows from another thing is not a value of the blueprint's.
    let follows: Vec<&str> = super::case(address.kind.name())
        .unchanged
        .into_iter()
        .filter(|(_, reason)| reason.starts_with("follows from"))
        .map(|(field, _)| field)
        .collect();
    let mut wrong = Vec::new();
    for field in kind.fields() {
        let Some(now) = spec.get(field.name) else { continue };
        if follows.contains(&field.name) {
            continue;
        }
        let part = |(kind, name, _): &(&str, &str, &str)| *kind == address.kind.name() && *name == field.name;
        if let Some((_, _, whole)) = PART_OF.iter().find(|one| part(one)) {
            let whole = kind.fields().iter().find(|field| field.name == *whole).unwrap();
            assert_ne!(whole.compare, Compare::WriteOnly, "{}", field.name);
            continue;
        }
        let other = changes
            .iter()
            .find(|(name, _)| *name == field.name)
            .map_or_else(|| another(now), |(_, value)| value.clone());
        let mut things = things.to_vec();
        things.last_mut().unwrap().1[field.name] = other.clone();
        let state = bench.sandbox.state();
        let assessed = bench.sandbox.assess(&bench.aws, &design(&things), &state).await;
        let is_refused = assessed
            .findings
            .iter()
            .any(|finding| finding.code == "cannot-change");
        let action = &assessed.plan.steps[address].action;
        let planned = action.diff().iter().find(|change| change.field == field.name);
        let right = match field.change {
            Change::AtCreation => matches!(action, Action::Keep),
            Change::InPlace | Change::Stopped => {
                matches!(action, Action::Update { .. } | Action::Await { .. })
                    && planned.is_some_and(|change| change.change == field.change)
            }
            Change::Replace => match action {
                Action::Replace { .. } => planned.is_some_and(|change| change.change == field.change),
                // One of another identity is a new one.
                Action::Create => true,
                Action::Await { diff, .. } => diff.is_empty(),
                _ => false,
            },
            Change::Forbidden => is_refused,
        };
        if !right {
            wrong.push(format!(
                "{}: the page says that another value {:?}, and with {other} for {now} the plan says {action:?}",
                field.name, field.change
            ));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", address.kind, wrong.join("\n"));
}
