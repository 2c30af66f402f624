//! SARIF 2.1.0, as code scanning reads it.

use std::collections::BTreeMap;

use serde_sarif::sarif::{
    ArtifactLocation, Location, LogicalLocation, Message, MultiformatMessageString, PhysicalLocation, Region,
    ReportingDescriptor, Result, ResultLevel, Run, RunAutomationDetails, Sarif, Suppression, Tool,
    ToolComponent,
};
use sha2::{Digest as _, Sha256};

use super::{Chapter, Row, Sheet};
use headset_core::diagnostic::Severity;

/// Where the standard's schema is.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The sheet as one run: each row is a result, at its place in the blueprint.
pub fn sarif(sheet: &Sheet) -> String {
    let rows = || {
        sheet
            .chapters
            .iter()
            .flat_map(|chapter| chapter.rows.iter().map(move |row| (chapter, row)))
    };
    let mut rules: BTreeMap<&str, &str> = BTreeMap::new();
    for (_, row) in rows() {
        rules.entry(&row.rule).or_insert(&row.about);
    }
    let index = |rule: &str| rules.keys().position(|known| *known == rule).unwrap_or_default();
    let results: Vec<Result> = rows()
        .map(|(chapter, row)| result(chapter, row, index(&row.rule)))
        .collect();
    let descriptors = rules.iter().map(|(id, about)| {
        let about = MultiformatMessageString::builder()
            .text((*about).to_owned())
            .build();
        ReportingDescriptor::builder()
            .id((*id).to_owned())
            .short_description(about)
            .build()
    });
    let driver = ToolComponent::builder()
        .name("headset".to_owned())
        .version(env!("CARGO_PKG_VERSION").to_owned())
        .semantic_version(env!("CARGO_PKG_VERSION").to_owned())
        .rules(descriptors.collect::<Vec<_>>())
        .build();
    // Results of one category replace those of its last run: those of other environments are another category.
    let environments: Vec<&str> = sheet
        .chapters
        .iter()
        .map(|chapter| chapter.environment.as_str())
        .collect();
    let category = RunAutomationDetails::builder()
        .id(format!(
            "headset/{}/{}/",
            sheet.command.word(),
            environments.join("+")
        ))
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .automation_details(category)
        .results(results)
        .build();
    let document = Sarif::builder()
        .schema(SCHEMA.to_owned())
        .version(serde_json::Value::from("2.1.0"))
        .runs(vec![run])
        .build();
    serde_json::to_string_pretty(&document).expect("a document holds texts and numbers")
}

fn result(chapter: &Chapter, row: &Row, rule: usize) -> Result {
    let environment = chapter.environment.as_str();
    let mut text = format!("{}: {}", row.subject(), row.sentence());
    for line in row.lines.iter().chain(&row.help) {
        text.push('\n');
        text.push_str(line);
    }
    let logical = LogicalLocation::builder()
        .fully_qualified_name(format!("{environment}/{}", row.subject()))
        .kind("resource".to_owned())
        .build();
    // GitHub refuses a document in which one result has no place in a file.
    let (file, line, column) = match &row.place {
        Some(place) => (&*place.file, place.line, place.column),
        None => (chapter.file.as_str(), 1, 1),
    };
    let location = Location::builder()
        .physical_location(physical(file, line, column))
        .logical_locations(vec![logical])
        .build();
    let mut result = Result::builder()
        .rule_id(row.rule.clone())
        .rule_index(i64::try_from(rule).unwrap_or_default())
        .level(level(row.severity))
        .message(Message::builder().text(text).build())
        .locations(vec![location])
        .partial_fingerprints(BTreeMap::from([(
            "headset/v1".to_owned(),
            fingerprint(environment, row),
        )]))
        .build();
    if let Some((reason, until)) = &row.waived {
        let suppression = Suppression::builder()
            .kind(serde_json::Value::from("inSource"))
            .status(serde_json::Value::from("accepted"))
            .justification(format!("until {until}: {reason}"))
            .build();
        result.suppressions = Some(vec![suppression]);
    }
    result
}

/// The same finding has the same one in the next run, wherever its line has gone.
fn fingerprint(environment: &str, row: &Row) -> String {
    let mut digest = Sha256::new();
    for part in [environment, &row.rule, row.subject(), &row.lines.join("\n")] {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    hex::encode(digest.finalize())
}

const fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Note => ResultLevel::Note,
    }
}

fn physical(file: &str, line: usize, column: usize) -> PhysicalLocation {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let region = Region::builder()
        .start_line(number(line))
        .start_column(number(column))
        .build();
    // A relative file is one of the checkout.
    let file = ArtifactLocation::builder()
        .uri(
            file.trim_start_matches("./")
                .replace('%', "%25")
                .replace(' ', "%20")
                .replace('#', "%23"),
        )
        .build();
    PhysicalLocation::builder()
        .artifact_location(file)
        .region(region)
        .build()
}
