//! A blueprint's text with values set in it: comments and layout stay, and only what is set changes.

use super::compose::{SET, path_of, visible};
use super::node::{Entry, Node, Source, Value};
use super::yaml::{self, Budget};
use headset_core::diagnostic::Diagnostic;

/// The text with these `path=value` set, in their order. What the path names may be missing: it is added to the map that
/// the text has for it. `of_wrong_type` counts the values of a text that are of another type than is meant: what looks
/// like a number and has to be a text is quoted, as nothing on a command line has to be.
///
/// # Errors
/// Findings about a set that cannot be read, or that has no place in the text.
pub(super) fn with_sets(
    file: &str,
    text: &str,
    sets: &[String],
    of_wrong_type: &dyn Fn(&str) -> usize,
) -> Result<String, Vec<Diagnostic>> {
    let mut text = text.to_owned();
    for set in sets {
        let with = |are_texts: bool| {
            with_set(file, &text, set, are_texts).map_err(|message| {
                vec![Diagnostic::error("bad-set", message).help(
                    "Write `--set path=value`, such as `--set connect.alias=acme`; a value is a text, a number or a \
                     boolean.",
                )]
            })
        };
        let (as_it_looks, as_text) = (with(false)?, with(true)?);
        let is_text = as_text != as_it_looks && of_wrong_type(&as_text) < of_wrong_type(&as_it_looks);
        text = if is_text { as_text } else { as_it_looks };
    }
    Ok(text)
}

/// `is_text`: a number is meant as text.
fn with_set(file: &str, text: &str, set: &str, is_text: bool) -> Result<String, String> {
    let set = visible(set);
    let (keys, equals) = path_of(&set).ok_or_else(|| format!("`{set}` is no `path=value`"))?;
    let value = written(&set[equals + 1..], is_text)?;
    let (root, findings) = yaml::parse(&Source::new(file, text), &mut Budget::default());
    let (Some(root), []) = (root, findings.as_slice()) else {
        return Err(format!("{file} cannot be read"));
    };
    let mut node = &root;
    let mut above: Option<&Entry> = None;
    for (depth, key) in keys.iter().enumerate() {
        let Value::Map(entries) = &node.value else {
            return Err(format!(
                "`{}` stands below {}, where nothing can be set",
                key.text,
                node.value.described()
            ));
        };
        match entries.iter().find(|entry| entry.key == key.text) {
            Some(entry) => {
                node = &entry.node;
                above = Some(entry);
            }
            None => {
                let names: Vec<&str> = keys[depth..].iter().map(|key| key.text.as_str()).collect();
                return Ok(added(text, above, entries, &names, &value));
            }
        }
    }
    replaced(text, node, &value).ok_or_else(|| {
        let path: Vec<&str> = keys.iter().map(|key| key.text.as_str()).collect();
        format!(
            "`{}` is {}, and only single values can be set",
            path.join("."),
            node.value.described()
        )
    })
}

/// A value in a form that means the same in every place of a blueprint as it means by itself: quoted where it has to be.
fn written(value: &str, is_text: bool) -> Result<String, String> {
    match read(value)? {
        Value::Null => Err("there is no value; a key is taken out of the file by hand".to_owned()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(number) if is_text => Ok(quoted(&number)),
        Value::Number(number) => Ok(number),
        Value::Text(text) if is_plain(&text) => Ok(text),
        Value::Text(text) => Ok(quoted(&text)),
        other @ (Value::List(_) | Value::Map(_)) => Err(format!(
            "only single values can be set, not {}",
            other.described()
        )),
    }
}

/// What a value is by itself.
fn read(value: &str) -> Result<Value, String> {
    let (node, findings) = yaml::parse(&Source::new(SET, value), &mut Budget::default());
    match findings.first() {
        Some(finding) => Err(format!("this value cannot be read: {}", finding.message)),
        None => Ok(node.map_or(Value::Null, |node| node.value)),
    }
}

/// Whether a text is the same text without quotes, as a key and as a value, in maps of either style.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.@/+".contains(c))
        && matches!(read(text), Ok(Value::Text(same)) if same == text)
        // Text for this reader, and something else for readers of YAML 1.1.
        && !["y", "n", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str())
}

