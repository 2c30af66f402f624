//! Drift: which things differ between what was applied last, what is there and what is wanted, in which way and where.
//!
//! A report is a value. The caller decides how it reads.

mod decide;
mod extras;
mod novel;
mod report;
mod waive;

use std::collections::BTreeMap;

use headset_core::diagnostic::Diagnostic;
use headset_kinds::{Observation, Reading};

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
    undeclared_of(session, survey, &session.state.lineage).await
}

/// The same where another lineage than that of state is the environment's own.
pub(crate) async fn undeclared_of(session: &Session, survey: &Survey, lineage: &str) -> Vec<Entry> {
    let state = moves(&session.state, &session.design).state;
    let others = OtherEnvironments::beside(&session.store, &state);
    let listed = extras::look(session.cloud.as_ref(), &session.design, &state, &others, survey).await;
    extras::entries(listed, &session.design, lineage)
}

/// How many things a warning names.
const NAMED: usize = 12;

/// A warning about fields that were not looked at: they are neither as wanted nor drift.
fn not_looked_at(survey: &Survey) -> Option<Diagnostic> {
    let mut by_field: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (address, observation) in &survey.observations {
        if let Observation::Present(live) = observation {
            for field in &live.unread {
                by_field.entry(field.name).or_default().push(address.to_string());
            }
        }
    }
    let mut finding = (!by_field.is_empty()).then(|| {
        Diagnostic::warning(
            "not-looked-at",
            "some of what the blueprint asks for was not looked at",
        )
        .help("without `--quick` it is, as far as this version of Headset knows what AWS tells of it")
    })?;
    for (field, addresses) in by_field {
        let mut named: Vec<String> = addresses.iter().take(NAMED).cloned().collect();
        if addresses.len() > NAMED {
            named.push(format!("{} more", addresses.len() - NAMED));
        }
        finding = finding.note(format!("`{field}` of {}", named.join(", ")));
    }
    Some(finding)
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
    if session.reading != Reading::Quick {
        report.entries.extend(undeclared(session, &survey).await);
    }
    findings.extend(not_looked_at(&survey));
    let novelties = session.cloud.novelties();
    let (known, of_novelties) = novel::set_aside(report.entries, &novelties);
    findings.extend(of_novelties);
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (entries, of_waivers) = waive::waive(known, &session.design.waivers, today);
    findings.extend(of_waivers);
    findings.extend(novel::new_to_headset(&novelties));
    Ok(Drift {
        report: DriftReport { entries, ..report },
        findings,
    })
}
