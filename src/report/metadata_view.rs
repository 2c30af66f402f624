//! What is reported of SAML metadata: when its certificates and the document end, and whether the identity provider
//! still publishes it.

use serde::Serialize;

use headset_core::AwsError;
use headset_engine::metadata::{Certificate, Freshness, Publication};
use headset_kinds::iam::saml_metadata::{End, Validity};

/// What there is to say about a certificate, in sentences without a full stop.
pub fn lines(certificate: &Certificate) -> Vec<String> {
    let mut lines = of(certificate, false);
    let same = |one: End, other: End| one.until.as_second() == other.until.as_second();
    lines.extend(
        match (certificate.metadata_valid_until, certificate.iam_valid_until) {
            (Some(own), Some(iam)) if same(own, iam) => None,
            (Some(_), Some(iam)) => Some(format!("ValidUntil in IAM is {}", iam.until)),
            (None, Some(iam)) => Some(format!(
                "its metadata has no validUntil; ValidUntil in IAM is {}",
                iam.until
            )),
            (_, None) => None,
        },
    );
    lines
}

/// What of it a person should see to.
pub fn urgent_lines(certificate: &Certificate) -> Vec<String> {
    of(certificate, true)
}

fn of(certificate: &Certificate, only_urgent: bool) -> Vec<String> {
    let problem = certificate.problem.iter().map(|problem| {
        format!("Headset cannot read the metadata in IAM, so it does not know when the certificate ends: {problem}")
    });
    let validity = Validity {
        certificates: certificate.certificates.clone(),
        document: certificate.metadata_valid_until,
    };
    let notices = validity.notices().into_iter();
    problem
        .chain(
            notices
                .filter(|notice| notice.urgent || !only_urgent)
                .map(|notice| notice.words),
        )
        .collect()
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
    /// Why that is not known, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<AwsError>,
}

/// What fetching metadata again has shown.
pub fn rows(publications: &[Publication]) -> Vec<PublishedRow> {
    let rows = publications.iter().map(|publication| PublishedRow {
        address: publication.address.to_string(),
        url: publication.url.clone(),
        state: match publication.freshness {
            Freshness::Same => "same",
            Freshness::Changed { .. } => "changed",
            Freshness::Behind => "behind",
            Freshness::Unknown { .. } => "unknown",
        },
        what: sentence(&publication.freshness),
        error: match &publication.freshness {
            Freshness::Unknown { error } => Some(error.clone()),
            Freshness::Same | Freshness::Changed { .. } | Freshness::Behind => None,
        },
    });
    rows.collect()
}

/// What is new, or why that is not known; empty if nothing is.
pub fn sentence(freshness: &Freshness) -> String {
    match freshness {
        Freshness::Same => String::new(),
        Freshness::Changed { what } => format!("{what}; the next apply gives it to IAM"),
        Freshness::Behind => {
            "IAM does not have the metadata that the identity provider publishes; the next apply gives it to IAM"
                .to_owned()
        }
        Freshness::Unknown { error } => {
            format!("its metadata could not be fetched again: {}", error.message)
        }
    }
}
