//! The language as a JSON Schema, for editors and other programs.

use serde_json::{Map as Object, Value, json};

use super::describe;
use crate::model::BLUEPRINT;
use crate::table::{Between, Default, Entries, Key, Map, Shape};

/// The text of a schema that any text of the language passes, as a regular expression: no control characters, and
/// `${` only where the language has it.
const TEXT: &str =
    r"^(?=.*\S)([^$\u0000-\u001f\u007f-\u009f]|\$\$\{|\$(?!\{)|\$\{env:[A-Za-z_][A-Za-z0-9_]*\})*$";
/// A text with at least one variable in it: what it becomes, no schema can know.
const VARIABLE: &str = r"^([^$]|\$\$\{|\$(?!\$?\{)|\$\{env:[A-Za-z_][A-Za-z0-9_]*\})*\$\{env:[A-Za-z_][A-Za-z0-9_]*\}([^$]|\$\$\{|\$(?!\$?\{)|\$\{env:[A-Za-z_][A-Za-z0-9_]*\})*$";

/// The JSON Schema (draft 2020-12) of a whole blueprint.
///
/// It catches what a schema can: unknown and missing keys, types, patterns, ranges, words, and keys that do not go
/// together. References, sections that need each other and derived names are `headset validate`'s.
pub fn schema() -> Value {
    let mut schema = shape(&BLUEPRINT);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Headset blueprint",
        "description": "One file that becomes a running VDI contact center on AWS.",
        "$defs": {
            "variable": {
                "type": "string",
                "pattern": VARIABLE,
                "description": "A value with an environment variable in it: ${env:NAME}."
            }
        }
    });
    if let (Value::Object(schema), Value::Object(head)) = (&mut schema, head) {
        schema.extend(head);
    }
    schema
}

fn or_variable(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "$ref": "#/$defs/variable" }] })
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Version(number) => json!({ "const": number }),
        Shape::Text(longest) => json!({ "type": "string", "maxLength": longest, "pattern": TEXT }),
        Shape::Pattern(pattern) => {
            or_variable(json!({ "type": "string", "maxLength": pattern.longest, "pattern": pattern.schema }))
        }
        Shape::Word(word) => json!({ "const": word }),
        Shape::Number { range, .. } => {
            or_variable(json!({ "type": "integer", "minimum": range.0, "maximum": range.1 }))
        }
        Shape::Duration { range, also, .. } => duration(*range, *also),
        Shape::Choice(words) => or_variable(json!({ "enum": words })),
        Shape::Boolean => or_variable(json!({ "type": "boolean" })),
        Shape::Yes => json!({ "const": true }),
        Shape::List { of, count } => json!({
            "type": "array",
            "items": self::shape(of),
            "minItems": count.0,
            "maxItems": count.1,
            "uniqueItems": true,
        }),
        Shape::Map(map) => object(map),
        Shape::Entries(entries) => self::entries(entries),
        Shape::Either(shapes) => {
            let shapes: Vec<Value> = shapes.iter().map(self::shape).collect();
            json!({ "anyOf": shapes })
        }
        Shape::Reference(_) => json!({ "type": "string", "minLength": 1 }),
        Shape::Values => json!({ "type": "object" }),
    }
}

