//! Templates with named holes, filled with texts that may still be unknown.

use super::text::Text;

/// The template with every `{{name}}` replaced by the text of that name.
///
/// Nothing is escaped: the caller knows what language surrounds a hole. A hole without a value stays in the text, which
/// the tests of every template look for.
pub fn fill(template: &str, values: &[(&str, Text)]) -> Text {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, from_name)) = rest.split_once("{{") {
        parts.push(Text::from(before));
        let filled = from_name
            .split_once("}}")
            .and_then(|(name, after)| Some((values.iter().find(|(key, _)| *key == name)?, after)));
        rest = match filled {
            Some(((_, value), after)) => {
                parts.push(value.clone());
                after
            }
            None => {
                parts.push(Text::from("{{"));
                from_name
            }
        };
    }
    parts.push(Text::from(rest));
    Text::join(parts)
}

#[cfg(test)]
mod tests {
    use super::fill;
    use crate::text::Text;

    #[test]
    fn holes_are_filled_and_unknown_names_stay() {
        let url = Text::after(&crate::address!("connect.instance", "main"), "url");
        let text = fill("a {{x}} b {{y}} c {{z}}", &[("x", "1".into()), ("y", url)]);
        assert_eq!(text.to_string(), "a 1 b (url of connect.instance/main) c {{z}}");
        assert_eq!(text.references().count(), 1);
    }
}
