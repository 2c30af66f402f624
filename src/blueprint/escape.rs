//! `${` and secrets: what is looked for in every text of a blueprint, whatever its key.

use fancy_regex::Regex;
use std::sync::LazyLock;

use super::node::{Entry, Node, Value};
use crate::diagnostic::Diagnostic;

/// Access key ids begin with `AKIA` (long-lived) or `ASIA` (temporary):
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
static CREDENTIAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----").expect("a valid pattern")
});

/// Keys whose value would be a secret.
const SECRET_KEYS: [&str; 11] = [
    "password",
    "passwd",
    "secret",
    "secret_key",
    "secret_access_key",
    "aws_secret_access_key",
    "access_key",
    "access_key_id",
    "client_secret",
    "api_key",
    "token",
];

/// Whether the value of this key would be a secret. Such a key is never also reported as unknown.
pub(super) fn is_secret_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace('-', "_");
    SECRET_KEYS.contains(&key.as_str())
}

/// Reports `${` and secrets, and puts `${` for each `$${`.
pub(super) fn resolve(node: &mut Node, findings: &mut Vec<Diagnostic>) {
    match &mut node.value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::Text(text) => {
            if CREDENTIAL.is_match(text).unwrap_or(false) {
                findings.push(
                    Diagnostic::error("plain-secret", "this looks like an AWS access key or a private key")
                        .at(node.place.clone())
                        .help("Delete it here, and revoke it if this file has ever left your machine. Headset takes credentials from AWS_PROFILE and the rest of the standard AWS configuration."),
                );
                // Whatever else is wrong with this text, no message may quote it.
                "(withheld)".clone_into(text);
            }
            match unescaped(text) {
                Some(resolved) => *text = resolved,
                None => findings.push(
                    Diagnostic::error(
                        "interpolation",
                        "`${` asks for an interpolation, which this version does not have yet",
                    )
                    .at(node.place.clone())
                    .help("Write the value out. `$${` stands for a plain `${`."),
                ),
            }
        }
        Value::List(list) => {
            for node in list {
                resolve(node, findings);
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                resolve_entry(entry, findings);
            }
        }
    }
}

fn resolve_entry(entry: &mut Entry, findings: &mut Vec<Diagnostic>) {
    match unescaped(&entry.key) {
        Some(resolved) => entry.key = resolved,
        None => findings.push(
            Diagnostic::error(
                "interpolation",
                "`${` asks for an interpolation, which keys never have",
            )
            .at(entry.key_place.clone())
            .help("Write the key out. `$${` stands for a plain `${`."),
        ),
    }
    let is_text = matches!(entry.node.value, Value::Text(_) | Value::Number(_));
    if is_secret_key(&entry.key) && is_text {
        findings.push(
            Diagnostic::error("plain-secret", format!("`{}` is a secret in plain text", entry.key))
                .at(entry.key_place.clone())
                .help("Delete it here: a blueprint is committed and shown in reviews. This version needs no secrets; it takes credentials from the standard AWS configuration."),
        );
    } else {
        resolve(&mut entry.node, findings);
    }
}

/// The text with `${` for each `$${`, or `None` if a bare `${` is in it.
fn unescaped(text: &str) -> Option<String> {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(offset) = rest.find("${") {
        let before = rest[..offset].strip_suffix('$')?;
        resolved.push_str(before);
        resolved.push_str("${");
        rest = &rest[offset + 2..];
    }
    resolved.push_str(rest);
    Some(resolved)
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn a_doubled_dollar_escapes() {
        assert_eq!(unescaped("a$${b}c$${d}").as_deref(), Some("a${b}c${d}"));
        assert_eq!(unescaped("a${b}"), None);
        assert_eq!(unescaped("$${a}${b}"), None);
        assert_eq!(unescaped("costs $5").as_deref(), Some("costs $5"));
    }
}
