//! `headset schema`

use clap::Args;

use super::exit::{Exit, Failure};
use super::terminal;
use headset_blueprint::language;

/// Print the JSON Schema of blueprints, for editors.
///
/// With `# yaml-language-server: $schema=headset.schema.json` as its first line, a blueprint is completed and checked
/// while it is written.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {}

pub(super) fn schema(_args: &SchemaArgs) -> Result<Exit, Failure> {
    let text = serde_json::to_string_pretty(&language::schema())
        .map_err(|error| Failure::new(format!("the schema cannot be written: {error}")))?;
    terminal::document(&text);
    Ok(Exit::Done)
}
