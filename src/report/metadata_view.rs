//! What is told of SAML metadata: when its certificates and the document end, and whether the identity provider still
//! publishes it.

use jiff::Timestamp;
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::plan::Plan;
use crate::resource::iam::saml_metadata::{self, End, Ending, Validity};
use crate::resource::{Address, Live, Published, Sight};
use crate::survey::Survey;

/// The dates of one SAML provider in IAM, each by its name.
#[derive(Clone, Debug, Serialize)]
pub struct Certificate {
    /// The provider's address.
    pub address: String,
    /// The end of the certificate that ends next; of the last one once all have ended. Missing if they cannot be read.
    #[serde(flatten)]
    pub next: Option<End>,
    /// All signing certificates of the metadata document.
    pub certificates: Vec<Ending>,
    /// `validUntil` of the metadata document.
    pub metadata_valid_until: Option<End>,
    /// `ValidUntil` of the provider in IAM: the document's `validUntil`, or a hundred years after it was made.
    pub iam_valid_until: Option<End>,
    /// Why the document that IAM has cannot be read.
    pub problem: Option<String>,
}

impl Certificate {
    /// What there is to say, in sentences without a full stop.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.urgent(false);
        let same = |one: End, other: End| one.until.as_second() == other.until.as_second();
        lines.extend(match (self.metadata_valid_until, self.iam_valid_until) {
            (Some(own), Some(iam)) if same(own, iam) => None,
            (Some(_), Some(iam)) => Some(format!("ValidUntil in IAM is {}", iam.until)),
            (None, Some(iam)) => Some(format!(
                "its metadata has no validUntil; ValidUntil in IAM is {}",
                iam.until
            )),
            (_, None) => None,
        });
        lines
    }

    /// What a person should see to.
    pub fn urgent_lines(&self) -> Vec<String> {
        self.urgent(true)
    }

    fn urgent(&self, only: bool) -> Vec<String> {
        let problem = self.problem.iter().map(|problem| {
            format!(
                "the metadata that IAM has cannot be read, and so not when its certificate ends: {problem}"
            )
        });
        let validity = Validity {
            certificates: self.certificates.clone(),
            document: self.metadata_valid_until,
        };
        let notices = validity.notices().into_iter();
        problem
            .chain(
                notices
                    .filter(|notice| notice.urgent || !only)
                    .map(|notice| notice.words),
            )
            .collect()
    }
}

/// The dates of all SAML providers, in the order of their addresses.
pub fn certificates(survey: &Survey, now: Timestamp) -> Vec<Certificate> {
    let found = survey.sights.iter().filter_map(|(address, sight)| match sight {
        Sight::Present(live) => certificate(&address.to_string(), live, now),
        Sight::Absent | Sight::Unknown(_) => None,
    });
    found.collect()
}

fn certificate(address: &str, live: &Live, now: Timestamp) -> Option<Certificate> {
    let iam = live.outputs.get("valid_until")?;
    let iam_valid_until = iam.parse().ok().map(|until| End::at(until, now));
    let document = live.fields.get("metadata").and_then(serde_json::Value::as_str);
    let read = saml_metadata::parse(document.unwrap_or_default());
    let (validity, problem) = match read {
        Ok(read) => (Some(Validity::of(&read, now)), None),
        Err(reason) => (None, Some(reason)),
    };
    Some(Certificate {
        address: address.to_owned(),
        next: validity.as_ref().and_then(Validity::next).map(|one| one.end),
        metadata_valid_until: validity.as_ref().and_then(|validity| validity.document),
        certificates: validity.map(|validity| validity.certificates).unwrap_or_default(),
        iam_valid_until,
        problem,
    })
}

/// Whether the metadata of one application is still what was read.
#[derive(Clone, Debug, Serialize)]
pub struct PublishedRow {
    /// The application's address.
    pub address: String,
    /// Where its metadata is published.
    pub url: String,
    /// `same`; `changed` since it was read; `behind`: read, and IAM does not have it; `unknown`.
    pub state: &'static str,
    /// What is new, or why that is not known, in a sentence without a full stop; empty if nothing is.
    pub what: String,
}

/// What fetching the metadata again has shown, in the order of the addresses.
pub fn published(plan: &Plan, survey: &Survey) -> Vec<PublishedRow> {
    let rows = survey.published.iter().map(|(address, published)| {
        let (state, what) = match published {
            // Another hand, or an apply that was cut off after it had read the new document.
            Published::Same { .. } if is_behind(plan, address) => (
                "behind",
                "IAM does not have the metadata that the identity provider publishes; the next apply gives it to IAM"
                    .to_owned(),
            ),
            Published::Same { .. } => ("same", String::new()),
            Published::Changed { what, .. } => {
                ("changed", format!("{what}; the next apply gives it to IAM"))
            }
            Published::Unknown { error, .. } => (
                "unknown",
                format!("its metadata could not be fetched again: {}", error.message),
            ),
        };
        PublishedRow {
            address: address.to_string(),
            url: published.url().to_owned(),
            state,
            what,
        }
    });
    rows.collect()
}

/// Whether a provider that stands for this application has other metadata in IAM than it should.
fn is_behind(plan: &Plan, application: &Address) -> bool {
    plan.steps.values().any(|step| {
        step.address.kind == "iam.saml_provider"
            && step.after.contains(application)
            && step.action.diff().iter().any(|change| change.field == "metadata")
    })
}

/// The same as findings, for the commands that plan.
pub fn findings(survey: &Survey) -> Vec<Diagnostic> {
    survey
        .published
        .iter()
        .filter_map(|(address, published)| match published {
            Published::Same { .. } => None,
            Published::Changed { what, url, .. } => Some(
                Diagnostic::warning("metadata-changed", format!("{address}: {what}"))
                    .help("apply gives it to IAM; if that is not what you want, use `--offline`")
                    .note(format!("it was fetched from {url}")),
            ),
            Published::Unknown { error, .. } => Some(
                Diagnostic::warning(
                    "metadata-unknown",
                    format!(
                        "{address}: its metadata could not be fetched again, so what was read before counts: {}",
                        error.message
                    ),
                )
                .help("look whether the address still is right; `--offline` does not ask"),
            ),
        })
        .collect()
}