fn object(map: &Map) -> Value {
    let mut properties = Object::new();
    for key in map.keys {
        properties.insert(key.name.to_owned(), property(key));
    }
    let mut schema = Object::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("additionalProperties".to_owned(), json!(false));
    let required: Vec<&str> = map
        .keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let required = json!({ "required": required });
    let mut all: Vec<Value> = Vec::new();
    match map.alone() {
        Some((alone, but)) => {
            let names: Vec<&str> = but.iter().copied().chain([alone]).collect();
            all.push(json!({
                "if": { "required": [alone] },
                "then": { "propertyNames": { "enum": names } },
                "else": required,
            }));
        }
        None => all.push(required),
    }
    for rule in map.rules {
        let there =
            |keys: &[&str]| -> Vec<Value> { keys.iter().map(|key| json!({ "required": [key] })).collect() };
        match &rule.is {
            // Said above.
            Between::Alone(..) => {}
            Between::OneOf(keys) => all.push(json!({ "oneOf": there(keys) })),
            Between::AnyOf(keys) => all.push(json!({ "anyOf": there(keys) })),
            Between::Needs(key, needed) => all.push(json!({ "dependentRequired": { *key: needed } })),
            Between::Excludes(key, excluded) => {
                let forbidden: Object<String, Value> = excluded
                    .iter()
                    .map(|key| ((*key).to_owned(), json!(false)))
                    .collect();
                all.push(json!({ "dependentSchemas": { *key: { "properties": forbidden } } }));
            }
        }
    }
    schema.insert("allOf".to_owned(), Value::Array(all));
    Value::Object(schema)
}

fn property(key: &Key) -> Value {
    let mut schema = shape(&key.shape);
    if let Value::Object(schema) = &mut schema {
        let mut about = key.about.to_owned();
        let changing = describe::changing(key);
        if !changing.is_empty() {
            about = format!("{about} Changing it: {changing}.");
        }
        schema.insert("description".to_owned(), json!(about));
        if let Default::Value(text) = key.default {
            schema.insert("default".to_owned(), default(&key.shape, text));
        }
    }
    schema
}

/// The default as JSON: as a boolean or number where the value is one.
fn default(shape: &Shape, text: &str) -> Value {
    let is = |wanted: fn(&Shape) -> bool| shape.alternatives().iter().any(wanted);
    match text.parse::<u64>() {
        Ok(number) if is(|shape| matches!(shape, Shape::Number { .. } | Shape::Duration { .. })) => {
            json!(number)
        }
        _ => match text {
            "true" | "false" if is(|shape| matches!(shape, Shape::Boolean)) => json!(text == "true"),
            _ => json!(text),
        },
    }
}

fn entries(entries: &Entries) -> Value {
    let mut schema = json!({
        "type": "object",
        "additionalProperties": shape(&entries.of),
        "minProperties": entries.count.0,
        "maxProperties": entries.count.1,
    });
    if let (Value::Object(schema), Some(names)) = (&mut schema, entries.names) {
        let names = json!({ "maxLength": names.longest, "pattern": names.schema });
        schema.insert("propertyNames".to_owned(), names);
    }
    schema
}

/// A duration within its limits, to the second; only that some are whole minutes is left to the reader.
fn duration(range: (u64, u64), also: Option<u64>) -> Value {
    let mut alternatives: Vec<String> = Vec::new();
    for (unit, letter) in [(1, 's'), (60, 'm'), (3600, 'h'), (86400, 'd')] {
        let (least, most) = (range.0.div_ceil(unit), range.1 / unit);
        if least <= most {
            alternatives.push(format!("0*({}){letter}", numbers(least, most)));
        }
    }
    let zero = also == Some(0) || range.0 == 0;
    if zero {
        alternatives.push("0".to_owned());
        alternatives.push("0+[smhd]".to_owned());
    }
    let text = json!({ "type": "string", "pattern": format!("^({})$", alternatives.join("|")) });
    let mut any = vec![text];
    if zero {
        any.push(json!({ "const": 0 }));
    }
    any.push(json!({ "$ref": "#/$defs/variable" }));
    json!({ "anyOf": any })
}

