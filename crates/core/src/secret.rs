//! Secrets: named in a blueprint, read when they are used, kept nowhere.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::revealed::Revealed;
use crate::text_file::{self, Unreadable};

/// Where a secret is. The value itself never enters specs, plans, state or messages: a kind reveals it when it calls AWS.
///
/// In a spec's JSON form: `{"$secret": {"env": "NAME"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Wrapped", into = "Wrapped")]
pub enum Secret {
    /// `env: NAME`: an environment variable.
    Env(String),
    /// `file: PATH`: a file; a byte order mark and one line break at its end are not part of the secret.
    File(String),
    /// `secret: ARN`: a secret in AWS Secrets Manager, by ARN or name; of its JSON nothing is taken apart.
    SecretsManager(String),
    /// `ssm: PATH`: a parameter in AWS Systems Manager's Parameter Store, by name or ARN, decrypted.
    Parameter(String),
    /// `existing: true`: who is there has it already, and it is no business of Headset's.
    Existing,
}

#[derive(Serialize, Deserialize)]
struct Wrapped {
    #[serde(rename = "$secret")]
    source: Source,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    Env(String),
    File(String),
    Secret(String),
    Ssm(String),
    Existing(bool),
}

impl From<Wrapped> for Secret {
    fn from(wrapped: Wrapped) -> Secret {
        match wrapped.source {
            Source::Env(name) => Secret::Env(name),
            Source::File(path) => Secret::File(path),
            Source::Secret(arn) => Secret::SecretsManager(arn),
            Source::Ssm(path) => Secret::Parameter(path),
            Source::Existing(_) => Secret::Existing,
        }
    }
}

impl From<Secret> for Wrapped {
    fn from(secret: Secret) -> Wrapped {
        let source = match secret {
            Secret::Env(name) => Source::Env(name),
            Secret::File(path) => Source::File(path),
            Secret::SecretsManager(arn) => Source::Secret(arn),
            Secret::Parameter(path) => Source::Ssm(path),
            Secret::Existing => Source::Existing(true),
        };
        Wrapped { source }
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Secret::Env(name) => write!(f, "the environment variable {name}"),
            Secret::File(path) => write!(f, "the file {path}"),
            Secret::SecretsManager(arn) => write!(f, "the secret {arn}"),
            Secret::Parameter(path) => write!(f, "the parameter {path}"),
            Secret::Existing => f.write_str("the one of who is there"),
        }
    }
}

/// What this machine knows of a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum AtHand {
    /// AWS keeps it.
    Remote,
    /// It is nowhere to be read: who is there has it.
    Kept,
    /// It should be here and is not (yet): why, in words.
    Missing(String),
    /// It is here and cannot be read.
    Unreadable {
        /// Why, in words.
        why: String,
        /// How to mend it, where that is known.
        help: Option<String>,
    },
    /// The secret itself.
    Value(Revealed),
}

impl AtHand {
    fn unreadable(why: &str) -> AtHand {
        AtHand::Unreadable {
            why: why.to_owned(),
            help: None,
        }
    }
}

impl fmt::Debug for AtHand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AtHand::Remote => f.write_str("Elsewhere"),
            AtHand::Kept => f.write_str("Kept"),
            AtHand::Missing(why) => f.debug_tuple("Missing").field(why).finish(),
            AtHand::Unreadable { why, .. } => f.debug_tuple("Unreadable").field(why).finish(),
            AtHand::Value(_) => f.write_str("Value(..)"),
        }
    }
}

impl Secret {
    /// Looks for the secret without asking AWS. An empty variable is what a CI leaves of a secret that it does not give.
    pub fn at_hand(&self) -> AtHand {
        match self {
            Secret::Env(name) => match std::env::var(name) {
                Ok(value) if value.is_empty() => AtHand::Missing("it is empty".to_owned()),
                Ok(value) => AtHand::Value(Revealed::new(value)),
                Err(std::env::VarError::NotPresent) => AtHand::Missing("it is not set".to_owned()),
                Err(std::env::VarError::NotUnicode(_)) => AtHand::unreadable("it is not text"),
            },
            Secret::File(path) => match read_file(path) {
                Ok(value) if value.is_empty() => AtHand::unreadable("it is empty"),
                Ok(value) => AtHand::Value(Revealed::new(value)),
                Err(error) if error.is_missing() => AtHand::Missing("there is no such file".to_owned()),
                Err(error) => AtHand::Unreadable {
                    why: error.to_string(),
                    help: error.help(),
                },
            },
            Secret::SecretsManager(_) | Secret::Parameter(_) => AtHand::Remote,
            Secret::Existing => AtHand::Kept,
        }
    }
}

/// The most that is read of a file with a secret, in bytes: no password is as long.
const LONGEST: u64 = 1 << 20;

/// The secret that a file holds.
fn read_file(path: &str) -> Result<String, Unreadable> {
    let text = text_file::read(Path::new(path), LONGEST)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_at_hand_is_told_and_never_shown() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("password");
        let secret = Secret::File(path.display().to_string());
        assert!(matches!(secret.at_hand(), AtHand::Missing(_)));
        std::fs::write(&path, "\u{feff}Spring2026pass\r\n").unwrap();
        assert_eq!(
            secret.at_hand(),
            AtHand::Value(Revealed::new("Spring2026pass".to_owned()))
        );
        assert!(!format!("{:?}", secret.at_hand()).contains("Spring"));
        let utf16: Vec<u8> = "\u{feff}Spring2026pass"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        std::fs::write(&path, utf16).unwrap();
        let AtHand::Unreadable { why, .. } = secret.at_hand() else {
            panic!("UTF-16 was read")
        };
        assert!(why.contains("UTF-16") && !why.contains("Spring"), "{why}");
        let unset = Secret::Env("HEADSET_TEST_NEVER_SET".to_owned());
        assert!(matches!(unset.at_hand(), AtHand::Missing(_)));
        assert_eq!(Secret::Parameter("/a".to_owned()).at_hand(), AtHand::Remote);
    }

    #[test]
    fn a_spec_names_the_source_and_nothing_else() {
        let secret = Secret::Parameter("/acme/agent1".to_owned());
        let value = serde_json::to_value(&secret).expect("it is JSON");
        assert_eq!(value, json!({"$secret": {"ssm": "/acme/agent1"}}));
        let back: Secret = serde_json::from_value(value).expect("it is a secret");
        assert_eq!(back, secret);
        let kept = serde_json::to_value(Secret::Existing).expect("it is JSON");
        assert_eq!(kept, json!({"$secret": {"existing": true}}));
        let back: Secret = serde_json::from_value(kept).expect("it is a secret");
        assert_eq!(back.at_hand(), AtHand::Kept);
    }
}
