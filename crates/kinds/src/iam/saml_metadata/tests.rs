use super::*;

/// Two documents of one identity provider, before and after it rotated its certificate. All certificates here were
/// made once for these tests, and their keys were thrown away; these two are valid until 2054.
const BEFORE: &str = include_str!("../samples/metadata.xml");
const AFTER: &str = include_str!("../samples/rotated.xml");

/// Valid from 2018 until 2020, from 2025 until 2027 and 2030, and from 2028 until 2032: always the first of January.
const EXPIRED: &str = include_str!("../samples/expired.txt");
const ENDS_2027: &str = include_str!("../samples/ends2027.txt");
const ENDS_2030: &str = include_str!("../samples/ends2030.txt");
const FROM_2028: &str = include_str!("../samples/from2028.txt");
/// RSA keys of 512 and 1,024 bits, and a certificate that has one extension twice.
const WEAK: &str = include_str!("../samples/weak.txt");
const STRONG_ENOUGH: &str = include_str!("../samples/rsa1024.txt");
const TWICE: &str = include_str!("../samples/twice.txt");

fn certificate_in(document: &str) -> &str {
    let (_, rest) = document.split_once("<ds:X509Certificate>").unwrap();
    rest.split_once("</ds:X509Certificate>").unwrap().0
}

/// The first document with these certificates in place of its own.
fn with(certificates: &[&str]) -> String {
    let elements: Vec<String> = certificates
        .iter()
        .map(|one| format!("<ds:X509Certificate>{one}</ds:X509Certificate>"))
        .collect();
    BEFORE.replace(
        &format!(
            "<ds:X509Certificate>{}</ds:X509Certificate>",
            certificate_in(BEFORE)
        ),
        &elements.join("</ds:X509Data><ds:X509Data>"),
    )
}

fn padded(document: &str) -> String {
    format!("{document}<!--{}-->", " ".repeat(1_000))
}

fn read(certificates: &[&str]) -> SamlMetadata {
    parse(&padded(&with(certificates))).unwrap()
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

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
    assert!(!after.signs_in_like(&before));
}

#[test]
fn white_space_comments_and_a_byte_order_mark_mean_nothing() {
    let certificate = certificate_in(BEFORE);
    let (start, end) = certificate.split_at(300);
    for (why, same) in [
        (
            "layout and mark",
            format!("\u{feff}{}", BEFORE.replace("  <md:", "\n\t<md:")),
        ),
        ("lines before it", format!("\u{feff}\r\n  {BEFORE}\n")),
        (
            "comment before",
            BEFORE.replace(certificate, &format!("<!-- primary -->{certificate}")),
        ),
        (
            "comment inside",
            BEFORE.replace(certificate, &format!("{start}<!-- ... -->\n{end}<!---->")),
        ),
        (
            "an instruction",
            BEFORE.replace(certificate, &format!("{start}<?keep this?>{end}")),
        ),
        (
            "character data",
            BEFORE.replace(certificate, &format!("{start}<![CDATA[{end}]]>")),
        ),
        (
            "wrapped lines",
            BEFORE.replace(certificate, &format!("\r\n  {start}\r\n\t{end}\r\n")),
        ),
    ] {
        assert_eq!(parse(&same).ok(), parse(BEFORE).ok(), "{why}");
    }
}

