//! `headset drift`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::lost;
use super::offline::Asking;
use super::terminal;
use crate::report::{drift_view, plural};
use headset_core::diagnostic::has_errors;
use headset_engine::drift::{Class, Drift, DriftReport};

/// Compare what was applied, what AWS has now, and what the blueprint asks for. Only reads.
///
/// Exits with 2 if something was changed outside of Headset, even to what the blueprint asks for by now, and with 1 if
/// something could not be read. Changes of the blueprint that are not applied yet are listed as pending, and what
/// differs only because of another change as follows; neither is drift. SAML metadata whose address is known is fetched
/// again: a certificate other than the one that was read is drift, and `headset apply` gives the new metadata to IAM.
/// Certificates in IAM's metadata and a validUntil that end within 30 days are listed, too; the JSON form gives the
/// days that are left of each.
#[derive(Debug, Args)]
pub(super) struct DriftArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    asking: Asking,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// List what could not be read, but do not exit with an error because of it.
    #[arg(long)]
    allow_unknown: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text.
    Human,
    /// One JSON document.
    Json,
}

pub(super) async fn drift(global: &Global, args: &DriftArgs) -> Result<Exit, Failure> {
    let mut reports: Vec<DriftReport> = Vec::new();
    let mut broken = false;
    for file in &args.files {
        let environment = Environment::open(global, file).await?.asking(args.asking);
        let lost = lost::look(global, &environment).await?;
        let looked = environment
            .attentively(headset_engine::drift::drift(&environment))
            .await;
        let Drift { report, findings } = looked.map_err(|stop| environment.failure(stop))?;
        environment.close().await?;
        if has_errors(&findings) {
            terminal::diagnostics(&environment.invocation.complete_all(findings));
            broken = true;
        }
        lost.tell();
        terminal::diagnostics(&lost.findings);
        broken |= has_errors(&lost.findings);
        if args.format == Format::Human {
            terminal::text(&drift_view::text(&report, args.files.len() > 1));
        }
        reports.push(report);
    }
    if args.format == Format::Json {
        terminal::document(&drift_view::json(&reports));
    }
    let count = |class| reports.iter().map(|report| report.count(class)).sum::<usize>();
    let unknown = count(Class::Unknown);
    let unread = !args.allow_unknown && unknown > 0;
    if unread {
        terminal::talk(&format!(
            "{} could not be read, so drift there is not known; `--allow-unknown` accepts that",
            plural(unknown, "resource")
        ));
    }
    Ok(if broken || unread {
        Exit::Error
    } else if count(Class::Drift) > 0 {
        Exit::Changes
    } else {
        Exit::Done
    })
}
