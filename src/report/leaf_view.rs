//! How a leaf reads: the one form in which all reports write a difference.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::words::plural;
use headset_core::Leaf;

/// A text longer than this is cut where it does not differ.
const LONG: usize = 120;
/// A text of no more lines than this is shown whole beside one of a single line.
const SHORT: usize = 8;
/// So much of what does not differ is kept on both sides of what does.
const AROUND: usize = 24;

/// What drifted: `path: was → is (wanted ...)`. Where it is as it was applied: `path: is (wanted ...)`. Texts of several
/// lines are compared line by line below the path.
pub fn drift_lines(leaf: &Leaf<3>) -> Vec<String> {
    let path = &leaf.path;
    let [was, is, wanted] = &leaf.values;
    if !leaf.values.iter().flatten().any(has_lines) {
        let is_same = was == is;
        let [was, is, wanted] = shown(&leaf.values);
        return vec![match is_same {
            true => format!("{path}: {is} (wanted {wanted})"),
            false => format!("{path}: {was} → {is} (wanted {wanted})"),
        }];
    }
    let mut lines = Vec::new();
    if was != is {
        lines.extend(step(path, was.as_ref(), is.as_ref()));
    }
    if is != wanted {
        let path = format!("{path} (wanted)");
        lines.extend(step(&path, is.as_ref(), wanted.as_ref()));
    }
    lines
}

/// From one value to another.
fn step(path: &str, from: Option<&Value>, to: Option<&Value>) -> Vec<String> {
    match by_lines(from, to) {
        Some(changed) => {
            let changed = changed.into_iter().map(|(mark, line)| format!("  {mark} {line}"));
            std::iter::once(format!("{path}:")).chain(changed).collect()
        }
        None => vec![format!("{path}: {} → {}", summary(from), summary(to))],
    }
}

/// Whether a value is a text of several lines.
pub fn has_lines(value: &Value) -> bool {
    let is_long = |text: &str| text.trim_end().contains('\n') && document(text).is_none();
    value.as_str().is_some_and(is_long)
}

/// Two texts that are to be compared line by line: at least one has several lines. `None` also where a long text stands
/// beside a few words, such as what another resource will tell: all its lines would say no more.
pub fn texts<'a>(from: Option<&'a Value>, to: Option<&'a Value>) -> Option<[&'a str; 2]> {
    let both = [from?, to?];
    let texts = [both[0].as_str()?, both[1].as_str()?];
    let is_short = |text: &str| text.lines().count() <= SHORT;
    let is_word = |text: &&str| !text.contains('\n') && text.chars().count() <= LONG;
    let compares =
        both.into_iter().all(has_lines) || texts.into_iter().all(is_short) || !texts.iter().any(is_word);
    (both.into_iter().any(has_lines) && compares).then_some(texts)
}

/// What differs of two such texts: `-` what goes, `+` what comes.
fn by_lines<'a>(from: Option<&'a Value>, to: Option<&'a Value>) -> Option<Vec<(char, &'a str)>> {
    let [from, to] = texts(from, to)?;
    let diff = TextDiff::from_lines(from, to);
    let changed = diff.iter_all_changes().filter_map(|change| {
        let mark = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => return None,
        };
        Some((mark, change.value().trim_end_matches(['\n', '\r'])))
    });
    Some(changed.collect())
}

/// A value on one line; of a text of several lines only how many there are.
pub fn summary(value: Option<&Value>) -> String {
    match value.filter(|value| has_lines(value)).and_then(Value::as_str) {
        Some(text) => format!("(a text of {})", plural(text.lines().count(), "line")),
        None => words(value),
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
        Some(Value::String(text)) => match document(text) {
            Some(document) => words(Some(&document)),
            None => text
                .replace('\r', "\\r")
                .replace('\n', "\\n")
                .replace('\t', "\\t"),
        },
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

/// The JSON document that a text holds, if it holds one.
fn document(text: &str) -> Option<Value> {
    let is_like_one = text.trim_start().starts_with('{');
    let document = is_like_one.then(|| serde_json::from_str(text).ok()).flatten();
    document.filter(Value::is_object)
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
        let line = |was, is, wanted| drift_lines(&leaf(was, is, wanted)).join("|");
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
        let document = json!({ "Statement": [{ "Effect": "Allow" }] });
        assert_eq!(
            line(Value::Null, json!(format!("{document:#}")), Value::Null),
            "tags.team: none → {Statement: [{Effect: Allow}]} (wanted none)"
        );
        assert_eq!(
            line(json!(1), json!({ "fleet": true }), json!(2)),
            "tags.team: 1 → {fleet: true} (wanted 2)"
        );
    }

    #[test]
    fn texts_of_several_lines_are_compared_by_their_lines() {
        let told = |values: [&str; 3]| {
            let leaf = Leaf {
                path: "metadata".to_owned(),
                values: values.map(|text| Some(json!(text))),
            };
            drift_lines(&leaf).join("|")
        };
        assert_eq!(
            told(["a\nb\n", "a\nc\n", "a\nb\n"]),
            "metadata:|  - b|  + c|metadata (wanted):|  - c|  + b"
        );
        assert_eq!(told(["a\nb", "a\nb", "a\nd"]), "metadata (wanted):|  - b|  + d");
        // All lines of a long one would say no more than how many there are.
        let long = "line\n".repeat(20);
        assert_eq!(
            told([&long, &long, "(metadata of idp.application/main)"]),
            "metadata (wanted): (a text of 20 lines) → (metadata of idp.application/main)"
        );
        assert_eq!(
            told(["a\nb", "a\nb", "a"]),
            "metadata (wanted):|  - a|  - b|  + a"
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
