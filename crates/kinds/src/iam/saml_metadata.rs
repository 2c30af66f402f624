//! What Headset reads from an identity provider's SAML metadata.

pub mod dates;
mod names;
mod refused;
#[cfg(test)]
mod tests;
pub mod wrong;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub use dates::{End, Ending, Notice, Standing, Validity, remarks};
use headset_core::xml;
use jiff::Timestamp;
use names::{METADATA, SIGNATURE};
pub use refused::Refused;
use roxmltree::Node;
use sha2::{Digest, Sha256};
pub use wrong::excerpt;
use x509_parser::certificate::X509Certificate;
use x509_parser::public_key::PublicKey;

/// IAM's limits for a metadata document, in characters (CreateSAMLProvider in AWS's service model).
const SHORTEST: usize = 1_000;

const LONGEST: usize = 10_000_000;

/// The smallest RSA key that IAM takes, in bits (IAM user guide, "Create a SAML identity provider in IAM").
const SMALLEST_KEY: usize = 1_024;

/// What a metadata document says, as far as sign-in to AWS depends on it. Two documents with equal values
/// here are the same to IAM with any white space and order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlMetadata {
    /// The identity provider's name for itself.
    pub entity_id: String,
    /// The certificates that may sign assertions.
    pub certificates: BTreeSet<Certificate>,
    /// Where people sign in: the locations of its single sign-on services.
    pub sign_in_urls: BTreeSet<String>,
    /// `validUntil` of the document. IAM takes it for the provider's own end; it says nothing about the certificates.
    pub valid_until: Option<Timestamp>,
}

impl SamlMetadata {
    /// Whether sign-in works with either document alike. `validUntil` does not count: some identity providers put
    /// another one into every copy that they hand out.
    pub fn signs_in_like(&self, other: &SamlMetadata) -> bool {
        self.entity_id == other.entity_id
            && self.certificates == other.certificates
            && self.sign_in_urls == other.sign_in_urls
    }
}

/// A signing certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Certificate {
    /// SHA-256 of its DER form, as 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
}

/// The document in a text: without a byte order mark, which IAM refuses, and without white space around it.
pub fn body(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim()
}

/// Reads a metadata document.
///
/// It has to be what IAM takes: 1,000 to 10,000,000 characters, one `EntityDescriptor` with an `entityID` and
/// an `IDPSSODescriptor` that has at least one readable X.509 certificate for signing. Dates are read and not judged:
/// IAM does not look at the end of certificates.
///
/// # Errors
/// One short sentence for the person who gave the document: what it is not, and what to give instead. It never holds
/// more than a few words of the document.
pub fn parse(text: &str) -> Result<SamlMetadata, Refused> {
    let text = body(text);
    let length = text.chars().count();
    if length > LONGEST {
        return Err(format!("the document has {length} characters; IAM takes at most {LONGEST}").into());
    }
    wrong::not_xml(text)?;
    xml::bounded(text)
        .map_err(|why| format!("the document has {why}: no identity provider publishes such metadata"))?;
    let document = roxmltree::Document::parse(text).map_err(|error| wrong::xml(text, error))?;
    let root = document.root_element();
    wrong::root(root)?;
    let entity_id = root
        .attribute("entityID")
        .filter(|id| !id.is_empty())
        .ok_or("its `EntityDescriptor` has no `entityID`")?;
    let provider = root
        .children()
        .find(|node| node.has_tag_name((METADATA, "IDPSSODescriptor")))
        .ok_or_else(|| wrong::no_identity_provider(root))?;
    let certificates = certificates(provider)?;
    if certificates.is_empty() {
        return Err("its `IDPSSODescriptor` has no `X509Certificate` for signing".into());
    }
    let sign_in_urls = provider
        .children()
        .filter(|node| node.has_tag_name((METADATA, "SingleSignOnService")))
        .filter_map(|node| node.attribute("Location"))
        .map(str::to_owned)
        .collect();
    let valid_until = root.attribute("validUntil").map(date_time).transpose()?;
    if length < SHORTEST {
        return Err(format!(
            "the document has {length} characters; IAM takes no fewer than {SHORTEST}: is it complete?"
        )
        .into());
    }
    Ok(SamlMetadata {
        entity_id: entity_id.to_owned(),
        certificates,
        sign_in_urls,
        valid_until,
    })
}

