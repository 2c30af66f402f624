//! How a leaf reads: the one form in which a difference is written, whoever tells it.

use serde_json::Value;

use headset_core::Leaf;

/// A text longer than this is cut where it does not differ.
const LONG: usize = 120;
/// So much of what does not differ is kept on both sides of what does.
const AROUND: usize = 24;

/// What drifted, on one line: `path: was → is (wanted ...)`. Where it is as it was applied: `path: is (wanted ...)`.
pub fn drift_line(leaf: &Leaf<3>) -> String {
    let [was, is, wanted] = shown(&leaf.values);
    let path = &leaf.path;
    match leaf.values[0] == leaf.values[1] {
        true => format!("{path}: {is} (wanted {wanted})"),
        false => format!("{path}: {was} → {is} (wanted {wanted})"),
    }
}

/// Values side by side, each on one line. What is the same at the beginning and the end of long texts is left out; what
/// differs never is.
pub fn shown<const N: usize>(values: &[Option<Value>; N]) -> [String; N] {
    let texts: [String; N] = std::array::from_fn(|index| words(values[index].as_ref()));
    if texts.iter().all(|text| text.chars().count() <= LONG) {
        return texts;
    }
    let whole: Vec<Vec<char>> = values
        .iter()
        .zip(&texts)
        .filter(|(value, _)| value.is_some())
        .map(|(_, text)| text.chars().collect())
        .collect();
    let alike = |at: &dyn Fn(&[char], usize) -> Option<char>| {
        let differs = |index: &usize| {
            let first = whole.first().and_then(|text| at(text, *index));
            first.is_none() || whole.iter().any(|text| at(text, *index) != first)
        };
        (0..).find(differs).unwrap_or_default()
    };
    let shortest = whole.iter().map(Vec::len).min().unwrap_or_default();
    let before = alike(&|text, index| text.get(index).copied());
    let behind = alike(&|text, index| text.get(text.len().checked_sub(index + 1)?).copied());
    let behind = behind.min(shortest - before);
    let (skip, drop) = (before.saturating_sub(AROUND), behind.saturating_sub(AROUND));
    std::array::from_fn(|index| {
        if values[index].is_none() {
            return texts[index].clone();
        }
        let text: Vec<char> = texts[index].chars().collect();
        let part: String = text[skip..text.len() - drop].iter().collect();
        let dots = |cut: usize| if cut > 0 { "…" } else { "" };
        format!("{}{part}{}", dots(skip), dots(drop))
    })
}

/// A value on one line, whole.
pub fn words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "\"\"".to_owned(),
        Some(Value::String(text)) => text
            .replace('\r', "\\r")
            .replace('\n', "\\n")
            .replace('\t', "\\t"),
        Some(Value::Bool(truth)) => truth.to_string(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| words(Some(item))).collect();
            format!("[{}]", items.join(", "))
        }
        Some(Value::Object(members)) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{key}: {}", words(Some(value))));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_line_says_what_was_what_is_and_what_is_wanted() {
        let leaf = |was: Value, is: Value, wanted: Value| Leaf {
            path: "tags.team".to_owned(),
            values: [was, is, wanted].map(|value| Some(value).filter(|value| !value.is_null())),
        };
        let line = |was, is, wanted| drift_line(&leaf(was, is, wanted));
        assert_eq!(
            line(json!("a"), json!("b"), json!("c")),
            "tags.team: a → b (wanted c)"
        );
        assert_eq!(
            line(json!("a"), json!("a"), json!("c")),
            "tags.team: a (wanted c)"
        );
        assert_eq!(
            line(Value::Null, json!(["x", ""]), Value::Null),
            "tags.team: none → [x, \"\"] (wanted none)"
        );
        assert_eq!(
            line(json!(1), json!({ "fleet": true }), json!(2)),
            "tags.team: 1 → {fleet: true} (wanted 2)"
        );
    }

    #[test]
    fn long_texts_are_cut_where_they_are_alike_and_nowhere_else() {
        let long = |middle: &str| Some(json!(format!("{}{middle}{}", "a".repeat(300), "z".repeat(300))));
        let [one, other, none] = shown(&[long("one\nline"), long("two"), None]);
        assert_eq!(one, format!("…{}one\\nline{}…", "a".repeat(24), "z".repeat(24)));
        assert_eq!(other, format!("…{}two{}…", "a".repeat(24), "z".repeat(24)));
        assert_eq!(none, "none");
        let differing = ["x".repeat(200), "y".repeat(200)];
        let [one, other] = shown(&[Some(json!(differing[0])), Some(json!(differing[1]))]);
        assert_eq!([one, other], differing);
        // A text that the other one begins and ends with.
        let [one, other] = shown(&[Some(json!("ab".repeat(100))), Some(json!("ab".repeat(101)))]);
        assert_ne!(one, other);
    }
}
