//! Drift: which things differ between what was applied last, what is there and what is wanted, in which way and where.
//!
//! A report is a value. The caller decides how it reads.

mod decide;
mod extras;
mod report;
mod waive;

use headset_core::diagnostic::Diagnostic;

pub use decide::decide;
pub use report::{Class, DriftReport, Entry, Field, Planned, Verdict, Waived, Why};

use crate::assess::{Assessment, assess};
use crate::session::{Session, Stop};
use crate::state::{OtherEnvironments, moves};
use crate::survey::Survey;

/// What drift there is, and what was noticed on the way.
#[derive(Clone, Debug)]
pub struct Drift {
    /// What differs.
    pub report: DriftReport,
    /// What is to be known besides. Errors mean that the blueprint cannot be applied as it is.
    pub findings: Vec<Diagnostic>,
}

/// What others put into the lists of what is there, and which of these lists could not be read.
///
/// It takes calls of its own where the survey had no reason to read a list.
pub async fn undeclared(session: &Session, survey: &Survey) -> Vec<Entry> {
    let state = moves(&session.state, &session.design).state;
    let others = OtherEnvironments::beside(&session.store, &state);
    let listed = extras::look(session.cloud.as_ref(), &session.design, &state, &others, survey).await;
    extras::entries(listed, &session.design, &state.lineage)
}

/// How many members a warning names.
const NAMED: usize = 12;

/// A warning about members of answers that this version does not know. They are no drift: nothing was applied to them.
fn new_to_headset(members: &[(String, String)]) -> Option<Diagnostic> {
    let named = members
        .iter()
        .map(|(operation, member)| format!("`{member}` of {operation}"));
    let mut named: Vec<String> = named.take(NAMED).collect();
    if members.len() > NAMED {
        named.push(format!("{} more", members.len() - NAMED));
    }
    (!named.is_empty()).then(|| {
        Diagnostic::warning(
            "new-to-headset",
            "AWS tells what this version of Headset does not know",
        )
        .note(named.join(", "))
        .help("it is neither compared nor changed, and no drift; a newer version may know it")
    })
}

/// Looks for drift. Changes nothing.
///
/// # Errors
/// If the blueprint is older than the state, or state cannot be read.
pub async fn drift(session: &Session) -> Result<Drift, Stop> {
    let Assessment {
        survey,
        plan,
        mut findings,
        ..
    } = assess(session, &session.design, &session.state).await?;
    let now = session.cloud.clock().now();
    let mut report = decide(&plan, &survey, &session.state, now);
    report.entries.extend(undeclared(session, &survey).await);
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (entries, of_waivers) = waive::waive(report.entries, &session.design.waivers, today);
    findings.extend(of_waivers);
    findings.extend(new_to_headset(&session.cloud.novelties()));
    Ok(Drift {
        report: DriftReport { entries, ..report },
        findings,
    })
}
