//! SAML metadata in a blueprint's files: found to be of the wrong sort where the blueprint names it.

use super::METADATA;
use crate::model::{Blueprint, Metadata};
use crate::{Sources, metadata_dates, read};
use headset_core::diagnostic::{Diagnostic, Severity};

/// A certificate that ended in 2020.
const EXPIRED: &str = include_str!("../../../kinds/src/iam/samples/expired.txt");

/// A blueprint whose application at this product has metadata, and what its reader says if the file holds this.
fn with_metadata(product: &str, metadata: &str, file: &str) -> (Option<Blueprint>, Vec<Diagnostic>) {
    let text = format!(
        "version: 1\nname: acme\nconnect: {{ alias: acme }}\n\
         sign_in: {{ idp: {{ {product}: {{ application: a, groups: [g], metadata: {metadata} }} }} }}\n"
    );
    let load = |path: &str| match path {
        "idp.xml" => Ok(file.to_owned()),
        _ => Err("no such file".to_owned().into()),
    };
    read(&Sources {
        load: &load,
        ..Sources::alone("b.yaml", &text)
    })
}

#[test]
fn metadata_is_read_through_the_caller() {
    let (blueprint, findings) = with_metadata("other", "{ file: idp.xml }", METADATA);
    assert_eq!(findings, Vec::new());
    let application = blueprint
        .expect("no errors")
        .sign_in
        .expect("sign_in")
        .idp
        .application;
    let metadata = application.metadata.expect("metadata");
    assert_eq!(
        metadata.value,
        Metadata::File("idp.xml".into(), METADATA.to_owned())
    );
    let (_, findings) = with_metadata("identity_center", "{ file: other.xml }", METADATA);
    assert_eq!(findings[0].code, "unreadable-file");
}

#[test]
fn a_file_that_is_no_metadata_is_refused_where_the_blueprint_names_it() {
    let escaped = METADATA.replace('<', "&lt;");
    for (product, file, reason, help) in [
        (
            "identity_center",
            METADATA.replace("IDPSSODescriptor", "SPSSODescriptor"),
            "the metadata of a service provider",
            "IAM Identity Center SAML metadata file",
        ),
        ("okta", escaped, "escaped for HTML", "`Metadata URL`"),
        ("entra", String::new(), "it is empty", "`Federation Metadata XML`"),
        ("other", "<html>".to_owned(), "an HTML page", "SAML 2.0 metadata"),
        (
            "other",
            METADATA.replace(">MII", ">M*I"),
            "not base64",
            "SAML 2.0 metadata",
        ),
    ] {
        let (blueprint, findings) = with_metadata(product, "{ file: idp.xml }", &file);
        assert!(blueprint.is_none());
        let [finding] = &findings[..] else {
            panic!("{findings:?}");
        };
        assert_eq!(finding.code, "saml-metadata");
        assert!(
            finding.message.starts_with("`idp.xml` is not what IAM takes: "),
            "{finding:?}"
        );
        assert!(finding.message.contains(reason), "{finding:?}");
        assert!(finding.message.len() < 400, "{finding:?}");
        assert!(finding.help.as_ref().unwrap().contains(help), "{finding:?}");
        assert_eq!(finding.place.as_ref().unwrap().line, 4);
    }
}

#[test]
fn a_document_and_an_address_that_stand_in_the_wrong_place_are_told_by_that() {
    let quoted = format!("'{}'", METADATA.replace('\n', " ").replace('\'', ""));
    for (metadata, help) in [
        (quoted.clone(), "save it as a file"),
        (format!("{{ file: {quoted} }}"), "Save the document as a file"),
        (
            "{ file: \"https://idp.example.com/x\" }".to_owned(),
            "without `file`",
        ),
        ("idp.xml".to_owned(), "`metadata: { file: saml-metadata.xml }`"),
        (
            format!("{{ file: {} }}", "x".repeat(3_000)),
            "The path is relative",
        ),
    ] {
        let (_, findings) = with_metadata("other", &metadata, METADATA);
        let [finding] = &findings[..] else {
            panic!("{findings:?}");
        };
        assert!(finding.help.as_ref().unwrap().contains(help), "{finding:?}");
        assert!(finding.message.len() < 200, "{finding:?}");
    }
}

#[test]
fn an_ended_certificate_in_a_file_is_a_warning_once_it_has_ended() {
    let (start, rest) = METADATA.split_once("<ds:X509Certificate>").unwrap();
    let (_, end) = rest.split_once("</ds:X509Certificate>").unwrap();
    let file = format!(
        "{start}<ds:X509Certificate><!--{}-->{EXPIRED}</ds:X509Certificate>{end}",
        "-=".repeat(500)
    );
    let (blueprint, findings) = with_metadata("other", "{ file: idp.xml }", &file);
    assert_eq!(findings, Vec::new());
    let blueprint = blueprint.unwrap();
    let told = |now: &str| metadata_dates(&blueprint, now.parse().unwrap());
    assert_eq!(told("2019-06-01T00:00:00Z"), Vec::new());
    for (now, words) in [
        ("2019-12-20T12:00:00Z", "its certificate ends in 11 days"),
        ("2026-01-01T00:00:00Z", "its certificate ended on 2020-01-01"),
    ] {
        let [finding] = &told(now)[..] else {
            panic!("{now}");
        };
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.message.contains(words), "{finding:?}");
        assert_eq!(finding.place.as_ref().unwrap().line, 4);
    }
}

/// Okta's sign-on address and Entra's metadata of the whole tenant look like an application's metadata, and are not.
#[test]
fn an_address_that_is_no_applications_metadata_is_told_by_the_product() {
    for (product, url, reason) in [
        (
            "okta",
            "https://acme.okta.com/app/acme/exk1a2b3c/sso/saml",
            "the Metadata URL",
        ),
        (
            "entra",
            "https://login.microsoftonline.com/t/federationmetadata/2007-06/federationmetadata.xml",
            "App Federation Metadata Url",
        ),
    ] {
        let (blueprint, findings) = with_metadata(product, &format!("\"{url}\""), METADATA);
        assert!(blueprint.is_none());
        let [finding] = &findings[..] else {
            panic!("{findings:?}");
        };
        assert_eq!(finding.code, "saml-metadata");
        assert!(finding.message.contains(reason), "{finding:?}");
        let (_, findings) = with_metadata("other", &format!("\"{url}\""), METADATA);
        assert_eq!(findings, Vec::new());
    }
}

/// IAM trusts the issuer of the document: it takes one of another product, and sign-in fails with it.
#[test]
fn a_document_of_another_product_is_a_warning_where_the_blueprint_names_it() {
    for (product, words) in [
        ("identity_center", Some("which is no address of AWS's")),
        ("okta", None),
        ("other", None),
    ] {
        let (blueprint, findings) = with_metadata(product, "{ file: idp.xml }", METADATA);
        assert!(blueprint.is_some(), "{product}: {findings:?}");
        let Some(words) = words else {
            assert_eq!(findings, Vec::new(), "{product}");
            continue;
        };
        let [finding] = &findings[..] else {
            panic!("{product}: {findings:?}");
        };
        assert_eq!(
            (finding.severity, finding.code),
            (Severity::Warning, "saml-metadata-issuer")
        );
        assert!(finding.message.contains(words), "{finding:?}");
        assert_eq!(finding.place.as_ref().unwrap().line, 4);
    }
}
