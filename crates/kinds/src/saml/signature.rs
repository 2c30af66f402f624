//! Who signed a response, and what of it. This is the one place that checks XML signatures, and it leaves that to a crate:
//! canonical XML and its signatures have been got wrong too often to be written anew.

use std::collections::BTreeSet;

use x509_parser::prelude::{FromDer as _, X509Certificate};
use xml_sec::policy::{TransformPolicy, UriPolicy, VerificationPolicy};
use xml_sec::xmldsig::{
    CallerTrustedSignatureKey, DigestAlgorithm, DsigStatus, FailureReason, KeyTrustEvidence,
    ReferenceCoverage, SignatureAlgorithm, SignatureRequirement, UriTypeSet, VerificationKey,
    VerificationRequest, VerifyContext, VerifyResult,
};
use xml_sec::{XmlBackend, XmlDocument};

use super::refused::Refused;
use super::shape::{self, Shape, Signature, excerpt};

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Rsa,
    Ec,
}

impl Family {
    fn word(self) -> &'static str {
        match self {
            Family::Rsa => "RSA",
            Family::Ec => "ECDSA",
        }
    }

    /// That of a certificate's key.
    fn of(certificate: &X509Certificate<'_>) -> Option<Family> {
        match certificate
            .public_key()
            .algorithm
            .algorithm
            .to_id_string()
            .as_str()
        {
            "1.2.840.113549.1.1.1" => Some(Family::Rsa),
            "1.2.840.10045.2.1" => Some(Family::Ec),
            _ => None,
        }
    }
}

/// The algorithms by which a signature may be made.
const METHODS: &[(&str, SignatureAlgorithm, Family)] = &[
    (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        SignatureAlgorithm::RsaSha256,
        Family::Rsa,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        SignatureAlgorithm::RsaSha384,
        Family::Rsa,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
        SignatureAlgorithm::RsaSha512,
        Family::Rsa,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        SignatureAlgorithm::EcdsaSha256,
        Family::Ec,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
        SignatureAlgorithm::EcdsaSha384,
        Family::Ec,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
        SignatureAlgorithm::EcdsaSha512,
        Family::Ec,
    ),
];

/// The algorithms by which what is signed may be summed up.
const DIGESTS: &[(&str, DigestAlgorithm)] = &[
    ("http://www.w3.org/2001/04/xmlenc#sha256", DigestAlgorithm::Sha256),
    (
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
        DigestAlgorithm::Sha384,
    ),
    ("http://www.w3.org/2001/04/xmlenc#sha512", DigestAlgorithm::Sha512),
];

/// What SAML lets a signature do to an element before it is signed: leave itself out, and canonical XML. Anything else
/// could leave out more.
const TRANSFORMS: [&str; 7] = [
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
];

/// What was signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    text: String,
    response: bool,
    signer: usize,
}

impl Signed {
    /// The very bytes that the signature is over: canonical XML of the response or of its assertion.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the whole response is signed, and not its assertion alone.
    pub fn is_response(&self) -> bool {
        self.response
    }

    /// Which of the certificates it was signed by.
    pub fn signer(&self) -> usize {
        self.signer
    }
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Signed {{ response: {}, signer: {} }}",
            self.response, self.signer
        )
    }
}

/// Proves that a response, or its assertion, was signed by one of these certificates (DER), and gives what was signed. Where
/// both are signed, both have to be proven, and the response is given.
///
/// Neither validity nor issuer of the certificates count, as for AWS: the metadata says that they are the provider's.
///
/// # Errors
/// If it is not proven.
pub fn proven(text: &str, certificates: &[Vec<u8>]) -> Result<Signed, Refused> {
    let document = shape::parsed(text)?;
    let shape = shape::of(&document)?;
    for signature in &shape.signatures {
        accepted(signature)?;
    }
    let document = XmlDocument::parse_with_policy_and_backend(text, &policy(), XmlBackend::default())
        .map_err(|_| Refused::new("it cannot be read as XML", "copy the whole response again"))?;
    let mut proven = None;
    for nth in 0..shape.signatures.len() {
        let signed = one(&document, &shape, nth, certificates)?;
        if proven.is_none() || signed.response {
            proven = Some(signed);
        }
    }
    proven.ok_or_else(|| Refused::forged("it has no signature"))
}

fn policy() -> VerificationPolicy {
    let none = UriTypeSet::new(false, false, false);
    VerificationPolicy {
        signature_algorithms: Some(METHODS.iter().map(|(_, method, _)| *method).collect()),
        digest_algorithms: Some(DIGESTS.iter().map(|(_, digest)| *digest).collect()),
        uris: UriPolicy {
            references: UriTypeSet::new(false, true, false),
            retrieval_methods: none,
            key_info_references: none,
        },
        transforms: TransformPolicy {
            allowed_algorithms: Some(TRANSFORMS.map(str::to_owned).into()),
            ..TransformPolicy::default()
        },
        ..VerificationPolicy::default()
    }
}

