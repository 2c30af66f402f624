//! SAML providers and their metadata.

use super::*;

#[test]
fn saml_metadata_is_parsed_and_returned_as_put() {
    let mut w = world();
    let document = metadata(r#" validUntil="2030-01-01T00:00:00Z""#);
    let made = ok(
        &mut w,
        "CreateSAMLProvider",
        json!({ "Name": "idp", "SAMLMetadataDocument": document }),
    );
    assert_eq!(
        made["SAMLProviderArn"],
        "arn:aws:iam::123456789012:saml-provider/idp"
    );
    let arn = json!({ "SAMLProviderArn": made["SAMLProviderArn"] });
    let got = ok(&mut w, "GetSAMLProvider", arn.clone());
    assert_eq!(got["SAMLMetadataDocument"], document.as_str());
    assert_eq!(got["ValidUntil"], 1_893_456_000.0);
    let again = json!({ "Name": "IDP", "SAMLMetadataDocument": document });
    assert_eq!(code(&mut w, "CreateSAMLProvider", again), "EntityAlreadyExists");
    ok(&mut w, "DeleteSAMLProvider", arn.clone());
    assert_eq!(code(&mut w, "GetSAMLProvider", arn), "NoSuchEntity");
}

#[test]
fn metadata_without_an_end_is_valid_for_a_hundred_years() {
    let mut w = world();
    let made = ok(
        &mut w,
        "CreateSAMLProvider",
        json!({ "Name": "idp", "SAMLMetadataDocument": metadata("") }),
    );
    let got = ok(
        &mut w,
        "GetSAMLProvider",
        json!({ "SAMLProviderArn": made["SAMLProviderArn"] }),
    );
    let year = |value: &Value| {
        jiff::Timestamp::from_second(value.as_f64().unwrap() as i64)
            .unwrap()
            .to_string()
    };
    assert_eq!(year(&got["CreateDate"])[4..], year(&got["ValidUntil"])[4..]);
    assert!(year(&got["ValidUntil"]).starts_with("2126"));
}

#[test]
fn bad_metadata_is_refused() {
    let good = metadata("");
    let padding = " ".repeat(1000);
    for (why, document) in [
        ("too short", "<EntityDescriptor/>".to_owned()),
        ("byte order mark", format!("\u{feff}{good}")),
        ("not closed", good.replace("</md:EntityDescriptor>", &padding)),
        ("crossed tags", good.replace("</md:KeyDescriptor>", "</md:Other>")),
        (
            "other root",
            good.replace("md:EntityDescriptor", "md:EntitiesDescriptor"),
        ),
        (
            "other namespace",
            good.replace("SAML:2.0:metadata", "SAML:1.1:metadata"),
        ),
        ("unbound prefix", good.replace("xmlns:md", "xmlns:mx")),
        ("no entity", good.replace("entityID", "entity")),
        (
            "service provider",
            good.replace("IDPSSODescriptor", "SPSSODescriptor"),
        ),
        (
            "no certificate",
            good.replace("X509Certificate", "X509SubjectName"),
        ),
        (
            "only for encryption",
            good.replace("\"signing\"", "\"encryption\""),
        ),
        ("not base64", good.replace("MII", "M!!")),
        (
            "not a certificate",
            good.replace(
                crate::service::iam::fixture::CERTIFICATE,
                "bm90IGEgY2VydGlmaWNhdGU=",
            ),
        ),
        ("text after the root", format!("{good}x")),
        (
            "document type",
            good.replace("<md:EntityDescriptor", "<!DOCTYPE x><md:EntityDescriptor"),
        ),
    ] {
        let mut w = world();
        let input = json!({ "Name": "idp", "SAMLMetadataDocument": format!("{document}{}", if why == "too short" { "" } else { &padding }) });
        assert_eq!(code(&mut w, "CreateSAMLProvider", input), "InvalidInput", "{why}");
    }
}

/// What IAM's guide says of certificates: their dates do not count, the length of the key does, and no extension may
/// come twice. What XML allows inside the element (comments, line breaks, character data) is XML's business.
#[test]
fn certificates_are_judged_by_key_and_extensions_and_not_by_date() {
    let good = metadata("");
    let own = crate::service::iam::fixture::CERTIFICATE;
    let with = |certificate: &str| format!("{}<!--{}-->", good.replace(own, certificate), " ".repeat(1000));
    let (start, end) = own.split_at(100);
    for (why, certificate, taken) in [
        (
            "ended in 2020",
            include_str!("../certificates/expired.txt").to_owned(),
            true,
        ),
        (
            "1,024 bits",
            include_str!("../certificates/rsa1024.txt").to_owned(),
            true,
        ),
        (
            "512 bits",
            include_str!("../certificates/weak.txt").to_owned(),
            false,
        ),
        (
            "an extension twice",
            include_str!("../certificates/twice.txt").to_owned(),
            false,
        ),
        ("a comment before", format!("<!-- primary -->{own}"), true),
        ("a comment inside", format!("{start}<!-- x -->{end}"), true),
        ("character data", format!("{start}<![CDATA[{end}]]>"), true),
        ("line breaks", format!("\r\n {start}\r\n\t{end}\n"), true),
        (
            "PEM",
            format!("-----BEGIN CERTIFICATE-----\n{own}\n-----END CERTIFICATE-----"),
            false,
        ),
    ] {
        let mut w = world();
        let input = json!({ "Name": "idp", "SAMLMetadataDocument": with(&certificate) });
        if taken {
            ok(&mut w, "CreateSAMLProvider", input);
        } else {
            assert_eq!(code(&mut w, "CreateSAMLProvider", input), "InvalidInput", "{why}");
        }
    }
}

#[test]
fn the_documents_own_end_is_the_providers_even_if_it_is_past() {
    for (written, seconds) in [
        ("2025-04-11T08:21:45.000Z", 1_744_359_705.0),
        ("2025-04-11T08:21:45", 1_744_359_705.0),
    ] {
        let mut w = world();
        let document = metadata(&format!(r#" validUntil="{written}""#));
        let input = json!({ "Name": "idp", "SAMLMetadataDocument": document });
        let made = ok(&mut w, "CreateSAMLProvider", input);
        let got = ok(
            &mut w,
            "GetSAMLProvider",
            json!({ "SAMLProviderArn": made["SAMLProviderArn"] }),
        );
        assert_eq!(got["ValidUntil"], seconds, "{written}");
    }
    let mut w = world();
    let input = json!({ "Name": "idp", "SAMLMetadataDocument": metadata(r#" validUntil="soon""#) });
    assert_eq!(code(&mut w, "CreateSAMLProvider", input), "InvalidInput");
}

#[test]
fn a_trust_policy_names_an_existing_provider_or_the_coin_says_otherwise() {
    let federated = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::{ACCOUNT}:saml-provider/idp") },
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    }]});
    let input = json!({ "RoleName": "agents", "AssumeRolePolicyDocument": federated.to_string() });
    let mut w = world();
    assert_eq!(
        code(&mut w, "CreateRole", input.clone()),
        "MalformedPolicyDocument"
    );
    ok(
        &mut w,
        "CreateSAMLProvider",
        json!({ "Name": "idp", "SAMLMetadataDocument": metadata("") }),
    );
    ok(&mut w, "CreateRole", input.clone());
    let mut lenient = (1..100)
        .map(|quirks| {
            World::new(
                Settings {
                    quirks,
                    ..Settings::default()
                },
                START,
            )
        })
        .find(|w| w.quirk("iam.federated-principal-may-be-missing"))
        .unwrap();
    ok(&mut lenient, "CreateRole", input);
}
