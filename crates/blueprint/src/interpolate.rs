//! `${env:NAME}` and secrets: what is looked for in every text of a blueprint, under every key.

use fancy_regex::Regex;
use std::sync::LazyLock;

use super::chosen::TARGET;
use super::limits;
use super::node::{Entry, Node, Value, shortened};
use super::sources::Sources;
use headset_core::diagnostic::{Diagnostic, Place};

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

/// Words of names of variables that hold credentials, such as `GITHUB_TOKEN` and `AWS_ACCESS_KEY_ID`.
const CREDENTIAL_WORDS: [&str; 14] = [
    "SECRET",
    "SECRETS",
    "TOKEN",
    "TOKENS",
    "PASSWORD",
    "PASSWORDS",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "CREDENTIALS",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "API_KEY",
    "APIKEY",
];
/// The last words of names of variables that say where a credential is, and hold none.
const PLACE_WORDS: [&str; 4] = ["FILE", "PATH", "ARN", "NAME"];

/// The most characters that all variables of a blueprint may add: a value of the environment has no limit.
const MOST_INSERTED: usize = 1 << 20;
/// The most findings that are shown: a hostile file can ask for fifty thousand variables that are not set.
const MOST_FINDINGS: usize = 200;

/// Whether the value of this key would be a secret. Such a key is never also reported as unknown.
pub(super) fn is_secret_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace('-', "_");
    SECRET_KEYS.contains(&key.as_str())
}

/// Whether the name of a variable says that it holds a credential. A blueprint of others could take it to where they read it:
/// into the name of a stack, a tag, a page.
fn is_credential(name: &str) -> bool {
    let name = format!("_{}_", name.to_ascii_uppercase());
    CREDENTIAL_WORDS
        .iter()
        .any(|word| name.contains(&format!("_{word}_")))
        && !PLACE_WORDS
            .iter()
            .any(|word| name.ends_with(&format!("_{word}_")))
}

/// Puts variables in, `${` for each `$${`, and reports secrets and what else begins with `${`.
pub(super) struct Interpolation<'a> {
    /// The value of an environment variable, if it is set.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The name of the target that is read.
    pub target: Option<&'a str>,
    /// What is wrong.
    pub findings: Vec<Diagnostic>,
    inserted: usize,
    /// Whether it is said where a secret is.
    in_secret: bool,
}

impl<'a> Interpolation<'a> {
    /// With this environment.
    pub(super) fn new(sources: &Sources<'a>) -> Interpolation<'a> {
        Interpolation {
            variable: sources.variable,
            target: sources.target,
            findings: Vec::new(),
            inserted: 0,
            in_secret: false,
        }
    }

    /// Resolves every text below a node.
    pub(super) fn resolve(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::Text(text) => {
                if let Some((resolved, loose)) = self.text(text, &node.place) {
                    *text = resolved;
                    node.loose |= loose;
                }
                if CREDENTIAL.is_match(text).unwrap_or(false) {
                    self.findings.push(
                        Diagnostic::error("plain-secret", "this looks like an AWS access key or a private key")
                            .at(node.place.clone())
                            .help("Delete it here, and revoke it if this file has ever left your machine. Headset takes credentials from AWS_PROFILE and the rest of the standard AWS configuration."),
                    );
                    // No message about this text may quote it.
                    "(withheld)".clone_into(text);
                }
            }
            Value::List(list) => {
                for node in list {
                    self.resolve(node);
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    self.entry(entry);
                }
            }
        }
    }