/// Refuses algorithms that prove nothing, with what to change.
fn accepted(signature: &Signature) -> Result<Family, Refused> {
    let weak = |algorithm: &str| algorithm.ends_with("sha1") || algorithm.ends_with("md5");
    if let Some(algorithm) = [&signature.method, &signature.digest]
        .into_iter()
        .find(|one| weak(one))
    {
        return Err(Refused::new(
            format!(
                "it is signed with SHA-1 ({}), by which documents can be forged",
                excerpt(algorithm)
            ),
            "set the signature algorithm of the application to SHA-256 at the identity provider",
        ));
    }
    let method = METHODS.iter().find(|(uri, ..)| *uri == signature.method);
    let is_known = DIGESTS.iter().any(|(uri, _)| *uri == signature.digest);
    match method {
        Some((_, _, family)) if is_known => Ok(*family),
        _ => Err(Refused::new(
            format!(
                "it is signed by {} over {}, and Headset proves RSA and ECDSA with SHA-256, SHA-384 or SHA-512",
                excerpt(&signature.method),
                excerpt(&signature.digest)
            ),
            "set the signature algorithm of the application to RSA with SHA-256 at the identity provider",
        )),
    }
}

/// What one signature has come to.
enum Outcome {
    Proven(Signed),
    /// Another key made it.
    OtherKey,
    Refused(Refused),
}

/// Proves one signature, by any of the certificates.
fn one(
    document: &XmlDocument,
    shape: &Shape,
    nth: usize,
    certificates: &[Vec<u8>],
) -> Result<Signed, Refused> {
    let Some(signature) = shape.signatures.get(nth) else {
        return Err(Refused::forged("it has no signature"));
    };
    let family = accepted(signature)?;
    let mut families = BTreeSet::new();
    for (signer, der) in certificates.iter().enumerate() {
        let Ok((_, certificate)) = X509Certificate::from_der(der) else {
            continue;
        };
        let Some(own) = Family::of(&certificate) else {
            continue;
        };
        families.insert(own.word());
        if own != family {
            continue;
        }
        match by(document, shape, nth, certificate.public_key().raw) {
            Outcome::Proven(signed) => return Ok(Signed { signer, ..signed }),
            Outcome::OtherKey => {}
            Outcome::Refused(refused) => return Err(refused),
        }
    }
    let families: Vec<&str> = families.into_iter().collect();
    let why = match families.contains(&family.word()) {
        true => {
            "none of the certificates that IAM has of the identity provider made its signature".to_owned()
        }
        false => format!(
            "its signature is one of {}, and IAM has certificates of {}",
            family.word(),
            match families.is_empty() {
                true => "no such sort".to_owned(),
                false => families.join(" and "),
            }
        ),
    };
    Err(Refused::new(
        why,
        "if the identity provider signs with a new certificate, give its new metadata, and apply; else the response comes \
         from another application",
    ))
}

/// Proves one signature by one public key.
fn by(document: &XmlDocument, shape: &Shape, nth: usize, key: &[u8]) -> Outcome {
    let unreadable = || Outcome::Refused(Refused::forged("its signature cannot be read"));
    let Some(signature) = shape.signatures.get(nth) else {
        return unreadable();
    };
    let method = METHODS.iter().find(|(uri, ..)| *uri == signature.method);
    let Some((_, method, _)) = method else {
        return unreadable();
    };
    let key = VerificationKey {
        algorithm: *method,
        public_key_bytes: key.to_vec(),
        certificate_der: None,
        name: None,
    };
    let context = VerifyContext::new().policy(policy()).store_pre_digest(true);
    let Ok(found) = context.signature_identities(document) else {
        return unreadable();
    };
    let target = document.with_view(|view| view.node_for_id(&signature.signs, &[]));
    let (Some(identity), Some(target)) = (found.get(nth).copied(), target) else {
        return unreadable();
    };
    let request = VerificationRequest {
        expected_targets: &[target],
        trusted_keys: &[CallerTrustedSignatureKey {
            signature: identity,
            key: &key,
        }],
        signatures: SignatureRequirement::AtLeast(1),
        ..VerificationRequest::default()
    };
    let Ok(evidence) = context.verify_request(document, &request) else {
        return unreadable();
    };
    let result = evidence
        .signatures()
        .iter()
        .find(|one| one.identity() == identity);
    let Some(Ok(result)) = result.map(xml_sec::xmldsig::SignatureEvidence::result) else {
        return Outcome::Refused(Refused::forged(
            "its signature cannot be checked: it has another form than those of SAML",
        ));
    };
    match result.status {
        DsigStatus::Valid => {}
        DsigStatus::Invalid(FailureReason::SignatureMismatch) => return Outcome::OtherKey,
        DsigStatus::Invalid(FailureReason::ReferenceDigestMismatch { .. }) => {
            return Outcome::Refused(Refused::forged("what it says was changed after it was signed"));
        }
        // Others may come with later versions: none of them proves anything.
        _ => {
            return Outcome::Refused(Refused::forged(
                "its signature does more to what it signs than leave itself out, which could leave out anything",
            ));
        }
    }
    let covers = evidence.accepted(document).is_ok_and(|accepted| accepted)
        && result.key_trust == KeyTrustEvidence::CallerTrusted;
    let read = covers.then(|| whole(result, target)).flatten();
    let Some(text) = read else {
        return Outcome::Refused(Refused::forged(
            "its signature does not sign the whole of what it is in",
        ));
    };
    Outcome::Proven(Signed {
        text,
        response: signature.signs == shape.response && signature.signs != shape.assertion,
        signer: 0,
    })
}

/// The bytes that were signed, if they are this whole element.
fn whole(result: &VerifyResult, target: xml_sec::NodeIdentity) -> Option<String> {
    let [reference] = result.signed_info_references.as_slice() else {
        return None;
    };
    let is_whole = reference.status == DsigStatus::Valid
        && reference.target_identity == Some(target)
        && reference.coverage != ReferenceCoverage::TransformedData;
    let bytes = reference.pre_digest_data.clone().filter(|_| is_whole)?;
    String::from_utf8(bytes).ok()
}
