//! `headset drift`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::lost;
use super::offline::Asking;
use super::terminal;
use crate::diagnostic::has_errors;
use crate::report::drift_view::{Difference, Sort, differences};
use crate::report::{metadata_view, plural};

/// Tell what differs between what was applied, what is there, and what the blueprint asks for. Only reads.
///
/// Exits with 2 if the cloud was changed outside of Headset, be it to what the blueprint asks for by now, and with 1 if
/// something could not be read. A blueprint that was changed and not applied yet is listed as pending, and what only
/// follows from another change as follows; neither is drift. SAML metadata whose address is known is fetched again:
/// another certificate than was read is drift, and `headset apply` gives the new metadata to IAM. Of the metadata that
/// IAM has, certificates and a validUntil that end within 30 days are listed too; the JSON form tells the days that are
/// left of each.
#[derive(Debug, Args)]
pub(super) struct DriftArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    asking: Asking,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// What could not be read is listed, and is no error.
    #[arg(long)]
    allow_unknown: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text.
    Human,
    /// One JSON document.
    Json,
}

/// What was found in one environment.
struct Found {
    environment: String,
    differences: Vec<Difference>,
    certificates: Vec<metadata_view::Certificate>,
    metadata: Vec<metadata_view::PublishedRow>,
}

impl Found {
    fn count(&self, sort: Sort) -> usize {
        self.differences
            .iter()
            .filter(|difference| difference.sort == sort)
            .count()
    }

    /// The environment for people: its name where there are several, what differs, and how much of it.
    fn text(&self, of_several: bool) -> String {
        let mut lines: Vec<String> = Vec::new();
        lines.extend(of_several.then(|| format!("{}\n", self.environment)));
        lines.extend(self.differences.iter().map(Difference::text));
        for certificate in &self.certificates {
            let urgent = certificate.urgent_lines();
            lines.extend(
                urgent
                    .iter()
                    .map(|line| format!("expiry   {}: {line}\n", certificate.address)),
            );
        }
        let parts = [
            plural(self.count(Sort::Drift), "drift"),
            format!("{} pending", self.count(Sort::Pending)),
            format!("{} following", self.count(Sort::Follows)),
            format!("{} unknown", self.count(Sort::Unknown)),
        ];
        lines.push(format!("{}: {}\n", self.environment, parts.join(", ")));
        lines.concat()
    }
}

pub(super) async fn drift(global: &Global, args: &DriftArgs) -> Result<Exit, Failure> {
    let mut all = Vec::new();
    let mut broken = false;
    for file in &args.files {
        let environment = Environment::open(global, file).await?.asking(args.asking);
        let lost = lost::look(global, &environment).await?;
        let prospect = environment
            .prospect(&environment.design, &environment.state)
            .await?;
        environment.close()?;
        if has_errors(&prospect.findings) {
            terminal::diagnostics(&prospect.findings);
            broken = true;
        }
        lost.tell();
        terminal::diagnostics(&lost.findings);
        broken |= has_errors(&lost.findings);
        let now = environment.aws.clock().now();
        let metadata = metadata_view::published(&prospect.plan, &prospect.survey);
        let mut differences = differences(&prospect.plan, &prospect.survey, &environment.state);
        differences.extend(
            metadata
                .iter()
                .filter_map(|row| of_metadata(&environment.name, row)),
        );
        let found = Found {
            environment: environment.name.clone(),
            differences,
            certificates: metadata_view::certificates(&prospect.survey, now),
            metadata,
        };
        if args.format == Format::Human {
            terminal::data(&found.text(args.files.len() > 1));
        }
        all.push(found);
    }
    let count = |sort| all.iter().map(|found| found.count(sort)).sum::<usize>();
    let unread = !args.allow_unknown && count(Sort::Unknown) > 0;
    let drifted = count(Sort::Drift) > 0;
    match args.format {
        Format::Json => {
            let differences: Vec<&Difference> = all.iter().flat_map(|found| &found.differences).collect();
            let certificates: Vec<&metadata_view::Certificate> =
                all.iter().flat_map(|found| &found.certificates).collect();
            let metadata: Vec<&metadata_view::PublishedRow> =
                all.iter().flat_map(|found| &found.metadata).collect();
            let document = serde_json::json!({
                "schema_version": 1,
                "drift": count(Sort::Drift), "pending": count(Sort::Pending),
                "follows": count(Sort::Follows), "unknown": count(Sort::Unknown),
                "differences": differences, "certificates": certificates, "metadata": metadata,
            });
            terminal::data(&format!("{document}\n"));
        }
        Format::Human => {}
    }
    if unread {
        terminal::talk(&format!(
            "{} could not be read, so this says nothing about drift there; `--allow-unknown` lets that pass",
            plural(count(Sort::Unknown), "resource")
        ));
    }
    Ok(if broken || unread {
        Exit::Error
    } else if drifted {
        Exit::Changes
    } else {
        Exit::Done
    })
}

/// What fetching an identity provider's metadata again has shown, if it differs from what was read.
fn of_metadata(environment: &str, row: &metadata_view::PublishedRow) -> Option<Difference> {
    let sort = match row.state {
        "changed" | "behind" => Sort::Drift,
        "unknown" => Sort::Unknown,
        _ => return None,
    };
    Some(Difference {
        environment: environment.to_owned(),
        address: row.address.clone(),
        sort,
        what: row.what.clone(),
        fields: Vec::new(),
    })
}
