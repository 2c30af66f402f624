//! What a certificate says of itself, and by whom AWS has its certificates issued.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use serde::Serialize;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// For whom.
    pub subject: String,
    /// By whom.
    pub issuer: String,
    /// The organisation of the issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl Certificate {
    /// Reads a certificate; none if it cannot be read.
    pub(crate) fn read(der: &CertificateDer<'_>) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let validity = certificate.validity();
        Some(Self {
            subject: name(certificate.subject()),
            issuer: name(certificate.issuer()),
            organisation: organisation(certificate.issuer()),
            from: Timestamp::from_second(validity.not_before.timestamp()).ok()?,
            until: Timestamp::from_second(validity.not_after.timestamp()).ok()?,
        })
    }

    /// Whether it is valid at a time, in seconds since 1970.
    pub(crate) fn holds_at(&self, seconds: i64) -> bool {
        (self.from.as_second()..=self.until.as_second()).contains(&seconds)
    }
}

fn organisation(name: &X509Name<'_>) -> Option<String> {
    let first = name.iter_organization().next()?;
    first.as_str().ok().map(str::to_owned)
}

/// The common name with the organisation, as far as both are there.
fn name(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().next().and_then(|part| part.as_str().ok());
    match (common, organisation(name)) {
        (Some(common), Some(organisation)) => format!("{common} ({organisation})"),
        (Some(common), None) => common.to_owned(),
        (None, Some(organisation)) => organisation,
        (None, None) => name.to_string(),
    }
}

/// Domains whose hosts are AWS's own.
const OF_AWS: [&str; 10] = [
    "amazonaws.com",
    "aws",
    "aws.dev",
    "amazonappstream.com",
    "aws.amazon.com",
    "aws.a2z.com",
    "amazonaws-us-gov.com",
    "awsapps.com",
    "awsstatic.com",
    "cloudfront.net",
];

/// The organisations that issue certificates for them.
///
/// Assumption: `network.issuer-of-aws-hosts`.
const ISSUERS: [&str; 3] = ["Amazon", "Starfield Technologies, Inc.", "DigiCert Inc"];

/// Whether a name is in a domain.
pub(crate) fn is_within(host: &str, domain: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// The organisations of which one issued the certificate of a host; none are named where it may be anyone.
pub fn issuers_of(host: &str) -> &'static [&'static str] {
    match OF_AWS.iter().any(|domain| is_within(host, domain)) {
        true => &ISSUERS,
        false => &[],
    }
}

/// Whether a certificate is by an organisation from which this host has none.
pub(crate) fn is_by_other(host: &str, certificate: &Certificate) -> bool {
    let organisation = certificate.organisation.as_deref().unwrap_or_default();
    let issuers = issuers_of(host);
    !issuers.is_empty() && !issuers.contains(&organisation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_holds_its_own_names_and_no_look_alikes() {
        assert!(is_within("a.my.connect.aws", "aws"));
        assert!(is_within(
            "TurnNlb-1.elb.eu-west-2.amazonaws.com.",
            "amazonaws.com"
        ));
        assert!(is_within("cloudfront.net", "cloudfront.net"));
        assert!(!is_within("notamazonaws.com", "amazonaws.com"));
        assert!(!is_within("amazonaws.com.example.com", "amazonaws.com"));
    }
}
