//! An identity provider of tests: a key made for the test, and responses signed by it.
//!
//! What it signs is written in canonical form from the beginning, so that it needs no canonical XML of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, SigningKey as _};
use sha2::{Digest as _, Sha256};

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Where a signature is left out of what is signed.
const HOLE: &str = "<!--signature-->";

/// An identity provider.
pub(crate) struct Signer {
    key: KeyPair,
    certificate: Vec<u8>,
}

/// How a signature says that it was made.
#[derive(Clone)]
pub(crate) struct Methods {
    pub(crate) signature: String,
    pub(crate) digest: String,
    pub(crate) transforms: Vec<String>,
}

impl Default for Methods {
    fn default() -> Methods {
        Methods {
            signature: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256".to_owned(),
            digest: "http://www.w3.org/2001/04/xmlenc#sha256".to_owned(),
            transforms: vec![ENVELOPED.to_owned(), EXCLUSIVE.to_owned()],
        }
    }
}

/// What a response says. Its `Debug` form is never asked for.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) issuer: String,
    pub(crate) destination: String,
    pub(crate) recipient: String,
    pub(crate) audience: String,
    pub(crate) name: String,
    pub(crate) format: String,
    pub(crate) begins: String,
    pub(crate) ends: String,
    /// AWS's attributes: the name behind the common beginning, and a value.
    pub(crate) attributes: Vec<(String, String)>,
    /// The value of the response's status.
    pub(crate) status: String,
}

impl Default for Said {
    fn default() -> Said {
        let pair = "arn:aws:iam::123456789012:saml-provider/acme,arn:aws:iam::123456789012:role/acme-connect";
        Said {
            issuer: "https://idp.example.com/saml".to_owned(),
            destination: "https://eu-west-2.signin.aws.amazon.com/saml".to_owned(),
            recipient: "https://eu-west-2.signin.aws.amazon.com/saml".to_owned(),
            audience: "urn:amazon:webservices".to_owned(),
            name: "agent1@example.com".to_owned(),
            format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned(),
            begins: "2026-09-21T14:08:20Z".to_owned(),
            ends: "2026-09-21T14:18:20Z".to_owned(),
            attributes: [
                ("Role", pair),
                ("RoleSessionName", "agent1@example.com"),
                ("SessionDuration", "43200"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            status: "urn:oasis:names:tc:SAML:2.0:status:Success".to_owned(),
        }
    }
}

/// What is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Assertion,
    Response,
    Both,
}

/// The canonical form of a text between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

impl Said {
    /// The assertion in canonical form, with a hole for its signature.
    pub(crate) fn assertion(&self, id: &str) -> String {
        let attributes: String = self
            .attributes
            .iter()
            .map(|(name, value)| {
                format!(
                    "<saml:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/{name}\"><saml:AttributeValue>{}\
                     </saml:AttributeValue></saml:Attribute>",
                    escaped(value)
                )
            })
            .collect();
        format!(
            "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" IssueInstant=\"{begins}\" Version=\"2.0\"><saml:Issuer>\
             {issuer}</saml:Issuer>{HOLE}<saml:Subject><saml:NameID Format=\"{format}\">{name}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData \
             NotOnOrAfter=\"{ends}\" Recipient=\"{recipient}\"></saml:SubjectConfirmationData></saml:SubjectConfirmation>\
             </saml:Subject><saml:Conditions NotBefore=\"{begins}\" NotOnOrAfter=\"{ends}\"><saml:AudienceRestriction>\
             <saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
             <saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>",
            begins = self.begins,
            issuer = escaped(&self.issuer),
            format = self.format,
            name = escaped(&self.name),
            ends = self.ends,
            recipient = self.recipient,
            audience = escaped(&self.audience),
        )
    }

    /// The response around an assertion in canonical form, with a hole for its signature.
    pub(crate) fn response(&self, id: &str, assertion: &str) -> String {
        format!(
            "<samlp:Response xmlns:samlp=\"{PROTOCOL}\" Destination=\"{}\" ID=\"{id}\" IssueInstant=\"{}\" Version=\"2.0\">\
             <saml:Issuer xmlns:saml=\"{ASSERTION}\">{}</saml:Issuer>{HOLE}<samlp:Status><samlp:StatusCode Value=\"{}\">\
             </samlp:StatusCode></samlp:Status>{assertion}</samlp:Response>",
            self.destination,
            self.begins,
            escaped(&self.issuer),
            self.status,
        )
    }
}

impl Signer {
    pub(crate) fn new() -> Signer {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let certificate = CertificateParams::new(Vec::new())
            .unwrap()
            .self_signed(&key)
            .unwrap();
        Signer {
            certificate: certificate.der().to_vec(),
            key,
        }
    }

    pub(crate) fn certificate(&self) -> Vec<u8> {
        self.certificate.clone()
    }

    /// The signature of an element in canonical form that has this ID.
    pub(crate) fn signature(&self, id: &str, canonical: &str, methods: &Methods) -> String {
        let digest = STANDARD.encode(Sha256::digest(canonical));
        let transforms: String = methods
            .transforms
            .iter()
            .map(|one| format!("<ds:Transform Algorithm=\"{one}\"></ds:Transform>"))
            .collect();
        let info = |namespace: &str| {
            format!(
                "<ds:SignedInfo{namespace}><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\">\
                 </ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod><ds:Reference \
                 URI=\"#{id}\"><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod Algorithm=\"{}\">\
                 </ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
                methods.signature, methods.digest
            )
        };
        let value = self
            .key
            .sign(info(&format!(" xmlns:ds=\"{DSIG}\"")).as_bytes())
            .unwrap();
        format!(
            "<ds:Signature xmlns:ds=\"{DSIG}\">{}<ds:SignatureValue>{}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>\
             <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>",
            info(""),
            STANDARD.encode(fixed(&value)),
            STANDARD.encode(&self.certificate),
        )
    }

    /// An element with its signature in the hole.
    pub(crate) fn sign(&self, id: &str, element: &str, methods: &Methods) -> String {
        let canonical = element.replacen(HOLE, "", 1);
        element.replacen(HOLE, &self.signature(id, &canonical, methods), 1)
    }

    /// A response.
    pub(crate) fn response(&self, said: &Said, what: What) -> String {
        self.response_by(said, what, &Methods::default())
    }

    pub(crate) fn response_by(&self, said: &Said, what: What, methods: &Methods) -> String {
        let assertion = said.assertion("_assertion");
        let assertion = match what {
            What::Response => assertion.replacen(HOLE, "", 1),
            What::Assertion | What::Both => self.sign("_assertion", &assertion, methods),
        };
        let response = said.response("_response", &assertion);
        match what {
            What::Assertion => response.replacen(HOLE, "", 1),
            What::Response | What::Both => self.sign("_response", &response, methods),
        }
    }
}

/// The form of XML for a signature of ECDSA in DER: both numbers in 32 bytes.
fn fixed(der: &[u8]) -> Vec<u8> {
    let mut rest = &der[2..];
    let mut out = Vec::new();
    for _ in 0..2 {
        let length = usize::from(rest[1]);
        let number = &rest[2..2 + length];
        let number = &number[number.len().saturating_sub(32)..];
        out.extend(std::iter::repeat_n(0, 32 - number.len()));
        out.extend(number);
        rest = &rest[2 + length..];
    }
    out
}
