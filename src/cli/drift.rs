//! `headset drift`

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::Global;
use super::environment::{Environment, Prospect};
use super::exit::{Exit, Failure};
use super::offline::Asking;
use super::terminal;
use crate::diagnostic::has_errors;
use crate::plan::{Action, Cause, Step};
use crate::report::{metadata_view, plural};
use crate::resource::{FieldChange, Sight};
use crate::state::State;

/// Tell what differs between the blueprint, what was applied, and the cloud. Only reads.
///
/// Exits with 2 if the cloud was changed outside of Headset. A blueprint that was changed and not applied yet
/// is listed as pending, and is no drift. SAML metadata whose address is known is fetched again: another certificate than
/// was read is drift, and `headset apply` gives the new metadata to IAM. Of the metadata that IAM has, certificates and
/// a validUntil that end within 30 days are listed too; the JSON form tells the days that are left of each.
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
    /// What could not be read counts as drift.
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text.
    Human,
    /// One JSON document.
    Json,
}

/// What kind of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Sort {
    /// The cloud changed.
    Drift,
    /// The blueprint changed.
    Pending,
    /// It could not be read.
    Unknown,
}

#[derive(Debug, Serialize)]
struct Difference {
    environment: String,
    address: String,
    sort: Sort,
    what: String,
    fields: Vec<FieldChange>,
}

pub(super) async fn drift(global: &Global, args: &DriftArgs) -> Result<Exit, Failure> {
    let mut all = Vec::new();
    let mut certificates = Vec::new();
    let mut metadata = Vec::new();
    let mut broken = false;
    for file in &args.files {
        let environment = Environment::open(global, file).await?.asking(args.asking);
        let prospect = environment
            .prospect(&environment.design, &environment.state)
            .await?;
        environment.close()?;
        if has_errors(&prospect.findings) {
            terminal::diagnostics(&prospect.findings);
            broken = true;
        }
        all.extend(differences(&prospect, &environment.state));
        let now = environment.aws.clock().now();
        certificates.extend(metadata_view::certificates(&prospect.survey, now));
        metadata.extend(metadata_view::published(&prospect.plan, &prospect.survey));
    }
    let count = |sort| all.iter().filter(|difference| difference.sort == sort).count();
    match args.format {
        Format::Json => {
            let document = serde_json::json!({
                "schema_version": 1,
                "drift": count(Sort::Drift), "pending": count(Sort::Pending), "unknown": count(Sort::Unknown),
                "differences": all, "certificates": certificates, "metadata": metadata,
            });
            terminal::data(&format!("{document}\n"));
        }
        Format::Human => {
            for difference in &all {
                let sort = match difference.sort {
                    Sort::Drift => "drift  ",
                    Sort::Pending => "pending",
                    Sort::Unknown => "unknown",
                };
                terminal::data(&format!("{sort}  {}: {}\n", difference.address, difference.what));
                for field in &difference.fields {
                    terminal::data(&format!(
                        "         {}: {} is {}\n",
                        field.field, field.want, field.have
                    ));
                }
            }
            for certificate in &certificates {
                for line in certificate.urgent_lines() {
                    terminal::data(&format!("expiry   {}: {line}\n", certificate.address));
                }
            }
            terminal::data(&format!(
                "{}, {} pending, {} unknown\n",
                plural(count(Sort::Drift), "drift"),
                count(Sort::Pending),
                count(Sort::Unknown)
            ));
        }
    }
    if broken {
        return Ok(Exit::Error);
    }
    let drifted = count(Sort::Drift) > 0 || (args.strict && count(Sort::Unknown) > 0);
    Ok(if drifted { Exit::Changes } else { Exit::Done })
}

fn differences(prospect: &Prospect, state: &State) -> Vec<Difference> {
    let environment = &prospect.plan.environment;
    let mut found = Vec::new();
    for step in prospect.plan.steps.values() {
        let mut add = |sort, what: &str, fields: Vec<FieldChange>| {
            found.push(Difference {
                environment: environment.clone(),
                address: step.address.to_string(),
                sort,
                what: what.to_owned(),
                fields,
            });
        };
        // What state holds was applied once, unless the run that made it never came to its end.
        let applied =
            state.resources.contains_key(&step.address) && !state.intents.contains_key(&step.address);
        let gone = matches!(
            prospect.survey.sights.get(&step.address),
            None | Some(Sight::Absent)
        );
        match &step.action {
            Action::Keep | Action::Read => {}
            Action::Create | Action::Await { .. } if applied => add(Sort::Drift, &step.reason, Vec::new()),
            Action::Create | Action::Await { .. } | Action::Adopt { .. } => {
                add(Sort::Pending, &step.reason, Vec::new());
            }
            Action::Update { diff } if diff.is_empty() => {}
            Action::Update { .. } | Action::Replace { .. } => {
                for (sort, cause) in [(Sort::Drift, Cause::Drift), (Sort::Pending, Cause::Pending)] {
                    let fields = fields_with(step, cause);
                    if !fields.is_empty() {
                        add(sort, &step.reason, fields);
                    }
                }
                // It failed, and no field tells.
                if step.causes.is_empty() {
                    add(
                        if applied { Sort::Drift } else { Sort::Pending },
                        &step.reason,
                        Vec::new(),
                    );
                }
            }
            Action::Delete => add(Sort::Pending, &step.reason, Vec::new()),
            Action::Forget if gone && applied => add(Sort::Drift, &step.reason, Vec::new()),
            Action::Release => add(Sort::Pending, &step.reason, Vec::new()),
            Action::Forget => {}
            Action::Unknown { error } => add(Sort::Unknown, &error.to_string(), Vec::new()),
        }
    }
    for row in metadata_view::published(&prospect.plan, &prospect.survey) {
        let sort = match row.state {
            "changed" | "behind" => Sort::Drift,
            "unknown" => Sort::Unknown,
            _ => continue,
        };
        found.push(Difference {
            environment: environment.clone(),
            address: row.address,
            sort,
            what: row.what,
            fields: Vec::new(),
        });
    }
    found
}

fn fields_with(step: &Step, cause: Cause) -> Vec<FieldChange> {
    let caused = |field: &str| {
        step.causes
            .iter()
            .any(|known| known.field == field && known.cause == cause)
    };
    step.action
        .diff()
        .iter()
        .filter(|change| caused(&change.field))
        .cloned()
        .collect()
}
