//! What an unquoted scalar stands for.

use crate::node::Value;

/// YAML 1.2's core schema: `yes`, `no`, `on` and `off` are text.
pub(super) fn scalar(text: &str, plain: bool) -> Value {
    if !plain {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(text) => Value::Number(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_yaml_1_2_calls_so_is_a_number_or_a_boolean() {
        for text in ["yes", "no", "on", "off", "1h", "1.2.3", "0x", "+", ".", "e3"] {
            assert!(matches!(scalar(text, true), Value::Text(_)), "{text}");
        }
        for text in ["1", "-1", "+1.5", "1e3", "0x1F", "0o17", ".5", ".inf", ".NaN"] {
            assert!(matches!(scalar(text, true), Value::Number(_)), "{text}");
        }
        assert!(matches!(scalar("true", true), Value::Bool(true)));
        assert!(matches!(scalar("true", false), Value::Text(_)));
        assert!(matches!(scalar("~", true), Value::Null));
    }
}