/// A text between quotes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text with another value in place of this one.
fn replaced(text: &str, node: &Node, value: &str) -> Option<String> {
    if matches!(node.value, Value::Map(_) | Value::List(_) | Value::Null) {
        return None;
    }
    let (start, end) = node.place.bytes;
    Some(format!("{}{value}{}", text.get(..start)?, text.get(end..)?))
}

/// The text with a key that it does not have yet, in the map with these entries: in its style, before its first entry.
fn added(text: &str, above: Option<&Entry>, entries: &[Entry], names: &[&str], value: &str) -> String {
    let key = |name: &str| match is_plain(name) {
        true => name.to_owned(),
        false => quoted(name),
    };
    let inner = names.iter().skip(1).rev().fold(value.to_owned(), |inner, name| {
        format!("{{ {}: {inner} }}", key(name))
    });
    let line = format!("{}: {inner}", key(names[0]));
    match (above, entries.first()) {
        (Some(above), Some(first)) => {
            let at = first.key_place.bytes.0;
            let between = match first.key_place.line == above.key_place.line {
                true => ", ".to_owned(),
                false => format!("\n{:1$}", "", first.key_place.column - 1),
            };
            format!("{}{line}{between}{}", &text[..at], &text[at..])
        }
        // An empty map is written as `{}`.
        (Some(above), None) => {
            let (start, end) = above.node.place.bytes;
            format!("{}{{ {line} }}{}", &text[..start], &text[end..])
        }
        (None, _) => {
            let end = if text.ends_with('\n') { "" } else { "\n" };
            format!("{text}{end}{line}\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
name: acme        # what it is called
connect:
  # how agents get in
  alias: acme
  calls: { inbound: true }
";

    fn set(sets: &[&str]) -> String {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        with_sets("a.yaml", TEXT, &sets, &|_| 0).unwrap()
    }

    #[test]
    fn a_value_changes_and_comments_stay() {
        assert_eq!(
            set(&["connect.alias=other", "name=new"]),
            TEXT.replace("alias: acme", "alias: other")
                .replace("name: acme ", "name: new ")
        );
    }

    #[test]
    fn what_is_missing_is_added_in_the_style_of_its_map() {
        assert_eq!(
            set(&["connect.identity=saml"]),
            TEXT.replace("  alias: acme", "  identity: saml\n  alias: acme")
        );
        assert_eq!(
            set(&["connect.calls.outbound=false"]),
            TEXT.replace("{ inbound", "{ outbound: false, inbound")
        );
        assert_eq!(
            set(&["tags.team=desk"]),
            format!("{TEXT}tags: {{ team: desk }}\n")
        );
    }

    #[test]
    fn a_value_stays_one_value_wherever_it_stands() {
        assert_eq!(
            set(&[
                "connect.calls.note=\"a, b } # c\" # d",
                "connect.calls.other=\"012\""
            ]),
            TEXT.replace("{ inbound", "{ other: \"012\", note: \"a, b } # c\", inbound")
        );
        assert_eq!(
            set(&["tags.123=yes", "tags.null=5 # five"]),
            format!("{TEXT}tags: {{ \"null\": 5, \"123\": \"yes\" }}\n")
        );
        let empty = with_sets(
            "a.yaml",
            "name: acme\ntags: {}\n",
            &["tags.team=desk".to_owned()],
            &|_| 0,
        );
        assert_eq!(empty.unwrap(), "name: acme\ntags: { team: desk }\n");
    }

    #[test]
    fn a_map_is_no_single_value() {
        for (bad, why) in [
            ("connect=x", "only single values"),
            ("name.first=x", "nothing can be set"),
            ("name", "no `path=value`"),
            ("name=", "there is no value"),
            ("name=[a]", "only single values"),
            ("name=\"a", "cannot be read"),
        ] {
            let findings = with_sets("a.yaml", TEXT, &[bad.to_owned()], &|_| 0).unwrap_err();
            assert!(findings[0].message.contains(why), "{}", findings[0].message);
        }
    }
}
