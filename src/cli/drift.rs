//! `headset drift`

use std::path::{Path, PathBuf};

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::Global;
use super::accept::accept;
use super::completion;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::files;
use super::form::Formed;
use super::invocation::Invocation;
use super::lost;
use super::offline::{Asking, Doubting};
use super::shard::Share;
use super::summary::{Part, name};
use super::terminal;
use super::together::{self, About};
use crate::report::sheet::{self, Looked};
use crate::report::{drift_view, plural};
use headset_core::Address;
use headset_core::diagnostic::{Diagnostic, Severity, has_errors};
use headset_engine::drift::{Class, Drift, DriftReport, Verdict};
use headset_kinds::Reading;

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
    share: Share,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    formed: Formed,
    /// Print the edit of the blueprint by which what others changed there is what it asks for.
    #[arg(long, value_name = "ADDRESS", add = ArgValueCompleter::new(completion::addresses))]
    accept: Option<Address>,
    /// Make that edit, too: comments and layout stay.
    #[arg(long, requires = "accept")]
    write: bool,
    /// Read less: neither lists of what others made, nor what an index does not show. What was not looked at is listed.
    #[arg(long, conflicts_with = "read_all")]
    quick: bool,
    #[command(flatten)]
    doubting: Doubting,
    /// List what could not be read, but do not exit with an error because of it.
    #[arg(long)]
    allow_unknown: bool,
}

/// Warnings about the look itself. All others are about what an apply would do.
const OF_THE_LOOK: [&str; 4] = [
    "waiver-unused",
    "not-visible-yet",
    "new-to-headset",
    "not-looked-at",
];

pub(super) async fn drift(global: &Global, args: &DriftArgs) -> Result<Exit, Failure> {
    let files = args.share.of(global, files::blueprints(global, &args.files)?);
    let several = files.len() > 1;
    if let Some(address) = &args.accept {
        let [file] = files.as_slice() else {
            return Err(Failure::usage("--accept names a resource of one blueprint").help("give one file"));
        };
        return accept(global, file, address, args.write).await;
    }
    let mut looked_at: Vec<Looked<DriftReport>> = Vec::new();
    let mut unseen: Vec<Looked<()>> = Vec::new();
    let mut exit = Exit::Done;
    let form = args.formed.form();
    let look = async |file: &Path, environment: Environment| {
        let reading = match args.quick {
            true => Reading::Quick,
            false => args.doubting.reading(),
        };
        look(global, file, environment.asking(args.asking).reading(reading)).await
    };
    let about = About {
        is_one: form.is_human() && args.share.is_one(&files),
        json: !form.is_human(),
    };
    for (file, seen) in together::each(global, &files, about, look).await? {
        match seen {
            Ok(looked) => {
                terminal::diagnostics(&looked.findings);
                if form.is_human() {
                    terminal::text(&drift_view::text(&looked.found, several));
                }
                global.tally.add(counted(global, &file, &looked.found));
                looked_at.push(looked);
            }
            // One that cannot be looked at does not keep the others from being reported.
            Err(failure) => {
                unseen.push(Looked::at(file.display().to_string(), (), failure.findings()));
                exit = exit.worse(terminal::failure(failure));
            }
        }
    }
    let exits = looked_at.iter().map(|looked| match looked.found.verdict() {
        _ if has_errors(&looked.findings) => Exit::Error,
        Verdict::Unknown | Verdict::DriftAndUnknown if !args.allow_unknown => Exit::Error,
        Verdict::Drift | Verdict::DriftAndUnknown => Exit::Changes,
        Verdict::AsApplied | Verdict::Unknown => Exit::Done,
    });
    exit = exits.fold(exit, Exit::worse);
    form.write(
        || sheet::of_drift(&looked_at, &unseen, args.allow_unknown),
        || {
            let reports = looked_at.iter().map(|looked| &looked.found);
            let document = drift_view::json(reports, &sheet::unopened(&unseen));
            global.tally.within("drift", exit, document)
        },
    )?;
    let unknown: usize = looked_at
        .iter()
        .map(|looked| looked.found.count(Class::Unknown))
        .sum();
    if unknown > 0 && !args.allow_unknown {
        terminal::warn(&format!(
            "{} could not be read, so drift there is not known; `--allow-unknown` accepts that",
            plural(unknown, "resource")
        ));
    }
    Ok(exit)
}

/// What one report says, in numbers.
fn counted(global: &Global, file: &Path, report: &DriftReport) -> Part {
    let mut part = Part::of(&report.environment);
    for entry in &report.entries {
        match entry.waived {
            Some(_) => part.count("waived", 1),
            None => part.count(&name(&serde_json::json!(entry.class)), 1),
        }
    }
    if matches!(report.verdict(), Verdict::Drift | Verdict::DriftAndUnknown) {
        part.next.push(Invocation::on(global, file).command("plan"));
    }
    part
}

/// Looks at the environment of one blueprint.
async fn look(
    global: &Global,
    file: &Path,
    environment: Environment,
) -> Result<Looked<DriftReport>, Failure> {
    let lost = lost::look(global, &environment).await?;
    let looked = environment
        .attentively(headset_engine::drift::drift(&environment))
        .await;
    let Drift { report, findings } = looked.map_err(|stop| environment.failure(stop))?;
    environment.close().await?;
    // What is an error here, and what is about drift itself: the rest is the plan's to say.
    let told =
        |finding: &Diagnostic| finding.severity == Severity::Error || OF_THE_LOOK.contains(&finding.code);
    let mut findings: Vec<Diagnostic> = environment.invocation.complete_all(findings);
    findings.retain(told);
    lost.tell();
    findings.extend(lost.findings);
    Ok(Looked::at(file.display().to_string(), report, findings))
}