#[test]
fn what_iam_would_refuse_is_refused_with_a_reason() {
    let certificate_start = "<ds:X509Certificate>";
    let entity = BEFORE.split_once("?>").unwrap().1;
    let inner = entity.replace("<md:EntityDescriptor", "<md:EntityDescriptor ID=\"x\"");
    let several = |more: &str| {
        format!("<md:EntitiesDescriptor xmlns:md=\"{METADATA}\">{inner}{more}</md:EntitiesDescriptor>")
    };
    let service = inner
        .replace("IDPSSODescriptor", "SPSSODescriptor")
        .replace("idp.example.com", "sp.example.com");
    let escaped = BEFORE.replace('<', "&lt;").replace('>', "&gt;");
    let encoded = STANDARD.encode(BEFORE);
    let whole: String = certificate_in(BEFORE).split_whitespace().collect();
    let short: String = with(&[EXPIRED])
        .lines()
        .filter(|line| !line.contains("SingleSignOnService"))
        .collect();
    for (text, reason) in [
        (String::new(), "it is empty"),
        ("\u{feff} \n".to_owned(), "it is empty"),
        ("not xml".to_owned(), "it is not XML: it begins with `not xml`"),
        ("<html/>".to_owned(), "it is an HTML page"),
        (
            "<!DOCTYPE html>\n<html><br></html>".to_owned(),
            "it is an HTML page",
        ),
        (
            format!("<!-- proxy --><!DOCTYPE HTML PUBLIC \"-//W3C\">{BEFORE}"),
            "it is an HTML page",
        ),
        ("<other/>".to_owned(), "its outermost element is `other`"),
        (escaped, "it is escaped for HTML"),
        ("{\"metadata\": 1}".to_owned(), "it is JSON"),
        (format!("-----BEGIN CERTIFICATE-----\n{WEAK}"), "in PEM form"),
        (WEAK.to_owned(), "a bare certificate"),
        (encoded, "encoded in base64"),
        ("https://idp.example.com/metadata".to_owned(), "an address"),
        ("\0<\0m\0d".to_owned(), "UTF-16"),
        (
            BEFORE.replace(
                "<md:EntityDescriptor",
                "<!DOCTYPE x [<!ENTITY a \"b\">]><md:EntityDescriptor",
            ),
            "document type declaration",
        ),
        (
            BEFORE.replace("</md:EntityDescriptor>", ""),
            "not XML that can be read",
        ),
        (
            several(&service),
            "with 2 entities, and IAM takes the `EntityDescriptor` of one: give only that, as a document of its own; \
             the identity providers among them: `https://idp.example.com/saml`",
        ),
        (several(&inner), "with 2 entities"),
        (
            several(&inner).replace("IDPSSODescriptor", "SPSSODescriptor"),
            "none of them is an identity provider",
        ),
        (
            several("").replace("IDPSSODescriptor", "SPSSODescriptor"),
            "with 1 entity, and IAM takes the `EntityDescriptor` of one: give only that, as a document of its own; it is \
             no identity provider",
        ),
        (
            several(""),
            "it is the identity provider `https://idp.example.com/saml`",
        ),
        (
            BEFORE.replace("SAML:2.0:metadata", "SAML:1.1:metadata"),
            "another namespace",
        ),
        (BEFORE.replace("entityID", "entity"), "no `entityID`"),
        (
            BEFORE.replace("IDPSSODescriptor", "SPSSODescriptor"),
            "the metadata of a service provider",
        ),
        (
            BEFORE.replace("IDPSSODescriptor", "AuthnAuthorityDescriptor"),
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
            "is not base64: its character 1 is `*`",
        ),
        (with(&[&whole[..401]]), "the last one is not complete"),
        (with(&[&whole[..400]]), "is cut off"),
        (
            with(&[&format!(
                "\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
                certificate_in(BEFORE)
            )]),
            "holds a PEM file",
        ),
        (padded(&with(&[WEAK])), "has 512 bits"),
        (padded(&with(&[TWICE])), "one and the same extension twice"),
        (
            BEFORE.replace("entityID", "validUntil=\"soon\" entityID"),
            "its `validUntil` is no date and time: `soon`",
        ),
        (short, "takes no fewer than 1000"),
    ] {
        let said = parse(&text).unwrap_err().to_string();
        assert!(said.contains(reason), "{reason}: {said}");
        assert!(said.len() < 400 && !said.contains('\n'), "{said}");
    }
    assert!(parse(&padded(&with(&[STRONG_ENOUGH]))).is_ok());
}

/// Of any document, no more than a few words come back.
#[test]
fn a_refusal_quotes_only_a_few_words_of_the_document() {
    let long = "LONG ".repeat(10_000);
    let name = "x".repeat(10_000);
    for text in [
        long.clone(),
        format!("&lt;{long}"),
        format!("{{{long}}}"),
        format!("<{name}/>"),
        format!("<{name}>{long}</{name}y>"),
        format!("<a:{name}/>"),
        format!("<x {name}='&{name};'/>"),
        BEFORE.replace("entityID", &format!("validUntil='{long}' entityID")),
        format!(
            "<md:EntitiesDescriptor xmlns:md=\"{METADATA}\"><md:EntityDescriptor entityID='{long}'><md:IDPSSODescriptor/></md:EntityDescriptor></md:EntitiesDescriptor>"
        ),
    ] {
        let said = parse(&text).unwrap_err().to_string();
        assert!(said.len() < 500, "{} bytes: {}", said.len(), excerpt(&said));
        assert!(!said.contains('\n'));
    }
    assert_eq!(excerpt("a\nb\tc"), "a b c");
    assert_eq!(excerpt(&"é".repeat(60)), format!("{}...", "é".repeat(40)));
}

