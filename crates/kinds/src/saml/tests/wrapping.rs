//! What is signed is what is read; everything else is refused.

use super::signer::{Methods, Said, Signer, What};
use crate::saml::assertion::Assertion;
use crate::saml::signature::proven;

fn other() -> Said {
    Said {
        name: "admin@example.com".to_owned(),
        ..Said::default()
    }
}

fn refused(xml: &str, signer: &Signer) -> String {
    match proven(xml, &[signer.certificate()]) {
        Ok(signed) => panic!("it was taken, and reads {:?}", Assertion::read(&signed)),
        Err(refused) => {
            assert!(!refused.help.is_empty());
            refused.why
        }
    }
}

/// The part of a document between two texts, both in it.
fn part<'a>(xml: &'a str, begin: &str, end: &str) -> &'a str {
    let from = xml.find(begin).unwrap();
    let to = from + xml[from..].find(end).unwrap() + end.len();
    &xml[from..to]
}

#[test]
fn what_is_signed_is_proven_and_read() {
    let signer = Signer::new();
    for what in [What::Assertion, What::Response, What::Both] {
        let xml = signer.response(&Said::default(), what);
        let signed = proven(&xml, &[Signer::new().certificate(), signer.certificate()]).unwrap();
        assert_eq!(signed.signer(), 1);
        assert_eq!(signed.is_response(), what != What::Assertion);
        let read = Assertion::read(&signed).unwrap();
        assert_eq!(read.subject, "agent1@example.com");
        assert_eq!(read.values("RoleSessionName"), ["agent1@example.com"]);
        assert_eq!(read.destination.is_some(), what != What::Assertion);
        assert_eq!(read.audiences, ["urn:amazon:webservices"]);
        assert!(read.begins < read.ends && read.ends.is_some());
    }
}

#[test]
fn white_space_and_escapes_that_canonical_xml_does_not_know_change_nothing() {
    let signer = Signer::new();
    let said = Said {
        name: "o'hara & sons <x>".to_owned(),
        ..Said::default()
    };
    let xml = signer.response(&said, What::Assertion);
    let written = format!(
        "<?xml version=\"1.0\"?>\n{}",
        xml.replace("&gt;", "&#62;")
            .replace(" Version=\"2.0\">", "\n Version='2.0' >")
    );
    let signed = proven(&written, &[signer.certificate()]).unwrap();
    assert_eq!(Assertion::read(&signed).unwrap().subject, said.name);
}

#[test]
fn a_changed_word_or_another_key_is_refused() {
    let signer = Signer::new();
    for what in [What::Assertion, What::Response, What::Both] {
        let xml = signer.response(&Said::default(), what);
        let changed = xml.replace(
            ">agent1@example.com</saml:NameID>",
            ">admin@example.com</saml:NameID>",
        );
        assert_ne!(changed, xml);
        assert!(refused(&changed, &signer).contains("changed after it was signed"));
        let why = refused(&xml, &Signer::new());
        assert!(why.contains("none of the certificates"), "{why}");
        // What the signature says of itself is signed as well.
        let said = xml.replace("<ds:DigestValue>", "<ds:DigestValue>A");
        refused(&said, &signer);
        let stripped = xml.replace(part(&xml, "<ds:Signature ", "</ds:Signature>"), "");
        if what != What::Both {
            assert!(refused(&stripped, &signer).contains("neither the response nor"));
        }
    }
    let xml = signer.response(&Said::default(), What::Both);
    // A signature that is not right is not passed over for one that is.
    let at = xml.rfind("<ds:SignatureValue>").unwrap() + "<ds:SignatureValue>".len();
    let broken = format!("{}AAAA{}", &xml[..at], &xml[at + 4..]);
    refused(&broken, &signer);
    assert!(proven(&xml, &[]).is_err());
    let text = "no certificate".as_bytes().to_vec();
    assert!(proven(&xml, &[text]).is_err());
}

