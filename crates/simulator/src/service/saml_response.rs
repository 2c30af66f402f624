//! The SAML response that an identity provider makes a browser post.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::escape::escape;

use crate::clock::Moment;

/// How long a response may be used.
const VALID: Duration = Duration::from_secs(300);

/// What a response says.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    /// The entity id of who says it.
    pub(crate) issuer: &'a str,
    /// The certificate that belongs to the signature, in PEM.
    pub(crate) certificate: &'a str,
    /// The assertion consumer service that it goes to.
    pub(crate) recipient: &'a str,
    /// Whom it is for.
    pub(crate) audience: &'a str,
    /// The subject's name.
    pub(crate) name_id: &'a str,
    /// The format of that name.
    pub(crate) name_id_format: &'a str,
    /// Attributes: name and value.
    pub(crate) attributes: &'a [(String, String)],
}

/// RFC 3339 of a moment.
fn timestamp(at: Moment) -> String {
    i64::try_from(at.0)
        .ok()
        .and_then(|milliseconds| jiff::Timestamp::from_millisecond(milliseconds).ok())
        .map(|at| at.to_string())
        .unwrap_or_default()
}

/// The response as it is posted: base64 of the XML. It carries a certificate and no signature value, which nothing here
/// verifies (see the assumption `sts.assertion-signature`).
pub(crate) fn encoded(response: &Response<'_>, now: Moment) -> String {
    let certificate: String = response
        .certificate
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let attributes: String = response
        .attributes
        .iter()
        .map(|(name, value)| {
            format!(
                "<saml:Attribute Name=\"{}\"><saml:AttributeValue>{}</saml:AttributeValue></saml:Attribute>",
                escape(name.as_str()),
                escape(value.as_str())
            )
        })
        .collect();
    let (issuer, end) = (escape(response.issuer), timestamp(now.after(VALID)));
    let xml = format!(
        r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Destination="{recipient}"><saml:Issuer>{issuer}</saml:Issuer><saml:Assertion><saml:Issuer>{issuer}</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature><saml:Subject><saml:NameID Format="{format}">{name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="{recipient}" NotOnOrAfter="{end}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotOnOrAfter="{end}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>"#,
        recipient = escape(response.recipient),
        format = escape(response.name_id_format),
        name = escape(response.name_id),
        audience = escape(response.audience),
    );
    STANDARD.encode(xml)
}