#[test]
fn an_ended_certificate_and_a_past_document_are_read_and_told() {
    let now = at("2026-12-20T12:00:00Z");
    let expired = read(&[EXPIRED]);
    assert_eq!(
        remarks(&expired, now),
        [
            "its certificate ended on 2020-01-01T00:00:00Z: IAM does not look at that date, but when the identity \
             provider replaces the certificate, sign-in fails until IAM has the new metadata"
        ]
    );
    let past =
        |attribute: &str| parse(&BEFORE.replace("entityID", &format!("{attribute} entityID"))).unwrap();
    for attribute in [
        "validUntil=\"2025-04-11T08:21:45.000Z\"",
        "validUntil=\"2025-04-11T08:21:45\"",
        "validUntil=\"2025-04-11T10:21:45+02:00\"",
    ] {
        let [said] = &remarks(&past(attribute), now)[..] else {
            panic!("{attribute}");
        };
        assert!(
            said.starts_with("validUntil of its metadata was 2025-04-11T08:21:45Z"),
            "{said}"
        );
        assert!(!said.contains("certificate ended"), "{said}");
    }
    let soon = remarks(&past("validUntil=\"2026-12-22T11:00:00Z\""), now);
    assert!(
        soon[0].starts_with("validUntil of its metadata is in 1 day, on"),
        "{soon:?}"
    );
    assert_eq!(
        remarks(&past("validUntil=\"2030-12-22T11:00:00Z\""), now),
        [""; 0]
    );
}

#[test]
fn of_several_certificates_each_is_told_by_its_own_dates() {
    let both = read(&[ENDS_2030, ENDS_2027, EXPIRED, FROM_2028]);
    let now = at("2026-12-20T12:00:00Z");
    let validity = Validity::of(&both, now);
    let standings: Vec<(Standing, i64)> = validity
        .certificates
        .iter()
        .map(|one| (one.standing, one.end.days))
        .collect();
    assert_eq!(
        standings,
        [
            (Standing::Ended, -2546),
            (Standing::Current, 11),
            (Standing::Current, 1107),
            (Standing::NotYet, 1837),
        ]
    );
    assert_eq!(validity.next().unwrap().end.days, 11);
    let notices = validity.notices();
    let words: Vec<(bool, &str)> = notices
        .iter()
        .map(|notice| (notice.urgent, notice.words.split_once(' ').unwrap().1))
        .collect();
    let short = |index: usize| &validity.certificates[index].sha256[..8];
    assert_eq!(
        words,
        [
            (
                false,
                format!("certificate {} ended on 2020-01-01T00:00:00Z; another one is current", short(0)).as_str()
            ),
            (
                true,
                format!(
                    "certificate {} ends in 11 days, on 2027-01-01T00:00:00Z; another one is current: the identity \
                     provider has to sign with that by then",
                    short(1)
                )
                .as_str()
            ),
            (
                false,
                format!("certificate {} is good for 1107 days, until 2030-01-01T00:00:00Z", short(2)).as_str()
            ),
            (
                false,
                format!(
                    "certificate {} is valid from 2028-01-01T00:00:00Z until 2032-01-01T00:00:00Z",
                    short(3)
                )
                .as_str()
            ),
        ]
    );
    // Once all have ended, the last one counts.
    let over = Validity::of(&both, at("2033-01-01T00:00:00Z"));
    assert!(
        over.certificates
            .iter()
            .all(|one| one.standing == Standing::Ended)
    );
    assert_eq!(over.next().unwrap().end.until, at("2032-01-01T00:00:00Z"));
    assert_eq!(over.notices().iter().filter(|notice| notice.urgent).count(), 4);
}

#[test]
fn the_last_days_are_counted_to_the_end() {
    let one = read(&[ENDS_2027]);
    for (now, told) in [
        (
            "2026-12-02T00:00:01Z",
            "its certificate ends in 29 days, on 2027-01-01T00:00:00Z",
        ),
        (
            "2026-12-02T00:00:00Z",
            "its certificate is good for 30 days, until 2027-01-01T00:00:00Z",
        ),
        ("2026-12-30T00:00:00Z", "its certificate ends in 2 days"),
        ("2026-12-30T23:00:00Z", "its certificate ends in 1 day,"),
        ("2026-12-31T23:00:00Z", "its certificate ends in less than a day"),
        (
            "2027-01-01T00:00:01Z",
            "its certificate ended on 2027-01-01T00:00:00Z",
        ),
    ] {
        let notices = Validity::of(&one, at(now)).notices();
        assert!(notices[0].words.starts_with(told), "{now}: {}", notices[0].words);
    }
}

