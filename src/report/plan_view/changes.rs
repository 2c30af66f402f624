//! What changes of a field, leaf by leaf: maps by their keys, policies by their statements, lists by what comes and what
//! goes, texts of several lines by their lines.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::detail::Detail;
use crate::report::colours::{ADD, DIM, REMOVE};
use crate::report::leaf_view;
use crate::report::words::put;
use headset_core::field::{Compare, FieldChange};
use headset_core::leaf::{self, Leaf};
use headset_engine::plan::Cause;

/// The lines of one change.
pub(super) fn lines(
    out: &mut String,
    compare: Compare,
    change: &FieldChange,
    cause: Option<Cause>,
    detail: Detail,
) {
    let cause = match cause {
        Some(Cause::Drift) => "  (changed outside)",
        Some(Cause::Follows) => "  (follows what it refers to)",
        Some(Cause::Pending) | None => "",
    };
    for leaf in leaf::changes(&change.field, compare, &change.have, &change.want) {
        one(out, &leaf, cause, detail);
    }
}

fn one(out: &mut String, leaf: &Leaf<2>, cause: &str, detail: Detail) {
    let path = &leaf.path;
    let [have, want] = &leaf.values;
    if let Some((added, removed)) = leaf::added_and_removed(have.as_ref(), want.as_ref())
        && !(added.is_empty() && removed.is_empty())
    {
        put(out, format_args!("      {path}:{DIM}{cause}{DIM:#}\n"));
        for item in removed {
            put(out, format_args!("        {REMOVE}- {}{REMOVE:#}\n", whole(item)));
        }
        for item in added {
            put(out, format_args!("        {ADD}+ {}{ADD:#}\n", whole(item)));
        }
        return;
    }
    if let Some([have, want]) = leaf_view::texts(have.as_ref(), want.as_ref()) {
        put(out, format_args!("      {path}:{DIM}{cause}{DIM:#}\n"));
        text(out, have, want, detail);
        return;
    }
    let has_lines = leaf.values.iter().flatten().any(leaf_view::has_lines);
    let [have, want] = match detail {
        Detail::Short if has_lines => leaf
            .values
            .each_ref()
            .map(|value| leaf_view::summary(value.as_ref())),
        Detail::Short => leaf_view::shown(&leaf.values),
        Detail::Full if has_lines => {
            let none = || "none".to_owned();
            leaf.values
                .each_ref()
                .map(|value| value.as_ref().map_or_else(none, whole))
        }
        Detail::Full => leaf
            .values
            .each_ref()
            .map(|value| leaf_view::words(value.as_ref())),
    };
    put(
        out,
        format_args!("      {path}: {REMOVE}{have}{REMOVE:#} → {ADD}{want}{ADD:#}{DIM}{cause}{DIM:#}\n"),
    );
}

/// Two texts line by line: the lines that differ, and with [`Detail::Full`] the others, too.
fn text(out: &mut String, have: &str, want: &str, detail: Detail) {
    for change in TextDiff::from_lines(have, want).iter_all_changes() {
        let line = change.value().trim_end_matches(['\n', '\r']);
        match change.tag() {
            ChangeTag::Delete => put(out, format_args!("        {REMOVE}- {line}{REMOVE:#}\n")),
            ChangeTag::Insert => put(out, format_args!("        {ADD}+ {line}{ADD:#}\n")),
            ChangeTag::Equal if detail == Detail::Full => put(out, format_args!("          {line}\n")),
            ChangeTag::Equal => {}
        }
    }
}

/// A value whole: a document in lines of its own, everything else on one line.
pub(super) fn whole(value: &Value) -> String {
    let value = leaf::in_words(value);
    let document = match &value {
        Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_object),
        Value::Object(members) if !members.is_empty() => Some(value.clone()),
        _ => None,
    };
    let lines = match (&document, &value) {
        (Some(document), _) => format!("{document:#}"),
        (None, Value::String(text)) if text.contains('\n') => text.clone(),
        (None, value) => return leaf_view::words(Some(value)),
    };
    lines
        .lines()
        .fold(String::new(), |all, line| format!("{all}\n        {line}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use headset_core::field::Change;

    fn shown(compare: Compare, have: Value, want: Value, detail: Detail) -> String {
        let change = FieldChange {
            field: "field".to_owned(),
            have,
            want,
            change: Change::InPlace,
        };
        let mut out = String::new();
        lines(&mut out, compare, &change, None, detail);
        anstream::adapter::strip_str(&crate::report::Painted::marked(&out)).to_string()
    }

    #[test]
    fn a_key_that_goes_is_shown() {
        let (have, want) = (
            json!({"kept": "1", "gone": "2"}),
            json!({"kept": "1", "gone": null}),
        );
        assert_eq!(
            shown(Compare::Owned, have, want, Detail::Short),
            "      field.gone: 2 → none\n"
        );
        let (have, want) = (json!({"kept": "1", "gone": "2"}), json!({"kept": "1"}));
        assert_eq!(
            shown(Compare::Exact, have, want, Detail::Short),
            "      field.gone: 2 → none\n"
        );
    }

    #[test]
    fn a_list_tells_what_comes_and_what_goes() {
        let (have, want) = (json!(["sg-1", "sg-2"]), json!(["sg-2", "sg-3"]));
        assert_eq!(
            shown(Compare::Set, have, want, Detail::Short),
            "      field:\n        - sg-1\n        + sg-3\n"
        );
        // Only the order differs, and it counts: both are shown.
        let text = shown(
            Compare::Exact,
            json!(["a", "b"]),
            json!(["b", "a"]),
            Detail::Short,
        );
        assert_eq!(text, "      field: [a, b] → [b, a]\n");
    }

    #[test]
    fn a_policy_is_compared_by_its_statements() {
        let policy = |action: &str, resource: &str| {
            json!({
                "Version": "2012-10-17",
                "Statement": [
                    { "Sid": "Same", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" },
                    { "Sid": "Other", "Effect": "Allow", "Action": action, "Resource": resource },
                ],
            })
            .to_string()
        };
        let text = shown(
            Compare::Policy,
            policy("s3:PutObject", "*").into(),
            policy("s3:DeleteObject", "*").into(),
            Detail::Short,
        );
        assert!(
            text.contains("s3:PutObject") && text.contains("s3:DeleteObject"),
            "{text}"
        );
        assert!(
            !text.contains("s3:GetObject") && !text.contains("characters)"),
            "{text}"
        );
    }

    #[test]
    fn texts_are_compared_by_their_lines_and_long_ones_never_look_alike() {
        let text = shown(
            Compare::Exact,
            json!("one\ntwo\nthree\n"),
            json!("one\n2\nthree\n"),
            Detail::Short,
        );
        assert_eq!(text, "      field:\n        - two\n        + 2\n");
        let long = |middle: &str| json!(format!("{}{middle}{}", "a".repeat(200), "z".repeat(200)));
        let text = shown(Compare::Exact, long("one"), long("two"), Detail::Short);
        assert!(
            text.contains("one") && text.contains("two") && text.contains('…'),
            "{text}"
        );
        let text = shown(Compare::Exact, long("one"), long("two"), Detail::Full);
        assert!(text.contains(&"a".repeat(200)) && !text.contains('…'), "{text}");
    }
}
