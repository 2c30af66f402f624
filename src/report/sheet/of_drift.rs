//! What a look for drift has found.

use super::{Chapter, Command, Looked, Row, Sheet, of_findings, of_unseen, source};
use crate::report::{drift_view, metadata_view};
use headset_core::diagnostic::Severity;
use headset_engine::drift::{Class, DriftReport};

/// Reports with what was noticed on the way. `unknown_is_fine`: what could not be read does not fail.
pub fn of_drift(reports: &[Looked<DriftReport>], unseen: &[Looked<()>], unknown_is_fine: bool) -> Sheet {
    Sheet {
        command: Command::Drift,
        chapters: reports
            .iter()
            .map(|looked| chapter(looked, unknown_is_fine))
            .chain(of_unseen(unseen))
            .collect(),
    }
}

fn chapter(looked: &Looked<DriftReport>, unknown_is_fine: bool) -> Chapter {
    let report = &looked.found;
    let differences = drift_view::differences(report).into_iter().map(|difference| {
        let (rule, about, severity) = match difference.sort {
            Class::Drift => ("drift", "changed outside of Headset", Severity::Error),
            Class::Extra => (
                "extra",
                "made outside of Headset, and not declared",
                Severity::Error,
            ),
            Class::Missing => ("missing", "made by Headset, and gone", Severity::Error),
            Class::Follows => ("follows", "follows what it refers to", Severity::Note),
            Class::Pending => ("pending", "not applied yet", Severity::Note),
            Class::Unknown if unknown_is_fine => ("unknown", "could not be read", Severity::Warning),
            Class::Unknown => ("unknown", "could not be read", Severity::Error),
        };
        Row {
            rule: rule.to_owned(),
            about: about.to_owned(),
            severity,
            is_unread: difference.sort == Class::Unknown,
            address: Some(difference.address),
            what: difference.what,
            lines: difference
                .fields
                .iter()
                .flat_map(drift_view::Line::lines)
                .collect(),
            help: None,
            waived: difference
                .waived
                .map(|waived| (waived.reason, waived.until.to_string())),
            place: difference.place,
        }
    });
    let certificates = report.certificates.iter().flat_map(|certificate| {
        let lines = metadata_view::urgent_lines(certificate).into_iter();
        lines.map(|what| Row {
            rule: "expiry".to_owned(),
            about: "ends soon".to_owned(),
            severity: Severity::Warning,
            is_unread: false,
            address: Some(certificate.address.to_string()),
            what,
            lines: Vec::new(),
            help: None,
            waived: None,
            place: None,
        })
    });
    Chapter {
        environment: report.environment.clone(),
        file: source(&looked.file),
        summary: drift_view::summary(report),
        rows: differences
            .chain(certificates)
            .chain(of_findings(&looked.findings))
            .collect(),
        quiet: report.unchanged.iter().map(ToString::to_string).collect(),
    }
}