/// Documents of the forms that identity providers publish: what is beside the identity provider's own part, in which
/// namespaces, and how the root is dressed.
#[test]
fn the_documents_of_all_products_are_read() {
    let certificate = certificate_in(BEFORE);
    let key = |prefix: &str, usage: &str| {
        format!(
            "<{prefix}KeyDescriptor{usage}><KeyInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data><X509Certificate>\
             {certificate}</X509Certificate></X509Data></KeyInfo></{prefix}KeyDescriptor>"
        )
    };
    let service = |prefix: &str, binding: &str, url: &str| {
        format!(
            "<{prefix}SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{url}\"/>"
        )
    };
    let protocol = "protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
    // AD FS signs the document, and describes itself as a service of WS-Federation and as a service provider, too.
    let adfs = format!(
        "\u{feff}<EntityDescriptor ID=\"_1\" entityID=\"http://adfs.example.com/adfs/services/trust\" \
         xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\"><ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo/>\
         <ds:KeyInfo><ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>\
         <RoleDescriptor xsi:type=\"fed:ApplicationServiceType\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:fed=\"http://docs.oasis-open.org/wsfed/federation/200706\" protocolSupportEnumeration=\"http://schemas.xmlsoap.org/ws/2005/02/trust\">\
         {}<fed:TargetScopes/></RoleDescriptor><SPSSODescriptor WantAssertionsSigned=\"true\" {protocol}>{}\
         <AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://adfs.example.com/adfs/ls/\" \
         index=\"0\"/></SPSSODescriptor><IDPSSODescriptor {protocol}>{}{}{}{}<Attribute Name=\"x\" NameFormat=\"y\" FriendlyName=\"E-Mail Address\" \
         xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"/></IDPSSODescriptor></EntityDescriptor>",
        key("", " use=\"encryption\""),
        key("", " use=\"signing\""),
        key("", " use=\"encryption\""),
        key("", " use=\"signing\""),
        service("", "HTTP-Redirect", "https://adfs.example.com/adfs/ls/"),
        service("", "HTTP-POST", "https://adfs.example.com/adfs/ls/"),
    );
    // Google dates the document, and leaves out what keys are for.
    let google = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         entityID=\"https://accounts.google.com/o/saml2?idpid=C01abcdef\" validUntil=\"2030-09-21T10:11:12.000Z\">\n  <md:IDPSSODescriptor \
         WantAuthnRequestsSigned=\"false\" {protocol}>{}<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\
         </md:NameIDFormat>{}{}</md:IDPSSODescriptor></md:EntityDescriptor>\n",
        key("md:", " use=\"signing\""),
        service(
            "md:",
            "HTTP-Redirect",
            "https://accounts.google.com/o/saml2/idp?idpid=C01abcdef"
        ),
        service(
            "md:",
            "HTTP-POST",
            "https://accounts.google.com/o/saml2/idp?idpid=C01abcdef"
        ),
    );
    let pingone = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         ID=\"a1b2\" entityID=\"https://auth.pingone.eu/9a8b7c6d\"><md:IDPSSODescriptor {protocol} WantAuthnRequestsSigned=\"false\">\
         {}<md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://auth.pingone.eu/9a8b7c6d/saml20/idp/slo\"/>{}</md:IDPSSODescriptor></md:EntityDescriptor>",
        key("md:", " use=\"signing\""),
        service(
            "md:",
            "HTTP-POST",
            "https://auth.pingone.eu/9a8b7c6d/saml20/idp/sso"
        ),
    );
    let pingfederate = format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"c3d4\" cacheDuration=\"PT1440M\" \
         entityID=\"pf.example.com\"><md:IDPSSODescriptor {protocol} WantAuthnRequestsSigned=\"false\">{}\
         <md:ArtifactResolutionService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:SOAP\" \
         Location=\"https://pf.example.com:9031/idp/ARS.ssaml2\" index=\"0\"/>{}</md:IDPSSODescriptor><md:ContactPerson \
         contactType=\"administrative\"/></md:EntityDescriptor>",
        key("md:", ""),
        service(
            "md:",
            "HTTP-Redirect",
            "https://pf.example.com:9031/idp/SSO.saml2"
        ),
    );
    for (document, issuer, sign_in, dated) in [
        (
            adfs,
            "http://adfs.example.com/adfs/services/trust",
            "https://adfs.example.com/adfs/ls/",
            false,
        ),
        (
            google,
            "https://accounts.google.com/o/saml2?idpid=C01abcdef",
            "https://accounts.google.com/o/saml2/idp?idpid=C01abcdef",
            true,
        ),
        (
            pingone,
            "https://auth.pingone.eu/9a8b7c6d",
            "https://auth.pingone.eu/9a8b7c6d/saml20/idp/sso",
            false,
        ),
        (
            pingfederate,
            "pf.example.com",
            "https://pf.example.com:9031/idp/SSO.saml2",
            false,
        ),
    ] {
        let read = parse(&document).unwrap_or_else(|why| panic!("{issuer}: {why}"));
        assert_eq!(read.entity_id, issuer);
        assert_eq!(read.certificates, parse(BEFORE).unwrap().certificates, "{issuer}");
        assert_eq!(read.sign_in_urls, [sign_in.to_owned()].into(), "{issuer}");
        assert_eq!(read.valid_until.is_some(), dated, "{issuer}");
    }
}
