//! What differs by a value that AWS has added since: new to this version of Headset, and no drift. Pure.

use std::collections::BTreeSet;

use headset_core::diagnostic::Diagnostic;
use headset_core::leaf;
use headset_kinds::Novelty;
use serde_json::Value;

use super::report::{Class, Entry, Field};

/// How many members a warning names.
const NAMED: usize = 12;

/// Takes the leaves out that show such a value. A thing that differs in nothing else is not in the report any more.
pub(super) fn set_aside(
    entries: Vec<Entry>,
    novelties: &[(String, Novelty)],
) -> (Vec<Entry>, Vec<Diagnostic>) {
    let values: BTreeSet<&str> = (novelties.iter())
        .filter_map(|(_, novelty)| novelty.value.as_deref())
        .collect();
    let mut findings = Vec::new();
    let mut rest = Vec::with_capacity(entries.len());
    for mut entry in entries {
        let is_outside = matches!(entry.class, Class::Drift | Class::Extra);
        let (new, left): (Vec<Field>, Vec<Field>) = entry
            .fields
            .into_iter()
            .partition(|field| is_outside && shows_one(field, &values));
        entry.fields = left;
        match new.is_empty() {
            true => rest.push(entry),
            false => {
                findings.push(finding(&entry, &new));
                if !entry.fields.is_empty() {
                    rest.push(entry);
                }
            }
        }
    }
    (rest, findings)
}

/// Whether a leaf differs only in that it has such values.
fn shows_one(field: &Field, values: &BTreeSet<&str>) -> bool {
    let is_new = |value: &Value| value.as_str().is_some_and(|text| values.contains(text));
    match &field.live {
        Some(live @ Value::Array(_)) => leaf::added_and_removed(field.applied.as_ref(), Some(live))
            .is_some_and(|(added, removed)| {
                !added.is_empty() && removed.is_empty() && added.into_iter().all(is_new)
            }),
        live => live.as_ref().is_some_and(is_new),
    }
}

fn finding(entry: &Entry, fields: &[Field]) -> Diagnostic {
    let leaves = fields.iter().map(|field| match &field.live {
        Some(live) => format!("`{}` is {live}", field.path),
        None => format!("`{}`", field.path),
    });
    let leaves: Vec<String> = leaves.collect();
    Diagnostic::warning(
        "new-to-headset",
        format!(
            "{} has what this version of Headset does not know: {}",
            entry.address,
            leaves.join(", ")
        ),
    )
    .help("that is no drift; `headset plan` says what an apply would do about it, and a newer version may know it")
    .at_maybe(entry.place.clone())
}

/// A warning about members of answers, and values in them, that this version does not know. They are no drift: nothing was
/// applied to them.
pub(super) fn new_to_headset(novelties: &[(String, Novelty)]) -> Option<Diagnostic> {
    let named = novelties
        .iter()
        .map(|(operation, novelty)| format!("`{novelty}` of {operation}"));
    let mut named: Vec<String> = named.take(NAMED).collect();
    if novelties.len() > NAMED {
        named.push(format!("{} more", novelties.len() - NAMED));
    }
    (!named.is_empty()).then(|| {
        Diagnostic::warning(
            "new-to-headset",
            "AWS tells what this version of Headset does not know",
        )
        .note(named.join(", "))
        .help("it is neither compared nor changed, and no drift; a newer version may know it")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::report::Why;
    use super::*;
    use crate::plan::Cause;

    fn field(path: &str, applied: Value, live: Value) -> Field {
        Field {
            name: path.to_owned(),
            path: path.to_owned(),
            want: Some(applied.clone()),
            applied: Some(applied),
            live: Some(live),
            cause: Cause::Drift,
        }
    }

    #[test]
    fn only_what_differs_by_a_value_that_aws_has_added_since_is_no_drift() {
        let novelty = |value: Option<&str>| Novelty {
            member: "FleetType".to_owned(),
            value: value.map(str::to_owned),
        };
        let told =
            [novelty(Some("SOMETIMES_ON")), novelty(None)].map(|new| ("DescribeFleets".to_owned(), new));
        let entry = |class, fields| Entry {
            class,
            address: "appstream.fleet/agents".parse().unwrap(),
            why: Why::ChangedOutside,
            fields,
            waived: None,
            place: None,
        };
        let new = || field("fleet_type", json!("ON_DEMAND"), json!("SOMETIMES_ON"));
        let other = || field("view", json!("APP"), json!("DESKTOP"));
        let grown = field("protocols", json!(["TCP"]), json!(["TCP", "SOMETIMES_ON"]));
        let swapped = field("protocols", json!(["TCP"]), json!(["SOMETIMES_ON"]));
        let whole = entry(Class::Missing, Vec::new());
        let entries = vec![
            entry(Class::Drift, vec![new(), grown]),
            entry(Class::Drift, vec![new(), other(), swapped]),
            entry(Class::Pending, vec![new()]),
            whole,
        ];
        let (rest, findings) = set_aside(entries, &told);
        let paths: Vec<Vec<&str>> = (rest.iter())
            .map(|entry| entry.fields.iter().map(|field| field.path.as_str()).collect())
            .collect();
        assert_eq!(paths, [vec!["view", "protocols"], vec!["fleet_type"], vec![]]);
        let said: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        let begin = "appstream.fleet/agents has what this version of Headset does not know: ";
        assert_eq!(
            said,
            [
                format!(r#"{begin}`fleet_type` is "SOMETIMES_ON", `protocols` is ["TCP","SOMETIMES_ON"]"#),
                format!(r#"{begin}`fleet_type` is "SOMETIMES_ON""#),
            ]
        );
    }
}
