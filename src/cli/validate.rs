//! `headset validate`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::{ReadBlueprint, read_blueprint};
use super::exit::{Exit, Failure};
use super::files;
use super::terminal;
use crate::report::plural;
use headset_blueprint::metadata_dates;
use headset_blueprint::model::{At, Blueprint};
use headset_core::Clock;
use headset_core::diagnostic::{self, Diagnostic, Severity, has_errors};
use headset_design::{Design, DesignContext, Given, shared_application};
use headset_engine::passwords;
use headset_kinds::regions::partition_of;

/// Find all mistakes in blueprints, without asking AWS anything.
#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

/// An account of the length that real ones have, for the limits of derived names.
const SAMPLE_ACCOUNT: &str = "123456789012";

pub(super) fn validate(global: &Global, args: &ValidateArgs) -> Result<Exit, Failure> {
    let mut all = Vec::new();
    let mut exit = Exit::Done;
    let mut before: Vec<(String, Design)> = Vec::new();
    for file in &files::blueprints(global, &args.files)? {
        let findings = match read_blueprint(global, file) {
            Ok(ReadBlueprint {
                blueprint,
                mut findings,
                ..
            }) => {
                let (design, more) = examined(&blueprint);
                findings.extend(more);
                let name = &blueprint.name.value;
                for (other, theirs) in before.iter().filter(|(other, _)| other != name) {
                    findings.extend(design.applications_shared_with(theirs).map(|application| {
                        shared_application(&application.address, &format!("`{other}`"))
                            .at_maybe(application.place.clone())
                    }));
                }
                if !args.json && !has_errors(&findings) {
                    let count = plural(design.resources.len(), "resource");
                    terminal::data(&format!("{}: valid, {count}\n", file.display()));
                }
                before.push((blueprint.name.value, design));
                findings
            }
            Err(Failure::Diagnostics(findings)) => findings,
            Err(other) => return Err(other),
        };
        if has_errors(&findings) {
            exit = Exit::Error;
        }
        all.extend(findings);
    }
    if args.json {
        let document =
            serde_json::json!({ "schema_version": 1, "diagnostics": diagnostic::json::list(&all) });
        terminal::document(&document);
    } else {
        terminal::diagnostics(&all);
        let errors = all
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count();
        if errors > 0 {
            terminal::talk(&plural(errors, "mistake"));
        }
    }
    Ok(exit)
}

/// What a blueprint makes, and the mistakes that only this shows.
pub(super) fn examined(blueprint: &Blueprint) -> (Design, Vec<Diagnostic>) {
    let (design, mut findings) = headset_design::design(blueprint, &sample_setting(blueprint));
    findings.extend(metadata_dates(blueprint, Clock::wall().now()));
    findings.extend(passwords::of_all(&design));
    (design, findings)
}

/// A setting in which every derived name has its real length.
pub(super) fn sample_setting(blueprint: &Blueprint) -> DesignContext {
    let or = |own: &Option<At<String>>, default: &str| {
        own.as_ref()
            .map_or_else(|| default.to_owned(), |own| own.value.clone())
    };
    let region = or(&blueprint.aws.region, "us-east-1");
    DesignContext {
        account: or(&blueprint.aws.account, SAMPLE_ACCOUNT),
        partition: partition_of(&region).to_owned(),
        appstream_region: or(&blueprint.aws.regions.appstream, &region),
        identity_center_region: or(&blueprint.aws.identity_center.region, &region),
        region: or(&blueprint.aws.regions.connect, &region),
        lineage: "00000000-0000-4000-8000-000000000000".to_owned(),
        expires: None,
        given: Given::sample(),
        library: headset_design::Library::Package,
    }
}
