//! `headset status`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::lost;
use super::offline::Asking;
use super::terminal;
use crate::report::status_view;
use headset_core::diagnostic::has_errors;

/// Show what exists: states, power, what costs money now, open checkpoints, certificates, images, addresses.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    asking: Asking,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) async fn status(global: &Global, args: &StatusArgs) -> Result<Exit, Failure> {
    let mut documents = Vec::new();
    let mut exit = Exit::Done;
    for file in &args.files {
        let environment = Environment::open(global, file).await?.asking(args.asking);
        let lost = lost::look(global, &environment).await?;
        let assessed = environment
            .assess(&environment.design, &environment.state)
            .await?;
        environment.close().await?;
        let now = environment.aws.clock().now();
        let status = status_view::Status {
            account: environment.context.account.clone(),
            region: environment.context.region.clone(),
            expires: environment.state.expires.clone(),
            outputs: environment.outputs(&assessed.survey.outputs),
            ..status_view::status(&assessed.plan, &assessed.survey, now)
        };
        if !args.json {
            terminal::page(&status_view::text(&status));
        }
        documents.push(status);
        lost.tell();
        terminal::diagnostics(&lost.findings);
        if has_errors(&lost.findings) {
            exit = Exit::Error;
        }
    }
    if args.json {
        terminal::document(&serde_json::json!({ "schema_version": 1, "environments": documents }));
    }
    Ok(exit)
}