    fn entry(&mut self, entry: &mut Entry) {
        match unescaped(&entry.key) {
            Some(resolved) => entry.key = resolved,
            None => self.findings.push(
                Diagnostic::error(
                    "interpolation",
                    "`${` asks for an interpolation, which keys never have",
                )
                .at(entry.key_place.clone())
                .help("Write the key out. `$${` stands for a plain `${`."),
            ),
        }
        if is_secret_key(&entry.key) {
            match &mut entry.node.value {
                Value::Text(text) => {
                    self.findings
                        .push(plain_secret(&entry.key, &entry.key_place, text));
                    "(withheld)".clone_into(text);
                    return;
                }
                Value::Number(text) => {
                    self.findings
                        .push(plain_secret(&entry.key, &entry.key_place, text));
                    entry.node.value = Value::Text("(withheld)".to_owned());
                    return;
                }
                Value::Map(places) => {
                    // What says where a secret is: none of it is the secret itself, and its reader is strict.
                    self.in_secret = true;
                    for place in places {
                        self.resolve(&mut place.node);
                    }
                    self.in_secret = false;
                    return;
                }
                Value::Null | Value::Bool(_) | Value::List(_) => {}
            }
        }
        self.resolve(&mut entry.node);
    }

    /// The text with its variables' values, and whether it had any. `None` if it was wrong, which has been reported.
    fn text(&mut self, text: &str, place: &Place) -> Option<(String, bool)> {
        let mut resolved = String::with_capacity(text.len());
        let mut loose = false;
        let mut rest = text;
        while let Some(offset) = rest.find("${") {
            if let Some(before) = rest[..offset].strip_suffix('$') {
                resolved.push_str(before);
                resolved.push_str("${");
                rest = &rest[offset + 2..];
                continue;
            }
            resolved.push_str(&rest[..offset]);
            let inside = &rest[offset + 2..];
            let Some((asked, behind)) = inside.split_once('}') else {
                self.report(place, "`${` has no `}` behind it".to_owned(), ESCAPE);
                return None;
            };
            if asked == TARGET {
                let Some(name) = self.target else {
                    let message = "`${target}` is the name of a target, and none is meant here".to_owned();
                    self.report(
                        place,
                        message,
                        "Declare `targets`, and name one of them: `center.yaml#NAME`.",
                    );
                    return None;
                };
                resolved.push_str(name);
                rest = behind;
                continue;
            }
            let Some(name) = asked.strip_prefix("env:") else {
                let message = format!("`${{{}}}` is not an interpolation", shortened(asked));
                self.report(place, message, ESCAPE);
                return None;
            };
            if !limits::VARIABLE.accepts(name) {
                let message = format!("`{}` cannot be a variable's name", shortened(name));
                self.report(place, message, ESCAPE);
                return None;
            }
            if is_credential(name) && !self.in_secret {
                let message = format!(
                    "`${{env:{name}}}` asks for a credential, which goes into secrets and nothing else"
                );
                self.report(place, message, CREDENTIAL_HELP);
                return None;
            }
            let Some(value) = (self.variable)(name) else {
                let message = format!("the environment variable `{name}` is not set");
                let help = format!("Set it: `export {name}=...`. An empty value is one, too.");
                self.report(place, message, &help);
                return None;
            };
            let before = self.inserted;
            self.inserted = before.saturating_add(value.len());
            if self.inserted > MOST_INSERTED {
                // Once is enough: all that follows is too much as well.
                if before <= MOST_INSERTED {
                    self.findings.push(
                        Diagnostic::error(
                            "too-big",
                            format!("variables add more than {MOST_INSERTED} bytes to this blueprint"),
                        )
                        .at(place.clone())
                        .help("Is this the right variable?"),
                    );
                }
                return None;
            }
            resolved.push_str(&value);
            loose = true;
            rest = behind;
        }
        resolved.push_str(rest);
        Some((resolved, loose))
    }

    fn report(&mut self, place: &Place, message: String, help: &str) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(
                Diagnostic::error("interpolation", message)
                    .at(place.clone())
                    .help(help),
            );
        }
    }
}

const CREDENTIAL_HELP: &str = "What stands here ends up in plans, in state and in AWS, where others read it. Where a secret is asked for, write `{ env: NAME }`. If the variable holds no credential, give it another name.";

