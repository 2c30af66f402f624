//! When what a metadata document holds ends: its certificates, and the document itself.
//!
//! Three dates look alike and are not. A certificate's end is written in it, and IAM does not look at it. `validUntil`
//! is what the document says about itself. IAM's own `ValidUntil` of a provider is the document's, or a hundred years
//! after its creation where the document has none.

use jiff::Timestamp;
use serde::Serialize;

use super::{Certificate, SamlMetadata};

/// What ends sooner than this many days from now is pointed out.
const SOON: i64 = 30;

/// How many digits of a certificate's SHA-256 tell it from others.
const SHORT: usize = 8;

/// When something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct End {
    /// When.
    #[serde(serialize_with = "as_text")]
    pub until: Timestamp,
    /// Whole days until then; negative once it is over.
    pub days: i64,
}

fn as_text<S: serde::Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(time)
}

impl End {
    /// The end at a time, seen from now.
    pub fn at(until: Timestamp, now: Timestamp) -> End {
        End {
            until,
            days: until.duration_since(now).as_secs().div_euclid(86_400),
        }
    }

    /// Whether it is over.
    pub fn is_over(self) -> bool {
        self.days < 0
    }

    /// Whether a person should see to it: it is over, or soon will be.
    pub fn is_urgent(self) -> bool {
        self.days < SOON
    }

    /// How long it takes until then: `in 12 days`.
    fn left(self) -> String {
        match self.days {
            0 => "in less than a day".to_owned(),
            1 => "in 1 day".to_owned(),
            days => format!("in {days} days"),
        }
    }
}

/// Whether a certificate is valid now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is.
    Current,
    /// It has ended.
    Ended,
    /// It begins later.
    NotYet,
}

/// A certificate and its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// SHA-256 of the certificate.
    pub sha256: String,
    /// Whether it is valid now.
    pub standing: Standing,
    /// From when it is valid.
    #[serde(serialize_with = "as_text")]
    pub from: Timestamp,
    /// Until when.
    #[serde(flatten)]
    pub end: End,
}

impl Ending {
    fn of(certificate: &Certificate, now: Timestamp) -> Ending {
        let end = End::at(certificate.not_after, now);
        Ending {
            sha256: certificate.sha256.clone(),
            standing: match end.is_over() {
                true => Standing::Ended,
                false if certificate.not_before > now => Standing::NotYet,
                false => Standing::Current,
            },
            from: certificate.not_before,
            end,
        }
    }
}

/// What can be said about the dates of a document at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Validity {
    /// Its certificates. The one that ends first comes first.
    pub certificates: Vec<Ending>,
    /// `validUntil` of the document, where it has one.
    pub document: Option<End>,
}

/// One sentence about a date, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Whether a person should see to it.
    pub urgent: bool,
    /// The sentence.
    pub words: String,
}

impl Validity {
    /// What is so now.
    pub fn of(metadata: &SamlMetadata, now: Timestamp) -> Validity {
        let mut certificates: Vec<Ending> = metadata
            .certificates
            .iter()
            .map(|certificate| Ending::of(certificate, now))
            .collect();
        certificates.sort_by_key(|one| (one.end.until, one.sha256.clone()));
        Validity {
            certificates,
            document: metadata.valid_until.map(|until| End::at(until, now)),
        }
    }

    /// The certificate whose end counts: of those that have not ended the one that ends first, else the last one.
    pub fn next(&self) -> Option<&Ending> {
        let live = |one: &&Ending| one.standing != Standing::Ended;
        self.certificates
            .iter()
            .find(live)
            .or_else(|| self.certificates.last())
    }

    /// Everything as sentences, about the certificates first.
    pub fn notices(&self) -> Vec<Notice> {
        let certificates = self.certificates.iter().map(|one| self.certificate(one));
        certificates.chain(self.document.map(document)).collect()
    }

    fn certificate(&self, one: &Ending) -> Notice {
        let name = match self.certificates.len() {
            0 | 1 => "its certificate".to_owned(),
            _ => format!("its certificate {}", one.sha256.get(..SHORT).unwrap_or_default()),
        };
        let longer = |other: &&Ending| other.standing == Standing::Current && other.end.until > one.end.until;
        let another = self.certificates.iter().find(longer);
        let (end, until) = (one.end, one.end.until);
        let (urgent, words) = match (one.standing, another) {
            (Standing::Ended, Some(_)) => (false, format!("{name} ended on {until}; another one is current")),
            (Standing::Ended, None) => (
                true,
                format!(
                    "{name} ended on {until}: IAM does not look at that date, but when the identity provider replaces \
                     the certificate, sign-in fails until IAM has the new metadata"
                ),
            ),
            (Standing::NotYet, _) => (
                end.is_urgent(),
                format!("{name} is valid from {} until {until}", one.from),
            ),
            (Standing::Current, Some(_)) if end.is_urgent() => (
                true,
                format!(
                    "{name} ends {}, on {until}; another one is current: the identity provider has to sign with that by \
                     then",
                    end.left()
                ),
            ),
            (Standing::Current, None) if end.is_urgent() => (
                true,
                format!(
                    "{name} ends {}, on {until}: when the identity provider replaces it, sign-in fails until IAM has the \
                     new metadata",
                    end.left()
                ),
            ),
            (Standing::Current, _) => (
                false,
                format!("{name} is good for {} days, until {until}", end.days),
            ),
        };
        Notice { urgent, words }
    }
}

/// What is said about the document's own date.
///
/// Assumption: iam.saml-valid-until. IAM calls it the provider's expiration; whether it refuses to sign in from then on
/// is in no source.
fn document(end: End) -> Notice {
    let until = end.until;
    let words = match end {
        end if end.is_over() => format!(
            "validUntil of its metadata was {until}: IAM takes the provider's own end from it and may refuse to sign in; \
             get new metadata from the identity provider (its certificate has another date)"
        ),
        end if end.is_urgent() => format!(
            "validUntil of its metadata is {}, on {until}: get new metadata from the identity provider before that",
            end.left()
        ),
        _ => format!("validUntil of its metadata is {until}"),
    };
    Notice {
        urgent: end.is_urgent(),
        words,
    }
}

/// What a person should know about the dates of a document that is taken all the same: sentences without a full stop.
pub fn remarks(metadata: &SamlMetadata, now: Timestamp) -> Vec<String> {
    let notices = Validity::of(metadata, now).notices();
    notices
        .into_iter()
        .filter(|notice| notice.urgent)
        .map(|notice| notice.words)
        .collect()
}
