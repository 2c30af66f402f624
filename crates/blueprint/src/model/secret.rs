//! Where a secret is. Nothing here quotes what is written there: it may be the secret itself.

use crate::at::At;
use crate::declare::{self, Value as _};
use crate::limits;
use crate::node::{Value, beside};
use crate::reader::{Item, Reader};
use crate::table::{Between, Shape, rule};
use headset_core::diagnostic::Diagnostic;
use headset_derive::Section;
use headset_kinds::Secret;

/// Where a secret is.
#[derive(Section)]
#[section(rules(rule(
    Between::OneOf(&["env", "file", "secret", "ssm", "existing"]),
    "Write one of `{ env: NAME }`, `{ file: PATH }`, `{ secret: ARN }` and `{ ssm: PATH }`; or `{ existing: true }` where the user \
     is there already.",
)))]
pub(crate) struct SecretPlace {
    /// An environment variable that holds the secret.
    #[key(pattern = limits::VARIABLE, read = unquoted, example = "AGENT1_PASSWORD")]
    env: Option<String>,
    /// A file that holds the secret, relative to the file that holds this key; one line break at its end does not count.
    #[key(text = limits::FILE_PATH, read = unquoted_file, example = "secrets/agent1")]
    file: Option<String>,
    /// A secret in AWS Secrets Manager, by its ARN.
    #[key(
        pattern = limits::SECRET_ARN,
        read = unquoted,
        example = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:agent1-AbCdEf"
    )]
    secret: Option<String>,
    /// A parameter in AWS Systems Manager's Parameter Store, by path or ARN.
    #[key(pattern = limits::PARAMETER, read = unquoted, example = "/acme/agent1")]
    ssm: Option<String>,
    /// The user is there already and has a password, which Headset neither knows nor changes. One who is not there is not made.
    #[key(shape = Shape::Yes, read = kept, fallback = declare::no, example = "true")]
    existing: bool,
}

fn kept(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<bool> {
    let said = matches!(item.node.value, Value::Bool(true));
    if !said {
        withhold(reader, item, "`true`");
    }
    said.then_some(true)
}

/// Where a secret is; a secret in plain text has been reported, and withheld.
pub(crate) fn secret(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<Secret>> {
    if let Value::Text(_) = item.node.value {
        return None;
    }
    let said = SecretPlace::read(reader, item)?;
    let value = (said.env.map(Secret::Env))
        .or(said.file.map(Secret::File))
        .or(said.secret.map(Secret::SecretsManager))
        .or(said.ssm.map(Secret::Parameter))
        .or(said.existing.then_some(Secret::Existing))?;
    Some(At {
        value,
        place: item.node.place.clone(),
    })
}

fn unquoted_file(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    unquoted(reader, item).map(|path| beside(&item.node.place, &path))
}

/// A text of the table's shape. The code of a finding about it keeps its line from being shown.
fn unquoted(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    let rule = match item.shape {
        Shape::Pattern(pattern) => pattern.rule,
        _ => "the path of a file",
    };
    let good = match &item.node.value {
        Value::Text(text) => match item.shape {
            Shape::Pattern(pattern) if pattern.accepts(text) => Some(text),
            Shape::Text(longest)
                if !text.trim().is_empty()
                    && text.chars().count() <= *longest
                    && !text.chars().any(char::is_control) =>
            {
                Some(text)
            }
            _ => None,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => None,
    };
    if good.is_none() {
        withhold(reader, item, rule);
    }
    good.cloned()
}

/// Reports something that may be the secret itself, without its line.
fn withhold(reader: &mut Reader<'_>, item: &Item<'_>, rule: &str) {
    reader.report(
        Diagnostic::error(
            "plain-secret",
            format!("`{}` does not say where the secret is", item.path),
        )
        .at(item.place())
        .help(format!(
            "It must be {rule}. If the secret itself stands here, delete it: a blueprint is committed and shown in reviews."
        )),
    );
}