/// A regular expression for the decimal numbers from `least` to `most`, without leading zeros.
fn numbers(least: u64, most: u64) -> String {
    let mut parts = Vec::new();
    let mut from = least;
    while from <= most {
        // The longest run from here in which the last digits are free: 20..=29, 200..=299.
        let mut step = 1_u64;
        while let Some(next) = step.checked_mul(10)
            && from.is_multiple_of(next)
            && from > 0
            && next - 1 <= most - from
        {
            step = next;
        }
        // As many of those runs as differ in one digit only.
        let digit = from / step % 10;
        let runs = (9 - digit + 1).min((most - from + 1) / step);
        let head = from / step / 10;
        let head = if head == 0 {
            String::new()
        } else {
            head.to_string()
        };
        let digits = match runs {
            1 => digit.to_string(),
            _ => format!("[{digit}-{}]", digit + runs - 1),
        };
        let free = step.ilog10();
        let tail = match free {
            0 => String::new(),
            1 => "[0-9]".to_owned(),
            _ => format!("[0-9]{{{free}}}"),
        };
        parts.push(format!("{head}{digits}{tail}"));
        from += runs * step;
    }
    parts.join("|")
}

#[cfg(test)]
mod tests {
    use fancy_regex::Regex;

    use super::*;

    #[test]
    fn ranges_of_numbers_are_exact() {
        for (least, most) in [
            (0, 0),
            (0, 9),
            (1, 365),
            (60, 86400),
            (7, 1234),
            (600, 432_000),
            (99, 101),
        ] {
            let pattern = Regex::new(&format!("^({})$", numbers(least, most))).expect("a valid pattern");
            let near = [0, 1, 9, 10, 11, 99, 100, 101, least, most];
            let tried = near
                .iter()
                .flat_map(|number: &u64| [number.saturating_sub(1), *number, number + 1])
                .chain((0..2000).map(|n| n * 37))
                .chain([least * 10, most * 10, most + 1]);
            for number in tried {
                assert_eq!(
                    pattern.is_match(&number.to_string()).expect("it matches or not"),
                    (least..=most).contains(&number),
                    "{number} in {least}..={most}: {pattern}"
                );
            }
        }
    }

    #[test]
    fn text_has_variables_and_escapes_and_nothing_else_that_begins_so() {
        let text = Regex::new(TEXT).expect("a valid pattern");
        let variable = Regex::new(VARIABLE).expect("a valid pattern");
        let matches = |pattern: &Regex, text| pattern.is_match(text).expect("it matches or not");
        for good in ["a", "costs $5", "$${x}", "x${env:A}y", "$$", "$$${x}"] {
            assert!(matches(&text, good), "{good}");
        }
        for bad in ["", " ", "${x}", "${env:}", "a\nb", "${env:A"] {
            assert!(!matches(&text, bad), "{bad}");
        }
        assert!(matches(&variable, "x${env:A}") && matches(&variable, "${env:A}${env:B}"));
        assert!(!matches(&variable, "$${env:A}") && !matches(&variable, "2"));
        assert!(!matches(&variable, "${env:A}${x}"));
        assert!(matches(&variable, "$$ ${env:A}") && matches(&variable, "$${x}${env:A}"));
        assert!(!matches(&variable, "$$${env:A}") && !matches(&variable, "$$"));
    }

    /// Every pattern of the schema, once.
    fn patterns(schema: &Value, found: &mut std::collections::BTreeSet<String>) {
        match schema {
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::String(pattern) if name == "pattern" => drop(found.insert(pattern.clone())),
                        value => patterns(value, found),
                    }
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| patterns(element, found)),
            _ => {}
        }
    }

    #[test]
    fn patterns_have_nothing_that_only_some_validators_know() {
        let mut found = std::collections::BTreeSet::new();
        patterns(&schema(), &mut found);
        assert!(found.len() > 30);
        for pattern in found {
            Regex::new(&pattern).expect("Rust takes it");
            // Unicode classes (not in Python), look-behind (of one length in Python, in no old browser), flags.
            for only_some in [
                "\\p", "\\P", "(?<", "(?i", "(?x", "(?s", "(?>", "\\A", "\\z", "\\Z", "[[",
            ] {
                assert!(!pattern.contains(only_some), "{only_some} in {pattern}");
            }
        }
    }
}
