//! Responses that another program signed: Python's `signxml`, with keys that are thrown away. Its documents are not in
//! canonical form: namespaces are declared above, empty elements are written short.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::saml::assertion::Assertion;
use crate::saml::signature::proven;

macro_rules! sample {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../samples/", $name, ".xml")),
            include_str!(concat!("../samples/", $name, ".pem")),
        )
    };
}

/// RSA with SHA-256 over the response, with exclusive and with inclusive canonical XML; RSA with SHA-512 and ECDSA of P-384
/// with SHA-384 over the assertion.
const SAMPLES: [(&str, &str, &str); 4] = [
    sample!("rsa-response"),
    sample!("rsa-inclusive"),
    sample!("rsa-assertion"),
    sample!("ecdsa-assertion"),
];

fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    STANDARD.decode(lines.collect::<String>()).unwrap()
}

#[test]
fn what_another_program_signed_is_proven_and_read() {
    for (name, xml, pem) in SAMPLES {
        let signed = proven(xml, &[der(pem)]).unwrap_or_else(|refused| panic!("{name}: {refused}"));
        assert_eq!(
            signed.is_response(),
            name.ends_with("response") || name.ends_with("inclusive"),
            "{name}"
        );
        let read = Assertion::read(&signed).unwrap();
        assert_eq!(read.subject, "agent1@example.com", "{name}");
        assert_eq!(read.issuer, "https://idp.example.com/saml", "{name}");
        assert_eq!(read.values("RoleSessionName"), ["agent1@example.com"], "{name}");
    }
}

#[test]
fn the_same_with_one_letter_changed_or_by_another_key_is_refused() {
    for (name, xml, pem) in SAMPLES {
        for (from, to) in [
            (">agent1@", ">agent2@"),
            ("Tea &amp; Co", "Tea &amp; co"),
            ("urn:amazon:webservices<", "urn:amazon:webservice<"),
        ] {
            let changed = xml.replacen(from, to, 1);
            assert_ne!(changed, xml, "{name}");
            let refused = proven(&changed, &[der(pem)]).unwrap_err();
            assert!(
                refused.why.contains("changed after it was signed"),
                "{name}: {refused}"
            );
        }
        let others: Vec<Vec<u8>> = SAMPLES
            .iter()
            .filter(|(other, ..)| *other != name)
            .map(|(.., pem)| der(pem))
            .collect();
        assert!(proven(xml, &others).is_err(), "{name}");
    }
}