/// The certificates by which a document's identity provider may sign, in DER.
///
/// # Errors
/// As [`parse`].
pub fn signing_certificates(text: &str) -> Result<Vec<Vec<u8>>, Refused> {
    parse(text)?;
    let text = body(text);
    let document = roxmltree::Document::parse(text).map_err(|error| wrong::xml(text, error))?;
    let providers = document.root_element().children();
    let provider = providers
        .filter(|node| node.has_tag_name((METADATA, "IDPSSODescriptor")))
        .take(1);
    provider.flat_map(texts).map(|text| der(&text)).collect()
}

/// The certificates that an identity provider may sign with.
fn certificates(provider: Node<'_, '_>) -> Result<BTreeSet<Certificate>, Refused> {
    texts(provider).map(|text| certificate(&text)).collect()
}

/// The texts of the certificates that an identity provider may sign with.
fn texts<'a, 'input: 'a>(provider: Node<'a, 'input>) -> impl Iterator<Item = String> {
    let for_signing = |node: &Node<'_, '_>| {
        node.has_tag_name((METADATA, "KeyDescriptor")) && node.attribute("use") != Some("encryption")
    };
    let keys = provider.children().filter(for_signing);
    let nodes = keys.flat_map(|key| key.descendants());
    let certificates = nodes.filter(|node| node.has_tag_name((SIGNATURE, "X509Certificate")));
    certificates.map(|node| {
        // A comment or an instruction parts the text in several.
        let parts = node.children().filter(Node::is_text);
        parts.filter_map(|part| part.text()).collect()
    })
}

/// The bytes of a certificate, however its base64 is wrapped.
fn der(text: &str) -> Result<Vec<u8>, Refused> {
    let compact: String = text.split_whitespace().collect();
    STANDARD.decode(compact).map_err(Refused::not_base64)
}

/// Reads a certificate from base64, however it is wrapped.
fn certificate(text: &str) -> Result<Certificate, Refused> {
    if text.contains("-----BEGIN") {
        return Err(
            "its `X509Certificate` holds a PEM file: leave out the lines `-----BEGIN CERTIFICATE-----` and \
             `-----END CERTIFICATE-----`"
                .into(),
        );
    }
    let der = der(text)?;
    let (rest, certificate) =
        x509_parser::parse_x509_certificate(&der).map_err(|error| Refused::not_a_certificate(&der, error))?;
    if !rest.is_empty() {
        return Err("its `X509Certificate` has something after the certificate".into());
    }
    check_strength(&certificate)?;
    let time = |at: i64| {
        Timestamp::from_second(at).map_err(|error| {
            Refused::because(
                "its `X509Certificate` is valid from or until a time that lies after the year 9999",
                error,
            )
        })
    };
    let validity = certificate.validity();
    Ok(Certificate {
        sha256: hex::encode(Sha256::digest(&der)),
        not_before: time(validity.not_before.timestamp())?,
        not_after: time(validity.not_after.timestamp())?,
    })
}

/// What IAM asks of a certificate beyond its form: no small RSA key, and no extension twice.
///
/// Assumption: iam.saml-ec-keys. The guide's 1,024 bits are about RSA; keys on elliptic curves are left to IAM.
fn check_strength(certificate: &X509Certificate<'_>) -> Result<(), String> {
    if let Ok(PublicKey::RSA(key)) = certificate.public_key().parsed() {
        let bits = bits(key.modulus);
        if bits < SMALLEST_KEY {
            return Err(format!(
                "the RSA key of its `X509Certificate` has {bits} bits; IAM takes no fewer than {SMALLEST_KEY}"
            ));
        }
    }
    if certificate.extensions_map().is_err() {
        return Err(
            "its `X509Certificate` has one and the same extension twice, which IAM refuses".to_owned(),
        );
    }
    Ok(())
}

/// The length of a number in bits.
fn bits(number: &[u8]) -> usize {
    let number = &number[number.iter().take_while(|byte| **byte == 0).count()..];
    let first = number.first().map_or(0, |byte| byte.leading_zeros() as usize);
    (number.len() * 8).saturating_sub(first)
}

/// Reads a date and time of XML. SAML wants them in UTC, and some documents leave out the `Z`.
fn date_time(text: &str) -> Result<Timestamp, String> {
    let text = text.trim();
    let without_zone = || {
        let time: jiff::civil::DateTime = text.parse().ok()?;
        Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    text.parse()
        .ok()
        .or_else(without_zone)
        .ok_or_else(|| format!("its `validUntil` is no date and time: `{}`", wrong::excerpt(text)))
}
