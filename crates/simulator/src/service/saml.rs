//! What an identity provider writes in XML: the SAML response that it makes a browser post, and its metadata document.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::clock::Moment;
use crate::wire::xml::Writer;

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
    let end = timestamp(now.after(VALID));
    let mut xml = Writer::bare();
    let namespaces = [
        ("xmlns:samlp", "urn:oasis:names:tc:SAML:2.0:protocol"),
        ("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion"),
        ("Destination", response.recipient),
    ];
    xml.open("samlp:Response", &namespaces);
    xml.leaf("saml:Issuer", response.issuer);
    xml.open("saml:Assertion", &[]);
    xml.leaf("saml:Issuer", response.issuer);
    xml.open("ds:Signature", &[("xmlns:ds", SIGNATURES)]);
    xml.open("ds:KeyInfo", &[]);
    write_certificate(&mut xml, response.certificate);
    xml.close("ds:KeyInfo");
    xml.close("ds:Signature");

    xml.open("saml:Subject", &[]);
    xml.open("saml:NameID", &[("Format", response.name_id_format)]);
    xml.text(response.name_id);
    xml.close("saml:NameID");
    let bearer = [("Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")];
    xml.open("saml:SubjectConfirmation", &bearer);
    let data = [("Recipient", response.recipient), ("NotOnOrAfter", &end)];
    xml.empty("saml:SubjectConfirmationData", &data);
    xml.close("saml:SubjectConfirmation");
    xml.close("saml:Subject");

    xml.open("saml:Conditions", &[("NotOnOrAfter", &end)]);
    xml.open("saml:AudienceRestriction", &[]);
    xml.leaf("saml:Audience", response.audience);
    xml.close("saml:AudienceRestriction");
    xml.close("saml:Conditions");

    xml.open("saml:AttributeStatement", &[]);
    for (name, value) in response.attributes {
        xml.open("saml:Attribute", &[("Name", name)]);
        xml.leaf("saml:AttributeValue", value);
        xml.close("saml:Attribute");
    }
    xml.close("saml:AttributeStatement");
    xml.close("saml:Assertion");
    xml.close("samlp:Response");
    STANDARD.encode(xml.into_text())
}

const SIGNATURES: &str = "http://www.w3.org/2000/09/xmldsig#";

/// The certificate that signatures are checked by, from PEM.
fn write_certificate(xml: &mut Writer, pem: &str) {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    xml.open("ds:X509Data", &[]);
    xml.leaf("ds:X509Certificate", &base64);
    xml.close("ds:X509Data");
}

/// A metadata document of an identity provider with this entity id and these addresses, and its certificate in PEM.
pub(crate) fn metadata(entity: &str, sign_in: &str, sign_out: &str, certificate: &str) -> String {
    let mut xml = Writer::indented();
    let root = [
        ("xmlns:md", "urn:oasis:names:tc:SAML:2.0:metadata"),
        ("entityID", entity),
    ];
    xml.open("md:EntityDescriptor", &root);
    let descriptor = [
        ("WantAuthnRequestsSigned", "false"),
        (
            "protocolSupportEnumeration",
            "urn:oasis:names:tc:SAML:2.0:protocol",
        ),
    ];
    xml.open("md:IDPSSODescriptor", &descriptor);
    xml.open("md:KeyDescriptor", &[("use", "signing")]);
    xml.open("ds:KeyInfo", &[("xmlns:ds", SIGNATURES)]);
    write_certificate(&mut xml, certificate);
    xml.close("ds:KeyInfo");
    xml.close("md:KeyDescriptor");
    addresses(&mut xml, "md:SingleLogoutService", sign_out);
    xml.empty("md:NameIDFormat", &[]);
    addresses(&mut xml, "md:SingleSignOnService", sign_in);
    xml.close("md:IDPSSODescriptor");
    xml.close("md:EntityDescriptor");
    format!("{}\n", xml.into_text())
}

/// A service of the identity provider: the same address for both bindings.
fn addresses(xml: &mut Writer, service: &str, address: &str) {
    for binding in ["POST", "Redirect"] {
        let binding = format!("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{binding}");
        xml.empty(service, &[("Binding", &binding), ("Location", address)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metadata_document_has_a_line_for_each_element() {
        let pem = "-----BEGIN CERTIFICATE-----\nAB\nCD\n-----END CERTIFICATE-----\n";
        let document = metadata("https://idp.example.com/?a=1&b", "https://in", "https://out", pem);
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/?a=1&amp;b">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
        <ds:X509Data>
          <ds:X509Certificate>ABCD</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://out"/>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://out"/>
    <md:NameIDFormat/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://in"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://in"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"#;
        assert_eq!(document, expected);
    }

    #[test]
    fn names_and_values_of_a_response_are_escaped() {
        let value = "<a> & 'b' \"c\"".to_owned();
        let attributes = [("https://aws.example.com/Role".to_owned(), value.clone())];
        let response = Response {
            issuer: "https://idp.example.com/?a=1&b",
            certificate: "",
            recipient: "https://signin.example.com/saml",
            audience: "urn:audience",
            name_id: "o'hara & sons",
            name_id_format: "urn:format",
            attributes: &attributes,
        };
        let text = STANDARD.decode(encoded(&response, Moment(0))).unwrap();
        let text = String::from_utf8(text).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let of = |name: &str| {
            let found = document.descendants().find(|node| node.tag_name().name() == name);
            found.and_then(|node| node.text()).unwrap().to_owned()
        };
        assert_eq!(of("Issuer"), response.issuer);
        assert_eq!(of("NameID"), response.name_id);
        assert_eq!(of("AttributeValue"), value);
        assert!(text.contains("NotOnOrAfter=\"1970-01-01T00:05:00Z\""), "{text}");
    }
}
