//! Operators, and the methods of .NET that scripts for image builders call.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::machine::Machine;
use super::read::read;
use super::stop::Stop;
use super::value::Value;

/// `left + right`: lists grow, texts are joined, numbers are added.
pub(super) fn add(left: Value, right: Value) -> Result<Value, Stop> {
    Ok(match left {
        Value::List(mut items) => {
            items.extend(right.items());
            Value::List(items)
        }
        Value::Text(text) => Value::Text(text + &right.shown()),
        Value::Null => right,
        other => Value::Number(other.number()? + right.number()?),
    })
}

/// Whether a text fits a pattern of `*` and `?`, without regard to case.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    // `fits[at]`: whether the pattern so far fits the first `at` characters.
    let mut fits = vec![false; text.len() + 1];
    fits[0] = true;
    for one in pattern {
        let mut next = vec![false; text.len() + 1];
        let mut any = false;
        for at in 0..=text.len() {
            any |= fits[at];
            next[at] = match one {
                '*' => any,
                '?' => at > 0 && fits[at - 1],
                letter => at > 0 && fits[at - 1] && text[at - 1] == letter,
            };
        }
        fits = next;
    }
    fits[text.len()]
}

pub(super) fn binary(operator: &str, left: Value, right: Value) -> Result<Value, Stop> {
    let ordered = |wanted: &[std::cmp::Ordering]| -> Result<Value, Stop> {
        Ok(Value::Bool(
            wanted.contains(&left.number()?.cmp(&right.number()?)),
        ))
    };
    use std::cmp::Ordering::{Equal, Greater, Less};
    Ok(match operator {
        "-eq" => Value::Bool(left.equals(&right)),
        "-ne" => Value::Bool(!left.equals(&right)),
        "-gt" => ordered(&[Greater])?,
        "-ge" => ordered(&[Greater, Equal])?,
        "-lt" => ordered(&[Less])?,
        "-le" => ordered(&[Less, Equal])?,
        "-like" => Value::Bool(like(&left.shown(), &right.shown())),
        "-notlike" => Value::Bool(!like(&left.shown(), &right.shown())),
        "-contains" => Value::Bool(left.items().iter().any(|item| item.equals(&right))),
        "-notcontains" => Value::Bool(!left.items().iter().any(|item| item.equals(&right))),
        "-in" => Value::Bool(right.items().iter().any(|item| item.equals(&left))),
        "-notin" => Value::Bool(!right.items().iter().any(|item| item.equals(&left))),
        "-join" => {
            let items: Vec<String> = left.items().iter().map(Value::shown).collect();
            Value::Text(items.join(&right.shown()))
        }
        "-split" => {
            let (left, right) = (left.shown(), right.shown());
            Value::List(left.split(right.as_str()).map(Value::text).collect())
        }
        "-replace" => Value::Text(left.shown().replace(&right.shown(), "")),
        "-f" => {
            let mut text = left.shown();
            for (index, item) in right.items().iter().enumerate() {
                text = text.replace(&format!("{{{index}}}"), &item.shown());
            }
            Value::Text(text)
        }
        "+" => add(left, right)?,
        "-" => Value::Number(left.number()? - right.number()?),
        "*" => Value::Number(left.number()?.saturating_mul(right.number()?)),
        other => return Err(Stop::Error(format!("I do not know the operator {other}"))),
    })
}

fn shown(arguments: &[Value], index: usize) -> String {
    arguments.get(index).map(Value::shown).unwrap_or_default()
}