#[test]
fn documents_in_which_something_else_could_be_read_are_refused() {
    let signer = Signer::new();
    let xml = signer.response(&Said::default(), What::Assertion);
    let assertion = part(&xml, "<saml:Assertion ", "</saml:Assertion>").to_owned();
    let signature = part(&xml, "<ds:Signature ", "</ds:Signature>").to_owned();
    let evil = other().assertion("_evil").replace("<!--signature-->", "");
    let evil_same_id = other().assertion("_assertion").replace("<!--signature-->", "");
    let evil_with_signature = other().assertion("_evil").replace("<!--signature-->", &signature);
    let inside =
        |element: &str, what: &str| element.replace("</saml:Assertion>", &format!("{what}</saml:Assertion>"));
    let status = part(&xml, "<samlp:Status>", "</samlp:Status>").to_owned();
    let variants = [
        ("before", xml.replace(&assertion, &format!("{evil}{assertion}"))),
        ("behind", xml.replace(&assertion, &format!("{assertion}{evil}"))),
        ("same id before", xml.replace(&assertion, &format!("{evil_same_id}{assertion}"))),
        ("same id behind", xml.replace(&assertion, &format!("{assertion}{evil_same_id}"))),
        ("around", xml.replace(&assertion, &inside(&evil, &assertion))),
        ("around, with the signature moved out", xml.replace(&assertion, &inside(&evil_with_signature, &assertion.replace(&signature, "")))),
        ("in the signature", xml.replace(
            &assertion,
            &evil.replace(
                "<saml:Subject>",
                &format!(
                    "{}<saml:Subject>",
                    signature.replace("</ds:Signature>", &format!("<ds:Object>{}</ds:Object></ds:Signature>", assertion.replace(&signature, "")))
                ),
            ),
        )),
        ("in extensions", xml.replace(
            &assertion,
            &evil_with_signature,
        ).replace(&status, &format!("<samlp:Extensions>{}</samlp:Extensions>{status}", assertion.replace(&signature, "")))),
        ("in the status", xml.replace(
            &assertion,
            &evil_with_signature,
        ).replace("</samlp:Status>", &format!("<samlp:StatusDetail>{}</samlp:StatusDetail></samlp:Status>", assertion.replace(&signature, "")))),
        ("signature beside", xml.replace(&assertion, &format!("{signature}{}", assertion.replace(&signature, "")))),
        ("signature deeper", xml.replace(&signature, "").replace("<saml:Subject>", &format!("<saml:Subject>{signature}"))),
        ("signature twice", xml.replace(&signature, &format!("{signature}{signature}"))),
        ("another ID of another case", xml.replace("<saml:Subject>", "<saml:Subject Id=\"_assertion\">")),
        ("an xml:id", xml.replace("<samlp:Status>", "<samlp:Status xml:id=\"_assertion\">")),
        ("a response in a response", xml.replace(&status, &format!("{status}<samlp:Extensions><samlp:Response></samlp:Response></samlp:Extensions>"))),
        ("no reference", xml.replace("URI=\"#_assertion\"", "")),
        ("the whole document", xml.replace("URI=\"#_assertion\"", "URI=\"\"")),
        ("the response", xml.replace("URI=\"#_assertion\"", "URI=\"#_response\"")),
        ("elsewhere", xml.replace("URI=\"#_assertion\"", "URI=\"https://example.com/assertion\"")),
        ("a pointer", xml.replace("URI=\"#_assertion\"", "URI=\"#xpointer(id('_assertion'))\"")),
        ("two references", xml.replace(
            "</ds:SignedInfo>",
            &format!("{}</ds:SignedInfo>", part(&xml, "<ds:Reference ", "</ds:Reference>")),
        )),
        ("two methods", xml.replace(
            "<ds:SignatureMethod ",
            "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod><ds:SignatureMethod ",
        )),
        ("a key of its own", {
            let forger = Signer::new();
            forger.response(&other(), What::Assertion)
        }),
    ];
    for (name, variant) in variants {
        assert_ne!(variant, xml, "{name}");
        let why = refused(&variant, &signer);
        assert!(!why.is_empty(), "{name}");
    }
}

#[test]
fn a_comment_in_a_name_is_refused_however_it_is_signed() {
    let signer = Signer::new();
    let said = Said {
        name: "admin@example.com.example.org".to_owned(),
        ..Said::default()
    };
    let xml = signer.response(&said, What::Assertion);
    for put in ["<!---->", "<!-- x -->", "<?x y?>"] {
        let split = xml.replace(
            "admin@example.com.example.org",
            &format!("admin@example.com{put}.example.org"),
        );
        assert_ne!(split, xml);
        assert!(refused(&split, &signer).contains("two different names"), "{put}");
    }
    let cdata = xml.replace(
        "admin@example.com.example.org",
        "admin@example.com<![CDATA[.example.org]]>",
    );
    let signed = proven(&cdata, &[signer.certificate()]).unwrap();
    assert_eq!(
        Assertion::read(&signed).unwrap().subject,
        said.name,
        "what was signed, whole"
    );
}

