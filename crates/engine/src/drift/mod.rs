//! Drift: which things differ between what was applied last, what is there and what is wanted, in which way and where.
//!
//! A report is a value. The caller decides how it reads.

mod decide;
mod report;

use headset_core::diagnostic::Diagnostic;

pub use decide::decide;
pub use report::{Class, DriftReport, Entry, Field, Planned, Why};

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
        findings,
        ..
    } = assess(session, &session.design, &session.state).await?;
    let now = session.cloud.clock().now();
    Ok(Drift {
        report: decide(&plan, &survey, &session.state, now),
        findings,
    })
}