const ESCAPE: &str = "`${env:NAME}` is replaced by an environment variable, `${target}` by the name of the target, and nothing else is. `$${` stands for a plain `${`.";

fn plain_secret(key: &str, place: &Place, text: &str) -> Diagnostic {
    let asked = text
        .strip_prefix("${env:")
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|name| limits::VARIABLE.accepts(name));
    let (message, help) = match asked {
        Some(name) => (
            format!("`{key}` is a secret, which is never interpolated"),
            format!(
                "Write `{key}: {{ env: {name} }}`: the variable is then read when it is used, and the secret goes nowhere else."
            ),
        ),
        None => (
            format!("`{key}` is a secret in plain text"),
            format!(
                "Delete it here: a blueprint is committed and shown in reviews. Say where it is: `{key}: {{ env: NAME }}`, `{{ file: PATH }}`, `{{ secret: ARN }}` or `{{ ssm: PATH }}`."
            ),
        ),
    };
    Diagnostic::error("plain-secret", message)
        .at(place.clone())
        .help(help)
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
    use std::sync::Arc;

    use super::*;

    fn place() -> Place {
        Place {
            file: Arc::from("b.yaml"),
            line: 1,
            column: 1,
            bytes: (0, 0),
        }
    }

    fn resolved(text: &str) -> Result<String, String> {
        let variable = |name: &str| match name {
            "A" => Some("1".to_owned()),
            "NESTED" => Some("${env:A}".to_owned()),
            _ => None,
        };
        let mut interpolation = Interpolation::new(&Sources {
            variable: &variable,
            target: Some("eu"),
            ..Sources::alone("b.yaml", "")
        });
        match interpolation.text(text, &place()) {
            Some((text, _)) => Ok(text),
            None => Err(interpolation.findings.remove(0).message),
        }
    }

    #[test]
    fn variables_are_put_in_once_and_a_doubled_dollar_escapes() {
        assert_eq!(resolved("a$${b}c$${d}").as_deref(), Ok("a${b}c${d}"));
        assert_eq!(resolved("x${env:A}y${env:A}").as_deref(), Ok("x1y1"));
        assert_eq!(resolved("acme-${target}").as_deref(), Ok("acme-eu"));
        assert_eq!(resolved("costs $5").as_deref(), Ok("costs $5"));
        // What a variable holds is text, even if it looks like a number.
        assert_eq!(resolved("${env:NESTED}").as_deref(), Ok("${env:A}"));
        assert_eq!(resolved("$${env:A}").as_deref(), Ok("${env:A}"));
    }

    #[test]
    fn what_is_missing_or_misspelt_is_said() {
        assert_eq!(
            resolved("${env:B}"),
            Err("the environment variable `B` is not set".to_owned())
        );
        assert_eq!(
            resolved("${file:x}"),
            Err("`${file:x}` is not an interpolation".to_owned())
        );
        assert_eq!(resolved("${env:A"), Err("`${` has no `}` behind it".to_owned()));
        assert!(resolved("${env:}").is_err());
    }

    #[test]
    fn credentials_are_not_put_into_texts() {
        for name in [
            "GITHUB_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "db_password",
            "NPM_TOKEN_2",
            "API_KEY",
            "SECRET",
        ] {
            let refused = resolved(&format!("x${{env:{name}}}"));
            assert_eq!(
                refused,
                Err(format!(
                    "`${{env:{name}}}` asks for a credential, which goes into secrets and nothing else"
                ))
            );
        }
        for name in [
            "TOKENIZER",
            "PASSWORD_FILE",
            "SECRET_ARN",
            "KEY",
            "KEYS_TO_THE_DOOR",
            "SECRETARY",
        ] {
            assert!(!is_credential(name), "{name}");
        }
    }

    #[test]
    fn keys_only_unescape() {
        assert_eq!(unescaped("a$${b}").as_deref(), Some("a${b}"));
        assert_eq!(unescaped("$${a}${b}"), None);
    }
}
