//! `headset history`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::terminal;
use crate::report::history_view;

/// Show who changed an environment, when, and how it ended.
///
/// Each apply, destroy and import writes a record before its first change and again at its end. What was done to the state
/// itself is one as well: `state mv`, `rm`, `push`, `migrate` and `restore`, and `unlock`. The records are kept with the state,
/// in the shared store where that is.
#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How many runs to show, the newest first.
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    last: usize,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) async fn history(global: &Global, args: &HistoryArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let history = environment.store.history(args.last).await;
    environment.close().await?;
    let history = history?;
    match args.json {
        true => terminal::versioned(&serde_json::json!({
            "environment": environment.name,
            "runs": history.runs,
            "earlier": history.earlier,
            "unreadable": history.unreadable,
        })),
        false => terminal::page(&history_view::text(&environment.name, &history)),
    }
    Ok(Exit::Done)
}