/// A method of a value.
pub(super) fn call(object: &Value, name: &str, arguments: &[Value]) -> Result<Value, Stop> {
    let index = |found: Option<usize>, text: &str| {
        Value::Number(found.map_or(-1, |at| text[..at].chars().count() as i64))
    };
    Ok(match (object, name) {
        (Value::Text(text), "indexof") => index(text.find(&shown(arguments, 0)), text),
        (Value::Text(text), "lastindexof") => index(text.rfind(&shown(arguments, 0)), text),
        (Value::Text(text), "substring") => {
            let place = |index: usize| -> Result<Option<usize>, Stop> {
                let Some(value) = arguments.get(index) else {
                    return Ok(None);
                };
                let number = value.number()?;
                usize::try_from(number)
                    .map(Some)
                    .map_err(|_| Stop::Error("StartIndex cannot be less than zero.".to_owned()))
            };
            let from = place(0)?.unwrap_or_default();
            let length = place(1)?.unwrap_or(usize::MAX);
            Value::Text(text.chars().skip(from).take(length).collect())
        }
        (Value::Text(text), "split") => {
            let parts = shown(arguments, 0);
            Value::List(text.split(|c| parts.contains(c)).map(Value::text).collect())
        }
        (Value::Text(text), "trim") => Value::text(text.trim()),
        (Value::Text(text), "tolower") => Value::Text(text.to_lowercase()),
        (Value::Text(text), "toupper") => Value::Text(text.to_uppercase()),
        (Value::Text(text), "startswith") => Value::Bool(text.starts_with(&shown(arguments, 0))),
        (Value::Text(text), "endswith") => Value::Bool(text.ends_with(&shown(arguments, 0))),
        (Value::Text(text), "replace") => {
            Value::Text(text.replace(&shown(arguments, 0), &shown(arguments, 1)))
        }
        (value, "tostring") => Value::Text(value.shown()),
        (Value::Map(map), "readtoend") => map.get(WRITTEN).cloned().unwrap_or(Value::Null),
        // It is over by the time that it was started.
        (Value::Map(_), "waitforexit") => Value::List(Vec::new()),
        (Value::Map(map), "getstring") if map.contains_key(ENCODING) => match arguments.first() {
            // What is no UTF-8 becomes replacement characters, as in .NET.
            Some(Value::Bytes(bytes)) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
            _ => return Err(Stop::Error("GetString takes bytes".to_owned())),
        },
        (_, other) => return Err(Stop::Error(format!("I do not know the method {other}"))),
    })
}

/// The member in which a stream keeps what was written to it.
const WRITTEN: &str = "<written>";
/// The member by which an encoding is known.
const ENCODING: &str = "<encoding>";

/// A static property.
pub(super) fn constant(class: &str, name: &str) -> Result<Value, Stop> {
    match (class, name) {
        ("text.encoding", "utf8" | "unicode" | "ascii") => Ok(Value::Map(BTreeMap::from([(
            ENCODING.to_owned(),
            Value::text(name),
        )]))),
        _ => Err(Stop::Error(format!("I do not know [{class}]::{name}"))),
    }
}

/// A static method.
pub(super) fn static_call(
    machine: &mut dyn Machine,
    class: &str,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Stop> {
    match (class, name) {
        ("convert", "frombase64string") => {
            let encoded = shown(arguments, 0);
            let bytes = STANDARD
                .decode(&encoded)
                .map_err(|_| format!("FromBase64String does not take `{encoded}`"))?;
            Ok(Value::Bytes(bytes))
        }
        ("scriptblock", "create") => Ok(Value::Block(read(&shown(arguments, 0))?)),
        ("io.file", "writealltext") => {
            machine.write(&shown(arguments, 0), &shown(arguments, 1));
            Ok(Value::List(Vec::new()))
        }
        ("io.file", "readalltext") => {
            let path = shown(arguments, 0);
            let content = machine.read(&path);
            Ok(Value::Text(
                content.ok_or_else(|| format!("Could not find file '{path}'."))?,
            ))
        }
        ("diagnostics.process", "start") => {
            let start = arguments.first().cloned().unwrap_or(Value::Null);
            let program = start.member("filename").shown();
            let ran = machine.start(&program, &start.member("arguments").shown());
            let (code, output) = ran.ok_or_else(|| "The system cannot find the file specified".to_owned())?;
            let stream = Value::Map(BTreeMap::from([(WRITTEN.to_owned(), Value::Text(output))]));
            Ok(Value::Map(BTreeMap::from([
                ("exitcode".to_owned(), Value::Number(code)),
                ("standardoutput".to_owned(), stream),
            ])))
        }
        _ => Err(Stop::Error(format!("I do not know [{class}]::{name}"))),
    }
}
