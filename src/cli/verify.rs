//! `headset verify`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::offline::Asking;
use super::terminal;
use crate::report::verify_view;
use headset_core::diagnostic::has_errors;
use headset_engine::verify::Verification;

/// Check whether an agent would get in. Changes nothing.
///
/// Each check says what it looked at: the instance and its approved origins, each file of the pages as a browser gets it,
/// the provider's metadata and what the identity provider publishes, the role's trust and permissions, the application and
/// its assignments, users, images, fleets, and the address of a session. A check that could only fail because another one
/// failed is not made. Exits with 1 unless all checks have passed.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// List every check, not only those that have not passed.
    #[arg(long)]
    all: bool,
    /// Find out why this user cannot sign in, or gets no call: the name to sign in with, or the e-mail address. Lists
    /// every check. What is kept by another identity provider is not checked, and the report says where to look.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text.
    Human,
    /// One JSON document.
    Json,
    /// One JUnit document, as test reports of pipelines are.
    Junit,
}

pub(super) async fn verify(global: &Global, args: &VerifyArgs) -> Result<Exit, Failure> {
    let mut verified: Vec<Verification> = Vec::new();
    for file in &args.files {
        let environment = Environment::open(global, file)
            .await?
            .asking(Asking { offline: false });
        let looked = match &args.user {
            Some(user) => {
                environment
                    .attentively(headset_engine::verify::person(&environment, user))
                    .await
            }
            None => {
                environment
                    .attentively(headset_engine::verify::verify(&environment))
                    .await
            }
        };
        let verification = looked.map_err(|stop| environment.failure(stop))?;
        environment.close().await?;
        if has_errors(&verification.findings) {
            terminal::diagnostics(&environment.invocation.complete_all(verification.findings.clone()));
        }
        if args.format == Format::Human {
            terminal::text(&verify_view::text(&verification, args.all || args.user.is_some()));
        }
        verified.push(verification);
    }
    match args.format {
        Format::Human => {}
        Format::Json => terminal::versioned(&verify_view::json(&verified)),
        Format::Junit => terminal::document(&verify_view::junit(&verified)),
    }
    // Of a person something has to be found: nothing to check is no way in.
    let is_someone = |one: &Verification| args.user.is_none() || !one.entries.is_empty();
    let is_proven = |one: &Verification| one.is_passed() && !has_errors(&one.findings) && is_someone(one);
    Ok(match verified.iter().all(is_proven) {
        true => Exit::Done,
        false => Exit::Error,
    })
}
