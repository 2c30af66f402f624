//! JUnit, as the test reports of pipelines are: a suite for each environment, a case for each row and each quiet thing.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Row, Sheet};
use headset_core::diagnostic::Severity;

/// The sheet as one report.
pub fn junit(sheet: &Sheet) -> String {
    let mut report = Report::new(format!("headset {}", sheet.command.word()));
    for chapter in &sheet.chapters {
        let mut suite = TestSuite::new(chapter.environment.as_str());
        suite.add_test_cases(chapter.rows.iter().map(case));
        suite.add_test_cases(chapter.quiet.iter().map(|address| {
            let mut case = TestCase::new("as wanted", TestCaseStatus::success());
            case.set_classname(address.as_str());
            case
        }));
        report.add_test_suite(suite);
    }
    // Writing to memory cannot fail, and its texts are valid UTF-8.
    report.to_string().unwrap_or_default()
}

fn case(row: &Row) -> TestCase {
    let details = row.lines.iter().chain(&row.help).cloned().collect::<Vec<_>>();
    let not_passed = |kind: NonSuccessKind| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(row.sentence()).set_type(row.rule.as_str());
        if !details.is_empty() {
            status.set_description(details.join("\n"));
        }
        status
    };
    let status = match (&row.waived, row.severity) {
        (Some(_), _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(row.sentence());
            status
        }
        (None, Severity::Error) if row.is_unread => not_passed(NonSuccessKind::Error),
        (None, Severity::Error) => not_passed(NonSuccessKind::Failure),
        (None, Severity::Warning | Severity::Note) => TestCaseStatus::success(),
    };
    let passed = matches!(status, TestCaseStatus::Success { .. });
    let mut case = TestCase::new(row.about.as_str(), status);
    case.set_classname(row.subject());
    if passed {
        let said: Vec<String> = [row.sentence()].into_iter().chain(details).collect();
        case.set_system_out(said.join("\n"));
    }
    case
}
