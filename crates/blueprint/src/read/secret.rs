//! Where a secret is. Nothing here quotes what is written there: it may be the secret itself.

use super::item::Item;
use super::reader::Reader;
use crate::language::Shape;
use crate::model::At;
use crate::node::{Value, beside};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::Secret;

impl Reader<'_> {
    pub(super) fn secret(&mut self, item: &Item<'_>) -> Option<At<Secret>> {
        if let Value::Text(_) = item.node.value {
            // A secret in plain text has been reported, and withheld.
            return None;
        }
        let fields = self.fields(item)?;
        let mut found = None;
        for key in ["env", "file", "secret", "ssm"] {
            let Some(item) = fields.get(key) else { continue };
            let text = self.unquoted(&item)?;
            let value = match key {
                "env" => Secret::Env(text),
                "file" => Secret::File(beside(&item.node.place, &text)),
                "secret" => Secret::SecretsManager(text),
                _ => Secret::Parameter(text),
            };
            found = Some(At {
                value,
                place: item.node.place.clone(),
            });
        }
        found
    }

    /// A text of the table's shape. The code of a finding about it keeps its line from being shown.
    fn unquoted(&mut self, item: &Item<'_>) -> Option<String> {
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
            self.report(
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
        good.cloned()
    }
}
