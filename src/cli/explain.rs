//! `headset explain`

use clap::Args;

use super::exit::{Exit, Failure};
use super::terminal;
use crate::blueprint::language;

/// Explain a key of the blueprint: meaning, type, default, limits, and what changing it takes.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The key's path, such as appstream.fleets.agents.capacity; `*` stands for any name.
    #[arg(value_name = "FIELD")]
    subject: String,
}

pub(super) fn explain(args: &ExplainArgs) -> Result<Exit, Failure> {
    if let Some(text) = language::explain_field(&args.subject) {
        terminal::data(&text);
        return Ok(Exit::Done);
    }
    let failure = Failure::new(format!("blueprints have no key `{}`", args.subject));
    let similar = language::similar_fields(&args.subject);
    Err(if similar.is_empty() {
        failure
            .help("docs/reference/blueprint.md lists all keys; `headset explain connect` those of a section")
    } else {
        failure.help(format!("did you mean {}?", similar.join(", ")))
    })
}
