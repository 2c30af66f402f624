//! A blueprint's text with values set in it: comments and layout stay, and only what is set changes.

use super::compose::path_of;
use super::node::{Entry, Node, Source, Value};
use super::yaml::{self, Budget};
use headset_core::diagnostic::Diagnostic;

/// The text with these `path=value` set, in their order. What the path names may be missing: it is added to the map that
/// the text has for it.
///
/// # Errors
/// Findings about a set that cannot be read, or that has no place in the text.
pub(super) fn with_sets(file: &str, text: &str, sets: &[String]) -> Result<String, Vec<Diagnostic>> {
    let mut text = text.to_owned();
    for set in sets {
        text = with_set(file, &text, set).map_err(|message| {
            vec![Diagnostic::error("bad-set", message).help(
                "Write `--set path=value`, such as `--set connect.alias=acme`; a value is a text, a number or a \
                 boolean.",
            )]
        })?;
    }
    Ok(text)
}

fn with_set(file: &str, text: &str, set: &str) -> Result<String, String> {
    let (keys, equals) = path_of(set).ok_or_else(|| format!("`{set}` is no `path=value`"))?;
    let value = set[equals + 1..].trim();
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
                return Ok(added(text, above, entries, &names, value));
            }
        }
    }
    replaced(text, node, value).ok_or_else(|| {
        let path: Vec<&str> = keys.iter().map(|key| key.text.as_str()).collect();
        format!(
            "`{}` is {}, and only single values can be set",
            path.join("."),
            node.value.described()
        )
    })
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
    let key = |name: &str| match name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_-.@".contains(c))
    {
        true => name.to_owned(),
        false => serde_json::Value::from(name).to_string(),
    };
    let inner = names.iter().skip(1).rev().fold(value.to_owned(), |inner, name| {
        format!("{{ {}: {inner} }}", key(name))
    });
    let line = format!("{}: {inner}", key(names[0]));
    let (Some(above), Some(first)) = (above, entries.first()) else {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        return format!("{text}{end}{line}\n");
    };
    let at = first.key_place.bytes.0;
    let between = match first.key_place.line == above.key_place.line {
        true => ", ".to_owned(),
        false => format!("\n{:1$}", "", first.key_place.column - 1),
    };
    format!("{}{line}{between}{}", &text[..at], &text[at..])
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
        with_sets("a.yaml", TEXT, &sets).unwrap()
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
    fn a_map_is_no_single_value() {
        for (bad, why) in [
            ("connect=x", "only single values"),
            ("name.first=x", "nothing can be set"),
            ("name", "no `path=value`"),
        ] {
            let findings = with_sets("a.yaml", TEXT, &[bad.to_owned()]).unwrap_err();
            assert!(findings[0].message.contains(why), "{}", findings[0].message);
        }
    }
}
