//! How checks read: a line for each that has not passed, and how many there are; for programs all of them.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;

use super::probe_view::{self, NetworkCheck};
use super::unopened::Unopened;
use super::words::put;
use headset_core::AwsError;
use headset_engine::verify::{Entry, Finding, Verification};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Ended {
    Passed,
    Failed,
    Unknown,
    NotMade,
    NotChecked,
}

impl Ended {
    fn of(finding: &Finding) -> Ended {
        match finding {
            Finding::Passed => Ended::Passed,
            Finding::Failed { .. } => Ended::Failed,
            Finding::Unknown(_) => Ended::Unknown,
            Finding::NotMade { .. } => Ended::NotMade,
            Finding::NotChecked { .. } => Ended::NotChecked,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Ended::Passed => "passed",
            Ended::Failed => "failed",
            Ended::Unknown => "unknown",
            Ended::NotMade => "not made",
            Ended::NotChecked => "not checked",
        }
    }
}

/// How a check ended, as documents name it.
pub fn ended(finding: &Finding) -> serde_json::Value {
    serde_json::json!(Ended::of(finding))
}

/// How many checks ended so.
fn count(entries: &[Entry], ended: Ended) -> usize {
    entries
        .iter()
        .filter(|entry| Ended::of(&entry.finding) == ended)
        .count()
}

/// The checks of an environment for people: those that have not passed, or all of them.
pub fn text(verification: &Verification, all: bool) -> String {
    let mut out = String::new();
    if verification.entries.is_empty() {
        let environment = &verification.environment;
        put(
            &mut out,
            format_args!(
                "{environment}: there is nothing to check: the blueprint makes nothing that agents sign in to\n"
            ),
        );
        return out;
    }
    for entry in &verification.entries {
        let ended = Ended::of(&entry.finding);
        if ended == Ended::Passed && !all {
            continue;
        }
        put(
            &mut out,
            format_args!("{:<11} {}: {}\n", ended.word(), entry.address, entry.check.about),
        );
        let because = because(entry);
        put(
            &mut out,
            format_args!("            {}: looked at {}\n", entry.check.id, entry.looked_at),
        );
        for line in because {
            put(&mut out, format_args!("            {line}\n"));
        }
    }
    let counts = [
        Ended::Passed,
        Ended::Failed,
        Ended::Unknown,
        Ended::NotMade,
        Ended::NotChecked,
    ]
    .map(|ended| format!("{} {}", count(&verification.entries, ended), ended.word()));
    put(
        &mut out,
        format_args!("{}: {}\n", verification.environment, counts.join(", ")),
    );
    out
}

/// Why a check has not passed, and what to do.
fn because(entry: &Entry) -> Vec<String> {
    match &entry.finding {
        Finding::Passed => Vec::new(),
        Finding::Failed { why, help } => vec![why.clone(), format!("help: {help}")],
        Finding::Unknown(error) => vec![error.to_string()],
        Finding::NotMade { of, because } => vec![format!("first {because} of {of} has to pass")],
        Finding::NotChecked { why, look } => vec![why.clone(), look.clone()],
    }
}

/// All checks for programs.
#[derive(Serialize)]
struct Document<'a> {
    passed: usize,
    failed: usize,
    unknown: usize,
    not_made: usize,
    not_checked: usize,
    checks: Vec<Row<'a>>,
    unopened: &'a [Unopened<'a>],
}

#[derive(Serialize)]
struct Row<'a> {
    environment: &'a str,
    address: String,
    check: &'static str,
    about: &'static str,
    looked_at: &'a str,
    result: Ended,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    /// Where a person looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    look: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a AwsError>,
    /// The check that has to pass first.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<First>,
}

#[derive(Serialize)]
struct First {
    address: String,
    check: &'static str,
}

impl<'a> Row<'a> {
    fn of(environment: &'a str, entry: &'a Entry) -> Row<'a> {
        let mut row = Row {
            environment,
            address: entry.address.to_string(),
            check: entry.check.id,
            about: entry.check.about,
            looked_at: &entry.looked_at,
            result: Ended::of(&entry.finding),
            why: None,
            help: None,
            look: None,
            error: None,
            first: None,
        };
        match &entry.finding {
            Finding::Passed => {}
            Finding::Failed { why, help } => {
                row.why = Some(why);
                row.help = Some(help);
            }
            Finding::Unknown(error) => row.error = Some(error),
            Finding::NotChecked { why, look } => {
                row.why = Some(why);
                row.look = Some(look);
            }
            Finding::NotMade { of, because } => {
                row.first = Some(First {
                    address: of.to_string(),
                    check: because,
                });
            }
        }
        row
    }
}

