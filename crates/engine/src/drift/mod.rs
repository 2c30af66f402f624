//! Drift: which things differ between what was applied last, what is there and what is wanted, in which way and where.
//!
//! A report is a value. The caller decides how it reads.

mod decide;
mod report;
mod waive;

use headset_core::diagnostic::Diagnostic;

pub use decide::decide;
pub use report::{Class, DriftReport, Entry, Field, Planned, Verdict, Waived, Why};

use crate::assess::{Assessment, assess};
use crate::session::{Session, Stop};

/// What drift there is, and what was noticed on the way.
#[derive(Clone, Debug)]
pub struct Drift {
    /// What differs.
    pub report: DriftReport,
    /// What is to be known besides. Errors mean that the blueprint cannot be applied as it is.
    pub findings: Vec<Diagnostic>,
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
    let report = decide(&plan, &survey, &session.state, now);
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (entries, of_waivers) = waive::waive(report.entries, &session.design.waivers, today);
    findings.extend(of_waivers);
    Ok(Drift {
        report: DriftReport { entries, ..report },
        findings,
    })
}