#[test]
fn entities_are_refused() {
    let signer = Signer::new();
    let xml = signer.response(&Said::default(), What::Assertion);
    for variant in [
        format!("<!DOCTYPE x>{xml}"),
        format!(
            "<!DOCTYPE x [<!ENTITY a \"agent1@example.com\">]>{}",
            xml.replace(">agent1@example.com<", ">&a;<")
        ),
        format!(
            "<!DOCTYPE x [<!ATTLIST saml:Subject who ID #IMPLIED>]>{}",
            xml.replace("<saml:Subject>", "<saml:Subject who=\"_assertion\">")
        ),
        xml.replace(">agent1@example.com<", ">&a;<"),
    ] {
        assert!(refused(&variant, &signer).contains("entities"), "{variant}");
    }
    let deep = format!("{}{}", "<a>".repeat(200), "</a>".repeat(200));
    assert!(refused(&deep, &signer).contains("levels"));
    assert!(refused("<samlp:Response", &signer).contains("not XML"));
}

#[test]
fn algorithms_that_prove_nothing_are_refused_with_what_to_change() {
    let signer = Signer::new();
    let by = |change: &dyn Fn(&mut Methods)| {
        let mut methods = Methods::default();
        change(&mut methods);
        signer.response_by(&Said::default(), What::Assertion, &methods)
    };
    let xml = by(&|methods| methods.signature = "http://www.w3.org/2000/09/xmldsig#rsa-sha1".to_owned());
    let refusal = proven(&xml, &[signer.certificate()]).unwrap_err();
    assert!(
        refusal.why.contains("SHA-1") && refusal.help.contains("SHA-256"),
        "{refusal:?}"
    );
    let xml = by(&|methods| methods.digest = "http://www.w3.org/2000/09/xmldsig#sha1".to_owned());
    assert!(refused(&xml, &signer).contains("SHA-1"));
    for other in [
        "http://www.w3.org/2000/09/xmldsig#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2009/xmldsig11#dsa-sha256",
        "",
    ] {
        let xml = by(&|methods| methods.signature = other.to_owned());
        assert!(
            refused(&xml, &signer).contains("Headset proves RSA and ECDSA"),
            "{other}"
        );
    }
    let xml =
        by(&|methods| methods.signature = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256".to_owned());
    let why = refused(&xml, &signer);
    assert!(
        why.contains("one of RSA, and IAM has certificates of ECDSA"),
        "{why}"
    );
}

#[test]
fn a_transform_that_could_leave_something_out_is_refused() {
    let signer = Signer::new();
    for transform in [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
    ] {
        let mut methods = Methods::default();
        methods.transforms.insert(1, transform.to_owned());
        refused(
            &signer.response_by(&Said::default(), What::Assertion, &methods),
            &signer,
        );
    }
    let mut bare = Methods::default();
    bare.transforms.remove(0);
    // It does not even leave itself out: the digest is of something else.
    refused(
        &signer.response_by(&Said::default(), What::Assertion, &bare),
        &signer,
    );
}

#[test]
fn what_is_no_response_of_success_says_so() {
    let signer = Signer::new();
    let said = Said {
        status: "urn:oasis:names:tc:SAML:2.0:status:Responder".to_owned(),
        ..Said::default()
    };
    let why = refused(&signer.response(&said, What::Assertion), &signer);
    assert!(why.contains("its status is Responder"), "{why}");
    let xml = signer.response(&Said::default(), What::Assertion);
    let assertion = part(&xml, "<saml:Assertion ", "</saml:Assertion>");
    assert!(refused(assertion, &signer).contains("without the response around it"));
    let sealed = xml.replace(
        assertion,
        "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>",
    );
    assert!(refused(&sealed, &signer).contains("`EncryptedAssertion` is encrypted"));
    assert!(refused(&xml.replace(assertion, ""), &signer).contains("no assertion"));
    let request = "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>";
    assert!(refused(request, &signer).contains("it is `AuthnRequest`"));
}
