//! What Headset reads from an identity provider's SAML metadata.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The namespace of SAML 2.0 metadata.
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// The namespace of XML signatures, to which the certificates belong.
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// IAM's limits for a metadata document, in characters (CreateSAMLProvider in AWS's service model).
const SHORTEST: usize = 1_000;
const LONGEST: usize = 10_000_000;

/// What a metadata document says, as far as sign-in to AWS depends on it. Two documents with equal values
/// here are the same to IAM, whatever their white space and order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlMetadata {
    /// The identity provider's name for itself.
    pub entity_id: String,
    /// The certificates that may sign assertions.
    pub certificates: BTreeSet<Certificate>,
    /// Where people sign in: the locations of its single sign-on services.
    pub sign_in_urls: BTreeSet<String>,
}

/// A signing certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Certificate {
    /// SHA-256 of its DER form, as 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Until when it is valid.
    pub not_after: Timestamp,
}

/// Reads a metadata document.
///
/// It has to be what IAM takes: 1,000 to 10,000,000 characters, one `EntityDescriptor` with an `entityID` and
/// an `IDPSSODescriptor` that has at least one readable X.509 certificate for signing.
///
/// # Errors
/// A sentence for whoever gave the document: what it is not, and what to give instead.
pub fn parse(text: &str) -> Result<SamlMetadata, String> {
    let length = text.chars().count();
    if length > LONGEST {
        return Err(format!(
            "the document has {length} characters; IAM takes at most {LONGEST}"
        ));
    }
    let document =
        roxmltree::Document::parse(text.trim_start_matches('\u{feff}').trim_start()).map_err(|error| {
            format!("it is not XML: {error}; give the identity provider's SAML metadata document")
        })?;
    let root = document.root_element();
    if root.tag_name().name() != "EntityDescriptor" || root.tag_name().namespace() != Some(METADATA) {
        return Err(format!(
            "it is not SAML metadata: its outermost element is `{}` and not an `EntityDescriptor` of SAML 2.0",
            root.tag_name().name()
        ));
    }
    let entity_id = root
        .attribute("entityID")
        .filter(|id| !id.is_empty())
        .ok_or("its `EntityDescriptor` has no `entityID`")?;
    let provider = root
        .children()
        .find(|node| node.has_tag_name((METADATA, "IDPSSODescriptor")))
        .ok_or(
            "it has no `IDPSSODescriptor`: this may be a service provider's metadata; give the identity provider's",
        )?;
    let mut certificates = BTreeSet::new();
    for key in provider
        .children()
        .filter(|node| node.has_tag_name((METADATA, "KeyDescriptor")))
        .filter(|node| node.attribute("use") != Some("encryption"))
    {
        for node in key
            .descendants()
            .filter(|node| node.has_tag_name((SIGNATURE, "X509Certificate")))
        {
            certificates.insert(certificate(node.text().unwrap_or_default())?);
        }
    }
    if certificates.is_empty() {
        return Err("its `IDPSSODescriptor` has no `X509Certificate` for signing".to_owned());
    }
    let sign_in_urls = provider
        .children()
        .filter(|node| node.has_tag_name((METADATA, "SingleSignOnService")))
        .filter_map(|node| node.attribute("Location"))
        .map(str::to_owned)
        .collect();
    if length < SHORTEST {
        return Err(format!(
            "the document has {length} characters; IAM takes no fewer than {SHORTEST}: is it complete?"
        ));
    }
    Ok(SamlMetadata {
        entity_id: entity_id.to_owned(),
        certificates,
        sign_in_urls,
    })
}

/// Reads a certificate from base64, however it is wrapped.
fn certificate(text: &str) -> Result<Certificate, String> {
    let compact: String = text.split_whitespace().collect();
    let der = STANDARD
        .decode(compact)
        .map_err(|error| format!("its `X509Certificate` is not base64: {error}"))?;
    let (rest, certificate) = x509_parser::parse_x509_certificate(&der)
        .map_err(|error| format!("its `X509Certificate` is not an X.509 certificate: {error}"))?;
    if !rest.is_empty() {
        return Err("its `X509Certificate` has something after the certificate".to_owned());
    }
    let not_after = Timestamp::from_second(certificate.validity().not_after.timestamp())
        .map_err(|error| format!("its `X509Certificate` ends at no representable time: {error}"))?;
    Ok(Certificate {
        sha256: hex::encode(Sha256::digest(&der)),
        not_after,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two documents of one identity provider, before and after it rotated its certificate. The certificates
    /// are self-signed and valid until 2054; their keys were thrown away.
    const BEFORE: &str = include_str!("samples/metadata.xml");
    const AFTER: &str = include_str!("samples/rotated.xml");

    #[test]
    fn a_document_is_read_with_either_prefix_and_any_wrapping() {
        let (before, after) = (parse(BEFORE).unwrap(), parse(AFTER).unwrap());
        let digests: Vec<_> = before
            .certificates
            .iter()
            .map(|one| one.sha256.as_str())
            .collect();
        assert_eq!(
            digests,
            ["cd1a4d6e307cfd1cc0cbb4122f7b94f04a9f65f51e3e063880a3e5cd01f3cec9"]
        );
        assert_eq!(before.entity_id, "https://idp.example.com/saml");
        assert_eq!(
            before.sign_in_urls,
            BTreeSet::from(["https://idp.example.com/saml/sign-in".to_owned()])
        );
        assert_eq!(after.entity_id, before.entity_id);
        assert_ne!(after.certificates, before.certificates);
    }

    #[test]
    fn white_space_and_a_byte_order_mark_mean_nothing() {
        let spaced = format!("\u{feff}{}", BEFORE.replace("  <md:", "\n\t<md:"));
        assert_eq!(parse(&spaced), parse(BEFORE));
    }

    #[test]
    fn what_iam_would_refuse_is_refused_with_a_reason() {
        let certificate_start = "<ds:X509Certificate>";
        for (text, reason) in [
            ("not xml".to_owned(), "it is not XML"),
            ("<html/>".to_owned(), "its outermost element is `html`"),
            (BEFORE.replace("entityID", "entity"), "no `entityID`"),
            (
                BEFORE.replace("IDPSSODescriptor", "SPSSODescriptor"),
                "no `IDPSSODescriptor`",
            ),
            (
                BEFORE.replace("\"signing\"", "\"encryption\""),
                "no `X509Certificate` for signing",
            ),
            (
                BEFORE.replace(certificate_start, &format!("{certificate_start}AAAA")),
                "is not an X.509 certificate",
            ),
            (
                BEFORE.replace(certificate_start, &format!("{certificate_start}*")),
                "is not base64",
            ),
        ] {
            let said = parse(&text).unwrap_err();
            assert!(said.contains(reason), "{said}");
        }
    }
}