/// All environments for programs, and blueprints that could not be looked at.
pub fn json<'a>(verified: &'a [Verification], unopened: &'a [Unopened<'a>]) -> impl Serialize + 'a {
    let total = |ended| verified.iter().map(|one| count(&one.entries, ended)).sum();
    let rows = verified
        .iter()
        .flat_map(|one| one.entries.iter().map(|entry| Row::of(&one.environment, entry)));
    Document {
        passed: total(Ended::Passed),
        failed: total(Ended::Failed),
        unknown: total(Ended::Unknown),
        not_made: total(Ended::NotMade),
        not_checked: total(Ended::NotChecked),
        checks: rows.collect(),
        unopened,
    }
}

/// All environments as test reports of pipelines are: a suite for each, a case for each check. A blueprint that could not be
/// looked at is a suite with its mistakes.
pub fn junit(verified: &[Verification], tried: &[NetworkCheck], unopened: &[Unopened<'_>]) -> String {
    let mut report = Report::new("headset verify");
    for one in verified {
        let mut suite = TestSuite::new(one.environment.as_str());
        suite.add_test_cases(one.entries.iter().map(case));
        report.add_test_suite(suite);
    }
    report.add_test_suites(tried.iter().map(probe_view::suite));
    for one in unopened {
        let mut suite = TestSuite::new(one.file);
        suite.add_test_cases(one.findings.iter().map(|finding| {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status
                .set_message(finding.message.as_str())
                .set_type(finding.code);
            TestCase::new(finding.code.replace('-', " "), status)
        }));
        report.add_test_suite(suite);
    }
    // Writing to memory cannot fail, and its texts are valid UTF-8.
    report.to_string().unwrap_or_default()
}

fn case(entry: &Entry) -> TestCase {
    let mut status = match &entry.finding {
        Finding::Passed => TestCaseStatus::success(),
        Finding::Failed { .. } => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Finding::Unknown(_) => TestCaseStatus::non_success(NonSuccessKind::Error),
        Finding::NotMade { .. } | Finding::NotChecked { .. } => TestCaseStatus::skipped(),
    };
    let lines = because(entry);
    let looked_at = format!("looked at {}", entry.looked_at);
    let rest = lines.iter().skip(1).map(String::as_str);
    let text: Vec<&str> = [looked_at.as_str()].into_iter().chain(rest).collect();
    if let Some(message) = lines.first() {
        status.set_message(message.as_str()).set_type(entry.check.id);
        status.set_description(text.join("\n"));
    }
    let mut case = TestCase::new(format!("{}: {}", entry.check.id, entry.check.about), status);
    case.set_classname(entry.address.to_string());
    case
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::written::{check, every};
    use super::*;
    use headset_core::diagnostic::Diagnostic;

    #[test]
    fn checks_read_so_for_people_and_so_for_programs() {
        let verification = samples::verification();
        every!(
            Finding,
            verification.entries.iter().map(|entry| &entry.finding),
            [Passed, Failed, Unknown, NotMade, NotChecked]
        );
        check("verify_view.txt", &text(&verification, true));
        let verified = [verification];
        let findings = [Diagnostic::error("failed", "no region is set")];
        let unopened = [Unopened {
            file: "other.yaml",
            findings: &findings,
        }];
        let document = serde_json::to_string_pretty(&json(&verified, &unopened)).unwrap();
        check("verify_view.json", &format!("{document}\n"));
        let xml = junit(&verified, &[], &unopened);
        roxmltree::Document::parse(&xml).unwrap();
        check("verify_view.xml", &format!("{xml}\n"));
    }

    #[test]
    fn what_has_passed_is_counted_alone() {
        let said = text(&samples::verification(), false);
        assert!(
            !said.contains("\npassed") && !said.starts_with("passed"),
            "{said}"
        );
        assert!(
            said.ends_with("acme: 1 passed, 1 failed, 1 unknown, 1 not made, 1 not checked\n"),
            "{said}"
        );
    }
}
